"""What the hotline hears of a call that is over, and whether somebody should call back. Pure.

A caller who said goodbye, talked with a person or holds a ticket was served; everybody else who can be reached is not
forgotten.
"""

from __future__ import annotations

from voice.ports_dialogue import TransferOutcome
from voice.ports_office import CallReport
from voice.talk import Talk

_SERVED = frozenset(("normal", "emergency", TransferOutcome.TALKED.value, TransferOutcome.HANDED_OVER.value))
_DOWN = frozenset(("gateway_away", "failed", "speechless", "deaf"))
FORM = "complaint_form"


def why_of(talk: Talk, how: str) -> str:
    """Why somebody should call back: abandoned, dropped or failed; "" when nobody need."""
    if talk.promised:
        return "failed"
    if how in _SERVED or talk.served:
        return ""
    if how in _DOWN:
        return "failed"
    if talk.wants_person:
        return "abandoned"
    running = talk.turn.slot is not None and talk.turn.form.get("name", FORM) == FORM
    return "dropped" if running else ""


def report_of(talk: Talk, how: str) -> CallReport:
    """The report of a call that ended in this way."""
    return CallReport(
        call_id=talk.caller.call_id,
        number=talk.caller.number,
        language=talk.language,
        how=how,
        why=why_of(talk, how),
        conversation_id=talk.conversation.id if talk.conversation is not None else None,
        callback_number=talk.promised if talk.promised != talk.number else "",
        served=how in _SERVED - {"normal"} or talk.served,
    )
