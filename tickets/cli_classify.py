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
from tickets.service.ports import Candidate

BATCH = 32


def mount(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `classify` to the command."""
    parser = subparsers.add_parser("classify", help="suggest categories for texts from standard input")
    parser.add_argument("--model", metavar="NAME", help="a city's own classification, see `hotline dispatch train`")
    parser.add_argument("--evidence", action="store_true", help="also say why, and whether it is sure (slower)")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    try:
        if arguments.model and arguments.evidence:
            raise InvalidTicket("no_evidence", "evidence", "--evidence explains the city's categories, not a --model")
        if arguments.model:
            classify_labels(sys.stdin.buffer, arguments.model)
        elif arguments.evidence:
            explain(sys.stdin.buffer)
        else:
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
                "candidates": [_candidate(each) for each in candidates],
            }
            print(json.dumps(answer, ensure_ascii=False))
        sys.stdout.flush()


def explain(lines: BinaryIO) -> None:
    """As `classify`, with `sure`, the words that spoke for the first and the nearest known texts."""
    from language.identify import identify
    from tickets.bootstrap import open_classifier

    classifier = open_classifier(TicketsConfig.from_settings(settings.load()))
    for text in _decoded(lines):
        found = classifier.suggest_with_evidence(text, limit=5)
        answer = {
            "text": text,
            "language": identify(text).language,
            "candidates": [_candidate(each) for each in found.candidates],
            "sure": found.sure,
            "words": [{"text": word.text, "weight": round(word.weight, 4)} for word in found.words],
            "nearest": [
                {"text": each.text, "category": each.category, "score": round(each.score, 4)} for each in found.nearest
            ],
        }
        print(json.dumps(answer, ensure_ascii=False), flush=True)


def classify_labels(lines: BinaryIO, name: str) -> None:
    """Prints one JSON object for each line, in order: a city's own labels; units know nothing of them."""
    from language.identify import identify
    from tickets.bootstrap import open_labels

    labels = open_labels(TicketsConfig.from_settings(settings.load()))
    model = labels.open(name)
    for texts in batched(_decoded(lines), BATCH):
        for text, candidates in zip(texts, labels.suggest_many(model, texts), strict=True):
            answer = {
                "text": text,
                "language": identify(text).language,
                "candidates": [
                    {"category": label, "unit": None, "score": round(score, 4)} for label, score in candidates
                ],
            }
            print(json.dumps(answer, ensure_ascii=False))
        sys.stdout.flush()


def _candidate(candidate: Candidate) -> dict[str, object]:
    return {"category": candidate.category, "unit": candidate.unit, "score": round(candidate.score, 4)}


def _decoded(lines: BinaryIO) -> Iterator[str]:
    for position, line in enumerate(lines, start=1):
        try:
            yield line.decode("utf-8").removeprefix("\ufeff" if position == 1 else "").rstrip("\r\n")
        except UnicodeDecodeError:
            raise InvalidTicket("not_utf8", "text", f"line {position} of standard input is not UTF-8") from None
