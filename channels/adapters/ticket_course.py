"""A ticket's course as its citizen reads it: what happened, what comes next and by when, and what he or she may do.

Pure. Steps inside the offices are left out, and so is every reason that stays in the house: words come with a step
only where they were written for the citizen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tickets.domain.history import HistoryEntry
from tickets.domain.ticket import FILED, Ticket
from tickets.domain.transitions import allowed_commands
from tickets.domain.views import citizen_view, local_iso
from tickets.domain.vocabulary import ANSWERED, Command, Role, Status

STEPS: Mapping[str, str] = {
    FILED: "filed",
    Command.PRE_CHECK: "checked",
    Command.DISPATCH: "sent",
    Command.MOVE_LEVEL: "sent",
    Command.REASSIGN: "sent",
    Command.ACCEPT: "accepted",
    Command.ARRIVE: "arrived",
    Command.START: "started",
    Command.RETURN: "reassigning",
    Command.ASK_EXTENSION: "more_time_asked",
    Command.GRANT_EXTENSION: "more_time",
    Command.REFUSE_EXTENSION: "no_more_time",
    Command.SUSPEND: "paused",
    Command.TRANSFER_MEDIATION: "mediation",
    Command.RECORD_MEDIATION: "mediated",
    Command.RESUME: "resumed",
    Command.REPLY: "answered",
    Command.START_REVISIT: "asked",
    Command.RATE: "rated",
    Command.CLOSE: "closed",
    Command.DISPUTE: "reopened",
    Command.REOPEN: "reopened",
    Command.SUPERVISE: "supervised",
    Command.ESCALATE: "raised",
    Command.MERGE: "merged",
    Command.SPLIT: "separated",
    Command.JOIN: "joined",
    Command.URGE: "urged",
    Command.SUPPLEMENT: "added",
    Command.WITHDRAW: "withdrawn",
    Command.RECOMPUTE: "deadline_moved",
}
"""What a step is called for the citizen; a command that is not here happens inside the offices."""
TOLD_WORDS = frozenset({Command.REPLY, Command.SUSPEND, Command.GRANT_EXTENSION})
"""Steps whose reason the citizen reads (see `tickets.service.commands.AdvanceTicket`)."""
CITIZENS = (Command.URGE, Command.SUPPLEMENT, Command.WITHDRAW, Command.RATE)
_BEFORE_ACCEPT = frozenset({Status.RECEIVED, Status.PRE_CHECKED, Status.DISPATCHED, Status.RETURNED, Status.REOPENED})


def course(ticket: Ticket, *, first: bool, words: bool) -> dict[str, Any]:
    """The citizen's view with `steps`, `next`, `can`, `followers`, `solved` and `satisfied`.

    Args:
        first: the one who looks filed the ticket, so that he or she may judge the outcome; who follows may not.
        words: also what offices wrote to the citizen, for who looks from a conversation of the ticket.
    """
    return {
        **citizen_view(ticket),
        "steps": [_step(entry, words=words) for entry in ticket.history if entry.command in STEPS],
        "next": upcoming(ticket),
        "can": [str(one) for one in CITIZENS if _may(ticket, one, first=first)],
        "followers": ticket.followers,
        "first": first,
        "solved": ticket.solved,
        "satisfied": ticket.satisfied,
    }


def upcoming(ticket: Ticket) -> dict[str, Any] | None:
    """The next date that is owed: to be taken up, to be answered, or to go on; None when nothing is owed."""
    if ticket.status is Status.SUSPENDED:
        return {"what": "resume", "at": local_iso(ticket.suspended_until)}
    if not ticket.is_open or ticket.status in ANSWERED:
        return None
    if ticket.status in _BEFORE_ACCEPT:
        return {"what": "accept", "at": local_iso(ticket.accept_by)}
    return {"what": "answer", "at": local_iso(ticket.due_at)}


def _step(entry: HistoryEntry, *, words: bool) -> dict[str, Any]:
    step: dict[str, Any] = {"at": local_iso(entry.at), "step": STEPS[entry.command]}
    if words and entry.command in TOLD_WORDS and entry.reason:
        step["text"] = entry.reason
    return step


def _may(ticket: Ticket, command: Command, *, first: bool) -> bool:
    if command is Command.RATE and not (first and ticket.status is not Status.MERGED):
        return False
    return command in allowed_commands(ticket.status, Role.CITIZEN)
