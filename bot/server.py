"""The bot process: Rasa with the trained model, one input channel, loopback only (`python -m bot.server`).

It opens none of Rasa's own HTTP interface. Start-up fails with one sentence when there is no trained model.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

from bot import lean

lean.install()

from rasa.core.agent import Agent  # noqa: E402  (TensorFlow's stand-ins must be in place first)
from rasa.core.channels.channel import register  # noqa: E402
from rasa.core.lock_store import InMemoryLockStore  # noqa: E402
from rasa.core.tracker_store import TrackerStore  # noqa: E402
from sanic import Sanic, response  # noqa: E402
from sanic.request import Request  # noqa: E402
from sanic.response import HTTPResponse  # noqa: E402

from bot import hot_loading, hot_rules, hot_spots, training  # noqa: E402
from bot.action_endpoint import KeptEndpoint  # noqa: E402
from bot.components.sentence_vectors import shared_encoder  # noqa: E402
from bot.connector import HotlineInput  # noqa: E402
from bot.logs import configure  # noqa: E402
from bot.phrases import Phrases  # noqa: E402
from bot.tracker_store import JournalTrackerStore  # noqa: E402
from bot.transactional import TransactionalProcessor  # noqa: E402
from hotline.settings import ROOT, Settings, SettingsError, load  # noqa: E402

logger = logging.getLogger("bot")


def tracker_store(settings: Settings) -> TrackerStore:
    """Gives the conversation store: PostgreSQL by Rasa when the database is one, else the SQLite journal."""
    url = settings.database_url
    if url.startswith("postgresql"):
        from rasa.core.tracker_store import SQLTrackerStore
        from sqlalchemy.engine.url import make_url

        parts = make_url(url)
        return SQLTrackerStore(
            dialect="postgresql",
            host=parts.host,
            port=parts.port,
            db=parts.database,
            username=parts.username,
            password=parts.password,
        )
    return JournalTrackerStore(None, str(settings.path("DATA_DIR") / "conversations.db"))


def load_agent(settings: Settings, model: Path) -> Agent:
    """Loads the model into an agent whose turns are transactions."""
    actions = KeptEndpoint(f"{settings.text('ACTIONS_URL')}/webhook", enable_selective_domain=True)
    agent = Agent(tracker_store=tracker_store(settings), lock_store=InMemoryLockStore(), action_endpoint=actions)
    agent.processor = TransactionalProcessor(
        model_path=str(model),
        tracker_store=agent.tracker_store,
        lock_store=agent.lock_store,
        action_endpoint=actions,
        generator=agent.nlg,
    )
    agent.domain = agent.processor.domain
    agent.tracker_store.domain = agent.domain
    agent.nlg.responses = agent.domain.responses
    return agent


def application(settings: Settings, agent: Agent) -> Sanic:
    """Gives the Sanic application with the hotline's door and `/healthz`."""
    app = Sanic("hotline_bot", configure_logging=False)
    app.ctx.agent = agent
    app.config.RESPONSE_TIMEOUT = 30
    app.config.ACCESS_LOG = False
    encoder = shared_encoder()
    encoder.encode(["您好"])
    door = HotlineInput(
        settings.text("INTERNAL_TOKEN"),
        agent.processor.parse_message,
        lambda text: encoder.encode([text])[0],
        Phrases.load(ROOT / "data" / "phrases"),
    )
    register([door], app, route="/webhooks/")

    @app.get("/healthz")
    async def healthz(request: Request) -> HTTPResponse:
        return response.json({"status": "ok", "model": agent.processor.model_filename})

    @app.exception(Exception)
    async def failed(request: Request, error: Any) -> HTTPResponse:
        logger.error("the turn failed and nothing of it was kept: %s", error, exc_info=error)
        return response.json({"error": "the turn failed"}, status=503)

    return app


def main() -> None:
    """Runs until SIGTERM."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    try:
        settings = load()
        configure(settings)
        model = training.trained_model(settings)
    except (SettingsError, training.ModelMissing) as error:
        sys.exit(f"bot: {error}")
    for hot in (hot_spots, hot_rules, hot_loading):
        hot.apply()
    app = application(settings, load_agent(settings, model))
    logger.info("ready on port %s", settings.integer("BOT_PORT"))
    app.run(host="127.0.0.1", port=settings.integer("BOT_PORT"), access_log=False, debug=False, motd=False)


if __name__ == "__main__":
    main()
