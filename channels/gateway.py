"""The gateway process: the one front door of the hotline (`python -m channels.gateway`).

It binds one address, serves the page, the HTTP interface and the streams, and ends within five seconds of SIGTERM;
messages that are not answered by then are answered after the next start.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from channels import logs
from channels.bootstrap import Opened, opened_gateway
from channels.compression import compressed_files
from channels.config import GatewayConfig
from channels.delivery.web import add_routes as add_delivery
from channels.desk.web.routes import add_routes
from channels.errors import StoreUnavailable
from channels.intake.routes import add_routes as add_intake
from channels.middleware import add_headers, foreign_origins, observed, problem_documents
from channels.miniprogram.routes import add_routes as add_miniprogram
from channels.open311.routes import add_routes as add_open311
from channels.phone.web import add_routes as add_phone_routes
from channels.service import GATEWAY, Gateway
from channels.staff.routes import add_routes as add_staff_routes
from channels.web import (
    attachments,
    challenges,
    conversations,
    handoff,
    health,
    internal,
    pages,
    people,
    places,
    sockets,
    speech,
    sse,
    tickets,
)
from channels.web.bodies import BODY_LIMIT_BYTES
from channels.wechat.routes import add_routes as add_wechat
from hotline import settings
from language.foreign import warm_up

logger = logging.getLogger(__name__)

_CONVERSATION = "/api/v1/conversations/{conversation_id:[A-Za-z0-9-]{1,64}}"
_DRAIN_SECONDS = 2.5
_CLOSE_SECONDS = 1.0


def make_app(gateway: Gateway) -> web.Application:
    """The application with all routes; it owns nothing of what it is given."""
    middlewares = [observed, foreign_origins, problem_documents, compressed_files]
    app = web.Application(middlewares=middlewares, client_max_size=BODY_LIMIT_BYTES)
    app[GATEWAY] = gateway
    app.on_response_prepare.append(add_headers)
    app.router.add_post("/api/v1/conversations", conversations.open_conversation)
    app.router.add_post(f"{_CONVERSATION}/messages", conversations.post_message)
    app.router.add_get(f"{_CONVERSATION}/messages", conversations.get_messages)
    app.router.add_post(f"{_CONVERSATION}/stream-ticket", conversations.issue_stream_ticket)
    app.router.add_get(f"{_CONVERSATION}/events", sse.events, allow_head=False)
    app.router.add_get(f"{_CONVERSATION}/ws", sockets.socket, allow_head=False)
    app.router.add_post(f"{_CONVERSATION}/attachments", attachments.post_attachment)
    app.router.add_get(f"{_CONVERSATION}/attachments/{{attachment_id}}", attachments.get_attachment)
    app.router.add_get("/api/v1/challenge", challenges.get_challenge)
    app.router.add_post(f"{_CONVERSATION}/challenge", challenges.post_solution)
    app.router.add_post(f"{_CONVERSATION}/queue/cancel", people.cancel_queue)
    app.router.add_post(f"{_CONVERSATION}/rating", people.rate)
    app.router.add_post("/api/v1/handoff/events", handoff.post_event)
    app.router.add_post("/api/v1/handoff/chatwoot", handoff.post_chatwoot)
    app.router.add_get(
        "/api/v1/handoff/attachments/{conversation_id:[A-Za-z0-9-]{1,64}}/{attachment_id}", handoff.get_attachment
    )
    app.router.add_get("/api/v1/tickets/{number}", tickets.get_ticket)
    app.router.add_post(f"/api/v1/tickets/{{number}}/{{wish:{'|'.join(tickets.WISHES)}}}", tickets.post_wish)
    app.router.add_get(f"{_CONVERSATION}/tickets", tickets.list_tickets)
    app.router.add_post(f"{_CONVERSATION}/transcription", speech.post_transcription)
    app.router.add_get("/api/v1/places", places.get_places)
    app.router.add_get("/api/v1/map", places.get_map)
    app.router.add_post("/internal/v1/conversations/{conversation_id:[A-Za-z0-9-]{1,64}}/news", internal.post_news)
    app.router.add_post(
        "/internal/v1/conversations/{conversation_id:[A-Za-z0-9-]{1,64}}/revisit", internal.post_revisit
    )
    app.router.add_get("/healthz", health.healthz)
    app.router.add_get("/readyz", health.readyz)
    app.router.add_get("/metrics", health.metrics)
    pages.add_routes(app, gateway.static)
    if gateway.desk is not None:
        add_routes(app, gateway.desk)
    if gateway.open311 is not None:
        add_open311(app, gateway.open311)
    if gateway.intake is not None:
        add_intake(app, gateway.intake, gateway.config.intake_secrets)
    if gateway.delivery is not None:
        add_delivery(app, gateway.delivery)
    if gateway.phone is not None:
        add_phone_routes(app, gateway.phone)
    if gateway.staff is not None:
        add_staff_routes(app, gateway.staff)
    if gateway.wechat is not None:
        add_wechat(app, gateway.wechat, gateway.config.wechat)
    if gateway.miniprogram is not None:
        add_miniprogram(app, gateway.miniprogram)
    if gateway.static.is_dir():
        app.router.add_static("/static", gateway.static)
    return app


def make_runner(gateway: Gateway) -> web.AppRunner:
    """Serves the application; bodies are taken as they come, so nobody can send a small one that unpacks to a huge."""
    app = make_app(gateway)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_CLOSE_SECONDS, auto_decompress=False)

    async def keep_doors(_: web.Application) -> AsyncIterator[None]:
        watching = asyncio.create_task(gateway.doorkeeper.watch(runner))
        yield
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)

    app.cleanup_ctx.append(keep_doors)
    return runner


async def serve(config: GatewayConfig, checkpoint: Callable[[str], None] | None = None) -> None:
    """Serves until SIGTERM or SIGINT.

    Args:
        checkpoint: called at each step of a turn, for tests of crashes.

    Raises:
        StoreUnavailable: the database cannot be opened; OSError: the port is taken.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with opened_gateway(config, checkpoint) as opened:
        runner = make_runner(opened.gateway)
        await runner.setup()
        try:
            site = web.TCPSite(runner, config.host, config.port, backlog=1024)
            await site.start()
            logger.info("listening on http://%s:%d/", *runner.addresses[0][:2])
            opened.start()
            warming = loop.run_in_executor(None, warm_up)
            await stop.wait()
            await warming
            await _drain(opened)
        finally:
            await runner.cleanup()


async def _drain(opened: Opened) -> None:
    """Ends the streams and gives running turns a moment."""
    opened.gateway.hub.close()
    await opened.gateway.router.close(_DRAIN_SECONDS)


def main() -> None:
    """Runs the process; a fault at start is one sentence on standard error."""
    try:
        config = GatewayConfig.from_settings(settings.load())
    except settings.SettingsError as error:
        sys.exit(f"gateway: {error}")
    logs.configure(config.log_json, config.log_level)
    try:
        run(serve(config))
    except StoreUnavailable as error:
        sys.exit(f"gateway: {error}")
    except OSError as error:
        sys.exit(f"gateway: cannot listen on {config.host}:{config.port}: {error.strerror or error}")


def run(main_task: object) -> None:
    """Runs a coroutine, on uvloop where there is one."""
    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.run(main_task)  # type: ignore[arg-type]
        return
    asyncio.run(main_task)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
