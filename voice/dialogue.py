"""What is said and done in a call: the caller's turns go to the assistant, its answers come back as speech.

It knows no sound, no engine and no telephone (`Caller`), and nothing of complaints (`Conversation`). All that is said
is data: the assistant's own words, or the line's prompts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from voice.endpointing import Expectation
from voice.errors_speech import SpeechError
from voice.gateway_client import GatewayAway, Turn, titles
from voice.heard.verdict import verdict
from voice.heard.words import CallerWords, chosen
from voice.ports_dialogue import Answer, Caller, Digits, HasEnded, Silence, Transfer
from voice.ports_speech import Heard
from voice.prompts import LANGUAGES, Prompts

log = logging.getLogger(__name__)
_FILLER_SECONDS = 1.0
_SECOND_FILLER_SECONDS = 6.0
_WAIT_SECONDS = 30.0
_DIGITS = {"contact_phone": 11, "ticket_number": 0}
_LONG = frozenset(("description",))
_CALLBACK = "/request_callback"


class Conversation(Protocol):
    """A conversation with the assistant."""

    async def say(self, text: str) -> Turn: ...

    async def press(self, payload: str) -> Turn: ...


@dataclass(frozen=True)
class House:
    """What all calls of this line share.

    Attributes:
        opens: opens a conversation in a language.
        tidy: puts a transcript right.
        desk: whom people are transferred to; "" when nobody is.
        notice: a recording is made, and callers are told.
    """

    prompts: Prompts
    words: CallerWords
    opens: Callable[[str], Awaitable[Conversation]]
    tidy: Callable[[Heard], Heard] = lambda heard: heard
    desk: str = ""
    notice: bool = False
    default_language: str = "zh"


async def converse(caller: Caller, house: House) -> str:
    """Talks with one caller until the call is over; gives how it ended, for the log."""
    return await _Talk(caller, house).run()


class _Over(Exception):
    """The call is over.

    Attributes:
        how: for the log.
    """

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class _Talk:
    """One caller's conversation."""

    def __init__(self, caller: Caller, house: House) -> None:
        self._caller = caller
        self._house = house
        self._language = house.default_language
        self._known = self._call_back_begun = False
        self._conversation: Conversation | None = None
        self._expect = Expectation(language=None)
        self._turn = Turn(self._language, "bot")
        self._last: tuple[str, ...] = ()
        self._silences = self._unheard = self._failures = 0

    async def run(self) -> str:
        try:
            answer = await self._greet()
            while True:
                answer = await self._take(answer)
        except _Over as over:
            how = over.how
        except Exception:  # whatever broke, the caller hears of it and is offered a person before the end
            log.exception("the dialogue broke down")
            how = await self._broke_down()
        await self._caller.hang_up(how)
        return how

    async def _broke_down(self) -> str:
        try:
            await self._person("gateway_down")
        except _Over as over:
            return over.how
        except Exception:
            log.exception("no person could be reached either")
        return "failed"

    # What is said.

    async def _say(self, text: str, *, interruptible: bool = True) -> Answer | None:
        """Says a text; gives what interrupted it."""
        if not text.strip():
            return None
        try:
            said = await self._caller.say(text, self._language, interruptible=interruptible, expect=self._expect)
        except SpeechError:
            log.exception("nothing could be said")
            return await self._person("synthesiser_down", speaks=False)
        if self._caller.has_ended:
            raise _Over("caller")
        return said.interrupted_by

    async def _prompt(self, name: str, *, interruptible: bool = True, **values: str) -> Answer | None:
        return await self._say(self._house.prompts.text(name, self._language, **values), interruptible=interruptible)

    async def _greet(self) -> Answer:
        """The greeting in the city's language, one short line in each of the others, and the first answer."""
        if self._house.notice:
            await self._prompt("recording_notice", interruptible=False)
        interrupted = await self._prompt("greeting")
        for language in LANGUAGES:
            if interrupted is None and language != self._house.default_language:
                line = self._house.prompts.text("greeting_line", language)
                try:
                    interrupted = (await self._caller.say(line, language, expect=self._expect)).interrupted_by
                except SpeechError:
                    log.warning("the greeting could not be said in %s", language, exc_info=True)
        return interrupted or await self._listen()

    async def _listen(self) -> Answer:
        if self._caller.has_ended:
            raise _Over("caller")
        try:
            return await self._caller.listen(self._expect)
        except SpeechError:
            log.exception("the caller could not be heard")
            self._failures += 1
            if self._failures >= 2:
                return await self._person("recogniser_down") or await self._listen()
            return await self._prompt("not_heard") or await self._listen()

    async def _ask(self, name: str, **values: str) -> Answer:
        """Says a prompt and listens."""
        text = self._house.prompts.text(name, self._language, **values)
        return await self._say(text) or await self._listen()

    # What the caller did.

    async def _take(self, answer: Answer) -> Answer:
        """Takes one turn of the caller and gives the next."""
        if isinstance(answer, HasEnded):
            raise _Over(answer.reason or "caller")
        if isinstance(answer, Silence):
            return await self._silent()
        self._silences = 0
        if isinstance(answer, Digits):
            return await self._pressed(answer.keys)
        return await self._heard(answer)

    async def _silent(self) -> Answer:
        self._silences += 1
        if self._silences == 1:
            return await self._ask("silence_first")
        if self._silences == 2:
            return await self._ask("silence_second")
        await self._prompt("silence_last", interruptible=False)
        raise _Over("silent")

    async def _pressed(self, keys: str) -> Answer:
        if keys == "0" and self._expect.kind != "digits":
            return await self._person("transferring") or await self._listen()
        if not self._known and len(keys) == 1 and keys in "12345":
            await self._speak(LANGUAGES[int(keys) - 1])
            return await self._ask("welcome")
        if keys.isdigit() and len(keys) == 1 and 1 <= int(keys) <= len(self._turn.buttons):
            return await self._send(press=self._turn.buttons[int(keys) - 1].payload)
        return await self._send(text=keys) if keys else await self._ask("not_heard")

    async def _heard(self, heard: Heard) -> Answer:
        heard = self._house.tidy(heard)
        text, words = heard.text.strip(), self._house.words
        wished = words.wished_language(text, heard.language) if text else None
        if wished is not None and wished != self._language:
            await self._speak(wished)
            return await self._ask("language_switched")
        if not self._known and text:
            await self._speak(heard.language)
        for kind, act in (("human", self._human), ("wait", self._wait), ("repeat", self._repeat),
                          ("goodbye", self._goodbye)):  # fmt: skip
            if text and words.is_saying(text, kind, self._language):
                return await act()
        if text and words.is_saying(text, "stop", self._language):
            return await self._listen()
        judged = verdict(heard, self._turn.slot, self._unheard)
        if judged in ("again", "keypad"):
            self._unheard += 1
            if judged == "keypad":
                return await self._ask("keypad_number")
            return await self._ask("not_heard" if self._unheard == 1 else "not_heard_again")
        if judged == "confirm" and (instead := await self._instead(text)) is not None:
            self._unheard += 1
            return instead
        self._unheard = 0
        choice = chosen(text, titles(self._turn.buttons), self._language) if self._turn.buttons else None
        if choice is not None:
            return await self._send(press=self._turn.buttons[choice].payload)
        return await self._send(text=text)

    async def _instead(self, text: str) -> Answer | None:
        """Asks whether something important was heard right; gives what the caller said instead, None if it was."""
        before, self._expect = self._expect, self._of("yes_no")
        try:
            answer = await self._ask("heard_right", text=text)
        finally:
            self._expect = before
        if isinstance(answer, (Silence, HasEnded)):
            return None
        if isinstance(answer, Heard):
            if self._house.words.is_saying(answer.text, "yes", self._language):
                return None
            if self._house.words.is_saying(answer.text, "no", self._language):
                return await self._ask("not_heard")
        return answer

    async def _human(self) -> Answer:
        return await self._person("transferring") or await self._listen()

    async def _wait(self) -> Answer:
        await self._prompt("wait_granted")
        try:
            answer = await self._caller.hold(_WAIT_SECONDS, self._expect)
        except SpeechError:
            return await self._ask("not_heard")
        return await self._ask("wait_over") if isinstance(answer, Silence) else answer

    async def _repeat(self) -> Answer:
        for text in self._last:
            interrupted = await self._say(text)
            if interrupted is not None:
                return interrupted
        return await self._listen()

    async def _goodbye(self) -> Answer:
        await self._prompt("goodbye", interruptible=False)
        raise _Over("normal")

    async def _speak(self, language: str) -> None:
        """Goes on in a language."""
        if language in LANGUAGES:
            self._language, self._known = language, True
            self._expect = replace(self._expect, language=language)

    # The assistant.

    async def _send(self, *, text: str = "", press: str = "") -> Answer:
        """Sends a turn to the assistant, with something to hear when it takes long, and says the answer."""
        sending = asyncio.ensure_future(self._sent(text, press))
        try:
            for name, seconds in (("filler_first", _FILLER_SECONDS), ("filler_second", _SECOND_FILLER_SECONDS)):
                done, _ = await asyncio.wait([sending], timeout=seconds)
                if done:
                    break
                await self._prompt(name, interruptible=False)
            turn = await sending
        except GatewayAway:
            log.exception("the assistant does not answer")
            return await self._away()
        finally:
            sending.cancel()
        self._failures = 0
        return await self._answered(turn)

    async def _sent(self, text: str, press: str) -> Turn:
        if self._conversation is None:
            self._conversation = await self._house.opens(self._language)
        return await (self._conversation.press(press) if press else self._conversation.say(text))

    async def _away(self) -> Answer:
        self._failures += 1
        if self._failures == 1:
            return await self._ask("bot_down")
        interrupted = await self._person("gateway_down")
        if interrupted is not None:
            return interrupted
        await self._prompt("still_down", interruptible=False)
        raise _Over("gateway_away")

    async def _answered(self, turn: Turn) -> Answer:
        if turn.language in LANGUAGES and turn.language != self._language:
            await self._speak(turn.language)
        self._turn, self._last = turn, turn.texts
        self._expect = self._of(turn.slot)
        self._call_back_begun = self._call_back_begun and turn.owner == "queue"
        if turn.owner != "bot" and not self._call_back_begun:  # else nobody came, and the call-back is talked about
            return await self._handed_over(turn)
        for text in turn.texts:
            interrupted = await self._say(text)
            if interrupted is not None:
                return interrupted
        if turn.ticket and turn.ticket.get("number"):
            number = str(turn.ticket["number"])
            self._last = (self._house.prompts.text("ticket_number_again", self._language, number=number),)
            interrupted = await self._prompt("ticket_number", number=number)
            if interrupted is not None:
                return interrupted
        return await self._listen()

    def _of(self, slot: str | None) -> Expectation:
        """What is likely to be answered to a question for a field."""
        kind = "yes_no" if slot in ("confirm", "confidentiality") else slot
        return Expectation(
            slot=kind, language=self._language, hints=tuple(titles(self._turn.buttons)),
            long=slot in _LONG, digits=_DIGITS.get(slot or "", 0),
        )  # fmt: skip

    # People.

    async def _handed_over(self, turn: Turn) -> Answer:
        for text in turn.texts:
            await self._say(text, interruptible=False)  # what is said meanwhile is kept for afterwards
        return await self._person("hold") or await self._listen()

    async def _person(self, prompt: str, *, speaks: bool = True) -> Answer | None:
        """Tries to reach a person. Nobody there: the caller is back, and a call-back is taken; gives what is next."""
        if speaks:
            await self._prompt(prompt, interruptible=False)
        if self._house.desk:
            whisper = self._house.prompts.text("transfer_offered", self._house.default_language)
            wish = Transfer(self._house.desk, whisper, self._house.default_language, blind_when_unanswered=False)
            result = await self._caller.transfer(wish)
            if result.reached or self._caller.has_ended:
                raise _Over(result.outcome.value)
        if not speaks:
            raise _Over("speechless")
        await self._prompt("transfer_failed", interruptible=False)
        return await self._call_back()

    async def _call_back(self) -> Answer | None:
        """Lets the assistant take a call-back; without it, the caller is told where urgent matters go."""
        await self._prompt("transfer_callback", interruptible=False)
        try:
            turn = await self._sent("", _CALLBACK)
        except GatewayAway:
            log.exception("no call-back could be taken")
            await self._prompt("still_down", interruptible=False)
            raise _Over("gateway_away") from None
        self._call_back_begun = True
        self._turn, self._last = turn, turn.texts
        self._expect = self._of(turn.slot or "contact_phone")
        for text in turn.texts:
            interrupted = await self._say(text)
            if interrupted is not None:
                return interrupted
        return None
