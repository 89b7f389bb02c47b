"""What the bot keeps of a person's work: the gateway tells it once, with the first turn after the person gave back.

Plain Python. A draft whose matter the person has filed is over; everything else the citizen had begun stays.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Tuple

SLOT = "agent_did"


def changes(metadata: Mapping[str, Any], memo: Mapping[str, Any]) -> List[Tuple[str, Any]]:
    """Gives the slots to set, with their values, before the turn's message is heard; none when nothing was told.

    Args:
        metadata: the turn's; `agent_did` is {"agent", "summary", "tickets", "how"}.
        memo: the forms' note-book.
    """
    told = metadata.get(SLOT)
    if not isinstance(told, dict):
        return []
    did: Dict[str, Any] = {
        "agent": str(told.get("agent") or ""),
        "summary": str(told.get("summary") or ""),
        "tickets": [str(number) for number in told.get("tickets") or []],
    }
    found: List[Tuple[str, Any]] = [(SLOT, did)]
    if did["tickets"] and memo.get("draft"):
        found.append(("memo", {name: value for name, value in memo.items() if name != "draft"}))
    return found
