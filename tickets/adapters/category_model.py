"""A trained category model with the examples it was trained on: what scores a text, and what it can be explained by.

The arithmetic is that of `language.text_model`; here it is kept in a folder with the examples and with the probability
from which on a category may be chosen without a person. Files hold numbers and texts, never pickled objects.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from language.text_model import TextModel, centred
from language.tokens import tokenize

Floats = NDArray[np.float32]
_ARRAYS, _MEANING = "model.npz", "examples.json"
_WORDS = 5
_LEAST_SHARE = 0.15
"""A word that moves the score less than this share of what the strongest does is not named as a reason."""


@dataclass(frozen=True)
class Example:
    """One text of which the category is known; `weight` is how much it counts."""

    category: str
    text: str
    language: str
    weight: float = 1.0


@dataclass(frozen=True)
class Measured:
    """What held-out texts showed: `coverage` of them reached `threshold`, and `precision` of those were right."""

    threshold: float
    precision: float
    coverage: float
    texts: int


@dataclass(frozen=True)
class CategoryModel:
    """A model of n categories; `examples` in the order of the text model's rows."""

    text: TextModel
    examples: tuple[Example, ...]
    measured: Measured

    @property
    def categories(self) -> Sequence[str]:
        return self.text.labels

    def scores(self, texts: Sequence[str], languages: Sequence[str], vectors: Floats) -> Floats:
        """Probabilities of shape (len(texts), n)."""
        return np.asarray(self.text.probabilities(self.text.scores(texts, languages, vectors)), dtype=np.float32)

    def words(self, text: str, language: str, vector: Floats, category: str) -> list[tuple[int, int, float]]:
        """The words that spoke for a category, the strongest first: start, end, and how much the score falls without.

        Each word is left out in turn and the n-grams are scored again; the meaning of the whole stays as it is. Single
        characters of a script without spaces that stand together are one word.
        """
        tokens = tokenize(text, language)[:200]
        if not tokens:
            return []
        variants = [text[: token.start] + " " + text[token.end :] for token in tokens]
        count = len(variants) + 1
        given = np.repeat(vector.reshape(1, -1), count, axis=0)
        column = self.categories.index(category)
        scored = self.text.scores([text, *variants], [language] * count, given)[:, column]
        falls = scored[0] - scored[1:]
        strongest = float(falls.max())
        if strongest <= 0:
            return []
        runs: list[tuple[int, int, float]] = []
        for token, fall in zip(tokens, falls.tolist(), strict=True):
            if fall < strongest * _LEAST_SHARE:
                continue
            last = runs[-1] if runs else None
            if last and last[1] == token.start:
                runs[-1] = (last[0], token.end, last[2] + fall)
            else:
                runs.append((token.start, token.end, fall))
        return sorted(runs, key=lambda run: -run[2])[:_WORDS]

    def nearest(self, language: str, vector: Floats, limit: int) -> list[tuple[Example, float]]:
        """The examples that mean most nearly the same, the nearest first, with their cosine."""
        point = centred(vector.reshape(1, -1), [language], self.text.means)[0]
        near = self.text.vectors @ point
        best = np.argsort(-near, kind="stable")[:limit]
        return [(self.examples[at], float(near[at])) for at in best]

    def save(self, folder: Path) -> None:
        """Writes the folder in one step, so that a reader never sees half of it."""
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        self.text.save(partial / _ARRAYS)
        meaning = {"measured": asdict(self.measured), "examples": [asdict(each) for each in self.examples]}
        (partial / _MEANING).write_text(json.dumps(meaning, ensure_ascii=False), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)

    @classmethod
    def load(cls, folder: Path) -> CategoryModel:
        """Reads a saved model.

        Raises:
            ValueError: the folder holds no such model.
        """
        try:
            text = TextModel.load(folder / _ARRAYS)
            meaning: dict[str, Any] = json.loads((folder / _MEANING).read_text(encoding="utf-8"))
            examples = tuple(Example(**each) for each in meaning["examples"])
            measured = Measured(**meaning["measured"])
        except (OSError, KeyError, TypeError, EOFError, zipfile.BadZipFile, json.JSONDecodeError) as error:
            raise ValueError(f"{folder} is no category model") from error
        if len(examples) != len(text.vectors):
            raise ValueError(f"{folder} is no category model: its parts do not belong together")
        return cls(text, examples, measured)
