"""`hotline langid`: says for each text from standard input which of the five languages it is in."""

from __future__ import annotations

import argparse
import sys
from typing import Any, BinaryIO, TextIO

from hotline.batch import Progress, read_texts, write_object
from language.identify import LANGUAGES, identify


def mount(subparsers: Any) -> None:
    """Adds `langid` to the command."""
    parser = subparsers.add_parser("langid", help="name the language of texts from standard input")
    parser.add_argument("--current", choices=LANGUAGES, metavar="L", help="the conversation's language so far")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    langid(sys.stdin.buffer, sys.stdout, arguments.current)
    return 0


def langid(texts: BinaryIO, out: TextIO, current: str | None = None) -> None:
    """Writes one object a line; each line stands alone, `current` is the same for all."""
    progress = Progress("texts")
    for text in read_texts(texts):
        found = identify(text, current=current)
        write_object(out, {"text": text, "language": found.language, "other": found.other, "sure": found.sure})
        progress.step()
    progress.end()
