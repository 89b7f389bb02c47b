"""A city's own classifications by name: trained from a file, kept in a folder, measured on other files.

Each model has a folder of its own with its report: the rows that could not be used, the confusion table and its
picture. A training that fails leaves an earlier model of that name as it was.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hotline.file_lock import file_lock
from language.encoder import CachedEncoder, SentenceEncoder
from language.identify import identify
from tickets.adapters.confusion import Outcome
from tickets.adapters.label_model import Floats, LabelModel, folder_of
from tickets.adapters.label_training import for_training, measure, samples_of, split, train
from tickets.adapters.labelled_rows import BadRow, LabelledFile, LabelledText, read_labelled
from tickets.domain.text import clean_text
from tickets.errors import LabelledFileInvalid, LabelModelMissing


@dataclass(frozen=True)
class Trained:
    """What training showed: `outcome` on texts held out, rows that could not be used, where everything is."""

    outcome: Outcome
    bad: Sequence[BadRow]
    folder: Path


@dataclass(frozen=True)
class Evaluated:
    """What another file showed; `unknown` labels are not the model's."""

    outcome: Outcome
    bad: Sequence[BadRow]
    unknown: Sequence[str]


class LabelClassifiers:
    """All such models of an installation.

    Args:
        models_dir: they live in its folder `labels`.
    """

    def __init__(self, encoder: SentenceEncoder, models_dir: Path) -> None:
        self._models_dir = models_dir
        self._encoder = CachedEncoder(encoder, folder=models_dir / "label-vectors")

    def train(self, file: Path, text_column: str, label_column: str, name: str, held_out: float = 0.2) -> Trained:
        """Learns from a file, measures on a share held out, then learns from all of it.

        Raises:
            LabelledFileInvalid: the name or the file cannot be used.
        """
        folder = folder_of(self._models_dir, name)
        read = read_labelled(file, text_column, label_column)
        samples = for_training(samples_of(_usable(file, read)))
        known, asked = split(samples, held_out)
        with file_lock(self._models_dir / "labels" / f".{name}.lock"):
            _tell(f"{len(samples):,} texts in {len({each.label for each in samples})} labels; reading them")
            self._encoder.encode_corpus([sample.text for sample in samples], _tell_progress)
            given = {"encoder": self._encoder.name, "source": f"{file.name}: {text_column}, {label_column}"}
            _tell(f"measuring on {len(asked):,} texts held out")
            outcome = measure(train(known, self._vectors, **given, progress=_tell), asked, self._vectors)
            _tell("training on all")
            train(samples, self._vectors, **given, progress=_tell).save(folder)
            _report(folder, outcome, f"{name}: {outcome.texts} texts held out")
            _list_bad(folder / "bad_rows.csv", read.bad)
        return Trained(outcome, read.bad, folder)

    def evaluate(
        self, file: Path, text_column: str, label_column: str, name: str, out: Path | None = None
    ) -> Evaluated:
        """Measures a model on a file.

        Raises:
            LabelModelMissing: there is no such model.
            LabelledFileInvalid: the name or the file cannot be used.
        """
        model = self.open(name)
        read = read_labelled(file, text_column, label_column)
        samples = samples_of(_usable(file, read))
        self._encoder.encode_corpus([sample.text for sample in samples], _tell_progress)
        outcome = measure(model, samples, self._vectors)
        if out:
            out.mkdir(parents=True, exist_ok=True)
            _report(out, outcome, f"{name}: {file.name}")
        unknown = sorted({sample.label for sample in samples} - set(model.labels))
        return Evaluated(outcome, read.bad, unknown)

    def open(self, name: str) -> LabelModel:
        """Reads a model.

        Raises:
            LabelModelMissing: there is none of that name, or it was made with another encoder.
        """
        model = LabelModel.load(folder_of(self._models_dir, name))
        if model.encoder != self._encoder.name:
            raise LabelModelMissing(
                f"the model {name!r} was trained with {model.encoder}, not {self._encoder.name}; train it again"
            )
        return model

    def suggest_many(self, model: LabelModel, texts: Sequence[str], limit: int = 5) -> list[list[tuple[str, float]]]:
        """Labels with their probabilities for each text, best first."""
        if not texts:
            return []
        cleaned = [clean_text(text) for text in texts]
        languages = [identify(text[:200]).language for text in cleaned]
        scores = model.probabilities(cleaned, languages, self._encoder.encode(cleaned))
        best = np.argsort(-scores, axis=1, kind="stable")[:, :limit]
        return [
            [(model.labels[at], float(row[at])) for at in at_best] for row, at_best in zip(scores, best, strict=True)
        ]

    def _vectors(self, texts: Sequence[str]) -> Floats:
        return np.asarray(self._encoder.encode_corpus(texts), dtype=np.float32)


def _usable(file: Path, read: LabelledFile) -> Sequence[LabelledText]:
    if not read.rows:
        first = f"; the first, line {read.bad[0].line}: {read.bad[0].reason}" if read.bad else ""
        raise LabelledFileInvalid(f"{file}: no row can be used{first}")
    return read.rows


def _report(folder: Path, outcome: Outcome, title: str) -> None:
    outcome.save_csv(folder / "confusion.csv")
    outcome.save_svg(
        folder / "confusion.svg", f"{title}, accuracy {outcome.accuracy:.3f}, macro F1 {outcome.macro_f1:.3f}"
    )


def _list_bad(path: Path, bad: Sequence[BadRow]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("line", "reason"))
        writer.writerows((row.line, row.reason) for row in bad)


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _tell_progress(done: int, total: int) -> None:
    if done == total or done % 512 == 0:
        _tell(f"  {done:,} of {total:,} texts read")
