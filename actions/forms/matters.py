"""A complaint that others have made already: shown before the read-back, joined when the citizen says so.

The search runs once for what is known of the matter; when it fails or takes long, the complaint is filed as usual.
Nothing of the other citizens is shown: what, where, since when, how far it is, how many. It files and joins nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from datetime import datetime
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions import deps
from actions.forms.draft import Draft
from actions.turn import Turn
from actions.wording import category_name, local_time, word
from tickets.domain.duplicates import Verdict
from tickets.domain.masking import mask_numbers
from tickets.domain.place import Place
from tickets.errors import TicketError
from tickets.service.duplicates import Match, NewMatter

logger = logging.getLogger(__name__)
SECONDS = 2.0
NOT_COMPARED = ("report", "praise", "suggestion", "consultation")
"""Natures that are each citizen's own; a report is also secret."""
JOIN, DIFFERENT = "join", "different"


async def look(turn: Turn, draft: Draft) -> None:
    """Looks for an open ticket on the matter unless that was done for what is known now; notes it in the memo."""
    finder = deps.current().duplicates
    nature, description = draft.known("nature"), draft.known("description")
    if finder is None or nature in NOT_COMPARED or not description or draft.known("category") == "move_car":
        draft.memo.pop("matter", None)
        return
    category = draft.known("category")
    place = (draft.known("location") or {}).get("text") or ""
    key = hashlib.sha256(f"{category}|{place}|{description}".encode()).hexdigest()[:16]
    if (draft.memo.get("matter") or {}).get("key") == key:
        return
    new = NewMatter(
        str(description),
        category if category in deps.current().city.categories else None,
        Place(place),
        turn.conversation,
    )
    found: list[Match] = []
    try:
        found = await asyncio.wait_for(asyncio.to_thread(finder.find, new, 1), SECONDS)
    except (TicketError, TimeoutError) as error:
        logger.warning("duplicates were not looked up: %s", error or type(error).__name__)
    draft.memo["matter"] = {"key": key, "match": _noted(found[0]) if found else None}


def _noted(match: Match) -> dict[str, Any]:
    ticket = match.ticket
    return {
        "number": ticket.number,
        "category": ticket.category,
        "place": mask_numbers(ticket.place)[:80],
        "since": ticket.filed_at.isoformat(),
        "status": ticket.status,
        "people": match.people,
        "own": match.own,
        "certain": match.likeness.verdict is Verdict.CERTAIN,
    }


def asking(turn: Turn, draft: Draft) -> dict[str, Any] | None:
    """The matter that the citizen is asked about at the read-back; None when nothing is asked.

    What is certain is not asked on a page, where joining can be undone with a button.
    """
    noted = draft.memo.get("matter") or {}
    match: dict[str, Any] | None = noted.get("match")
    if match is None or noted.get("answer") or draft.memo.get("changing"):
        return None
    at_once = match["certain"] and not match["own"] and turn.channel != "phone"
    return None if at_once else match


def ask(
    turn: Turn, draft: Draft, match: dict[str, Any], dispatcher: CollectingDispatcher, noted: dict[str, str]
) -> None:
    """Shows what was noted, then the matter, and asks whether it is the same; a second time in short."""
    times = int(draft.memo["matter"].get("asked") or 0)
    draft.memo["matter"]["asked"] = times + 1
    if times:
        dispatcher.utter_message(response="utter_duplicate_which")
        return
    if turn.channel != "phone":
        dispatcher.utter_message(response="utter_noted_so_far", **noted)
    dispatcher.utter_message(
        response="utter_duplicate_own" if match["own"] else "utter_duplicate_found",
        category_name=category_name(match["category"], turn.language),
        place=match["place"] or word("place", "unclear", turn.language),
        since=local_time(datetime.fromisoformat(match["since"]), turn.language),
        status_name=word("status", match["status"], turn.language),
        people=str(match["people"]),
    )


def take(turn: Turn, draft: Draft) -> bool | None:
    """Takes the answer: True joins, False is another matter, None says neither (and nothing is noted)."""
    said = _said(turn)
    if said is None:
        return None
    draft.memo["matter"]["answer"] = said
    return said == JOIN


def answered(turn: Turn, draft: Draft) -> bool:
    """Whether the message says if it is the same matter, while that is asked."""
    return asking(turn, draft) is not None and _said(turn) is not None


def _said(turn: Turn) -> str | None:
    said = turn.value("value") if turn.payload and turn.value("slot") == "confirm" else None
    if said is None and not turn.payload:
        words = deps.current().words[turn.language]
        said = DIFFERENT if words.contains("other_matter", turn.text) else None
        said = said or (JOIN if words.contains("same_matter", turn.text) else None)
    if said is None and turn.is_("affirm", "deny"):
        said = JOIN if turn.is_("affirm") else DIFFERENT
    return said if said in (JOIN, DIFFERENT) else None


def to_join(turn: Turn, draft: Draft) -> dict[str, Any] | None:
    """The matter to be joined when the complaint is confirmed; None: it is filed."""
    noted = draft.memo.get("matter") or {}
    match: dict[str, Any] | None = noted.get("match")
    if match is None or noted.get("answer") == DIFFERENT:
        return None
    at_once = match["certain"] and not match["own"] and turn.channel != "phone"
    return match if at_once or noted.get("answer") == JOIN else None
