"""How a call begins: the notice, the greeting in the city's language, a line in the others, a draft that is there.

The greeting listens: whatever is said into it is the first answer, and no menu must be heard out.
"""

from __future__ import annotations

import asyncio
import logging

from voice.errors_speech import SpeechError
from voice.gateway_client import GatewayAway
from voice.ports_dialogue import Answer, HasEnded, Silence
from voice.ports_office import Known
from voice.prompts import LANGUAGES
from voice.talk import Over, Talk

log = logging.getLogger(__name__)


class Greeting:
    """The first words of one call."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._asking: asyncio.Task[Known] | None = None

    def close(self) -> None:
        """Forgets what is still asked about the caller."""
        if self._asking is not None:
            self._asking.cancel()

    async def say(self) -> Answer | None:
        """Greets; gives what the caller did. With `talk.draft` set, he or she goes on with it."""
        talk = self._talk
        if talk.office is not None:
            self._asking = asyncio.ensure_future(talk.office.known())
        if talk.house.notice:
            await talk.prompt("recording_notice", interruptible=False)
        interrupted = await talk.prompt("greeting")
        if interrupted is not None:
            return interrupted
        talk.known = await self._known()
        if talk.known.draft is not None:
            return await self._welcome_back()
        return await self.in_other_languages("greeting_line", first=talk.known.language)

    async def in_other_languages(self, name: str, first: str | None = None) -> Answer | None:
        """Says a line in each language but the one that is spoken now; gives what interrupted it."""
        talk = self._talk
        for language in sorted(LANGUAGES, key=lambda one: one != first):
            if language == talk.language:
                continue
            try:
                said = await talk.caller.say(
                    talk.house.prompts.text(name, language), language, expect=talk.expect
                )  # fmt: skip
            except SpeechError:
                log.warning("%s could not be said in %s", name, language, exc_info=True)
                continue
            if said.interrupted_by is not None:
                return said.interrupted_by
            if talk.caller.has_ended:
                raise Over("caller")
        return None

    async def _known(self) -> Known:
        """What is known of the caller, if it comes in time: nobody waits for it."""
        if self._asking is None:
            return Known()
        done, _ = await asyncio.wait([self._asking], timeout=self._talk.house.pace.known)
        if not done:
            return Known()
        try:
            return self._asking.result()
        except GatewayAway:
            log.warning("what is known of a caller could not be asked", exc_info=True)
            return Known()

    async def _welcome_back(self) -> Answer | None:
        """Asks whether to go on with the complaint that broke off."""
        talk, draft = self._talk, self._talk.known.draft
        assert draft is not None
        talk.speak(draft.language)
        wanted, answer = await talk.decide("welcome_back")
        if isinstance(answer, HasEnded):
            raise Over(answer.reason or "caller")
        if wanted:
            talk.draft = draft
            return None
        if wanted is None and isinstance(answer, Silence):
            return await talk.prompt("welcome")  # the draft stays for another call
        talk.declined = draft.conversation_id
        return await talk.prompt("welcome") if wanted is False else answer
