"""The ways to citizens as carriers: letters become e-mails and text messages. They choose words, and decide nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from channels.delivery.links import Purpose, token_of
from channels.delivery.notices import CONFIRM, QUESTION, REPLIES, Letter, counting, in_language
from channels.delivery.ports import AddressGone, NotNow, Refused
from channels.mail.ports import Mail, MailSender
from channels.mail.texts import Body, MailTexts
from channels.miniprogram import ports as miniprogram
from channels.ports import Sentences
from channels.sms.ports import Sms, SmsRefused, SmsSender, SmsUnavailable
from channels.sms.texts import SmsTexts
from tickets.domain.calendar import LOCAL_ZONE

TEMPLATE = "ticket_news"
"""The template of the mini-program's configuration that news are sent with."""
_NOT_ACCEPTED = frozenset(("no_person", "no_quota", "not_accepted"))


@dataclass(frozen=True, slots=True)
class MailCarrier:
    """E-mails: all that waits about one ticket in one, each piece in the catalogue's words.

    Args:
        public_url: where citizens reach this gateway; the links lead there.
        secret: signs the links.
    """

    sender: MailSender
    texts: MailTexts
    sentences: Sentences
    public_url: str
    secret: bytes
    clock: Callable[[], datetime]

    async def send(self, letter: Letter) -> None:
        await self.sender.send(self.confirmation(letter) if letter.notices[-1].key == CONFIRM else self.news(letter))

    async def aclose(self) -> None:
        await self.sender.aclose()

    def news(self, letter: Letter) -> Mail:
        """The e-mail of some news."""
        language, last = letter.language, counting(letter.notices)
        said = [
            self.sentences.text(one.key, language, **in_language(one.values, language)) for one in letter.notices
        ]  # fmt: skip
        subject = "subject_answer" if last.key in REPLIES else "subject_news"
        if letter.notices[-1].key == QUESTION:
            subject = "subject_question"
        way_out = self._link("unsubscribe", letter)
        body = Body(
            language,
            said,
            (self._words("open_button", language), f"{self.public_url}/"),
            [(self._words("reply_words", language), ""), (self._words("why_words", language), way_out)],
        )
        return self._mail(letter, self._words(subject, language, number=last.ticket_number), body, way_out)

    def confirmation(self, letter: Letter) -> Mail:
        """The question whether an address is the citizen's."""
        language = letter.language
        body = Body(
            language,
            [self._words("confirm_words", language)],
            (self._words("confirm_button", language), self._link("confirm", letter)),
            [(self._words("confirm_foot", language), "")],
        )
        return self._mail(letter, self._words("subject_confirm", language), body, "")

    def _mail(self, letter: Letter, subject: str, body: Body, way_out: str) -> Mail:
        return Mail(
            id=letter.id,
            to=letter.address or "",
            language=letter.language,
            subject=subject,
            text=body.plain(),
            html=body.html(),
            sender_name=self._words("sender_name", letter.language),
            unsubscribe_url=way_out,
        )

    def _link(self, purpose: Purpose, letter: Letter) -> str:
        at = int(self.clock().timestamp())
        token = token_of(self.secret, purpose, letter.conversation_id or "", letter.address or "", at)
        return f"{self.public_url}/notices/{purpose}?token={token}"

    def _words(self, key: str, language: str, **values: str) -> str:
        return self.texts.text(key, language, **values)


@dataclass(frozen=True, slots=True)
class SmsCarrier:
    """Text messages: one about the last state of a ticket, in the words of data/sms; the provider is the line's."""

    sender: SmsSender
    texts: SmsTexts

    async def send(self, letter: Letter) -> None:
        about = counting(letter.notices)
        key = "ticket_replied" if about.key in REPLIES else "ticket_news"
        text = self.texts.text(key, letter.language, number=about.ticket_number)
        try:
            await self.sender.send(Sms(letter.id, letter.address or "", letter.language, text))
        except SmsUnavailable as error:
            raise NotNow(str(error), answered=error.__cause__ is None) from error
        except SmsRefused as error:
            raise Refused(str(error)) from error

    async def aclose(self) -> None:
        """The telephone line closes its provider."""


class Knocks(Protocol):
    """Subscribe messages to whose conversation it is (`channels.miniprogram.subscribing`)."""

    async def to_conversation(
        self, conversation_id: str, template_key: str, values: Mapping[str, str], *, once: str
    ) -> miniprogram.SendResult: ...


@dataclass(frozen=True, slots=True)
class SubscribeCarrier:
    """WeChat's subscribe messages: the last state of a ticket in a few fields; one for each time it was accepted.

    Args:
        statuses: what a status is called there; category: a category's name, by its id and a language.
    """

    knocks: Knocks
    statuses: Mapping[str, str]
    category: Callable[[str, str], str]

    async def send(self, letter: Letter) -> None:
        about = counting(letter.notices)
        values = {
            "number": about.ticket_number,
            "title": self.category(str(about.values.get("category") or ""), letter.language),
            "status": self.statuses.get(str(about.values.get("status")), ""),
            "at": about.at.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M"),
        }
        result = await self.knocks.to_conversation(
            letter.conversation_id or "", TEMPLATE, values, once=letter.id
        )  # fmt: skip
        if isinstance(result, miniprogram.Later):
            raise NotNow("WeChat does not take it now", answered=True)
        if isinstance(result, miniprogram.Refused):
            error = AddressGone if result.reason in _NOT_ACCEPTED else Refused
            raise error(f"the subscribe message is refused: {result.reason}")

    async def aclose(self) -> None:
        """The mini-program closes its own connections."""
