"""Puts candidates in order and says how sure it is: served, a choice, or not covered.

Pure. The weights of the features and the calibration of the certainty are learned in `knowledge.training`; the
certainty is the probability that the first candidate is the right topic, small talk and foreign matters included.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.finder import FEATURES, Found
from knowledge.projection import Projection

Floats = NDArray[np.float32]
CERTAINTY_FEATURES = 6 + len(FEATURES)
CHOICE_SHARE = 0.12
"""A further candidate is offered beside the first when its share of the scores is at least this."""


@dataclass(frozen=True)
class Candidate:
    """A topic with its share of the scores, 0 to 1."""

    topic: str
    score: float


@dataclass(frozen=True)
class Ranking:
    """Candidates, best first, and how sure it is that the first is right."""

    candidates: Sequence[Candidate]
    certainty: float


@dataclass(frozen=True)
class Bar:
    """The certainties of one language from which the first is served, or a choice is offered."""

    served: float
    choice: float


@dataclass(frozen=True)
class Ranker:
    """The learned arrays.

    Attributes:
        weights: (len(FEATURES),) of the candidates' features.
        temperature: divides the sums before they become shares.
        certainty: (CERTAINTY_FEATURES + 1,) weights and bias of the logistic model of being right.
        silence: (k, d) projected vectors of what must not be answered.
        bars: by language.
    """

    projection: Projection
    weights: Floats
    temperature: float
    certainty: Floats
    silence: Floats
    bars: Mapping[str, Bar]

    def rank(self, found: Sequence[Found], language: str, projected: Floats) -> Ranking:
        """Orders the candidates of one question whose projected vector is `projected`."""
        if not found:
            return Ranking((), 0.0)
        features = np.stack([each.features for each in found])
        sums = features @ self.weights
        order = np.argsort(-sums, kind="stable")
        shares = softmax(sums[order] / self.temperature)
        near = certainty_features(features[order], sums[order], shares, self.silence @ projected)
        logit = float(near @ self.certainty[:-1] + self.certainty[-1])
        candidates = [Candidate(found[at].topic, float(share)) for at, share in zip(order[:5], shares[:5], strict=True)]
        return Ranking(candidates, 1.0 / (1.0 + float(np.exp(-np.clip(logit, -30, 30)))))

    def save(self, file: Path) -> None:
        """Writes one .npz without pickled objects."""
        partial = file.with_suffix(".partial.npz")
        languages = sorted(self.projection.means)
        np.savez(
            partial,
            languages=np.array(languages),
            means=np.stack([self.projection.means[language] for language in languages]),
            whitening=self.projection.whitening,
            weights=self.weights,
            temperature=np.array([self.temperature]),
            certainty=self.certainty,
            silence=self.silence.astype(np.float16),
            bars=np.array(json.dumps({name: [bar.served, bar.choice] for name, bar in self.bars.items()})),
        )
        partial.replace(file)

    @classmethod
    def load(cls, file: Path) -> Ranker:
        """Reads what `save` wrote.

        Raises:
            ValueError: the file is no ranker.
        """
        try:
            with np.load(file, allow_pickle=False) as stored:
                means = dict(zip(stored["languages"].tolist(), stored["means"], strict=True))
                bars = json.loads(str(stored["bars"]))
                return cls(
                    projection=Projection(means, stored["whitening"]),
                    weights=stored["weights"],
                    temperature=float(stored["temperature"][0]),
                    certainty=stored["certainty"],
                    silence=stored["silence"].astype(np.float32),
                    bars={name: Bar(*values) for name, values in bars.items()},
                )
        except (KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(f"{file} is no ranker") from error


def certainty_features(features: Floats, sums: Floats, shares: Floats, silence: Floats) -> Floats:
    """What tells a right first candidate from a wrong one; the rows are in order, best first."""
    second = sums[1] if len(sums) > 1 else sums[0] - 5.0
    quiet = np.sort(silence)[-5:] if len(silence) else np.zeros(1, dtype=np.float32)
    about = [
        sums[0],
        sums[0] - second,
        shares[0],
        float(quiet[-1]),
        float(quiet.mean()),
        float(features[0][1] - quiet[-1]),
    ]
    return np.concatenate([about, features[0]]).astype(np.float32)


def softmax(sums: Floats) -> Floats:
    """Shares of one row, without overflow."""
    powers = np.exp(sums - sums.max())
    return np.asarray(powers / powers.sum(), dtype=np.float32)
