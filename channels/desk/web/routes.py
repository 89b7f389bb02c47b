"""All addresses of the desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps

from aiohttp import web

from channels.desk.service import DESK, Desk
from channels.desk.web import account, conversations, files, internal, sockets, state
from channels.errors import ChannelsError
from channels.service import GATEWAY

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_CONVERSATION = "/api/v1/desk/conversations/{conversation_id:[A-Za-z0-9-]{1,64}}"


def add_routes(app: web.Application, desk: Desk) -> None:
    """Mounts the desk in the gateway's application."""
    app[DESK] = desk
    router = app.router
    router.add_get("/api/v1/desk/session", _counted(account.get_session))
    router.add_post("/api/v1/desk/session", _counted(account.post_session))
    router.add_delete("/api/v1/desk/session", _counted(account.delete_session))
    router.add_put("/api/v1/desk/session/password", _counted(account.put_password))
    router.add_post("/api/v1/desk/session/totp", _counted(account.post_totp))
    router.add_put("/api/v1/desk/session/totp", _counted(account.put_totp))
    router.add_delete("/api/v1/desk/session/totp", _counted(account.delete_totp))
    router.add_get("/api/v1/desk/oidc/start", _counted(account.oidc_start))
    router.add_get("/api/v1/desk/oidc/callback", _counted(account.oidc_callback))
    router.add_get("/api/v1/desk/state", _counted(state.get_state))
    router.add_get("/api/v1/desk/ws", _counted(sockets.socket), allow_head=False)
    router.add_put("/api/v1/desk/presence", _counted(state.put_presence))
    router.add_get(_CONVERSATION, _counted(conversations.get_conversation))
    router.add_post(f"{_CONVERSATION}/accept", _counted(conversations.accept))
    router.add_post(f"{_CONVERSATION}/messages", _counted(conversations.post_message))
    router.add_post(f"{_CONVERSATION}/attachments", _counted(files.post_attachment))
    router.add_get(f"{_CONVERSATION}/attachments/{{attachment_id}}", _counted(files.get_attachment))
    router.add_post(f"{_CONVERSATION}/notes", _counted(conversations.post_note))
    router.add_post(f"{_CONVERSATION}/whisper", _counted(conversations.post_whisper))
    router.add_post(f"{_CONVERSATION}/typing", _counted(conversations.post_typing))
    router.add_post(f"{_CONVERSATION}/return", _counted(conversations.give_back))
    router.add_post(f"{_CONVERSATION}/close", _counted(conversations.close))
    router.add_post(f"{_CONVERSATION}/transfer", _counted(conversations.transfer))
    router.add_post(f"{_CONVERSATION}/invite", _counted(conversations.invite))
    router.add_post(f"{_CONVERSATION}/leave", _counted(conversations.leave))
    router.add_post(f"{_CONVERSATION}/take-over", _counted(conversations.take_over))
    router.add_post(f"{_CONVERSATION}/listen", _counted(conversations.listen))
    router.add_post(f"{_CONVERSATION}/ticket", _counted(conversations.post_ticket))
    router.add_post(f"{_CONVERSATION}/translate", _counted(conversations.translate))
    router.add_post(f"{_CONVERSATION}/reveal", _counted(conversations.reveal))
    router.add_get("/api/v1/desk/canned", _counted(state.get_canned))
    router.add_put("/api/v1/desk/canned/{canned_id}", _counted(state.put_canned))
    router.add_delete("/api/v1/desk/canned/{canned_id}", _counted(state.delete_canned))
    router.add_get("/api/v1/desk/agents", _counted(state.get_agents))
    router.add_post("/api/v1/desk/agents", _counted(state.post_agent))
    router.add_patch("/api/v1/desk/agents/{agent_id}", _counted(state.patch_agent))
    router.add_get("/api/v1/desk/shifts", _counted(state.get_shifts))
    router.add_put("/api/v1/desk/shifts", _counted(state.put_shifts))
    router.add_get("/api/v1/desk/settings", _counted(state.get_settings))
    router.add_put("/api/v1/desk/settings", _counted(state.put_settings))
    router.add_get("/api/v1/desk/alerts", _counted(state.get_alerts))
    router.add_post("/api/v1/desk/alerts/{alert_id}/acknowledge", _counted(state.acknowledge))
    router.add_get("/api/v1/desk/board", _counted(state.get_board))
    router.add_get("/api/v1/desk/callbacks", _counted(state.get_callbacks))
    router.add_post("/api/v1/desk/callbacks/{callback_id}/done", _counted(state.callback_done))
    router.add_post("/api/v1/desk/callbacks/{callback_id}/reveal", _counted(state.reveal_callback))
    router.add_get("/api/v1/desk/dead-letters", _counted(state.get_dead_letters))
    router.add_post("/api/v1/desk/dead-letters/{letter_id}/retry", _counted(state.retry_dead_letter))
    router.add_delete("/api/v1/desk/dead-letters/{letter_id}", _counted(state.delete_dead_letter))
    router.add_post("/internal/v1/desk/alerts", _counted(internal.post_alert))
    router.add_get("/desk", _counted(files.page))
    router.add_get("/desk/", _counted(files.to_page))
    if desk.static.is_dir():
        app.router.add_static("/desk/static", desk.static)


def _counted(handler: Handler) -> Handler:
    """The handler, with its refusals counted by their code."""

    @wraps(handler)
    async def counting(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except ChannelsError as error:
            request.app[GATEWAY].metrics.desk_refused.labels(error.code).inc()
            raise

    return counting
