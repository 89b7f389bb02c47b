"""What a form holds so far, and the changes a turn makes to it, as Rasa slot events.

`memo` is the forms' note-book, one JSON object: the run's id, how often a slot was asked, why the form was left.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet

SKIPPED = "-"
"""A slot that is not needed or that the citizen would not tell."""
REQUESTED = "requested_slot"
LISTEN = "action_listen"
"""What an action asks for next that others may lead to: without it Rasa finds no rule and takes the turn back."""


class Draft:
    """Slots of one form plus the memo; collects changes.

    Attributes:
        memo: notes; change it freely, `events` stores it.
    """

    def __init__(self, slots: dict[str, Any], memo: dict[str, Any]) -> None:
        self._slots = slots
        self._changed: dict[str, Any] = {}
        self.memo = memo

    @classmethod
    def of(cls, tracker: Tracker) -> Draft:
        """Reads a tracker's slots."""
        return cls(dict(tracker.slots), dict(tracker.get_slot("memo") or {}))

    def get(self, slot: str) -> Any:
        """The slot's value with this turn's changes; None when empty."""
        return self._changed.get(slot, self._slots.get(slot))

    def known(self, slot: str) -> Any:
        """The slot's value, None also when it was skipped."""
        value = self.get(slot)
        return None if value == SKIPPED else value

    def set(self, slot: str, value: Any) -> None:
        """Fills or (with None) empties a slot."""
        self._changed[slot] = value

    def hold(self, text: str, message_id: str) -> None:
        """Keeps words whose purpose is being asked for; they hold for the citizen's next message only."""
        self.memo["held"] = {"text": text, "after": message_id}

    def held(self, message_id: str | None) -> str:
        """The words kept at the message of that id, empty when there are none."""
        held = self.memo.get("held") or {}
        return str(held["text"]) if held and held["after"] == message_id else ""

    def ask_again(self, slot: str) -> int:
        """Notes that a slot is asked once more; gives how often that was before."""
        attempts = dict(self.memo.get("attempts") or {})
        before = int(attempts.get(slot, 0))
        self.memo["attempts"] = {**attempts, slot: before + 1}
        return before

    def attempts(self, slot: str) -> int:
        """How often a slot had to be asked again."""
        return int((self.memo.get("attempts") or {}).get(slot, 0))

    def forget_attempts(self, slot: str) -> None:
        """The slot is asked for anew."""
        self.memo["attempts"] = {name: n for name, n in (self.memo.get("attempts") or {}).items() if name != slot}

    def events(self) -> list[EventType]:
        """The changes and the memo as slot events (never empty: an empty answer would make Rasa ask twice)."""
        return [*(SlotSet(slot, value) for slot, value in self._changed.items()), SlotSet("memo", self.memo)]

    def asking(self, slot: str) -> list[EventType]:
        """The changes, then this slot asked (again)."""
        return [*self.events(), SlotSet(REQUESTED, slot)]

    def leaving(self, outcome: str) -> list[EventType]:
        """The changes, then the end of the form; its `action_<form>_done` reads `outcome`."""
        self.memo["outcome"] = outcome
        return [*self.events(), SlotSet(REQUESTED, None)]


def then(action: str) -> list[EventType]:
    """Runs an action or form next."""
    return [FollowupAction(action)]
