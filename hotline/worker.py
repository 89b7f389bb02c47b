"""The worker process: delivers the tickets' events, and lets clocks that come due do what they do (`python -m
hotline.worker`).

Several copies may run at the same time on PostgreSQL, one on SQLite. It decides nothing about tickets and logs no
personal data. `GET /healthz` and `GET /metrics` answer on loopback.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

from aiohttp import web

from hotline.cars import CarOwners
from hotline.delivery import Delivery, HttpPost
from hotline.logs import configure
from hotline.news import PHONE
from hotline.notifying import GatewayInbox, Notifiers, PhoneNotifier, Post
from hotline.settings import Settings, SettingsError, load
from hotline.worker_metrics import WorkerMetrics
from hotline.working import Duty, Working
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.domain.deadlines import RevisitHours
from tickets.errors import TicketError, TransitionNotAllowed
from tickets.service.cars import AnswerCar
from tickets.service.desk import TicketDesk

logger = logging.getLogger("worker")
_CLOSE_SECONDS = 4.0


def _now() -> datetime:
    return datetime.now(UTC)


async def serve(settings: Settings, desk: TicketDesk) -> bool:
    """Works and answers `/healthz` until SIGTERM or SIGINT; says whether the last steps came to their end."""
    post = HttpPost(settings.text("GATEWAY_URL"), settings.text("INTERNAL_TOKEN"))
    metrics = WorkerMetrics()
    working = Working(desk, delivery_to(post, desk), metrics, _now, revisit_hours(settings))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    runner = web.AppRunner(_application(metrics), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", settings.integer("WORKER_PORT")).start()
    logger.info("ready on port %s", runner.addresses[0][1])
    duties = [asyncio.create_task(_repeat(duty, stop)) for duty in working.duties()]
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([*duties, stopped], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    await runner.cleanup()
    done, late = await asyncio.wait(duties, timeout=_CLOSE_SECONDS)
    for task in done:
        task.result()
    return not late


def delivery_to(post: Post, desk: TicketDesk) -> Delivery:
    """Puts the channels' notifiers together."""

    def phone_of(number: str, recipient: str | None) -> str | None:
        if recipient is None:
            return desk.get(number).contact.phone
        followers = (one for one in desk.followers_of(number) if one.key == recipient and one.active)
        return next((one.contact.phone for one in followers), None)

    def unit_names(unit: str) -> dict[str, str]:
        known = desk.catalogue.units.get(unit)
        return dict(known.names) if known else {}

    def unreachable(number: str, event_id: str) -> None:
        with suppress(TransitionNotAllowed):  # somebody was faster
            desk.answer_car(AnswerCar(idempotency_key=f"unreachable:{event_id}", number=number, answer="unreachable"))

    vehicles = desk.vehicles
    car_owners = CarOwners(post, vehicles.owner_of if vehicles else lambda plate: None, unreachable)
    notifiers = Notifiers(GatewayInbox(post, phone_of), {PHONE: PhoneNotifier(post, phone_of)})
    return Delivery(post, notifiers, unit_names, car_owners)


def revisit_hours(settings: Settings) -> RevisitHours:
    """When citizens are asked about an answer, as this installation sets it."""
    return RevisitHours(
        after=timedelta(minutes=settings.integer("REVISIT_AFTER_MINUTES")),
        opens=time.fromisoformat(settings.text("REVISIT_OPENS_AT")),
        closes=time.fromisoformat(settings.text("REVISIT_CLOSES_AT")),
    )


async def _repeat(duty: Duty, stop: asyncio.Event) -> None:
    """One duty, step after step, until `stop` is set; each step says how long to pause."""
    while not stop.is_set():
        pause = await asyncio.to_thread(duty)
        if pause:
            waiting = asyncio.create_task(stop.wait())
            await asyncio.wait([waiting], timeout=pause)
            waiting.cancel()


def _application(metrics: WorkerMetrics) -> web.Application:
    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def shown(request: web.Request) -> web.Response:
        return web.Response(body=metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4"})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", shown)
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
