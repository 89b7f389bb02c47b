"""The desk around the conversations: state, presence, board, alerts, lists, canned replies and settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from channels.desk import roles, views
from channels.desk.errors import PhoneUnknown
from channels.desk.office import overview
from channels.desk.people import PRESENCES
from channels.desk.ports import REVISIT, RevisitAnswers
from channels.desk.web import access, bodies
from channels.errors import InvalidField
from channels.web.bodies import read_json
from channels.web.conversations import json_response
from tickets.domain.masking import mask_phone


async def get_state(request: web.Request) -> web.Response:
    """`GET /api/v1/desk/state`: everything a page shows first."""
    signed = await access.reading(request)
    desk, agent = access.desk_of(request), signed.agent
    sight = await desk.floor.look()
    roster = sight.roster
    mine = [case for case in sight.cases if views.my_role(agent, case) is not None]
    settings = await desk.switches.settings()
    body: dict[str, Any] = {
        "me": roster.colleague(agent),
        "presence": roster.colleague(agent)["presence"],
        "queue": views.seen_queue(sight.waiting, sight.places, sight.words, agent, roster, desk.floor.times.offer),
        "mine": [views.conversation(case, sight.words.get(case.conversation_id), roster, agent) for case in mine],
        "alerts": await desk.alerts.shown(),
        "colleagues": roster.colleagues(),
        "canned": await desk.cannery.all(),
        **{name: settings[name] for name in ("bot", "modes", "announcements") if name in settings},
        "categories": [
            {"id": one.id, "group": one.group, "unit": one.lead_unit, "names": dict(one.names)}
            for one in desk.context.catalogue.categories.values()
        ],
        "units": [{"id": one.id, "names": dict(one.names)} for one in desk.context.catalogue.units.values()],
    }
    return json_response(body)


async def put_presence(request: web.Request) -> web.Response:
    """`PUT /api/v1/desk/presence` {state}"""
    signed = await access.changing(request)
    state = (await read_json(request)).get("state")
    if state not in PRESENCES:
        raise InvalidField("state", f"state must be one of {', '.join(PRESENCES)}.")
    desk = access.desk_of(request)
    await desk.accounts.set_presence(signed.agent.id, state, desk.clock())
    await desk.live.hint({"type": "presence"})
    desk.dispatcher.kick()
    return json_response({"state": state})


async def get_board(request: web.Request) -> web.Response:
    """`GET /api/v1/desk/board`"""
    signed = await access.reading(request, "board")
    return json_response(await access.desk_of(request).boards.board(signed.agent))


async def get_alerts(request: web.Request) -> web.Response:
    """`GET /api/v1/desk/alerts`: what nobody has acknowledged."""
    await access.reading(request)
    return json_response({"alerts": await access.desk_of(request).alerts.shown()})


async def acknowledge(request: web.Request) -> web.Response:
    """`POST /api/v1/desk/alerts/{id}/acknowledge`"""
    signed = await access.changing(request, "acknowledge")
    alert = await access.desk_of(request).alerts.acknowledge(signed.agent, request.match_info["alert_id"])
    return json_response({"alert": alert})


async def get_canned(request: web.Request) -> web.Response:
    """`GET /api/v1/desk/canned`"""
    await access.reading(request)
    return json_response({"canned": await access.desk_of(request).cannery.all()})


async def put_canned(request: web.Request) -> web.Response:
    """`PUT /api/v1/desk/canned/{id}` {group, shortcut, texts}"""
    signed = await access.changing(request, "canned")
    desk = access.desk_of(request)
    reply = await desk.cannery.put(signed.agent, request.match_info["canned_id"], await read_json(request))
    await desk.live.hint({"type": "canned"})
    return json_response({"canned": reply})


async def delete_canned(request: web.Request) -> web.Response:
    """`DELETE /api/v1/desk/canned/{id}`"""
    signed = await access.changing(request, "canned")
    desk = access.desk_of(request)
    await desk.cannery.remove(signed.agent, request.match_info["canned_id"])
    await desk.live.hint({"type": "canned"})
    return json_response({})


async def get_agents(request: web.Request) -> web.Response:
    """`GET /api/v1/desk/agents`: all accounts for administrators, one's own people for leaders."""
    signed = await access.reading(request, "see_unit")
    desk = access.desk_of(request)
    people = [one for one in await desk.accounts.agents() if roles.sees_people_of(signed.agent, one.unit)]
    roster = await desk.floor.roster()
    shown = [{**roster.colleague(one), **known} for one, known in zip(people, overview(people), strict=True)]
    return json_response({"agents": shown})


async def post_agent(request: web.Request) -> web.Response:
    """`POST /api/v1/desk/agents`"""
    signed = await access.changing(request, "agents")
    desk = access.desk_of(request)
    agent = await desk.office.add(signed.agent, await read_json(request))
    await desk.live.hint({"type": "presence"})
    return json_response({"agent": overview([agent])[0]}, 201)


async def patch_agent(request: web.Request) -> web.Response:
    """`PATCH /api/v1/desk/agents/{id}`"""
    signed = await access.changing(request, "agents")
    desk = access.desk_of(request)
    agent = await desk.office.change(signed.agent, request.match_info["agent_id"], await read_json(request))
    await desk.live.hint({"type": "presence"})
    return json_response({"agent": overview([agent])[0]})


async def get_shifts(request: web.Request) -> web.Response:
    """`GET /api/v1/desk/shifts`: one's own; of the unit for leaders."""
    signed = await access.reading(request)
    return json_response({"shifts": await access.desk_of(request).office.shifts(signed.agent)})


async def put_shifts(request: web.Request) -> web.Response:
    """`PUT /api/v1/desk/shifts` {shifts, agent_ids?}"""
    signed = await access.changing(request, "shifts")
    desk = access.desk_of(request)
    await desk.office.set_shifts(signed.agent, await read_json(request))
    await desk.live.hint({"type": "presence"})
    return json_response({"shifts": await desk.office.shifts(signed.agent)})


async def get_settings(request: web.Request) -> web.Response:
    """`GET /api/v1/desk/settings`: the operator's switches."""
    await access.reading(request)
    return json_response(dict(await access.desk_of(request).switches.settings()))


async def put_settings(request: web.Request) -> web.Response:
    """`PUT /api/v1/desk/settings`: what the body does not name stays."""
    signed = await access.changing(request, "settings")
    desk = access.desk_of(request)
    settings = await desk.switches.change(signed.agent.username, await read_json(request))
    await desk.accounts.note_deed(desk.clock(), signed.agent.id, "settings_changed", "operator", "")
    await desk.live.hint({"type": "settings"})
    return json_response(dict(settings))


async def get_callbacks(request: web.Request) -> web.Response:
    """`GET /api/v1/desk/callbacks`: who wants to be called back."""
    await access.reading(request, "callbacks")
    return json_response({"callbacks": list(await access.desk_of(request).operating.callbacks())})


async def callback_done(request: web.Request) -> web.Response:
    """`POST /api/v1/desk/callbacks/{id}/done` {result}; of a revisit {solved, satisfied, result?}"""
    signed = await access.changing(request, "callbacks")
    body = await read_json(request)
    operating, callback_id = access.desk_of(request).operating, request.match_info["callback_id"]
    if callback_id.startswith(REVISIT):
        answers = RevisitAnswers(_said(body, "solved"), _said(body, "satisfied"), str(body.get("result") or "")[:1000])
        number = callback_id.removeprefix(REVISIT)
        return json_response({"callback": dict(await operating.revisited(number, signed.agent, answers))})
    result = bodies.text(body, "result", most=1000)
    return json_response({"callback": dict(await operating.callback_done(callback_id, signed.agent, result))})


async def reveal_callback(request: web.Request) -> web.Response:
    """`POST /api/v1/desk/callbacks/{id}/reveal`: the telephone to call, in clear; who asked is kept."""
    signed = await access.changing(request, "callbacks")
    desk, callback_id = access.desk_of(request), request.match_info["callback_id"]
    phone = await desk.operating.callback_phone(callback_id)
    if phone is None:
        raise PhoneUnknown
    await desk.accounts.note_deed(
        desk.clock(), signed.agent.id, "revealed", callback_id[:120], f"{mask_phone(phone)}: call-back"
    )
    return json_response({"phone": phone})


async def get_dead_letters(request: web.Request) -> web.Response:
    """`GET /api/v1/desk/dead-letters`: what another desk, or a citizen, could not be told; addresses are masked."""
    await access.reading(request, "dead_letters")
    return json_response({"dead_letters": list(await access.desk_of(request).operating.dead_letters())})


async def retry_dead_letter(request: web.Request) -> web.Response:
    """`POST /api/v1/desk/dead-letters/{id}/retry`"""
    signed = await access.changing(request, "dead_letters")
    desk, letter_id = access.desk_of(request), request.match_info["letter_id"]
    await desk.operating.retry_letter(letter_id)
    await desk.accounts.note_deed(desk.clock(), signed.agent.id, "letter_sent_again", letter_id[:120], "")
    return json_response({})


async def delete_dead_letter(request: web.Request) -> web.Response:
    """`DELETE /api/v1/desk/dead-letters/{id}`"""
    signed = await access.changing(request, "dead_letters")
    desk, letter_id = access.desk_of(request), request.match_info["letter_id"]
    await desk.operating.drop_letter(letter_id)
    await desk.accounts.note_deed(desk.clock(), signed.agent.id, "letter_dropped", letter_id[:120], "")
    return json_response({})


def _said(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name)
    if not isinstance(value, bool):
        raise InvalidField(name, f"{name} must be true or false: what the citizen answered.")
    return value
