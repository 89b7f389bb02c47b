"""E-mails in five languages: the same words in each, whole bodies, and nothing that can become a header."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from bot.catalog import Catalog
from channels.delivery.carriers import MailCarrier, SmsCarrier, SubscribeCarrier
from channels.delivery.links import opened
from channels.delivery.notices import CONFIRM, Letter, Notice, Way
from channels.delivery.parts import MAIL_TEXTS
from channels.delivery.ports import AddressGone, NotNow, Refused
from channels.languages import LANGUAGES
from channels.mail.addresses import clean_address, mask_address
from channels.mail.message import message_of
from channels.mail.ports import Mail
from channels.mail.texts import MailTexts
from channels.miniprogram import ports as miniprogram
from channels.phone.parts import SMS_TEXTS
from channels.sms.ports import Sms
from channels.sms.texts import SmsTexts

NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)
SECRET = b"s" * 32
NUMBER = "20261103004512"
TEXTS = MailTexts.load(MAIL_TEXTS)
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Nowhere:
    def __init__(self) -> None:
        self.sent: list[Sms] = []

    async def send(self, one: Sms | Mail) -> None:
        assert isinstance(one, Sms)
        self.sent.append(one)

    async def aclose(self) -> None: ...


@pytest.fixture(scope="module")
def carrier() -> MailCarrier:
    sender = Nowhere()
    return MailCarrier(sender, TEXTS, Catalog.load(), "https://h.example.cn", SECRET, lambda: NOW)  # type: ignore[arg-type]


def letter(language: str, *notices: Notice, way: Way = "email", address: str = "li@example.com") -> Letter:
    return Letter(f"{notices[-1].event_id}:{way}", way, "web", "c-1", address, language, notices)


def told(key: str, **values: object) -> Notice:
    card = {"number": NUMBER, "due_at": "2026-11-30 18:00", "unit_name": {"zh": "城管局", "en": "City Management"}}
    return Notice(key, f"utter_news_{key}", NUMBER, {**card, **values}, "answer", False, NOW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_the_same_in_every_language(language: str) -> None:
    assert set(TEXTS.texts[language]) == set(TEXTS.texts["zh"])
    for key, text in TEXTS.texts[language].items():
        assert text.strip() and set(_PLACEHOLDER.findall(text)) == set(_PLACEHOLDER.findall(TEXTS.texts["zh"][key]))


class Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_is_told_whole_with_a_way_back_and_a_way_out(carrier: MailCarrier, language: str) -> None:
    mail = carrier.news(letter(language, told("accepted"), told("replied_with_text", reply="路灯<已>修好\n& 亮了")))
    assert NUMBER in mail.subject and "{" not in mail.subject + mail.text + mail.html
    html = Plain()
    html.feed(mail.html)
    for body in (mail.text, "".join(html.words)):
        assert "路灯<已>修好" in body and "2026-11-30 18:00" in body
        assert body.index("2026-11-30") < body.index("路灯")  # in their order
    assert html.tags == {"html", "head", "meta", "body", "p", "a", "br", "hr", "small"}
    assert html.links == ["https://h.example.cn/", mail.unsubscribe_url]
    assert mail.unsubscribe_url in mail.text and f'lang="{language}"' in mail.html
    token = mail.unsubscribe_url.partition("token=")[2]
    assert opened(SECRET, "unsubscribe", token, NOW.timestamp()).is_of("li@example.com")
    raw = message_of(mail, "noreply@city.cn", NOW).as_bytes()
    assert raw.isascii() and max(len(line) for line in raw.splitlines()) < 998


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_whether_an_address_is_ones_own_holds_nothing_else(carrier: MailCarrier, language: str) -> None:
    asked = Notice("confirm.1", CONFIRM, "", {}, "answer", True, NOW)
    mail = carrier.confirmation(letter(language, asked))
    [link] = re.findall(r"https://\S+", mail.text)
    assert link.startswith("https://h.example.cn/notices/confirm?token=")
    assert opened(SECRET, "confirm", link.partition("token=")[2], NOW.timestamp()).is_of("li@example.com")
    assert mail.unsubscribe_url == "" and NUMBER not in mail.text


@pytest.mark.parametrize(
    ("keys", "subject"),
    [("replied extended", "已有答复"), ("extended", "新进展"), ("replied revisit", "解决了吗"), ("reopened", "新进展")],
)
def test_the_subject_says_what_counts(carrier: MailCarrier, keys: str, subject: str) -> None:
    assert subject in carrier.news(letter("zh", *(told(key) for key in keys.split()))).subject


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.asyncio
async def test_a_text_message_says_one_thing(language: str) -> None:
    sender, texts = Nowhere(), SmsTexts.load(SMS_TEXTS)
    waiting = letter(language, told("replied"), told("extended"), way="sms", address="13800138000")
    await SmsCarrier(sender, texts).send(waiting)
    [sms] = sender.sent
    assert sms.text == texts.text("ticket_replied", language, number=NUMBER)
    assert (sms.id, sms.to) == ("extended:sms", "13800138000")


class Knocks:
    """The mini-program, answering as a test says."""

    def __init__(self, result: miniprogram.SendResult) -> None:
        self.result = result
        self.sent: list[tuple[str, str, dict[str, str], str]] = []

    async def to_conversation(
        self, conversation_id: str, template_key: str, values: Mapping[str, str], *, once: str
    ) -> miniprogram.SendResult:
        self.sent.append((conversation_id, template_key, dict(values), once))
        return self.result


@pytest.mark.parametrize(
    ("result", "error"),
    [
        (miniprogram.Sent(), None),
        (miniprogram.Later(60), NotNow),
        (miniprogram.Refused("no_quota"), AddressGone),
        (miniprogram.Refused("not_accepted"), AddressGone),
        (miniprogram.Refused("wechat_refused"), Refused),
    ],
)
@pytest.mark.asyncio
async def test_a_subscribe_message_says_the_last_state_in_four_values(
    result: miniprogram.SendResult, error: type[Exception] | None
) -> None:
    knocks = Knocks(result)
    waiting = letter("en", told("accepted", status="accepted"), told("replied", status="replied", category="lamp"))
    carrier = SubscribeCarrier(knocks, {"replied": "已答复"}, lambda category, language: f"{category} in {language}")
    with pytest.raises(error) if error else nullcontext():
        await carrier.send(waiting)
    values = {"number": NUMBER, "title": "lamp in en", "status": "已答复", "at": "2026-11-26 12:00"}
    assert knocks.sent == [("c-1", "ticket_news", values, "replied:email")]


@pytest.mark.parametrize("evil", ["x\r\nBcc: all@example.com", "x\nSubject: y", "x\x00y", "x\u2028Bcc: z", "x\x85y"])
def test_no_text_becomes_a_header(evil: str) -> None:
    mail = Mail("a", "li@example.com", "zh", evil, "text", "<p>text</p>", evil, f"https://h.example.cn/{evil}")
    message = message_of(mail, "noreply@city.cn", NOW)
    raw = message.as_bytes()
    headers = raw.split(b"\r\n\r\n")[0]
    names = re.findall(rb"^([A-Za-z-]+):", headers, re.M)
    wanted = {b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"List-Unsubscribe"}
    wanted |= {b"List-Unsubscribe-Post", b"MIME-Version", b"Content-Type", b"Content-Language"}
    assert set(names) == wanted and len(names) == len(wanted)


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("Li@Example.COM", "Li@example.com"),
        (" a.b+c@mail.example.cn. ", "a.b+c@mail.example.cn"),
        ("li@例子.中国", "li@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_an_address_has_one_form(given: str, clean: str) -> None:
    assert clean_address(given) == clean


@pytest.mark.parametrize(
    "given",
    ["", "li", "li@", "@example.com", "li@example", "li@127.0.0.1", "a b@example.com", "李@example.com", "a..b@x.com",
     "a.@x.com", ".a@x.com", "a@x.com,b@x.com", "a@x.com\nb", "<a@x.com>", "a@-x.com", "a@" + "x" * 64 + ".com",
     "a" * 65 + "@x.com", '"a"@x.com', "a@x..com", "-oProxy@", "a@x.com>"],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="looks like"):
        clean_address(given)


def test_a_masked_address_is_recognised_by_its_owner_only() -> None:
    assert mask_address("liwei@example.com") == "l***@e***.com"
    assert mask_address("li@mail.example.cn") == "l***@m***.cn" and mask_address("") == "***"
