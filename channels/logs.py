"""The gateway's log: readable or JSON lines on standard error, one line a request.

No query strings, tokens, texts or whole addresses: what is masked here cannot leak from a log.
"""

from __future__ import annotations

import logging
import re
import sys
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

import orjson

access = logging.getLogger("channels.access")

_ID_IN_PATH = re.compile(r"(?<=/conversations/)([A-Za-z0-9]{1,8})[^/]*")
_DIGITS = re.compile(r"\d{7,}")
_UNSAFE = re.compile(r"[^\x21-\x7e]")


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "process": "gateway",
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(line).decode()


def configure(log_json: bool, level: str) -> None:
    """Sets up the process' log, once at start."""
    handler = logging.StreamHandler(sys.stderr)
    readable = logging.Formatter("%(asctime)s gateway %(levelname)s %(message)s", "%H:%M:%S")
    handler.setFormatter(_JsonLines() if log_json else readable)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("alembic", "asyncio", "aiohttp.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


@lru_cache(1024)
def masked_address(address: str) -> str:
    """The network an address is in (IPv4 /24, IPv6 /48), so that a log holds no person's address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "-"
    return str(ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False).network_address)


def masked_path(path: str) -> str:
    """The path with shortened conversation ids and without long numbers (a telephone, an identity card)."""
    return _UNSAFE.sub("?", _DIGITS.sub("***", _ID_IN_PATH.sub(r"\1", path)))[:200]
