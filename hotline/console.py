"""What `hotline up` shows: every process' log lines on standard error, readable or as JSON lines.

Lines are passed on as they are written; what is no log line (a traceback, a library's print) is shown under the
process it came from, never dropped.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from datetime import datetime
from typing import TextIO

_LOGGED = re.compile(r"(\d\d:\d\d:\d\d) \S+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) (.*)", re.DOTALL)
_PROCESS_COLOURS = ("36", "35", "34", "32", "33", "96", "95")
_LEVEL_COLOURS = {"WARNING": "33", "ERROR": "31", "CRITICAL": "31"}
_NAME_WIDTH = 8


class Console:
    """Shows lines of several processes on one stream.

    Args:
        as_json: one JSON object a line.
        colour: colours for names and levels (default: when the stream is a terminal).
    """

    def __init__(self, as_json: bool = False, colour: bool | None = None, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._json = as_json
        self._colour = self._out.isatty() if colour is None else colour
        self._colours: dict[str, str] = {}

    def show(self, process: str, line: str) -> None:
        """Shows a line that a process wrote."""
        self._write(self._as_json(process, line) if self._json else self._readable(process, line))

    def say(self, level: str, message: str) -> None:
        """Shows a line of the supervisor's own."""
        now = datetime.now().astimezone()
        if self._json:
            self._write(_json_line(now, level, "hotline", message))
        else:
            self._write(self._coloured(now.strftime("%H:%M:%S"), "hotline", level, message))

    def _as_json(self, process: str, line: str) -> str:
        if line.startswith("{") and line.endswith("}"):
            try:
                json.loads(line)
            except ValueError:
                pass
            else:
                return line
        return _json_line(datetime.now().astimezone(), "INFO", process, line)

    def _readable(self, process: str, line: str) -> str:
        logged = _LOGGED.fullmatch(line)
        if logged is None:
            return self._coloured(" " * 8, process, "", line)
        return self._coloured(logged[1], process, logged[2], logged[3])

    def _coloured(self, at: str, process: str, level: str, message: str) -> str:
        name = f"{process:<{_NAME_WIDTH}}"
        shown = "" if level in ("", "INFO") else f"{level} "
        if self._colour:
            colour = self._colours.setdefault(process, _PROCESS_COLOURS[len(self._colours) % len(_PROCESS_COLOURS)])
            name = f"\x1b[{colour}m{name}\x1b[0m"
            if level in _LEVEL_COLOURS:
                shown = f"\x1b[{_LEVEL_COLOURS[level]}m{shown}\x1b[0m"
        return f"{at} {name} {shown}{message}"

    def _write(self, line: str) -> None:
        with contextlib.suppress(OSError):  # whoever read has gone; the processes go on, and still end when told
            self._out.write(line + "\n")
            self._out.flush()


def _json_line(at: datetime, level: str, process: str, message: str) -> str:
    line = {"at": at.isoformat(timespec="milliseconds"), "level": level, "process": process, "message": message}
    return json.dumps(line, ensure_ascii=False)
