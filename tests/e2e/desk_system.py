"""A real gateway with a scripted bot and people at the desk, for tests and for looking at the pages.

`python tests/e2e/desk_system.py --port 8090 --data-dir /tmp/desk` prints who can sign in. It keeps its data folder, so
a test can kill it and start it again. The bot understands nothing: it goes through the steps of `page_script`, hands
over when a person is asked for, and recognises a fire.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
import page_script as script  # noqa: E402 - found beside this file

from channels.bootstrap import opened_gateway  # noqa: E402
from channels.config import GatewayConfig  # noqa: E402
from channels.desk.passwords import Passwords  # noqa: E402
from channels.desk.people import DeskAgent  # noqa: E402
from channels.desk.ports import AccountStore  # noqa: E402
from channels.gateway import make_runner  # noqa: E402
from hotline import settings  # noqa: E402

PASSWORD = "lamp-post-2026"
TOKEN = "desk-system"
PEOPLE: tuple[dict[str, Any], ...] = (
    {"username": "wang", "name": "王芳", "role": "agent", "languages": ("zh", "en"), "capacity": 3},
    {"username": "kim", "name": "김민지", "role": "agent", "languages": ("ko", "zh"), "capacity": 3},
    {"username": "petrova", "name": "Анна Петрова", "role": "agent", "languages": ("ru", "en"), "capacity": 3},
    {"username": "sato", "name": "佐藤", "role": "agent", "languages": ("ja", "zh"), "capacity": 3},
    {"username": "leader", "name": "李班长", "role": "shift_leader", "languages": ("zh", "en"), "capacity": 2},
    {"username": "super", "name": "陈主管", "role": "supervisor", "languages": ("zh", "en"), "capacity": 2},
    {"username": "zhang", "name": "张工", "role": "agent", "unit": "urban_management", "languages": ("zh",)}
    | {"capacity": 0},
    {"username": "boss", "name": "管理员", "role": "administrator", "languages": ("zh",), "capacity": 1},
)
HUMAN = ("人工", "human", "person", "担当者", "オペレーター", "상담원", "человек", "оператор")
WIDE = {"RATE_PER_SECOND": "10000", "RATE_BURST": "10000", "OPEN_PER_MINUTE": "100000", "OPEN_BURST": "10000"}


class ScriptedBot:
    """The bot's door; the same message again gets the same answer."""

    def __init__(self) -> None:
        self.steps: dict[str, Any] = {}
        self.answers: dict[tuple[str, str], dict[str, Any]] = {}
        self.turns = 0
        self.behaviour: dict[str, Any] = {}

    async def turn(self, request: web.Request) -> web.Response:
        turn = await request.json()
        key = (turn["conversation_id"], turn["message_id"])
        self.turns += 1
        await asyncio.sleep(float(self.behaviour.get("slow_seconds", 0)))
        if self.behaviour.get("down"):
            return web.Response(status=503)
        if key not in self.answers:
            self.answers[key] = self._answer(turn)
        return web.json_response(self.answers[key])

    async def behave(self, request: web.Request) -> web.Response:
        self.behaviour.update(await request.json())
        return web.json_response(self.behaviour)

    def _answer(self, turn: dict[str, Any]) -> dict[str, Any]:
        language = turn["metadata"]["language"]
        text, payload = turn.get("text"), turn.get("payload")
        if payload and payload.startswith("/switch_language"):
            language = json.loads(payload[len("/switch_language") :])["language"]
        if payload == "/session_opened":
            said = script.greeting(language)
        elif payload == "/resume":
            said = [{"text": script.WORDS[language].greeting, "data": {}, "custom": {"resume": True}}]
        elif payload == "/request_human" or any(word in (text or "").lower() for word in HUMAN):
            custom = {"handoff": {"reason": "request", "priority": "normal"}}
            said = [{"text": script.WORDS[language].queued, "custom": custom}]
        else:
            step, said = script.reply(language, self.steps.get(turn["conversation_id"]), text, payload)
            self.steps[turn["conversation_id"]] = step
        did = turn["metadata"].get("agent_did")
        if did:
            said = [{"text": f"[{did['agent']}] {did['summary']}"}, *said]
        return {"language": language, "messages": [self._message(one) for one in said], "form": None}

    @staticmethod
    def _message(said: dict[str, Any]) -> dict[str, Any]:
        data = said.get("data", {})
        custom = {**{key: data[key] for key in ("ticket", "emergency") if key in data}, **said.get("custom", {})}
        if "emergency" in custom:
            custom["handoff"] = {"reason": "emergency", "priority": "urgent"}
        return {"text": said.get("text", ""), "buttons": said.get("buttons", []), "custom": custom or None}


async def suggest(request: web.Request) -> web.Response:
    """What the actions would propose for a broken lamp."""
    categories = [("street_light", "urban_management", 0.71), ("manhole_cover", "urban_management", 0.12)]
    knowledge = {
        "id": "street_lights",
        "title": "路灯报修",
        "text": "路灯不亮请拨打12345，说明路名和灯杆编号。",
        "score": 0.6,
    }
    shown = [{"id": category, "unit": unit, "score": score} for category, unit, score in categories]
    return web.json_response({"categories": shown, "knowledge": [knowledge]})


async def seed(accounts: AccountStore) -> None:
    """The people above, once."""
    known = {agent.username for agent in await accounts.agents()}
    hashed = Passwords().hash_now(PASSWORD)
    for person in PEOPLE:
        if person["username"] not in known:
            now = datetime.now(UTC)
            fields = {"id": str(uuid.uuid4()), "unit": "hotline", "topics": (), "created_at": now, **person}
            await accounts.add(DeskAgent(**fields), hashed)


async def serve(port: int, data_dir: Path, names: dict[str, str]) -> None:
    bot, stop = ScriptedBot(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    app = web.Application()
    app.router.add_post("/webhooks/hotline/turns", bot.turn)
    app.router.add_post("/behave", bot.behave)
    app.router.add_post("/suggest", suggest)
    app.router.add_get("/healthz", lambda request: asyncio.sleep(0, web.Response(text="ok")))
    door = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await door.setup()
    await web.TCPSite(door, "127.0.0.1", int(names.pop("BOT_PORT", "0"))).start()
    bot_url = "http://{}:{}".format(*door.addresses[0][:2])
    ours = {"DATA_DIR": str(data_dir), "BOT_URL": bot_url, "ACTIONS_URL": bot_url, "INTERNAL_TOKEN": TOKEN}
    environ = {**ours, **WIDE, **names}
    config = GatewayConfig.from_settings(settings.load({f"HOTLINE_{name}": value for name, value in environ.items()}))
    async with opened_gateway(config) as opened:
        assert opened.gateway.desk is not None
        await seed(opened.gateway.desk.accounts)
        runner = make_runner(opened.gateway)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        opened.start()
        where = "http://{}:{}".format(*runner.addresses[0][:2])
        print(f"citizen page {where}/   desk {where}/desk   bot {bot_url}", flush=True)
        print(f"people: {', '.join(one['username'] for one in PEOPLE)}; password {PASSWORD}", flush=True)
        await stop.wait()
        opened.gateway.hub.close()
        await runner.cleanup()
    await door.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a HOTLINE_ setting")
    options = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("HOTLINE_")]:
        del os.environ[name]
    names = dict(item.split("=", 1) for item in options.set)
    asyncio.run(serve(options.port, options.data_dir, names))


if __name__ == "__main__":
    main()
