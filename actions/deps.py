"""What actions need of the outside, set once at start by `actions.server` and by tests.

rasa_sdk makes action objects itself, without arguments, so they ask here. Importing this module touches nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from actions.dangers import Danger
from actions.words import Words
from bot.catalog import Catalog
from knowledge.consultant import Consultant
from tickets.domain.city import Catalogue
from tickets.service.desk import TicketDesk
from tickets.service.duplicates import DuplicateFinder
from tickets.service.ports import CategoryClassifier


@dataclass(frozen=True)
class Deps:
    """The real things behind the actions.

    Attributes:
        desk: the tickets.
        classifier: suggests categories.
        texts: citizens' texts, for what is put together here (button titles, names).
        words: small closed word lists per language (names of slots, "none of these").
        dangers: whom to call and which category, per kind of danger.
        now: gives the present, aware, in the city's zone.
        consultant: answers questions from the consultation items; None: there are none.
        duplicates: finds open tickets on the same matter; None: nobody is asked about them.
    """

    desk: TicketDesk
    classifier: CategoryClassifier
    texts: Catalog
    words: Mapping[str, Words]
    dangers: Mapping[str, Danger]
    now: Callable[[], datetime]
    consultant: Consultant | None = None
    duplicates: DuplicateFinder | None = None

    @property
    def city(self) -> Catalogue:
        """Categories and units of the city."""
        return self.desk.catalogue


_current: list[Deps] = []


def install(deps: Deps) -> None:
    """Sets what all actions use from now on."""
    _current[:] = [deps]


def current() -> Deps:
    """Gives what was installed.

    Raises:
        RuntimeError: nothing was; start `python -m actions.server`, or install fakes in a test.
    """
    if not _current:
        raise RuntimeError("actions need actions.deps.install() first")
    return _current[0]
