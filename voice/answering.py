"""Says what the assistant answers, and what belongs to it by telephone: numbers that are known, a ticket's number.

What the caller then does comes back; what it means is not decided here, but for the questions asked here.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from voice import emergency
from voice.asking import asked
from voice.gateway_client import GatewayAway, Turn
from voice.persons import Persons
from voice.ports_dialogue import Answer, HasEnded, Silence
from voice.ports_speech import Heard
from voice.prompts import LANGUAGES
from voice.talk import Over, Talk

log = logging.getLogger(__name__)
_SMS_SECONDS = 6.0
_READ_AGAIN_MOST = 3
_SENDING: set[asyncio.Task[bool]] = set()  # the loop itself keeps no task alive


class Answering:
    """Answers in one call."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self.persons = Persons(talk, self.say)
        self._dialled: set[str] = set()

    async def say(self, turn: Turn) -> Answer | None:
        """Says an answer; gives what the caller did instead of only listening.

        Raises:
            Over: the call has ended with it.
        """
        talk = self._talk
        if turn.language in LANGUAGES and turn.language != talk.language:
            talk.speak(turn.language, surely=talk.spoken_known)
        number = str((turn.ticket or {}).get("number") or "")
        talk.turn, talk.last = turn, turn.texts
        talk.served = bool(number) or (talk.served and turn.slot is None)  # a second form is not served by the first
        talk.wants_person = talk.wants_person and not number
        talk.nobody_came = talk.nobody_came and turn.owner == "queue"
        talk.calling_back = talk.calling_back and talk.nobody_came and not number
        if turn.owner == "bot":
            talk.open_slot = turn.slot
        slot = turn.slot or ("contact_phone" if talk.calling_back else None)
        talk.expect = talk.expectation(slot)
        people = turn.owner == "agent" or (turn.owner == "queue" and not talk.nobody_came)
        sending: asyncio.Task[bool] | None = None
        if number and (emergency.numbers_of(turn) or not people):
            # Before a word is said, and whatever becomes of the call: who hangs up while it is read needs it most.
            sending = asyncio.create_task(self._sent(number))
            _SENDING.add(sending)
            sending.add_done_callback(_SENDING.discard)
        if emergency.numbers_of(turn):
            interrupted = await emergency.warn(talk, turn, self._dialled)
        elif people:
            return await self.persons.handed_over(turn)
        else:
            interrupted = await talk.say_all(turn.texts)
        if interrupted is not None:
            return interrupted
        if sending is not None:
            return await self._ticket(number, sending)
        if slot == "contact_phone":
            return await self._own_number()
        if slot == "ticket_number":
            return await self._own_ticket()
        return None

    async def _ticket(self, number: str, sending: asyncio.Task[bool]) -> Answer | None:
        """Reads the number, says when it was sent as well, and reads it again for who wants that."""
        talk = self._talk
        if not any(number in text for text in talk.turn.texts):
            interrupted = await talk.prompt("ticket_number", number=number)
            if interrupted is not None:
                return interrupted
        talk.last = (talk.words_of("ticket_number_again", number=number),)
        if await asyncio.shield(sending) and (interrupted := await talk.prompt("ticket_number_sent")) is not None:
            return interrupted
        for _ in range(_READ_AGAIN_MOST):
            wanted, answer = await talk.decide("ticket_number_offer")
            again = isinstance(answer, Heard) and talk.is_saying(answer.text, "repeat")
            if wanted or again:
                await talk.prompt("ticket_number_again", interruptible=False, number=number)
                continue
            if wanted is None and not isinstance(answer, Silence):
                return answer
            break
        talk.asked_for_more = True
        talk.expect = talk.expectation(None)
        return await talk.prompt("anything_else")

    async def _sent(self, number: str) -> bool:
        talk = self._talk
        if talk.office is None or talk.conversation is None:
            return False
        try:
            async with asyncio.timeout(_SMS_SECONDS):
                return await talk.office.send_number(talk.conversation.id, number)
        except (GatewayAway, TimeoutError):
            log.warning("whether a ticket's number was sent is not known", exc_info=True)
            return False

    async def _own_number(self) -> Answer | None:
        """Offers the number that is called from, once; a number that is said or typed instead is the answer."""
        talk = self._talk
        if talk.number_offered or not talk.number:
            return None
        talk.number_offered = True
        return await self._offered("callback_number", talk.number)

    async def _own_ticket(self) -> Answer | None:
        """Offers the caller's one open ticket instead of asking for its fourteen digits."""
        talk = self._talk
        if talk.ticket_offered or len(talk.known.tickets) != 1:
            return None
        talk.ticket_offered = True
        number = talk.known.tickets[0]
        return await self._offered("ticket_known", number, number=number)

    async def _offered(self, prompt: str, value: str, **values: str) -> Answer | None:
        """Offers a value for what is asked: taken, it is sent; declined, the assistant's question stands."""
        talk = self._talk
        talk.expect = replace(talk.expect, grammar=(*talk.expect.grammar, *talk.expectation("yes_no").grammar))
        answer = await talk.ask(prompt, **values)
        if isinstance(answer, HasEnded):
            raise Over(answer.reason or "caller")
        if isinstance(answer, Heard):
            answer = talk.house.tidy(answer)
        wanted = talk.agrees(answer)
        if wanted:
            try:
                return await self.say(await asked(talk, text=value))
            except GatewayAway:
                log.exception("the assistant does not answer")
                return await talk.prompt("bot_down")
        if wanted is None:
            return answer
        return await talk.say_all(talk.last[-1:])
