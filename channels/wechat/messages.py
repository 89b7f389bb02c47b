"""The XML of an official account: what WeChat posts to us, and what we answer with. Pure.

Documents with a DTD are refused unread, so no entity can grow or fetch anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring

from channels.wechat.errors import CallbackRefused

LONGEST_TEXT_BYTES = 2000
"""WeChat takes texts of 2,048 bytes; some room is left."""


@dataclass(frozen=True, slots=True)
class FromWeChat:
    """One callback.

    Attributes:
        kind: text, image, voice, location, event ...
        once: the same for WeChat's repeats of the same callback.
        text: the text, or what WeChat heard in a voice message.
        event: of an event: subscribe, unsubscribe, CLICK ...
        label: of a location: the place in words.
    """

    kind: str
    openid: str
    account: str
    once: str
    text: str = field(default="", repr=False)
    event: str = ""
    media_id: str = ""
    label: str = field(default="", repr=False)
    latitude: float | None = None
    longitude: float | None = None


def encrypted_part(document: bytes) -> str:
    """The text of `Encrypt`. Raises CallbackRefused."""
    return _text(_parsed(document), "Encrypt", needed=True)


def read(document: bytes) -> FromWeChat:
    """A decrypted callback. Raises CallbackRefused."""
    root = _parsed(document)
    kind, openid = _text(root, "MsgType", needed=True), _text(root, "FromUserName", needed=True)
    event, created = _text(root, "Event"), _text(root, "CreateTime")
    once = _text(root, "MsgId") or f"{openid}-{created}-{event}"
    return FromWeChat(
        kind=kind,
        openid=openid,
        account=_text(root, "ToUserName", needed=True),
        once=once,
        text=_text(root, "Content") or _text(root, "Recognition"),
        event=event,
        media_id=_text(root, "MediaId"),
        label=_text(root, "Label"),
        latitude=_number(_text(root, "Location_X")),
        longitude=_number(_text(root, "Location_Y")),
    )


def text_reply(to: FromWeChat, text: str, at: int) -> bytes:
    """A text in answer to a callback."""
    root = Element("xml")
    for name, value in (
        ("ToUserName", to.openid),
        ("FromUserName", to.account),
        ("CreateTime", str(at)),
        ("MsgType", "text"),
        ("Content", text),
    ):
        SubElement(root, name).text = value
    body: bytes = tostring(root, encoding="utf-8")
    return body


def sealed(encrypted: str, signature: str, timestamp: str, nonce: str) -> bytes:
    """The document around an encrypted answer."""
    root = Element("xml")
    for name, value in (
        ("Encrypt", encrypted),
        ("MsgSignature", signature),
        ("TimeStamp", timestamp),
        ("Nonce", nonce),
    ):
        SubElement(root, name).text = value
    body: bytes = tostring(root, encoding="utf-8")
    return body


def pieces(text: str, most_bytes: int = LONGEST_TEXT_BYTES) -> list[str]:
    """A text in pieces that WeChat takes, cut at lines or sentences where possible, never inside a character."""
    found: list[str] = []
    rest = text.strip()
    while len(rest.encode()) > most_bytes:
        head = rest.encode()[:most_bytes].decode("utf-8", "ignore")
        half = len(head) // 2
        cut = max(head.rfind(mark, half) for mark in "\n。！？.!? ") + 1 or len(head)
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [piece for piece in (*found, rest) if piece]


def _parsed(document: bytes) -> Element:
    if b"<!" in document.replace(b"<![CDATA[", b""):
        raise CallbackRefused
    try:
        return fromstring(document)
    except (ParseError, ValueError, LookupError):
        raise CallbackRefused from None


def _text(root: Element, name: str, *, needed: bool = False) -> str:
    value = (root.findtext(name) or "").strip()
    if needed and not value:
        raise CallbackRefused
    return value


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
