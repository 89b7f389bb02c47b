"""Batch commands: UTF-8 texts from standard input, one a line; one JSON object a line to standard output, in order.

An empty line is a text like any other: it gets its object, so that line N of the output always answers line N of the
input. A line that is not UTF-8 ends the command with its number; what came before it has been answered.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, TextIO

from hotline.errors import CommandFailed

_PROGRESS_SECONDS = 0.5


class NotUtf8(CommandFailed):
    """A line of standard input is not UTF-8."""

    code = "not_utf8"


def read_texts(stream: BinaryIO) -> Iterator[str]:
    """Gives each line without its end, as soon as it is there.

    Raises:
        NotUtf8: the line cannot be decoded; the message names it.
    """
    for number, line in enumerate(stream, start=1):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise NotUtf8(f"line {number} of standard input is not UTF-8 ({error.reason})") from None
        yield (text.removeprefix("\ufeff") if number == 1 else text).rstrip("\r\n")


def write_object(out: TextIO, answer: Mapping[str, Any]) -> None:
    """Writes one line and hands it on at once."""
    out.write(json.dumps(answer, ensure_ascii=False) + "\n")
    out.flush()


class Progress:
    """Counts on a terminal's standard error; silent where it is none."""

    def __init__(self, noun: str, out: TextIO | None = None) -> None:
        self._noun = noun
        self._out = out or sys.stderr
        self._shown = self._out.isatty()
        self._started = self._told = time.monotonic()
        self._count = 0

    def step(self) -> None:
        self._count += 1
        now = time.monotonic()
        if self._shown and now - self._told >= _PROGRESS_SECONDS:
            self._told = now
            self._out.write(f"\r{self._count:,} {self._noun}, {self._count / (now - self._started):.0f} a second ")
            self._out.flush()

    def end(self) -> None:
        if self._shown and self._told > self._started:
            self._out.write("\r\x1b[K")
            self._out.flush()
