"""What the desk's pages are shown of cases, notes and alerts; plain dictionaries for JSON.

Pure. Nothing here holds an unmasked name or telephone: the request that a case keeps is masked already, and so are
runs of digits in the last words of a list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from channels.desk import roles
from channels.desk.assignment import speaks
from channels.desk.cases import Case
from channels.desk.people import DeskAgent
from channels.desk.queueing import Place
from channels.desk.records import Alert, LastWord, Note
from channels.desk.roster import Roster
from tickets.domain.masking import mask_numbers

_LAST_CHARACTERS = 120


def iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="milliseconds")


def may_take(agent: DeskAgent, case: Case) -> bool:
    """Whether `agent` may accept the case: by language, or as a leader."""
    return speaks(case, agent.languages) or roles.may(agent.role, "see_unit")


def may_see(agent: DeskAgent, case: Case, people: Mapping[str, DeskAgent]) -> bool:
    """Whether `agent` may look into the conversation."""
    if agent.id in (case.agent_id, case.offered_to) or agent.id in case.participants:
        return True
    if case.state == "waiting":
        return may_take(agent, case)
    holder = people.get(case.agent_id or "")
    return roles.sees_people_of(agent, holder.unit if holder else agent.unit)


def my_role(agent: DeskAgent, case: Case) -> str | None:
    """What `agent` is in the conversation: its agent, a participant, or None."""
    if case.state == "active" and agent.id == case.agent_id:
        return "agent"
    return "participant" if case.state == "active" and agent.id in case.participants else None


def queue_entry(
    case: Case, place: Place | None, word: LastWord | None, agent: DeskAgent, roster: Roster, offer_seconds: int
) -> dict[str, Any]:
    offered_until = case.offered_at + timedelta(seconds=offer_seconds) if case.offered_at else None
    return {
        "conversation_id": case.conversation_id,
        "handoff_id": case.handoff_id,
        "owner_version": word.owner_version if word else 0,
        "channel": case.channel,
        "language": case.language,
        "topic": case.topic,
        "reason": case.reason,
        "priority": case.priority,
        "position": place.position if place else None,
        "wait_seconds": place.wait_seconds if place else None,
        "waiting_since": iso(case.queued_at),
        "caller": case.request.get("caller"),
        "summary": case.request.get("summary", ""),
        "last_message": _last_message(word),
        "offered_to": roster.brief(case.offered_to),
        "offered_until": iso(offered_until),
        "escalated": case.level,
        "may_accept": may_take(agent, case),
    }


def conversation(case: Case, word: LastWord | None, roster: Roster, agent: DeskAgent) -> dict[str, Any]:
    """A case as `agent` sees it."""
    return {
        "id": case.conversation_id,
        "handoff_id": case.handoff_id,
        "channel": case.channel,
        "language": case.language,
        "state": case.state,
        "owner": word.owner if word else "agent",
        "owner_version": word.owner_version if word else 0,
        "agent": roster.brief(case.agent_id),
        "participants": [brief for other in case.participants if (brief := roster.brief(other))],
        "my_role": my_role(agent, case),
        "reason": case.reason,
        "priority": case.priority,
        "topic": case.topic,
        "caller": case.request.get("caller"),
        "summary": case.request.get("summary", ""),
        "waiting_since": iso(case.queued_at),
        "accepted_at": iso(case.accepted_at),
        "unanswered_since": iso(case.asked_at),
        "warned": case.warned_at is not None,
        "last_message": _last_message(word),
        "tickets": list(case.tickets),
        "ended_at": iso(case.ended_at),
        "end_reason": case.end_reason,
    }


def note(kept: Note, people: Mapping[str, DeskAgent]) -> dict[str, Any]:
    author = people.get(kept.agent_id or "")
    return {
        "id": kept.id,
        "kind": kept.kind,
        "author": author.brief() if author else None,
        "text": kept.text,
        "event": dict(kept.event) if kept.event else None,
        "at": iso(kept.at),
    }


def alert(kept: Alert, people: Mapping[str, DeskAgent], now: datetime) -> dict[str, Any]:
    by = people.get(kept.acknowledged_by or "")
    return {
        "id": kept.id,
        "conversation_id": kept.conversation_id,
        "ticket_number": kept.ticket_number,
        "channel": kept.channel,
        "language": kept.language,
        "text": mask_numbers(kept.text),
        "numbers": list(kept.numbers),
        "at": iso(kept.at),
        "respond_by": iso(kept.due_at),
        "overdue": kept.overdue(now),
        "acknowledged_at": iso(kept.acknowledged_at),
        "acknowledged_by": by.brief() if by else None,
    }


def seen_queue(
    cases: Sequence[Case],
    places: Mapping[str, Place],
    words: Mapping[str, LastWord],
    agent: DeskAgent,
    roster: Roster,
    offer_seconds: int,
) -> list[dict[str, Any]]:
    """The queue as `agent` may see it; `cases` come in its order."""
    return [
        queue_entry(case, places.get(case.handoff_id), words.get(case.conversation_id), agent, roster, offer_seconds)
        for case in cases
        if may_see(agent, case, roster.people)
    ]


def _last_message(word: LastWord | None) -> dict[str, Any] | None:
    if word is None or word.sender is None:
        return None
    text = mask_numbers(word.text)[:_LAST_CHARACTERS]
    return {"seq": word.seq, "sender": word.sender, "text": text, "at": iso(word.at)}
