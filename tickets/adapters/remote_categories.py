"""Asks the actions process for categories: it has encoder and model loaded, so nobody else need hold them in memory.

A question is not waited for long and not repeated, and after a failure, or two slow answers, none is asked for a while:
whoever files has better to do than to wait for a process that is starting. What goes wrong is `ClassifierUnavailable`.
"""

from __future__ import annotations

import http.client
import time
import urllib.request
from typing import Any

import numpy as np
import orjson

from tickets.errors import ClassifierUnavailable
from tickets.service.ports import Candidate, EvidenceExample, EvidenceWord, Suggestion

PATH = "/categories"
_SECONDS = 2.0
_REST_SECONDS = 30.0
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""What citizens wrote goes to no proxy, whatever the environment says."""


class RemoteCategories:
    """The `CategorySuggester` on `POST /categories` of the actions.

    Args:
        actions_url: where they are.
        seconds: how long the actions may say nothing.
        rest_seconds: how long they are left alone after a failure.
    """

    def __init__(self, actions_url: str, seconds: float = _SECONDS, rest_seconds: float = _REST_SECONDS) -> None:
        self._address = f"{actions_url.rstrip('/')}{PATH}"
        self._seconds = seconds
        self._rest_seconds = rest_seconds
        self._rests_until = 0.0
        self._was_slow = False

    def suggest_with_evidence(
        self, text: str, vector: np.ndarray[Any, Any] | None = None, limit: int = 3
    ) -> Suggestion:
        """As the protocol says; the vector stays here."""
        if time.monotonic() < self._rests_until:
            raise ClassifierUnavailable("the actions proposed no category a moment ago")
        headers = {"Content-Type": "application/json"}
        try:
            asked = urllib.request.Request(self._address, orjson.dumps({"text": text, "limit": limit}), headers)
            with _OPENER.open(asked, timeout=self._seconds) as response:
                found = _read(orjson.loads(response.read()))
        except (OSError, http.client.HTTPException, ValueError, TypeError, KeyError) as error:
            slow = isinstance(getattr(error, "reason", error), TimeoutError)
            if self._was_slow or not slow:
                self._rests_until = time.monotonic() + self._rest_seconds
            self._was_slow = slow
            raise ClassifierUnavailable(f"the actions propose no category: {error or type(error).__name__}") from error
        self._was_slow = False
        return found


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
