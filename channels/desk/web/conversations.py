"""The desk's conversations over HTTP: look, accept, write, pass on, file, end."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from aiohttp import web

from channels.desk import views
from channels.desk.cases import Case
from channels.desk.context import wire
from channels.desk.people import DeskAgent
from channels.desk.web import access, bodies
from channels.errors import InvalidField
from channels.handoff.errors import TranslatorOff
from channels.languages import LANGUAGES
from channels.web.bodies import read_json
from channels.web.conversations import json_response

_NOTE_LIMIT = 2000


async def get_conversation(request: web.Request) -> web.Response:
    """`GET /api/v1/desk/conversations/{id}`: the whole context."""
    signed = await access.reading(request)
    desk = access.desk_of(request)
    return json_response(await desk.context.of(signed.agent, _id(request)))


async def accept(request: web.Request) -> web.Response:
    """`POST .../accept` {expected_version}"""
    signed = await access.changing(request)
    version = bodies.version(await read_json(request, empty={}))
    case = await access.desk_of(request).talks.accept(signed.agent, _id(request), version)
    return await _case(request, case, signed.agent)


async def post_message(request: web.Request) -> web.Response:
    """`POST .../messages` {message_id, text, language?, translation?}: to the citizen, once a message_id."""
    signed = await access.changing(request)
    body = await read_json(request)
    message_id, text = bodies.identifier(body, "message_id"), bodies.text(body, "text")
    language = body.get("language")
    if language is not None and language not in LANGUAGES:
        raise InvalidField("language", f"language must be null or one of {', '.join(LANGUAGES)}.")
    talks, marked = access.desk_of(request).talks, bodies.translation(body)
    message = await talks.say(signed.agent, _id(request), message_id, text, marked, language)
    return json_response({"message": {**message.wire(), "message_id": message_id}})


async def post_note(request: web.Request) -> web.Response:
    """`POST .../notes` {note_id, text}: for the desk only."""
    return await _note(request, whisper=False)


async def post_whisper(request: web.Request) -> web.Response:
    """`POST .../whisper` {note_id, text}: from a leader to who has the conversation."""
    return await _note(request, whisper=True)


async def post_typing(request: web.Request) -> web.Response:
    """`POST .../typing`"""
    signed = await access.changing(request)
    await access.desk_of(request).talks.typing(signed.agent, _id(request))
    return json_response({})


async def give_back(request: web.Request) -> web.Response:
    """`POST .../return` {summary}: to the bot."""
    signed = await access.changing(request)
    summary = bodies.text(await read_json(request, empty={}), "summary", needed=False, most=_NOTE_LIMIT)
    case = await access.desk_of(request).talks.give_back(signed.agent, _id(request), summary)
    return await _case(request, case, signed.agent)


async def close(request: web.Request) -> web.Response:
    """`POST .../close` {reason, note}"""
    signed = await access.changing(request)
    body = await read_json(request)
    reason = bodies.text(body, "reason", most=40)
    note = bodies.text(body, "note", needed=False, most=_NOTE_LIMIT)
    case = await access.desk_of(request).talks.close(signed.agent, _id(request), reason, note)
    return await _case(request, case, signed.agent)


async def transfer(request: web.Request) -> web.Response:
    """`POST .../transfer` {agent_id, note}, or {skill: {language, topic}, note}"""
    signed = await access.changing(request)
    body = await read_json(request)
    note = bodies.text(body, "note", needed=False, most=_NOTE_LIMIT)
    passing, conversation_id = access.desk_of(request).passing, _id(request)
    if (body.get("agent_id") is None) == (body.get("skill") is None):
        raise InvalidField("agent_id", "Send either agent_id or skill.")
    if body.get("agent_id") is not None:
        to_id = bodies.identifier(body, "agent_id")
        case = await passing.to_colleague(signed.agent, conversation_id, to_id, note)
    else:
        skill = bodies.obj(body, "skill")
        language, topic = skill.get("language"), skill.get("topic")
        if language not in LANGUAGES:
            raise InvalidField("skill", f"skill.language must be one of {', '.join(LANGUAGES)}.")
        if topic is not None and topic not in access.desk_of(request).office.topics:
            raise InvalidField("skill", "skill.topic is not known.")
        case = await passing.to_skill(signed.agent, conversation_id, str(language), topic, note)
    return await _case(request, case, signed.agent)


async def invite(request: web.Request) -> web.Response:
    """`POST .../invite` {agent_id}: a third person joins."""
    signed = await access.changing(request)
    to_id = bodies.identifier(await read_json(request), "agent_id")
    case = await access.desk_of(request).passing.invite(signed.agent, _id(request), to_id)
    return await _case(request, case, signed.agent)


async def leave(request: web.Request) -> web.Response:
    """`POST .../leave`: who was invited goes."""
    signed = await access.changing(request)
    case = await access.desk_of(request).passing.leave(signed.agent, _id(request))
    return await _case(request, case, signed.agent)


async def take_over(request: web.Request) -> web.Response:
    """`POST .../take-over` {expected_version}: a supervisor has it from now on."""
    signed = await access.changing(request, "take_over")
    version = bodies.version(await read_json(request, empty={}))
    case = await access.desk_of(request).passing.take_over(signed.agent, _id(request), version)
    if case is None:
        return json_response({"conversation": None}, 202)
    return await _case(request, case, signed.agent)


async def listen(request: web.Request) -> web.Response:
    """`POST .../listen` {on}: a supervisor reads along; the pages then view it with `silent`."""
    signed = await access.changing(request, "listen")
    on = (await read_json(request, empty={})).get("on", True)
    if on:
        await access.desk_of(request).passing.listen(signed.agent, _id(request))
    return json_response({"on": bool(on)})


async def post_ticket(request: web.Request) -> web.Response:
    """`POST .../ticket` {request_id, fields, join?}: files once a request and tells the citizen the number.

    With `join`, the number of an open ticket, the citizen follows that one instead.
    """
    signed = await access.changing(request, "ticket")
    body = await read_json(request)
    request_id, fields = bodies.identifier(body, "request_id"), bodies.obj(body, "fields")
    join = bodies.identifier(body, "join") if body.get("join") is not None else None
    receipt = await access.desk_of(request).context.file(signed.agent, _id(request), request_id, fields, join)
    return json_response({"ticket": wire(receipt)}, 201 if receipt.created else 200)


async def reveal(request: web.Request) -> web.Response:
    """`POST .../reveal` {purpose}: the telephone in clear; who asked and why is kept."""
    signed = await access.changing(request, "reveal")
    purpose = bodies.text(await read_json(request), "purpose", most=200)
    return json_response(await access.desk_of(request).context.reveal(signed.agent, _id(request), purpose))


async def translate(request: web.Request) -> web.Response:
    """`POST .../translate` {seq, to} or {text, to}"""
    signed = await access.changing(request)
    body = await read_json(request)
    desk, conversation_id = access.desk_of(request), _id(request)
    if desk.translate is None:
        raise TranslatorOff
    target = body.get("to")
    if target not in LANGUAGES:
        raise InvalidField("to", f"to must be one of {', '.join(LANGUAGES)}.")
    case = await desk.rights.seen(signed.agent, conversation_id)
    source, text = str(body.get("from") or case.language), body.get("text")
    if text is None:
        seq = bodies.version(body, "seq")
        found = await desk.context.store.messages_after(conversation_id, (seq or 1) - 1, 1)
        if not found or found[0].seq != seq:
            raise InvalidField("seq", "There is no such message.")
        source, text = found[0].language, found[0].text
    clean = bodies.text({"text": text}, "text")
    return json_response({"text": await desk.translate(clean, source, str(target)), "machine": True})


async def _note(request: web.Request, whisper: bool) -> web.Response:
    signed = await access.changing(request, "whisper" if whisper else "note")
    body = await read_json(request)
    note_id = bodies.identifier(body, "note_id") if "note_id" in body else str(uuid4())
    text = bodies.text(body, "text", most=_NOTE_LIMIT)
    desk = access.desk_of(request)
    note = await desk.talks.write_note(signed.agent, _id(request), note_id, text, whisper)
    return json_response({"note": views.note(note, {signed.agent.id: signed.agent})})


async def _case(request: web.Request, case: Case, agent: DeskAgent) -> web.Response:
    desk = access.desk_of(request)
    word = await desk.floor.word(case.conversation_id)
    shown: dict[str, Any] = views.conversation(case, word, await desk.floor.roster(), agent)
    return json_response({"conversation": shown})


def _id(request: web.Request) -> str:
    return request.match_info["conversation_id"]
