"""Who may become owner of a conversation when the bot asks for a hand-over or takes up again, and why.

Pure. It never takes a conversation away from a person: what an agent holds only the agent's desk gives back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from channels.conversations import Draft, Owner
from channels.handoff.contract import PRIORITIES, Priority, Reason

Asked = Literal["handoff", "resume"]

AFTER: dict[tuple[Owner, Asked], Owner] = {
    ("bot", "handoff"): "queue",
    ("queue", "handoff"): "queue",  # asked twice: the place in the queue stays
    ("agent", "handoff"): "agent",  # a person came while the bot was still thinking
    ("bot", "resume"): "bot",
    ("queue", "resume"): "bot",  # the citizen gave up waiting
    ("agent", "resume"): "agent",
}


def owner_after(current: Owner, asked: Asked | None) -> Owner:
    """The owner after a bot turn that `asked` for a change."""
    return current if asked is None else AFTER[current, asked]


def spoken_beside(owner: Owner, drafts: Sequence[Draft]) -> tuple[Draft, ...]:
    """What of a bot's replies is still said when they are ready and `owner` has the conversation.

    Beside a person the bot is silent. Facts the citizen must not lose (a ticket that was filed, an emergency number)
    are told by the system, and ask nothing.
    """
    if owner != "agent":
        return tuple(drafts)
    return tuple(
        replace(draft, sender="system", buttons=())
        for draft in drafts
        if "ticket" in draft.data or "emergency" in draft.data
    )


@dataclass(frozen=True, slots=True)
class Why:
    """Why a person is wanted, and how urgently."""

    reason: Reason = "citizen_asked"
    priority: Priority = "normal"

    def is_more_urgent_than(self, priority: Priority) -> bool:
        return PRIORITIES.index(self.priority) > PRIORITIES.index(priority)


ASKED = Why()
BOT_FAILED = Why("bot_failed", "normal")
BOT_OFF = Why("bot_off", "normal")
PEOPLE_FIRST = Why("people_first", "normal")
_REASONS: Mapping[str, Reason] = {
    "request": "citizen_asked",
    "offered": "not_understood",
    "emergency": "emergency",
    "not_understood": "not_understood",
    "complaint_about_bot": "complaint_about_bot",
}


def why_of(custom: Mapping[str, Any]) -> Why:
    """The bot's own words for why it hands over (`custom.handoff`), in those of the contract."""
    reason = _REASONS.get(str(custom.get("reason")), "citizen_asked")
    if reason == "emergency":
        return Why(reason, "emergency")
    return Why(reason, "high" if custom.get("priority") in ("urgent", "high") else "normal")
