"""What corrections of categories need of the store: nouns only, no implementation.

The ports of the store (`tickets.service.ports`) include these; every implementation passes the same contract tests.
"""

from __future__ import annotations

from typing import Protocol

from tickets.domain.corrections import Correction


class CorrectionTransaction(Protocol):
    """Within one transaction."""

    def add_correction(self, correction: Correction) -> None:
        """Stores a correction; corrections are never changed."""
        ...


class CorrectionStore(Protocol):
    """Reading. Every method raises `StoreUnavailable` when the store does not answer."""

    def corrections(self) -> list[Correction]:
        """All corrections, the oldest first; of one ticket only the last counts for training."""
        ...
