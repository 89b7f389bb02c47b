"""Logging of the bot process: readable or JSON lines on standard error, without citizens' texts.

Rasa logs message texts at debug; its loggers stay at warning whatever level is asked for, since a phone number or a
name must not reach a log.
"""

from __future__ import annotations

import json
import logging
import sys

import structlog

from hotline.settings import Settings


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname, "process": "bot"}
        line["message"] = record.getMessage()
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(settings: Settings) -> None:
    """Sets up the process' logging once, at start."""
    handler = logging.StreamHandler(sys.stderr)
    readable = logging.Formatter("%(asctime)s bot %(levelname)s %(message)s", "%H:%M:%S")
    handler.setFormatter(_JsonLines() if settings.boolean("LOG_JSON") else readable)
    logging.basicConfig(level=settings.text("LOG_LEVEL"), handlers=[handler], force=True)
    logging.captureWarnings(True)  # libraries of another age warn of the present; nobody here can act on it
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    for noisy in ("rasa", "sanic.access", "sanic.root", "apscheduler", "asyncio", "matplotlib"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
