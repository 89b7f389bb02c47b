"""A caller and an assistant that are written down: for tests of what is said and done in a call."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping

from hotline.settings import ROOT
from tests.calls import CALLER_WORDS
from voice.dialogue import House, converse
from voice.endpointing import Expectation
from voice.errors_speech import NothingSpeaks
from voice.gateway_client import Turn
from voice.ports_dialogue import Answer, HasEnded, Said, Transfer, TransferOutcome, Transferred
from voice.ports_office import CallReport, Known, Unfinished
from voice.ports_speech import Heard
from voice.prompts import Prompts

PROMPTS = Prompts.load(ROOT / "data" / "voice" / "prompts")


def heard(text: str, language: str = "zh", confidence: float = 0.95) -> Heard:
    return Heard(text, language, confidence, True, "whisper")


class WrittenCaller:
    """Answers what was written down, then hangs up; remembers what was said to him or her."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers = deque(answers)
        self.said: list[str] = []
        self.expected: list[Expectation] = []
        self.transfers: list[Transfer] = []
        self.outcome = TransferOutcome.SILENT
        self.ended = ""
        self.filler: tuple[str, str] | None = None
        self.filled = False
        self.mute = False
        self.outcomes: deque[TransferOutcome] = deque()
        self.asked_to: list[tuple[str, str, bool]] = []
        self.unspoken: frozenset[str] = frozenset()
        self.number, self.called, self.call_id, self.seconds = "13800138000", "12345", "call", 0.0
        self.headers: Mapping[str, str] = {}

    @property
    def has_ended(self) -> bool:
        return bool(self.ended)

    async def say(
        self, text: str, language: str, *, interruptible: bool = True, expect: Expectation | None = None
    ) -> Said:
        if self.mute or language in self.unspoken:
            raise NothingSpeaks
        self.said.append(text)
        self.asked_to.append((text, language, interruptible))
        await asyncio.sleep(0)
        return Said(1.0, True)

    async def listen(self, expect: Expectation) -> Answer:
        self.expected.append(expect)
        answer = self.answers.popleft() if self.answers else HasEnded("caller")
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def hold(self, seconds: float, expect: Expectation) -> Answer:
        assert seconds == 30
        return await self.listen(expect)

    async def transfer(self, transfer: Transfer) -> Transferred:
        self.transfers.append(transfer)
        return Transferred(self.outcomes.popleft() if self.outcomes else self.outcome)

    async def hang_up(self, reason: str = "normal") -> None:
        self.ended = reason

    def note(self, kind: str, **values: object) -> None: ...

    def heard_prompt(self, name: str, language: str = "zh", **values: str) -> bool:
        return PROMPTS.text(name, language, **values) in self.said


class WrittenAssistant:
    """Answers with turns in their order; remembers what it was told."""

    def __init__(self, *turns: Turn | Exception) -> None:
        self.turns = deque(turns)
        self.told: list[str] = []
        self.opened: list[str] = []
        self.seconds = 0.0
        self.id = "conversation"
        self.news_to_come: deque[Turn | Exception] = deque()

    async def news(self) -> Turn:
        turn = self.news_to_come.popleft() if self.news_to_come else Turn("zh", "agent")
        if isinstance(turn, Exception):
            raise turn
        return turn

    async def open(self, language: str) -> WrittenAssistant:
        self.opened.append(language)
        return self

    async def say(self, text: str) -> Turn:
        self.told.append(text)
        await asyncio.sleep(self.seconds)
        turn = self.turns.popleft() if self.turns else Turn("zh", "bot", ("好的。",))
        if isinstance(turn, Exception):
            raise turn
        return turn

    async def press(self, payload: str) -> Turn:
        return await self.say(payload)


class WrittenOffice:
    """The hotline's side of one call, as it is written down."""

    def __init__(self, assistant: WrittenAssistant, known: Known | None = None, *, on_duty: bool = False) -> None:
        self.assistant, self.answer, self.on_duty = assistant, known or Known(), on_duty
        self.texted: list[str] = []
        self.takes_texts = False
        self.declined: str | None = None
        self.resumed: Unfinished | None = None
        self.away: Exception | None = None
        self.knows_after = 0.0

    async def known(self) -> Known:
        await asyncio.sleep(self.knows_after)
        if self.away is not None:
            raise self.away
        return self.answer

    async def open(self, language: str, declined: str | None = None) -> WrittenAssistant:
        self.declined = declined
        return await self.assistant.open(language)

    async def resume(self, draft: Unfinished) -> WrittenAssistant:
        self.resumed = draft
        return await self.assistant.open(draft.language)

    async def somebody_on_duty(self, language: str) -> bool:
        if self.away is not None:
            raise self.away
        return self.on_duty

    async def send_number(self, conversation_id: str, number: str) -> bool:
        self.texted.append(number)
        return self.takes_texts


async def talk(
    caller: WrittenCaller,
    assistant: WrittenAssistant,
    office: WrittenOffice | None = None,
    reports: list[CallReport] | None = None,
    **more: object,
) -> str:
    """One call; gives how it ended."""
    if office is not None:
        more["office"] = lambda _: office
    if reports is not None:
        more["reports"] = reports.append
    house = House(PROMPTS, CALLER_WORDS, assistant.open, **more)  # type: ignore[arg-type]
    return await asyncio.wait_for(converse(caller, house), 20)
