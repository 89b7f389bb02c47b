"""Reaching a person: by telephone, else at the desk, where words are typed and spoken; nobody there: a call-back.

Whatever happens, the caller is not lost and what was said is kept. Emergencies are not for here (`voice.emergency`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import NoReturn

from voice.asking import asked
from voice.endpointing import Expectation
from voice.gateway_client import GatewayAway, Turn
from voice.ports_dialogue import Answer, Digits, HasEnded, Transfer
from voice.ports_speech import Heard
from voice.talk import Deaf, Over, Talk

log = logging.getLogger(__name__)
HUMAN = "/request_human"
CALLBACK = "/request_callback"
RESUME = "/resume"
_LONGEST_SUMMARY = 80
_MOST_FAILURES = 3
_LEAST_DIGITS = 7


class Persons:
    """People for one call.

    Args:
        answers: says an answer of the assistant and gives what the caller did (`voice.answering`).
    """

    def __init__(self, talk: Talk, answers: Callable[[Turn], Awaitable[Answer | None]]) -> None:
        self._talk = talk
        self._answers = answers
        self._said: list[str] = []

    def noted(self, text: str) -> None:
        """Remembers what the caller said, for the person who will answer."""
        self._said.append(text)

    async def reach(self, prompt: str, *, speaks: bool = True, failing: str = "") -> Answer | None:
        """Tries to reach a person; comes back when nobody came, with what the caller did meanwhile.

        Args:
            prompt: what the caller is told first; "" when that is said already.
            speaks: whether the line still can.
            failing: the line is "deaf" or "speechless" for everything but its prompts: nothing can be talked about.

        Raises:
            Over: a person had the call to its end, or nothing more can be done.
        """
        talk = self._talk
        talk.wants_person = True
        if speaks and prompt:
            await talk.prompt(prompt, interruptible=False)
        if talk.house.desk:
            await self._dial()
        if not speaks:
            raise Over("speechless")
        if not failing and await self._somebody_on_duty():
            came, answer = await self._queue()
            if came:
                return answer
        await talk.prompt("transfer_failed", interruptible=False)
        return await self.call_back(failing)

    async def handed_over(self, turn: Turn) -> Answer | None:
        """The assistant has handed over: its words, then a person."""
        for text in turn.texts:
            await self._talk.say(text, interruptible=False)  # what is said meanwhile is kept for afterwards
        if turn.owner == "agent":
            return await self._at_desk()
        return await self.reach("hold")

    # By telephone.

    async def _dial(self) -> None:
        talk = self._talk
        language = talk.house.default_language
        wish = Transfer(talk.house.desk, self._whisper(), language, blind_when_unanswered=talk.house.blind)
        result = await talk.caller.transfer(wish)
        if result.reached or talk.caller.has_ended:
            talk.served = result.reached
            raise Over(result.outcome.value)

    def _whisper(self) -> str:
        """What who answers is told: which language is spoken, what it is about, and how to accept."""
        talk = self._talk
        prompts, language = talk.house.prompts, talk.house.default_language
        words = [prompts.text("transfer_offered", language)]
        if talk.language != language:
            words.insert(
                0, prompts.text("transfer_speaks", language, spoken=prompts.text(f"name_{talk.language}", language))
            )
        elif self._said:
            longest = max(self._said, key=len)[:_LONGEST_SUMMARY]
            words.insert(0, prompts.text("transfer_about", language, text=longest))
        return " ".join(words)

    # At the desk.

    async def _somebody_on_duty(self) -> bool:
        talk = self._talk
        if talk.office is None:
            return False
        try:
            return await talk.office.somebody_on_duty(talk.language)
        except GatewayAway:
            log.warning("whether somebody is at the desk cannot be known", exc_info=True)
            return False

    async def _queue(self) -> tuple[bool, Answer | None]:
        """Waits for somebody at the desk: whether one came, or the assistant has the call back; and what follows."""
        talk, pace = self._talk, self._talk.house.pace
        loop = asyncio.get_running_loop()
        try:
            if talk.turn.owner not in ("queue", "agent"):
                talk.turn = await asked(talk, press=HUMAN)
                for text in talk.turn.texts:
                    await talk.say(text, interruptible=False)
        except GatewayAway:
            return False, None
        until, quiet, failures = loop.time() + pace.queue, loop.time(), 0
        while loop.time() < until and failures < _MOST_FAILURES:
            answer = await self._meanwhile()
            try:
                if isinstance(answer, Heard):
                    for text in (await talk.sent(text=answer.text)).texts:
                        await talk.say(text)
                news = await self._news()
                failures = 0
            except GatewayAway:
                failures += 1
                continue
            if news.owner == "agent":
                return True, await self._at_desk()
            if news.owner == "bot" and talk.turn.owner == "queue":
                talk.turn = news
                return True, None
            quiet = loop.time() if news.texts else quiet
            if loop.time() - quiet >= pace.reassure:
                await talk.prompt("hold", interruptible=False)
                quiet = loop.time()
        return False, None

    async def _at_desk(self) -> Answer | None:
        """A person at the desk writes and the caller speaks, until one of them has finished."""
        talk, pace = self._talk, self._talk.house.pace
        talk.turn = replace(talk.turn, owner="agent")
        talk.served, talk.wants_person = True, False
        loop = asyncio.get_running_loop()
        quiet, failures = loop.time(), 0
        while True:
            try:
                news = await self._news()
                failures = 0
            except GatewayAway:
                failures += 1
                if failures >= _MOST_FAILURES:
                    talk.served = False
                    return await self.reach("gateway_down")
                news = Turn(talk.language, "agent")
            if news.owner == "queue":
                talk.turn, talk.served, talk.wants_person = news, False, True
                came, answer = await self._queue()
                return answer if came else await self.call_back()
            if news.owner == "bot":
                return await self._back(talk.open_slot)
            quiet = loop.time() if news.texts else quiet
            answer = await self._meanwhile()
            if isinstance(answer, Heard):
                quiet = loop.time()
                try:
                    await talk.sent(text=answer.text)
                except GatewayAway:
                    log.warning("what the caller said did not reach the desk", exc_info=True)
                    await talk.prompt("bot_down")
                    continue
                if talk.is_saying(answer.text, "goodbye"):
                    await talk.prompt("goodbye", interruptible=False)
                    raise Over("normal")
            if loop.time() - quiet >= pace.reassure:
                await talk.prompt("hold", interruptible=False)
                quiet = loop.time()

    async def _back(self, slot: str | None) -> Answer | None:
        """The person has given the call back: the assistant goes on where it was."""
        talk = self._talk
        talk.turn = Turn(talk.language, "bot")
        interrupted = await talk.prompt("back_to_assistant")
        if interrupted is not None or slot is None:
            return interrupted
        try:
            return await self._answers(await asked(talk, press=RESUME))
        except GatewayAway:
            return None  # the next words of the caller meet it again

    async def _news(self) -> Turn:
        """Says what came; gives it."""
        talk = self._talk
        if talk.conversation is None:
            return Turn(talk.language, "bot")
        news = await talk.conversation.news()
        for text in news.texts:
            await talk.say(text)
        return news

    async def _meanwhile(self) -> Answer | None:
        """What the caller says in a moment, if anything."""
        talk = self._talk
        talk.expect = Expectation("person" if talk.turn.owner == "agent" else None, language=talk.language)
        answer = await talk.listen(talk.house.pace.desk)
        if isinstance(answer, HasEnded):
            raise Over(answer.reason or "caller")
        if isinstance(answer, Digits) and answer.keys:
            return Heard(answer.keys, talk.language, 1.0, True, "keys")
        if isinstance(answer, Heard):
            answer = talk.house.tidy(answer)
            return answer if answer.text.strip() else None
        return None

    # Nobody.

    async def call_back(self, failing: str = "") -> Answer | None:
        """Lets the assistant take a call-back; while that is away, the line notes one itself."""
        talk = self._talk
        await talk.prompt("transfer_callback", interruptible=False)
        if failing:
            await self.promise(failing)
        try:
            turn = await asked(talk, press=CALLBACK)
        except GatewayAway:
            log.exception("no call-back could be taken")
            await self.promise()
        talk.calling_back = talk.nobody_came = True
        return await self._answers(turn)

    async def promise(self, how: str = "gateway_away") -> NoReturn:
        """Notes a call-back without the assistant, by the caller's number or the keypad.

        Args:
            how: the call ended, for the log.

        Raises:
            Over: always; this is the end of the call.
        """
        talk = self._talk
        number = talk.number if talk.house.reports is not None else ""
        if not number and talk.house.reports is not None:
            number = await self._keyed()
        if number:
            talk.promised = number
            await talk.prompt("callback_filed", interruptible=False)
        await talk.prompt("goodbye" if number else "still_down", interruptible=False)
        raise Over(how)

    async def _keyed(self) -> str:
        """A telephone number from the keypad; "" when none comes."""
        talk = self._talk
        talk.expect = talk.expectation("contact_phone")
        try:
            answer = await talk.ask("keypad_number")
        except Deaf:
            return ""
        if isinstance(answer, HasEnded):
            raise Over(answer.reason or "caller")
        if isinstance(answer, Heard):
            answer = talk.house.tidy(answer)
        text = answer.keys if isinstance(answer, Digits) else answer.text if isinstance(answer, Heard) else ""
        digits = "".join(one for one in text if one.isdecimal())
        return digits if len(digits) >= _LEAST_DIGITS else ""
