"""Who may become owner of a conversation when the bot asks for a hand-over or takes up again.

Pure. It never takes a conversation away from a person: what an agent holds only the agent's desk gives back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from channels.conversations import Draft, Owner

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

    Beside a person the bot is silent, except for facts the citizen must not lose: a ticket that was filed, an
    emergency number.
    """
    if owner != "agent":
        return tuple(drafts)
    return tuple(draft for draft in drafts if "ticket" in draft.data or "emergency" in draft.data)
