"""What is said and done in a call: the caller's turns go to the assistant, its answers come back as speech.

It knows no sound, no engine and no telephone (`Caller`), and nothing of complaints (`Conversation`). All that is said
is data: the assistant's own words, or the line's prompts.
"""

from __future__ import annotations

import logging

from voice.answering import Answering
from voice.asked_number import Ask, AskedNumber
from voice.asking import AssistantSlow, asked
from voice.ending import report_of
from voice.errors_speech import SpeechError
from voice.gateway_client import GatewayAway, titles
from voice.greeting import Greeting
from voice.heard.verdict import Verdict, verdict
from voice.heard.words import chosen, is_of_many_languages
from voice.ports_dialogue import Answer, BackFromHold, Caller, Digits, HasEnded, Silence
from voice.ports_speech import Heard
from voice.prompts import LANGUAGES
from voice.talk import Deaf, House, Over, Speechless, Talk, TooLong

__all__ = ["House", "converse"]
log = logging.getLogger(__name__)
_WAIT_SECONDS = 30.0


async def converse(caller: Caller, house: House) -> str:
    """Talks with one caller until the call is over; gives how it ended, for the log."""
    return await _Dialogue(Talk(caller, house)).run()


class _Dialogue:
    """One caller's conversation."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._answering = Answering(talk)
        self._persons = self._answering.persons
        self._greeting = Greeting(talk)
        self._number = AskedNumber()
        self._silences = self._unheard = 0

    async def run(self) -> str:
        talk = self._talk
        try:
            how = await self._to_its_end(rescued=False, first=None)
        finally:
            self._greeting.close()
        if talk.house.reports is not None:
            talk.house.reports(report_of(talk, how))
        await talk.caller.hang_up(how)
        return how

    async def _to_its_end(self, *, rescued: bool, first: Answer | None) -> str:
        """Talks until the call is over; what breaks on the way leads to a person, once."""
        try:
            answer = first or (await self._talk.listen() if rescued else await self._greet())
            while True:
                answer = await self._take(answer)
        except Over as over:
            return over.how
        except Exception as broken:  # whatever broke, the caller hears of it and is offered a person before the end
            if rescued:
                log.exception("the dialogue broke down again")
                return "deaf" if isinstance(broken, Deaf) else "failed"
            try:
                first = await self._rescue(broken)
            except Over as over:
                return over.how
            except Exception:
                log.exception("no person could be reached either")
                return "failed"
        return await self._to_its_end(rescued=True, first=first)

    async def _rescue(self, broken: Exception) -> Answer | None:
        """A person, or a call-back, for who cannot be talked with any further; gives what the caller did."""
        if isinstance(broken, TooLong):
            return await self._too_long()
        if isinstance(broken, Speechless):
            return await self._speechless()
        if isinstance(broken, Deaf):
            return await self._persons.reach("recogniser_down", failing="deaf")
        log.error("the dialogue broke down", exc_info=broken)
        return await self._persons.reach("gateway_down")

    async def _speechless(self) -> Answer | None:
        """Nothing new can be said; what was rendered ahead still can, where it was."""
        try:
            await self._talk.prompt("synthesiser_down", interruptible=False)
        except Speechless:
            return await self._persons.reach("", speaks=False)
        return await self._persons.reach("", failing="speechless")

    async def _too_long(self) -> Answer | None:
        """The call has gone on for very long: what was said is kept, and somebody calls back."""
        talk = self._talk
        await talk.prompt("too_long", interruptible=False)
        if not talk.served and not (talk.number and talk.house.reports is not None):
            return await self._persons.call_back()
        if not talk.served:
            talk.promised = talk.number
            await talk.prompt("callback_filed", interruptible=False)
        await talk.prompt("goodbye", interruptible=False)
        raise Over("too_long")

    async def _greet(self) -> Answer:
        talk = self._talk
        answer = await self._greeting.say()
        if talk.draft is None:
            return answer or await talk.listen()
        return await self._send(press="/resume")

    # What the caller did.

    async def _take(self, answer: Answer) -> Answer:
        """Takes one turn of the caller and gives the next."""
        if isinstance(answer, HasEnded):
            raise Over(answer.reason or "caller")
        if isinstance(answer, Silence):
            return await self._silent()
        self._silences = 0
        if isinstance(answer, BackFromHold):
            again = await self._talk.prompt("on_hold_back")
            return again or await self._talk.say_all(self._talk.last) or await self._talk.listen()
        if isinstance(answer, Digits):
            return await self._pressed(answer.keys)
        return await self._heard(answer)

    async def _silent(self) -> Answer:
        talk = self._talk
        if talk.asked_for_more:
            return await self._goodbye()
        self._silences += 1
        if self._silences == 1 and (talk.turn.slot is not None or talk.calling_back):  # a question is open
            return await talk.prompt("silence_asked") or await talk.say_all(talk.last[-1:]) or await talk.listen()
        if self._silences == 1:
            interrupted = await talk.prompt("silence_first")
            if interrupted is None and self._keys_are_languages:
                interrupted = await self._greeting.in_other_languages("language_key")
            return interrupted or await talk.listen()
        if self._silences == 2:
            return await talk.ask("silence_second")
        await talk.prompt("silence_last", interruptible=False)
        raise Over("silent")

    @property
    def _keys_are_languages(self) -> bool:
        """What 1 to 5 mean: nobody knows the language, and they answer nothing that was asked."""
        talk = self._talk
        return not (talk.spoken_known or talk.turn.buttons or talk.expect.kind in ("digits", "yes_no"))

    async def _pressed(self, keys: str) -> Answer:
        talk = self._talk
        buttons, kind = talk.turn.buttons, talk.expect.kind
        if keys == "0":  # also where a number is asked for: it was no more than that
            return await self._human()
        if keys.isdigit() and len(keys) == 1 and 1 <= int(keys) <= len(buttons):
            return await self._send(press=buttons[int(keys) - 1].payload)
        if self._keys_are_languages and len(keys) == 1 and keys in "12345":
            talk.speak(LANGUAGES[int(keys) - 1])
            return await talk.ask("welcome")
        if kind == "yes_no" and keys in ("1", "2"):
            return await self._send(text=talk.house.words.phrases[talk.language]["yes" if keys == "1" else "no"][0])
        keys, ask = self._number.take(keys, talk.expect.slot, talk.language)
        if ask is not None:
            return await self._unclear(ask)
        self._unheard = 0
        return await self._send(text=keys)

    async def _heard(self, heard: Heard) -> Answer:
        talk = self._talk
        heard = talk.house.tidy(heard)
        text = heard.text.strip()
        wished = talk.house.words.wished_language(text, heard.language) if text else None
        if wished is not None and wished != talk.language:
            talk.speak(wished)
            return await talk.ask("language_switched")
        if not talk.spoken_known and text:
            talk.speak(heard.language, surely=not is_of_many_languages(text))
        if talk.is_saying(text, "goodbye") or (talk.asked_for_more and talk.is_saying(text, "no")):
            return await self._goodbye()
        for kind, act in (("human", self._human), ("wait", self._wait), ("repeat", self._repeat)):
            if talk.is_saying(text, kind):
                return await act()
        if talk.is_saying(text, "stop"):
            return await talk.listen()
        judged = verdict(heard, talk.turn.slot, self._unheard)
        if judged in ("again", "keypad"):
            return await self._unclear(judged)
        text, ask = self._number.take(text, talk.expect.slot, talk.language)
        if ask is not None:
            return await self._unclear(ask)
        if judged == "confirm":
            self._unheard += 1
            wanted, instead = await talk.decide("heard_right", text=text)
            if wanted is False:
                return await talk.ask("not_heard")
            if wanted is None and not isinstance(instead, (Silence, HasEnded)):
                return instead
        self._unheard = 0
        self._persons.noted(text)
        choice = chosen(text, titles(talk.turn.buttons), talk.language) if talk.turn.buttons else None
        if choice is not None:
            return await self._send(press=talk.turn.buttons[choice].payload)
        return await self._send(text=text)

    async def _unclear(self, judged: Verdict | Ask) -> Answer:
        """Asks again, each time with a little more help: for figures, by key, in another language."""
        talk = self._talk
        self._unheard += 1
        if judged == "number":
            return await talk.ask("number_again")
        if judged == "keypad":
            return await talk.ask("keypad_number")
        if self._unheard == 1:
            return await talk.ask("not_heard")
        if self._keys_are_languages:
            interrupted = await talk.prompt("not_heard_again")
            interrupted = interrupted or await self._greeting.in_other_languages("language_key")
            return interrupted or await talk.listen()
        if talk.expect.kind == "yes_no":
            return await talk.ask("yes_or_no")
        if len(talk.turn.buttons) > 1:
            options = [
                talk.words_of("keypad_option", title=button.title, key=str(at))
                for at, button in enumerate(talk.turn.buttons[:9], start=1)
            ]
            return await talk.say_all([talk.words_of("keypad_choice"), *options]) or await talk.listen()
        return await talk.ask("not_heard_again")

    async def _human(self) -> Answer:
        return await self._persons.reach("transferring") or await self._talk.listen()

    async def _wait(self) -> Answer:
        """Gives the caller time; then goes on with what was not said yet."""
        talk = self._talk
        rest = talk.rest
        await talk.prompt("wait_granted")
        try:
            answer = await talk.caller.hold(_WAIT_SECONDS, talk.expect)
        except SpeechError:
            return await talk.ask("not_heard")
        if not isinstance(answer, Silence):
            return answer
        if not rest:
            return await talk.ask("wait_over")
        return await talk.prompt("going_on") or await talk.say_all(rest) or await talk.listen()

    async def _repeat(self) -> Answer:
        return await self._talk.say_all(self._talk.last) or await self._talk.listen()

    async def _goodbye(self) -> Answer:
        await self._talk.prompt("goodbye", interruptible=False)
        raise Over("normal")

    # The assistant.

    async def _send(self, *, text: str = "", press: str = "") -> Answer:
        """Sends a turn to the assistant and says the answer."""
        talk = self._talk
        talk.asked_for_more = False
        try:
            turn = await asked(talk, text=text, press=press)
        except AssistantSlow:
            log.exception("the assistant takes too long")
            return await self._persons.reach("gateway_down") or await talk.listen()
        except GatewayAway:
            log.exception("the assistant does not answer")
            talk.failures += 1
            if talk.failures == 1:
                return await talk.ask("bot_down")
            return await self._persons.reach("gateway_down") or await talk.listen()
        talk.failures = 0
        return await self._answering.say(turn) or await talk.listen()
