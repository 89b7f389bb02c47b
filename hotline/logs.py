"""Logging of every process of the main environment: readable lines or JSON on standard error.

Personal data is the callers' duty: what is logged here is logged as given.
"""

from __future__ import annotations

import json
import logging
import sys

from hotline.settings import Settings


class _JsonLines(logging.Formatter):
    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "process": self._process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(process: str, settings: Settings) -> None:
    """Sets up a process' logging once, at start."""
    handler = logging.StreamHandler(sys.stderr)
    readable = logging.Formatter(f"%(asctime)s {process} %(levelname)s %(message)s", "%H:%M:%S")
    handler.setFormatter(_JsonLines(process) if settings.boolean("LOG_JSON") else readable)
    logging.basicConfig(level=settings.text("LOG_LEVEL"), handlers=[handler], force=True)
    for noisy in ("rasa_sdk", "asyncio", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
