"""A real gateway with a mini-program, a stand-in of WeChat, a scripted bot and somebody who hears, for a browser.

`python tests/e2e/miniprogram/mini_system.py --port 8091 --data-dir /tmp/mini --app FOLDER` serves what `build.mjs`
made at `/harness/app/`. At the end of the bot's complaint a real ticket is filed. `POST /harness/behave` orders:
`hears` (a text, or null: nobody hears), `say` (an agent writes to everybody), `rate` (asks for a judgement), `close`
(answers and closes all tickets), `slow_seconds`, `down`, `busy` (one message of a conversation and
one new conversation are the usual share; for more a proof of work is wanted).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from aiohttp import web

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT), str(Path(__file__).parents[1])]
import page_script as script  # noqa: E402 - found in the folder above
from desk_system import TOKEN, WIDE, ScriptedBot  # noqa: E402

from channels.bootstrap import opened_gateway  # noqa: E402
from channels.config import GatewayConfig  # noqa: E402
from channels.conversations import Draft  # noqa: E402
from channels.gateway import make_app  # noqa: E402
from channels.limits import Rate, TokenBuckets  # noqa: E402
from channels.service import Gateway  # noqa: E402
from hotline import settings  # noqa: E402
from tests.wechat_servers import MINI_APPID, MINI_SECRET, WeChatServers, running_wechat  # noqa: E402
from tickets.bootstrap import open_tickets  # noqa: E402
from tickets.domain.people import Contact  # noqa: E402
from tickets.domain.place import Place  # noqa: E402
from tickets.domain.views import citizen_view  # noqa: E402
from tickets.service.commands import FileTicket  # noqa: E402
from tickets.service.desk import TicketDesk  # noqa: E402

TEMPLATE = "tmpl-ticket-news"
TEMPLATES = (
    f"ticket_news: {{id: {TEMPLATE}, page: 'pages/tickets/tickets?number={{number}}', fields: {{thing1: title}}}}"
)


class MiniBot(ScriptedBot):
    """Goes through the complaint with its form's progress, and files a real ticket at its end."""

    def __init__(self, desk: TicketDesk) -> None:
        super().__init__()
        self.desk = desk
        self.filed: list[str] = []
        self.behaviour["hears"] = None

    def _answer(self, turn: dict[str, Any]) -> dict[str, Any]:
        asked = self.steps.get(turn["conversation_id"])
        answer = super()._answer(turn)
        step = self.steps.get(turn["conversation_id"])
        if step is not None:
            done = script.STEPS[: script.STEPS.index(step)]
            form = {"name": "complaint_form", "requested_slot": step, "filled": ["nature", "category", *done]}
            answer = {**answer, "form": form}
        if asked == "confirm" and turn.get("payload") == "/affirm":
            answer["messages"][-1]["custom"] = {"ticket": self._file(turn)}
        return answer

    def _file(self, turn: dict[str, Any]) -> dict[str, Any]:
        receipt = self.desk.file(
            FileTicket(
                idempotency_key=f"{turn['conversation_id']}:{turn['message_id']}",
                channel="miniprogram",
                language=turn["metadata"]["language"],
                nature="complaint",
                description="小区门口的路灯坏了三天，晚上很黑。",
                conversation_id=turn["conversation_id"],
                category="street_light",
                place=Place("解放路与人民路交叉口"),
                contact=Contact(name="王芳", phone="13812345678"),
            )
        )
        self.filed.append(receipt.number)
        view = citizen_view(self.desk.get(receipt.number))
        names = ("number", "nature", "category", "unit", "status", "accept_by", "due_at", "duplicate_of")
        return {name: view[name] for name in names}

    async def hear(self, request: web.Request) -> web.Response:
        """The telephone line's recognition."""
        heard = self.behaviour["hears"]
        if heard is None:
            return web.json_response({"code": "engine_unavailable"}, status=503)
        return web.json_response({"text": heard, "language": "zh", "confidence": 0.9})


def harness(gateway: Gateway, servers: WeChatServers, bot: MiniBot, app_folder: Path) -> web.Application:
    """The gateway's own application, with what a browser needs in place of WeChat."""

    async def code(request: web.Request) -> web.Response:
        openid = request.query["openid"]
        servers.accepted.setdefault((openid, TEMPLATE), 1)
        return web.Response(text=servers.code_for(openid))

    async def behave(request: web.Request) -> web.Response:
        body = await request.json()
        bot.behaviour.update({name: body[name] for name in ("hears", "slow_seconds", "down") if name in body})
        if "busy" in body:
            share = Rate(0.001, 1) if body["busy"] else Rate(1000, 1000)
            gateway.limits._of_conversation, gateway.limits._opening = TokenBuckets(share), TokenBuckets(share)
        for conversation_id in {turn for turn, _ in bot.answers}:
            if "say" in body:
                await gateway.router.agent_message(conversation_id, body["say"], body["say"], "王芳")
            if "rate" in body:
                language = (await gateway.store.conversation(conversation_id)).language
                draft = Draft("system", language, "", data={"rating": {"handoff_id": body["rate"], "agent": "王芳"}})
                await gateway.router._say(conversation_id, draft, f"rate:{body['rate']}")
        return web.json_response({})

    async def state(request: web.Request) -> web.Response:
        checked = [text for _, text in servers.checked]
        return web.json_response({"checked": checked, "tickets": bot.filed, "turns": bot.turns})

    app = make_app(gateway)
    app.router.add_get("/harness/code", code)
    app.router.add_post("/harness/behave", behave)
    app.router.add_get("/harness/state", state)
    app.router.add_static("/harness/app", app_folder)
    return app


async def serve(port: int, data_dir: Path, app_folder: Path) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    (data_dir / "templates.yml").write_text(TEMPLATES)
    async with running_wechat() as servers:
        ours = {"DATA_DIR": str(data_dir), "INTERNAL_TOKEN": TOKEN, "WECHAT_URL": servers.url}
        mini = {"MINIPROGRAM_APPID": MINI_APPID, "MINIPROGRAM_SECRET": MINI_SECRET}
        mini["MINIPROGRAM_TEMPLATES"] = str(data_dir / "templates.yml")
        sms = {"SMS_URL": "http://127.0.0.1:9", "SMS_SECRET": "0" * 32}  # offered; nothing is sent there
        names = {**WIDE, **ours, **mini, **sms}
        config = _config(names)
        desk = open_tickets(config.tickets)
        bot = MiniBot(desk)
        door = web.Application()
        door.router.add_post("/webhooks/hotline/turns", bot.turn)
        door.router.add_post("/v1/transcribe", bot.hear)
        door.router.add_get("/healthz", lambda request: asyncio.sleep(0, web.Response(text="ok")))
        back = web.AppRunner(door, access_log=None, shutdown_timeout=0.1)
        await back.setup()
        await web.TCPSite(back, "127.0.0.1", 0).start()
        url = "http://{}:{}".format(*back.addresses[0][:2])
        async with opened_gateway(_config({**names, "BOT_URL": url, "VOICE_URL": url})) as opened:
            app = harness(opened.gateway, servers, bot, app_folder)
            front = web.AppRunner(app, access_log=None, shutdown_timeout=0.5, auto_decompress=False)
            await front.setup()
            await web.TCPSite(front, "127.0.0.1", port).start()
            opened.start()
            await stop.wait()
            opened.gateway.hub.close()
            await front.cleanup()
        await back.cleanup()
        desk.close()


def _config(names: dict[str, str]) -> GatewayConfig:
    return GatewayConfig.from_settings(settings.load({f"HOTLINE_{name}": value for name, value in names.items()}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8091)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--app", type=Path, required=True)
    options = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("HOTLINE_")]:
        del os.environ[name]
    asyncio.run(serve(options.port, options.data_dir, options.app))


if __name__ == "__main__":
    main()
