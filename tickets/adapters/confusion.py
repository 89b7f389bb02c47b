"""How a classification went on texts whose labels are known: figures, a confusion table, and a picture of it.

The picture is SVG with real text in it, so that labels of any script are drawn with the fonts of whoever looks at it.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_CELL, _FONT = 34, 13


@dataclass(frozen=True)
class Outcome:
    """What was true against what was said; `counts[true, said]`, rows and columns in the order of `labels`."""

    labels: tuple[str, ...]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, true: Sequence[str], said: Sequence[str]) -> Outcome:
        labels = tuple(sorted({*true, *said}))
        places = {label: place for place, label in enumerate(labels)}
        counts = np.zeros((len(labels), len(labels)), dtype=np.int64)
        for one, other in zip(true, said, strict=True):
            counts[places[one], places[other]] += 1
        return cls(labels, counts)

    @property
    def texts(self) -> int:
        return int(self.counts.sum())

    @property
    def accuracy(self) -> float:
        return float(np.trace(self.counts) / max(self.texts, 1))

    def by_label(self) -> list[tuple[str, float, float, float, int]]:
        """Label, precision, recall, F1 and number of texts of each label."""
        hits = np.diag(self.counts).astype(float)
        there, said = self.counts.sum(axis=1), self.counts.sum(axis=0)
        recall, precision = hits / np.maximum(there, 1), hits / np.maximum(said, 1)
        f1 = np.divide(2 * hits, there + said, out=np.zeros_like(hits), where=(there + said) > 0)
        return [
            (label, float(precision[at]), float(recall[at]), float(f1[at]), int(there[at]))
            for at, label in enumerate(self.labels)
        ]

    @property
    def macro_f1(self) -> float:
        """The mean of F1 over all labels that are true or were said, as scikit-learn's `f1_score(average="macro")`."""
        return float(np.mean([f1 for _, _, _, f1, _ in self.by_label()])) if self.labels else 0.0

    def confused(self, most: int = 10) -> list[tuple[str, str, int]]:
        """The pairs (true, said) taken for each other most often."""
        wrong = self.counts.copy()
        np.fill_diagonal(wrong, 0)
        order = np.argsort(-wrong, axis=None, kind="stable")[:most]
        pairs = [divmod(int(at), len(self.labels)) for at in order]
        return [(self.labels[row], self.labels[column], int(wrong[row, column])) for row, column in pairs
                if wrong[row, column]]  # fmt: skip

    def save_csv(self, path: Path) -> None:
        """Rows are true, columns said."""
        with path.open("w", encoding="utf-8-sig", newline="") as file:  # with a BOM: spreadsheets take it for UTF-8
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("true \\ said", *self.labels))
            writer.writerows((label, *row) for label, row in zip(self.labels, self.counts.tolist(), strict=True))

    def save_svg(self, path: Path, title: str) -> None:
        path.write_text(self.svg(title), encoding="utf-8")

    def svg(self, title: str) -> str:
        """The table as a picture: the darker, the larger the share of the true label's texts."""
        left = 24 + max((_width(label) for label in self.labels), default=0)
        size = len(self.labels) * _CELL
        top = left + 40
        shares = self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + size + 20}" height="{top + size + 20}" '
            f'font-family="Noto Sans CJK SC, Noto Sans, Microsoft YaHei, PingFang SC, sans-serif" '
            f'font-size="{_FONT}">',
            f"<title>{escape(title)}</title>",
            '<rect width="100%" height="100%" fill="white"/>',
            f'<text x="12" y="24" font-weight="bold">{escape(title)}</text>',
        ]
        for row, label in enumerate(self.labels):
            middle = row * _CELL + _CELL // 2
            parts.append(f'<text x="{left - 8}" y="{top + middle + 5}" text-anchor="end">{escape(label)}</text>')
            parts.append(
                f'<text transform="translate({left + middle + 5},{top - 8}) rotate(-90)">{escape(label)}</text>'
            )
            for column, count in enumerate(self.counts[row].tolist()):
                parts.append(_cell(left + column * _CELL, top + row * _CELL, count, float(shares[row, column])))
        return "\n".join([*parts, "</svg>", ""])


def _cell(x: int, y: int, count: int, share: float) -> str:
    """A square from white to dark blue, with its count if there is one."""
    red, green, blue = (round(255 - share * (255 - end)) for end in (8, 48, 107))
    square = f'<rect x="{x}" y="{y}" width="{_CELL}" height="{_CELL}" fill="rgb({red},{green},{blue})" stroke="#ddd"/>'
    if not count:
        return square
    ink = "white" if share > 0.5 else "black"
    at_x, at_y = x + _CELL // 2, y + _CELL // 2 + 5
    return square + f'<text x="{at_x}" y="{at_y}" text-anchor="middle" fill="{ink}">{count}</text>'


def _width(label: str) -> int:
    """About how wide a text is drawn: characters of East Asian scripts are as wide as high."""
    return sum(_FONT if ord(character) > 0x2E80 else round(_FONT * 0.62) for character in label)
