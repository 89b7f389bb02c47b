"""`hotline classify`: complaint texts from standard input, one a line, to categories as JSON lines.

Each line stands alone. Nothing is stored, and no server is needed; a model that is missing is trained first.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import batched
from typing import BinaryIO

from hotline import settings
from tickets.config import TicketsConfig
from tickets.errors import InvalidTicket, TicketError

BATCH = 32


def mount(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `classify` to the command."""
    parser = subparsers.add_parser("classify", help="suggest categories for texts from standard input")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    try:
        classify(sys.stdin.buffer)
    except (TicketError, settings.SettingsError, OSError) as error:
        print(f"hotline: {error}", file=sys.stderr)
        return 2
    return 0


def classify(lines: BinaryIO) -> None:
    """Prints one JSON object for each line, in order."""
    from language.identify import identify
    from tickets.bootstrap import open_classifier

    classifier = open_classifier(TicketsConfig.from_settings(settings.load()))
    for texts in batched(_decoded(lines), BATCH):
        for text, candidates in zip(texts, classifier.suggest_many(texts), strict=True):
            answer = {
                "text": text,
                "language": identify(text).language,
                "candidates": [
                    {"category": each.category, "unit": each.unit, "score": round(each.score, 4)} for each in candidates
                ],
            }
            print(json.dumps(answer, ensure_ascii=False))
        sys.stdout.flush()


def _decoded(lines: BinaryIO) -> Iterator[str]:
    for position, line in enumerate(lines, start=1):
        try:
            yield line.decode("utf-8").removeprefix("\ufeff" if position == 1 else "").rstrip("\r\n")
        except UnicodeDecodeError:
            raise InvalidTicket("not_utf8", "text", f"line {position} of standard input is not UTF-8") from None
