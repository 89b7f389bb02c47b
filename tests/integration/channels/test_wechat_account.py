"""Citizens write to the official account: answers in time, late answers, repeats, windows, photos, and intruders."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from xml.etree.ElementTree import fromstring

import pytest

from channels.errors import StoreUnavailable
from channels.wechat.crypto import Crypto, signature_of
from tests.integration.channels.gateways import (
    WIDE,
    Running,
    StubBot,
    config_for,
    running_bot,
    running_gateway,
)
from tests.pictures import photo
from tests.wechat_servers import AES_KEY, APPID, SECRET, TOKEN, WeChatServers, running_wechat

pytestmark = pytest.mark.asyncio
CRYPTO = Crypto(TOKEN, AES_KEY, APPID)
JPEG = photo()


class Citizen:
    """Somebody in WeChat; the callbacks WeChat makes for them."""

    def __init__(self, running: Running, servers: WeChatServers, openid: str = "o-1") -> None:
        self.running, self.servers, self.openid = running, servers, openid
        self._next = 1

    async def write(self, text: str, msg_id: int | None = None) -> str:
        return await self.post("text", f"<Content><![CDATA[{text}]]></Content>", msg_id)

    async def post(self, kind: str, inner: str, msg_id: int | None = None) -> str:
        """What the citizen sees as the answer; "" for none."""
        self.servers.seen[self.openid] = time.time()
        if msg_id is None:
            msg_id, self._next = self._next, self._next + 1
        document = (
            f"<xml><ToUserName>gh_1</ToUserName><FromUserName>{self.openid}</FromUserName>"
            f"<CreateTime>{int(time.time())}</CreateTime><MsgType>{kind}</MsgType>{inner}<MsgId>{msg_id}</MsgId></xml>"
        )
        status, body = await callback(self.running, document.encode())
        assert status == 200, body
        if body == b"success":
            return ""
        root = fromstring(body)
        parts = [root.findtext(name) or "" for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")]
        return fromstring(CRYPTO.decrypt(*parts)).findtext("Content") or ""

    def heard(self) -> list[str]:
        return [text for openid, text in self.servers.sent if openid == self.openid]

    async def hears(self, count: int) -> list[str]:
        async with asyncio.timeout(20):
            while len(self.heard()) < count:
                await asyncio.sleep(0.02)
        return self.heard()


async def callback(running: Running, document: bytes, at: float | None = None) -> tuple[int, bytes]:
    stamp = str(int(time.time() if at is None else at))
    encrypted, signature = CRYPTO.encrypt(document, stamp, "nonce")
    body = f"<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    params = {"msg_signature": signature, "timestamp": stamp, "nonce": "nonce", "encrypt_type": "aes"}
    address = f"{running.base}/wechat/account"
    async with running.session.post(address, params=params, data=body.encode()) as response:
        return response.status, await response.read()


@asynccontextmanager
async def account(folder: Path) -> AsyncIterator[tuple[Running, StubBot, WeChatServers]]:
    async with running_wechat() as servers, running_bot() as bot:
        names = {
            "WECHAT_APPID": APPID,
            "WECHAT_SECRET": SECRET,
            "WECHAT_TOKEN": TOKEN,
            "WECHAT_AES_KEY": AES_KEY,
            "WECHAT_URL": servers.url,
        }
        async with running_gateway(config_for(folder, bot.url, **{**WIDE, **names})) as running:
            yield running, bot, servers


async def test_a_citizen_is_answered_at_once_and_chooses_by_number(tmp_path: Path) -> None:
    async with account(tmp_path) as (running, bot, servers):
        citizen = Citizen(running, servers)
        answer = await citizen.write("路灯坏了")
        assert "re: 路灯坏了" in answer
        assert "1. 是" in answer
        assert "re: /affirm" in await citizen.write("1")
        assert {turn["channel"] for turn in bot.turns} == {"wechat"}
        assert citizen.heard() == []


async def test_a_slow_answer_comes_as_a_message_and_only_once(tmp_path: Path) -> None:
    async with account(tmp_path) as (running, bot, servers):
        citizen = Citizen(running, servers)
        await citizen.write("您好")
        running.gateway.wechat._answer_seconds = 0.2  # type: ignore[union-attr]
        bot.pause_seconds = 1.0
        assert await citizen.write("路灯坏了", msg_id=50) == ""
        assert await citizen.write("路灯坏了", msg_id=50) == ""  # WeChat tries again
        (heard,) = await citizen.hears(1)
        assert "re: 路灯坏了" in heard
        await asyncio.sleep(0.5)
        assert len(citizen.heard()) == 1
        assert sum(turn["text"] == "路灯坏了" for turn in bot.turns) == 1


async def test_a_repeat_of_a_callback_hears_the_same_answer(tmp_path: Path) -> None:
    async with account(tmp_path) as (running, bot, servers):
        citizen = Citizen(running, servers)
        first = await citizen.write("路灯坏了", msg_id=7)
        assert await citizen.write("路灯坏了", msg_id=7) == first
        assert len([turn for turn in bot.turns if turn["text"]]) == 1


async def test_what_people_and_the_worker_say_reaches_the_citizen(tmp_path: Path) -> None:
    async with account(tmp_path) as (running, _, servers):
        citizen = Citizen(running, servers)
        await citizen.write("您好")
        conversation_id = (await running.gateway.wechat._rows.of("o-1")).conversation_id  # type: ignore[union-attr]
        await running.gateway.router.agent_message(conversation_id, "m1", "我是小王，正在为您查询。", "小王")
        assert (await citizen.hears(1))[-1] == "我是小王，正在为您查询。"
        servers.end_token()  # the token ends while nobody looks
        await running.gateway.router.agent_message(conversation_id, "m2", "查到了。", "小王")
        assert (await citizen.hears(2))[-1] == "查到了。"
        assert servers.issued == 2


async def test_what_could_not_be_sent_is_sent_later_and_after_a_restart(tmp_path: Path) -> None:
    async with account(tmp_path) as (running, _, servers):
        citizen = Citizen(running, servers)
        await citizen.write("您好")
        interface = running.gateway.wechat
        conversation_id = (await interface._rows.of("o-1")).conversation_id  # type: ignore[union-attr]
        servers.down = True
        await running.gateway.router.agent_message(conversation_id, "m1", "稍等。", "小王")
        await asyncio.sleep(0.5)
        assert citizen.heard() == []
        servers.down = False
        assert len(await interface._rows.behind(interface._now().replace(year=2020), 10)) == 1  # type: ignore[union-attr]
        async with asyncio.timeout(20):
            while not citizen.heard():  # the first try may still have it in hand
                await interface._tell("o-1")  # type: ignore[union-attr]
                await asyncio.sleep(0.05)
        assert citizen.heard() == ["稍等。"]


async def test_a_long_answer_comes_in_pieces(tmp_path: Path) -> None:
    async with account(tmp_path) as (running, _, servers):
        citizen = Citizen(running, servers)
        await citizen.write("您好")
        first = await citizen.write("很长的话。" * 300)
        assert citizen.heard() == []  # what follows does not overtake the answer
        rest = await citizen.hears(1)
        assert len(first.encode()) <= 2048
        assert "".join([first, *rest]).count("很长的话。") >= 299


async def test_what_came_while_nobody_could_be_reached_is_told_when_the_citizen_writes_again(tmp_path: Path) -> None:
    async with account(tmp_path) as (running, _, servers):
        citizen = Citizen(running, servers)
        await citizen.write("您好")
        interface = running.gateway.wechat
        conversation_id = (await interface._rows.of("o-1")).conversation_id  # type: ignore[union-attr]
        servers.seen["o-1"] = 0.0  # WeChat's 48 hours are over
        await running.gateway.router.agent_message(conversation_id, "m1", "路灯修好了。", "小王")
        await asyncio.sleep(0.5)
        assert citizen.heard() == []
        await interface._rows.release("o-1")  # type: ignore[union-attr]
        answer = await citizen.write("谢谢")
        assert answer.index("路灯修好了。") < answer.index("re: 谢谢")


async def test_a_message_that_could_not_be_stored_is_taken_when_wechat_sends_it_again(tmp_path: Path) -> None:
    async with account(tmp_path) as (running, bot, servers):
        citizen = Citizen(running, servers)
        await citizen.write("您好")
        router = running.gateway.wechat._router  # type: ignore[union-attr]
        receive = router.receive

        async def away(*_: object) -> object:
            raise StoreUnavailable

        running.gateway.wechat._router = SimpleNamespace(receive=away)  # type: ignore[union-attr,assignment]
        with pytest.raises(AssertionError, match="store_unavailable"):
            await citizen.write("路灯坏了", msg_id=60)
        running.gateway.wechat._router = router  # type: ignore[union-attr]
        assert router.receive == receive
        assert "re: 路灯坏了" in await citizen.write("路灯坏了", msg_id=60)


async def test_a_photo_is_kept_and_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    async with account(tmp_path) as (running, _, servers):
        citizen = Citizen(running, servers)
        await citizen.write("您好")
        servers.media["m-1"] = JPEG
        said = await citizen.post("image", "<MediaId>m-1</MediaId>")
        assert said
        conversation_id = (await running.gateway.wechat._rows.of("o-1")).conversation_id  # type: ignore[union-attr]
        (kept,) = (tmp_path / "uploads" / conversation_id).iterdir()
        assert kept.suffix == ".jpg"
        assert "请再发一次" in await citizen.post("image", "<MediaId>gone</MediaId>")
        assert "文字" in await citizen.post("video", "<MediaId>v</MediaId>")
        assert "re: 解放路12号" in await citizen.post("location", "<Label>解放路12号</Label>")
        assert "re: 没水了" in await citizen.post("voice", "<MediaId>v</MediaId><Recognition>没水了</Recognition>")


async def test_who_is_not_wechat_is_refused(tmp_path: Path) -> None:
    async with account(tmp_path) as (running, bot, _):
        forged = f"{running.base}/wechat/account?msg_signature=0&timestamp={int(time.time())}&nonce=n"
        async with running.session.post(forged, data=b"<xml><Encrypt>QUJD</Encrypt></xml>") as response:
            assert response.status == 403
        document = b"<xml><MsgType>text</MsgType><FromUserName>o</FromUserName><ToUserName>g</ToUserName></xml>"
        assert (await callback(running, document, at=time.time() - 3600))[0] == 403
        stamp = str(int(time.time()))
        for signature, status in ((signature_of(TOKEN, stamp, "n"), 200), ("0" * 40, 403)):
            asked = f"{running.base}/wechat/account?signature={signature}&timestamp={stamp}&nonce=n&echostr=42"
            async with running.session.get(asked) as response:
                assert response.status == status
                assert (await response.text() == "42") is (status == 200)
        assert bot.turns == []


async def test_without_an_account_there_is_no_such_address(tmp_path: Path) -> None:
    async with running_gateway(config_for(tmp_path, None, **WIDE)) as running:
        async with running.session.post(f"{running.base}/wechat/account", data=b"") as response:
            assert response.status == 404
