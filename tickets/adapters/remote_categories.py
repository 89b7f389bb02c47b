"""Asks the actions process for categories: it has encoder and model loaded, so nobody else need hold them in memory.

A question is not waited for long and not repeated; what goes wrong is `ClassifierUnavailable`.
"""

from __future__ import annotations

import http.client
import urllib.request
from typing import Any

import numpy as np
import orjson

from tickets.errors import ClassifierUnavailable
from tickets.service.ports import Candidate, EvidenceExample, EvidenceWord, Suggestion

PATH = "/categories"
_SECONDS = 2.0


class RemoteCategories:
    """The `CategorySuggester` on `POST /categories` of the actions.

    Args:
        actions_url: where they are.
        seconds: how long an answer may take.
    """

    def __init__(self, actions_url: str, seconds: float = _SECONDS) -> None:
        self._address = f"{actions_url.rstrip('/')}{PATH}"
        self._seconds = seconds

    def suggest_with_evidence(
        self, text: str, vector: np.ndarray[Any, Any] | None = None, limit: int = 3
    ) -> Suggestion:
        """As the protocol says; the vector stays here."""
        headers = {"Content-Type": "application/json"}
        try:
            asked = urllib.request.Request(self._address, orjson.dumps({"text": text, "limit": limit}), headers)
            with urllib.request.urlopen(asked, timeout=self._seconds) as response:
                return _read(orjson.loads(response.read()))
        except (OSError, http.client.HTTPException, ValueError, TypeError, KeyError) as error:
            raise ClassifierUnavailable(f"the actions propose no category: {error or type(error).__name__}") from error


def _read(found: dict[str, Any]) -> Suggestion:
    """What the actions made of a `Suggestion`; one without a candidate is none."""
    candidates = [Candidate(**one) for one in found["candidates"]]
    if not candidates:
        raise ValueError("no candidate")
    return Suggestion(
        candidates,
        bool(found["sure"]),
        float(found["threshold"]),
        tuple(EvidenceWord(**one) for one in found["words"]),
        tuple(EvidenceExample(**one) for one in found["nearest"]),
    )
