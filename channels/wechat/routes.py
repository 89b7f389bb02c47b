"""`/wechat/account`: where WeChat's servers post what citizens write to the official account.

Encrypted ("safe mode") only. A call that is not WeChat's is refused without a word of why.
"""

from __future__ import annotations

import secrets

from aiohttp import web

from channels.service import GATEWAY
from channels.web.bodies import read_body
from channels.wechat.account import OfficialAccount
from channels.wechat.config import WeChatConfig
from channels.wechat.crypto import Crypto, check_signature
from channels.wechat.errors import CallbackRefused
from channels.wechat.messages import encrypted_part, read, sealed, text_reply

PATH = "/wechat/account"
ACCOUNT: web.AppKey[OfficialAccount] = web.AppKey("wechat_account", OfficialAccount)
CRYPTO: web.AppKey[Crypto] = web.AppKey("wechat_crypto", Crypto)
TOKEN: web.AppKey[str] = web.AppKey("wechat_token", str)
_OLDEST_SECONDS = 600
_NOTHING = "success"


def add_routes(app: web.Application, account: OfficialAccount, config: WeChatConfig) -> None:
    """Adds the address that is set on WeChat's page."""
    app[ACCOUNT], app[TOKEN] = account, config.token
    app[CRYPTO] = Crypto(config.token, config.aes_key, config.appid or "")
    app.router.add_get(PATH, verify, allow_head=False)
    app.router.add_post(PATH, callback)


async def verify(request: web.Request) -> web.Response:
    """WeChat asks once whether this address is ours, when the account is set up."""
    query = request.query
    check_signature(request.app[TOKEN], query.get("signature", ""), query.get("timestamp", ""), query.get("nonce", ""))
    return web.Response(text=query.get("echostr", "")[:200])


async def callback(request: web.Request) -> web.Response:
    """One message or event; the answer is a text, or "success" when nothing is to be said (yet)."""
    query = request.query
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    now = request.app[GATEWAY].wall_clock()
    if not (timestamp.isascii() and timestamp.isdigit()) or abs(now - int(timestamp[:12])) > _OLDEST_SECONDS:
        raise CallbackRefused  # what was overheard cannot be sent again later; within the time the id tells a repeat
    crypto = request.app[CRYPTO]
    document = crypto.decrypt(
        encrypted_part(await read_body(request)), query.get("msg_signature", ""), timestamp, nonce
    )
    given = read(document)
    text = await request.app[ACCOUNT].receive(given)
    if not text:
        return web.Response(text=_NOTHING)
    nonce = secrets.token_hex(8)
    stamp = str(int(now))
    encrypted, signature = crypto.encrypt(text_reply(given, text, int(now)), stamp, nonce)
    return web.Response(body=sealed(encrypted, signature, stamp, nonce), content_type="text/xml", charset="utf-8")
