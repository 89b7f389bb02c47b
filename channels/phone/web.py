"""`/internal/v1/phone/...` and `/internal/v1/sms`: what the telephone line asks; for our own processes only.

Numbers of callers stand in bodies, never in addresses, so that no log of addresses holds one.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from channels import tokens
from channels.conversations import Conversation
from channels.errors import InvalidField
from channels.handoff.briefing import PHONE_SLOT
from channels.handoff.sql_care import MISSED
from channels.languages import LANGUAGES
from channels.phone.calls import Ended, call_key, clean_phone
from channels.phone.hints import hints_of
from channels.phone.parts import PHONE, PhoneParts
from channels.service import GATEWAY
from channels.sms.ports import MOBILE, Sms
from channels.web.access import require_internal
from channels.web.bodies import read_json
from channels.web.conversations import json_response
from tickets.domain.masking import mask_phone

_CALL = re.compile(r"[\x21-\x7e]{1,500}")
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_WORD = re.compile(r"[a-z_]{1,24}")
_TICKET = re.compile(r"[0-9]{8,20}")
_SMS_ID = re.compile(r"[A-Za-z0-9:._-]{1,120}")


def add_routes(app: web.Application, parts: PhoneParts) -> None:
    """Mounts the telephone line's addresses in the gateway's application."""
    app[PHONE] = parts
    router = app.router
    router.add_post("/internal/v1/phone/calls", post_call)
    router.add_post("/internal/v1/phone/conversations", post_conversation)
    router.add_get("/internal/v1/phone/people", get_people)
    router.add_get("/internal/v1/phone/hints", get_hints)
    router.add_post("/internal/v1/phone/ended", post_ended)
    router.add_post("/internal/v1/phone/ticket-number", post_ticket_number)
    router.add_post("/internal/v1/sms", post_sms)


async def post_call(request: web.Request) -> web.Response:
    """{call_id, number?}: a call has come; what is known of its caller."""
    body = await _body(request)
    known = await request.app[PHONE].service.began(_call(body), clean_phone(_text(body, "number")))
    return json_response(
        {
            "draft": None if known.draft is None else known.draft.wire(),
            "tickets": [dict(one) for one in known.tickets],
            "callbacks": [
                {"id": one.id, "asked_at": one.asked_at.isoformat(), "ticket_number": one.ticket_number}
                for one in known.callbacks
            ],
            "language": known.language,
        }
    )


async def post_conversation(request: web.Request) -> web.Response:
    """{call_id, number?, language, resume?, declined?}: the conversation of a call, with its token."""
    body = await _body(request)
    service, call_id, phone = request.app[PHONE].service, _call(body), clean_phone(_text(body, "number"))
    resume = _matching(body, "resume", _ID, needed=False)
    if resume is not None:
        return _opened(request, await service.resumed(call_id, phone, resume))
    declined = _matching(body, "declined", _ID, needed=False)
    return _opened(request, await service.opened(call_id, phone, _language(body.get("language")), declined))


async def get_people(request: web.Request) -> web.Response:
    """?language=: whether somebody at the desk could take a caller, and how many wait."""
    require_internal(request)
    on_duty, waiting = await request.app[PHONE].service.on_duty(_language(request.query.get("language")))
    return json_response({"on_duty": on_duty, "waiting": waiting})


async def get_hints(request: web.Request) -> web.Response:
    """?language=: names of the city that callers say."""
    require_internal(request)
    language = _language(request.query.get("language"))
    city = request.app[GATEWAY].config.tickets.city_dir
    return json_response(await asyncio.to_thread(hints_of, city, language))


async def post_ended(request: web.Request) -> web.Response:
    """{call_id, how, at, language, why?, number?, callback_number?, conversation_id?, served?}: a call is over."""
    body = await _body(request)
    why = _matching(body, "why", _WORD, needed=False)
    if why is not None and why not in MISSED:
        raise InvalidField("why", f"why must be null or one of {', '.join(MISSED)}.")
    ended = Ended(
        call_id=_call(body),
        how=_matching(body, "how", _WORD) or "",
        at=_moment(body),
        language=_language(body.get("language")),
        why=why,
        phone=clean_phone(_text(body, "number")),
        callback_phone=clean_phone(_text(body, "callback_number")),
        conversation_id=_matching(body, "conversation_id", _ID, needed=False),
        served=body.get("served") is True,
    )
    made = await request.app[PHONE].service.ended(ended)
    return json_response({"callback": None if made is None else made.id})


async def post_ticket_number(request: web.Request) -> web.Response:
    """{conversation_id, ticket_number}: sends a ticket's number to the mobile telephone that the caller gave.

    `sent` is true only when the provider has taken it; `to` is null where there is no provider or no mobile number.
    """
    body = await _body(request)
    conversation_id = _matching(body, "conversation_id", _ID) or ""
    number = _matching(body, "ticket_number", _TICKET) or ""
    parts, gateway = request.app[PHONE], request.app[GATEWAY]
    conversation = await gateway.store.conversation(conversation_id)
    phone = (await parts.service.people.care.slots_of(conversation_id)).get(PHONE_SLOT)
    if parts.sms is None or phone is None or not MOBILE.fullmatch(phone):
        return json_response({"sent": False, "to": None})
    text = parts.texts.text("ticket_number", conversation.language, number=number)
    sent = await parts.sms.send_now(Sms(f"ticket:{number}", phone, conversation.language, text))
    return json_response({"sent": sent, "to": mask_phone(phone)})


async def post_sms(request: web.Request) -> web.Response:
    """{id, to, language, key, values}: sends a text of data/sms, once per id.

    Without a provider `to` is null and nothing is kept; 404 when the body says that it is `needed`.
    """
    body = await _body(request)
    parts = request.app[PHONE]
    language, to = _language(body.get("language")), clean_phone(_text(body, "to"))
    if to is None or not MOBILE.fullmatch(to):
        raise InvalidField("to", "to must be a mobile telephone number.")
    values = body.get("values") or {}
    if not isinstance(values, dict):
        raise InvalidField("values", "values must be an object.")
    try:
        known = {str(name): str(value) for name, value in values.items()}
        text = parts.texts.text(_matching(body, "key", _WORD) or "", language, **known)
    except KeyError as error:
        raise InvalidField("key", f"There is no such text, or it lacks the value {error}.") from error
    sms = Sms(_matching(body, "id", _SMS_ID) or "", to, language, text)
    if parts.sms is None and body.get("needed") is True:
        raise web.HTTPNotFound
    if parts.sms is None:
        return json_response({"sent": False, "to": None})
    return json_response({"sent": await parts.sms.send_now(sms), "to": mask_phone(to)})


def _opened(request: web.Request, conversation: Conversation) -> web.Response:
    gateway = request.app[GATEWAY]
    token = tokens.sign(gateway.secret, conversation.id, int(gateway.wall_clock()))
    shown = {"conversation_id": conversation.id, "token": token, "language": conversation.language}
    return json_response({**shown, "last_seq": conversation.last_seq, "owner": conversation.owner}, 201)


async def _body(request: web.Request) -> Mapping[str, Any]:
    require_internal(request)
    return await read_json(request)


def _call(body: Mapping[str, Any]) -> str:
    return call_key(_matching(body, "call_id", _CALL) or "")


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidField(name, f"{name} must be a string or null.")
    return value


def _matching(body: Mapping[str, Any], name: str, pattern: re.Pattern[str], needed: bool = True) -> str | None:
    value = body.get(name)
    if value is None and not needed:
        return None
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise InvalidField(name, f"{name} must match {pattern.pattern}.")
    return value


def _language(value: object) -> str:
    if not isinstance(value, str) or value not in LANGUAGES:
        raise InvalidField("language", f"language must be one of {', '.join(LANGUAGES)}.")
    return value


def _moment(body: Mapping[str, Any]) -> datetime:
    try:
        at = datetime.fromisoformat(str(body.get("at")))
    except ValueError:
        raise InvalidField("at", "at must be a time in ISO 8601.") from None
    if at.tzinfo is None:
        raise InvalidField("at", "at must have a zone.")
    return at.astimezone(UTC)
