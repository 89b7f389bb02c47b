"""`hotline ask`: questions from standard input, one a line, to topics as JSON lines.

Each line stands alone. Nothing is stored and no server is needed; what must be learned first is learned first.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from typing import BinaryIO, TextIO
from zoneinfo import ZoneInfo

from hotline import settings
from hotline.batch import Progress, read_texts, write_object
from knowledge.config import KnowledgeConfig
from knowledge.consultant import Consultant
from knowledge.decision import Question, Served
from knowledge.errors import KnowledgeError
from language.identify import LANGUAGES

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")


def mount(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `ask` to the command."""
    parser = subparsers.add_parser("ask", help="find the topic of questions from standard input")
    parser.add_argument("--language", required=True, choices=LANGUAGES, metavar="L", help="language of the questions")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from knowledge.bootstrap import open_consultant

    try:
        config = KnowledgeConfig.from_settings(settings.load())
        consultant = open_consultant(config, now, exact=True, stored=False)
        ask(consultant, sys.stdin.buffer, sys.stdout, arguments.language)
    except KnowledgeError as error:
        print(f"hotline: {error}", file=sys.stderr)
        return 2
    return 0


def ask(consultant: Consultant, questions: BinaryIO, out: TextIO, language: str) -> None:
    """Writes one object a line: `answered` is true only when the first would be served at once."""
    progress = Progress("questions")
    for text in read_texts(questions):
        write_object(out, answer_of(consultant, text, language))
        progress.step()
    progress.end()


def answer_of(consultant: Consultant, text: str, language: str) -> dict[str, object]:
    """The object of one question."""
    decision = consultant.consult(Question(text, language))
    ranking = consultant.rank(text, language)
    candidates = [{"id": each.topic, "score": round(each.score, 4)} for each in ranking.candidates]
    return {"text": text, "answered": isinstance(decision, Served), "candidates": candidates}


def now() -> datetime:
    """The present in the city."""
    return datetime.now(LOCAL_ZONE)
