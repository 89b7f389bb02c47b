"""`POST /suggest`: what may help a person who answers: likely categories, and consultation items, for a text;
`POST /categories`: likely categories with what speaks for the first, for a matter that came without one;
`POST /duplicates`: open tickets that may be about the same as a draft.

For the gateway; the models are in this process anyway. Nothing is decided, stored or said to a citizen here.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import orjson
from aiohttp import web

from actions import deps
from knowledge.errors import KnowledgeError
from tickets.adapters import remote_categories
from tickets.domain.masking import mask_numbers
from tickets.domain.place import Place
from tickets.domain.views import local_iso
from tickets.errors import TicketError
from tickets.service.duplicates import NewMatter
from tickets.service.validation import DESCRIPTION_CHARACTERS, LANGUAGES

logger = logging.getLogger("actions")

PATH, CATEGORIES, DUPLICATES = "/suggest", remote_categories.PATH, "/duplicates"
_MOST = 3
_LEAST_SHARE = 0.05
_CHARACTERS = 1000
_COMPARED = ("description", "category", "location", "conversation_id")


async def suggest(request: web.Request) -> web.Response:
    """Answers `{"text","language"}` with `{"categories":[{id,unit,score}],"knowledge":[{id,title,text,score}]}`."""
    try:
        body = orjson.loads(await request.read())
        text, language = str(body["text"])[:_CHARACTERS], str(body["language"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise web.HTTPBadRequest from None
    if language not in LANGUAGES:
        raise web.HTTPBadRequest
    found = await asyncio.to_thread(find, deps.current(), text, language)
    return web.Response(body=orjson.dumps(found), content_type="application/json")


def find(known: deps.Deps, text: str, language: str) -> dict[str, Any]:
    """The best few of each; what cannot be asked is empty."""
    return {"categories": _categories(known, text), "knowledge": _knowledge(known, text, language)}


def _categories(known: deps.Deps, text: str) -> list[dict[str, Any]]:
    try:
        found = known.classifier.suggest(text, limit=_MOST)
    except TicketError as error:
        logger.warning("no categories can be proposed: %s", error)
        return []
    return [{"id": one.category, "unit": one.unit, "score": round(one.score, 3)} for one in found]


def _knowledge(known: deps.Deps, text: str, language: str) -> list[dict[str, Any]]:
    if known.consultant is None:
        return []
    try:
        candidates = known.consultant.rank(text, language).candidates[:_MOST]
    except KnowledgeError as error:
        logger.warning("no consultation items can be proposed: %s", error)
        return []
    items = []
    for candidate in candidates:
        item = known.consultant.item(candidate.topic, language)
        if item is not None and candidate.score >= _LEAST_SHARE:
            short = {"id": item.id, "title": item.title, "text": item.sections.get("short", "")}
            items.append({**short, "score": round(float(candidate.score), 3)})
    return items


async def categories(request: web.Request) -> web.Response:
    """Answers `{"text","limit"}` with a `Suggestion`; 503 where none can be made."""
    try:
        body = orjson.loads(await request.read())
        text, limit = str(body["text"])[:DESCRIPTION_CHARACTERS], min(max(int(body["limit"]), 1), _MOST)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        raise web.HTTPBadRequest from None
    try:
        found = await asyncio.to_thread(deps.current().classifier.suggest_with_evidence, text, limit=limit)
    except TicketError as error:
        logger.warning("no categories can be proposed: %s", error)
        raise web.HTTPServiceUnavailable from None
    return web.Response(body=orjson.dumps(found, option=orjson.OPT_SERIALIZE_NUMPY), content_type="application/json")


async def duplicates(request: web.Request) -> web.Response:
    """Answers `{"description","category","location","conversation_id"}` with `{"duplicates":[...]}`, best first."""
    try:
        body = orjson.loads(await request.read())
        asked = {name: str(body.get(name) or "")[:_CHARACTERS] for name in _COMPARED}
    except (orjson.JSONDecodeError, AttributeError):
        raise web.HTTPBadRequest from None
    found = await asyncio.to_thread(find_duplicates, deps.current(), asked)
    return web.Response(body=orjson.dumps({"duplicates": found}), content_type="application/json")


def find_duplicates(known: deps.Deps, asked: dict[str, str]) -> list[dict[str, Any]]:
    """Open tickets on the matter, without anything of the citizens; none when they cannot be looked up."""
    if known.duplicates is None or not asked["description"]:
        return []
    category = asked["category"] if asked["category"] in known.city.categories else None
    new = NewMatter(asked["description"], category, Place(asked["location"]), asked["conversation_id"] or None)
    try:
        found = known.duplicates.find(new, _MOST)
    except TicketError as error:
        logger.warning("duplicates cannot be looked up: %s", error)
        return []
    return [
        {
            "number": match.ticket.number,
            "category": match.ticket.category,
            "location": mask_numbers(match.ticket.place),
            "status": match.ticket.status,
            "unit": match.ticket.unit,
            "filed_at": local_iso(match.ticket.filed_at),
            "complainants": match.people,
            "own": match.own,
            "score": round(match.likeness.probability, 3),
        }
        for match in found
    ]
