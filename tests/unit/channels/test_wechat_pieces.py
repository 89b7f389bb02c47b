"""WeChat's encryption, XML and texts."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.conversations import Button, Message
from channels.wechat.crypto import Crypto, check_signature, signature_of
from channels.wechat.errors import CallbackRefused
from channels.wechat.messages import pieces, read, text_reply
from channels.wechat.rendering import LANGUAGES, WORDS, load_words, pressed, text_of
from tests.wechat_servers import AES_KEY, APPID, TOKEN

CRYPTO = Crypto(TOKEN, AES_KEY, APPID)
TEXT = (
    "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o-1]]></FromUserName>"
    "<CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[路灯坏了 <b>&]]></Content><MsgId>77</MsgId></xml>"
)


@settings(max_examples=40)
@given(st.binary(min_size=1, max_size=200))
def test_what_is_encrypted_can_be_decrypted(message: bytes) -> None:
    encrypted, signature = CRYPTO.encrypt(message, "1700000000", "n")
    assert CRYPTO.decrypt(encrypted, signature, "1700000000", "n") == message


@pytest.mark.parametrize("part", ["encrypted", "signature", "timestamp", "nonce", "appid", "key"])
def test_whatever_was_changed_on_the_way_is_refused(part: str) -> None:
    other_key = AES_KEY[:-2] + ("AA" if AES_KEY[-2:] != "AA" else "BB")
    sender = Crypto(TOKEN, other_key if part == "key" else AES_KEY, "wx-other" if part == "appid" else APPID)
    encrypted, signature = sender.encrypt(b"hello", "1700000000", "n")
    given_parts = {"encrypted": encrypted, "signature": signature, "timestamp": "1700000000", "nonce": "n"}
    if part in given_parts:
        given_parts[part] = "x" + given_parts[part][1:] if part != "nonce" else "m"
    with pytest.raises(CallbackRefused):
        CRYPTO.decrypt(
            given_parts["encrypted"], given_parts["signature"], given_parts["timestamp"], given_parts["nonce"]
        )


def test_a_signature_that_is_right_hides_no_rubbish() -> None:
    for rubbish in ("", "!!", "QUJD", "QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUI="):
        with pytest.raises(CallbackRefused):
            CRYPTO.decrypt(rubbish, signature_of(TOKEN, "1", "n", rubbish), "1", "n")


def test_the_documented_example_of_a_signature() -> None:
    check_signature("t", signature_of("t", "b", "a"), "a", "b")
    with pytest.raises(CallbackRefused):
        check_signature("t", "ж", "a", "b")


@pytest.mark.parametrize("key", ["", "short", "!" * 43])
def test_a_key_that_is_none_is_named(key: str) -> None:
    with pytest.raises(ValueError, match="43"):
        Crypto(TOKEN, key, APPID)


def test_a_message_is_read() -> None:
    message = read(TEXT.encode())
    assert (message.kind, message.openid, message.once, message.text) == ("text", "o-1", "77", "路灯坏了 <b>&")


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<xml>",
        b"<xml/>",
        b'<!DOCTYPE x [<!ENTITY e "boom">]><xml><MsgType>&e;</MsgType><FromUserName>o</FromUserName></xml>',
        TEXT.replace("MsgType", "Kind").encode(),
        "路灯".encode("gb18030"),
    ],
)
def test_a_document_that_is_no_message_is_refused(document: bytes) -> None:
    with pytest.raises(CallbackRefused):
        read(document)


def test_an_answer_goes_back_to_who_wrote() -> None:
    root = fromstring(text_reply(read(TEXT.encode()), "好的 <a>", 1))
    assert (root.findtext("ToUserName"), root.findtext("FromUserName")) == ("o-1", "gh_1")
    assert root.findtext("Content") == "好的 <a>"


@settings(max_examples=60)
@given(st.text(max_size=500), st.integers(min_value=8, max_value=60))
def test_pieces_lose_no_letter_and_fit(text: str, most: int) -> None:
    found = pieces(text, most)
    assert all(len(piece.encode()) <= most for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def message(sender: str, text: str, *titles: str) -> Message:
    buttons = tuple(Button(title, f"/choose_{number}") for number, title in enumerate(titles, start=1))
    return Message("c", 1, sender, "zh", text, buttons, {}, datetime.now(UTC))  # type: ignore[arg-type]


def test_buttons_become_numbers_and_a_number_the_button_again() -> None:
    asked = [message("bot", "需要保密吗？", "可以公开", "保密")]
    assert "1. 可以公开\n2. 保密" in text_of(asked, load_words())
    assert pressed("2", asked) == "/choose_2"
    assert pressed("２。", asked) == "/choose_2"
    for other in ("3", "0", "两", "138", "2号楼"):
        assert pressed(other, asked) is None
    assert pressed("1", [*asked, message("agent", "您好")]) is None


def test_what_the_citizen_wrote_is_not_told_back() -> None:
    assert text_of([message("citizen", "路灯坏了")], load_words()) == ""


def test_the_accounts_own_words_exist_in_all_five_languages() -> None:
    words = load_words()
    assert set(words) == set(LANGUAGES)
    assert all(words[language][name].strip() for language in LANGUAGES for name in WORDS)
