"""The worker process: takes events of tickets out of the outbox and tells citizens (`python -m hotline.worker`).

At least once and in each ticket's order; the gateway says the same event only once. It decides nothing about tickets
and logs no personal data. `GET /healthz` answers on loopback.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from aiohttp import web

from hotline.delivery import Delivery, HttpPost
from hotline.logs import configure
from hotline.settings import Settings, SettingsError, load
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.errors import StoreUnavailable, TicketError
from tickets.service.desk import TicketDesk
from tickets.service.outbox import RelayReport, relay

logger = logging.getLogger("worker")
EVENTS_A_STEP = 10
IDLE_SECONDS = 1.0
STORE_AWAY_SECONDS = 5.0
_CLOSE_SECONDS = 4.0


def _now() -> datetime:
    return datetime.now(UTC)


async def relay_forever(step: Callable[[], RelayReport], stop: asyncio.Event) -> None:
    """Steps until `stop` is set: at once while there is something to do, else after a pause."""
    while not stop.is_set():
        try:
            report = await asyncio.to_thread(step)
            pause = IDLE_SECONDS if report.idle or report.failed else 0.0
        except StoreUnavailable as error:
            logger.error("the ticket store does not answer: %s", error)
            pause = STORE_AWAY_SECONDS
        if pause:
            await asyncio.wait([asyncio.create_task(stop.wait())], timeout=pause)


async def serve(settings: Settings, desk: TicketDesk) -> bool:
    """Relays and answers `/healthz` until SIGTERM or SIGINT; says whether the last step came to its end."""
    delivery = Delivery(HttpPost(settings.text("GATEWAY_URL"), settings.text("INTERNAL_TOKEN")))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    runner = web.AppRunner(_application(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", settings.integer("WORKER_PORT")).start()
    logger.info("ready on port %s", runner.addresses[0][1])
    step = asyncio.create_task(relay_forever(lambda: relay(desk.outbox, delivery, _now, EVENTS_A_STEP), stop))
    await asyncio.wait([step, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    await runner.cleanup()
    done, _ = await asyncio.wait([step], timeout=_CLOSE_SECONDS)
    for task in done:
        task.result()
    return bool(done)


def _application() -> web.Application:
    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    return app


def main() -> None:
    """Runs until SIGTERM."""
    try:
        settings = load()
        configure("worker", settings)
        desk = open_tickets(TicketsConfig.from_settings(settings))
        asyncio.run(_served(settings, desk))
    except (SettingsError, TicketError) as error:
        sys.exit(f"worker: {error}")
    except OSError as error:
        sys.exit(f"worker: cannot listen on port {settings.integer('WORKER_PORT')}: {error.strerror or error}")


async def _served(settings: Settings, desk: TicketDesk) -> None:
    if not await serve(settings, desk):
        os._exit(0)  # a delivery hangs in its thread; its event is delivered again after the next start
    desk.close()


if __name__ == "__main__":
    main()
