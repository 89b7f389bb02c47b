"""One call being talked through: what is known of it so far, and the few things that everything else is made of.

Saying, asking, listening, sending to the assistant. What is said when, and what an answer means, is decided elsewhere
(`voice.dialogue` and its neighbours).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from language.phones import normalize_phone
from voice.asked_number import SLOTS as NUMBERS
from voice.endpointing import Expectation
from voice.errors_speech import SpeechError
from voice.gateway_client import Turn, titles
from voice.heard.words import CallerWords, place_words
from voice.ports_dialogue import Answer, Caller, Digits
from voice.ports_office import CallReport, Conversation, Known, Office, Unfinished
from voice.ports_speech import Heard
from voice.prompts import LANGUAGES, Prompts

log = logging.getLogger(__name__)
_YES_NO = frozenset(("confirm", "confidentiality", "yes_no"))
_LONG = frozenset(("description",))
_LONGEST_TEXT = 3_900


class Over(Exception):  # the end of a call is no error
    """The call is over.

    Attributes:
        how: for the log.
    """

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class Speechless(Exception):  # a state of the line, met in one place
    """No voice of this machine can say anything any more."""


class Deaf(Exception):  # a state of the line, met in one place
    """The caller cannot be heard, again and again."""


class TooLong(Exception):  # a state of the call, met in one place
    """The call has gone on for as long as one may."""


@dataclass(frozen=True)
class Pace:
    """How long the caller waits for what, in seconds.

    Attributes:
        fillers: after so much more silence each, something is said while the assistant thinks; when the last one was
            said, and as long again, the assistant is taken to be away.
        queue: for a person at the desk; desk: between two looks at what the desk wrote.
        reassure: between two words to who waits.
        most: a whole call.
    """

    fillers: Sequence[tuple[str, float]] = (
        ("filler_first", 1.0),
        ("filler_second", 6.0),
        ("filler_second", 7.0),
        ("filler_second", 7.0),
    )
    last: float = 6.0
    queue: float = 120.0
    desk: float = 1.2
    reassure: float = 12.0
    most: float = 2_700.0
    known: float = 0.8


@dataclass(frozen=True)
class House:
    """What all calls of this line share.

    Attributes:
        opens: opens a conversation in a language, where there is no office.
        tidy: puts a transcript right.
        desk: whom people are transferred to; "" when nobody is.
        blind: ask the exchange to transfer where our own call fails.
        emergencies: whom to dial for a number (119) in danger.
        notice: a recording is made, and callers are told.
        office: the hotline's side of a call; None: conversations only.
        reports: is told how each call ended.
    """

    prompts: Prompts
    words: CallerWords
    opens: Callable[[str], Awaitable[Conversation]]
    tidy: Callable[[Heard], Heard] = lambda heard: heard
    desk: str = ""
    blind: bool = False
    emergencies: Mapping[str, str] = field(default_factory=dict)
    notice: bool = False
    default_language: str = "zh"
    office: Callable[[Caller], Office] | None = None
    reports: Callable[[CallReport], None] | None = None
    pace: Pace = field(default_factory=Pace)


class Talk:
    """The call.

    Attributes:
        language: what is spoken now; spoken_known: the caller has chosen it.
        turn: the assistant's last answer; last: what to say again; rest: what of it was not said to its end.
        wants_person: nobody has come yet; served: the caller has what he or she called for.
        open_slot: what the assistant asked for last, before people came in.
        calling_back: a call-back is being talked about; nobody_came: no person is looked for again meanwhile.
        promised: a number that was promised a call while the hotline is away.
    """

    def __init__(self, caller: Caller, house: House) -> None:
        self.caller = caller
        self.house = house
        self.office = house.office(caller) if house.office is not None else None
        self.language = house.default_language
        self.spoken_known = False
        self.conversation: Conversation | None = None
        self.draft: Unfinished | None = None
        self.declined: str | None = None
        self.known = Known()
        self.turn = Turn(self.language, "bot")
        self.last: tuple[str, ...] = ()
        self.rest: tuple[str, ...] = ()
        self.expect = Expectation(language=None)
        self.failures = 0
        self.wants_person = self.served = self.calling_back = self.nobody_came = False
        self.number_offered = self.ticket_offered = self.asked_for_more = False
        self.promised = ""
        self.open_slot: str | None = None
        self._ending = False

    # Who calls.

    @property
    def number(self) -> str:
        """The caller's number as a ticket takes it; "" when it is withheld or nobody could call it."""
        return normalize_phone(self.caller.number, self.language) or ""

    def speak(self, language: str, *, surely: bool = True) -> None:
        """Goes on in a language.

        Args:
            surely: it is the caller's; else what comes next tells.
        """
        if language in LANGUAGES:
            self.language, self.spoken_known = language, surely
            self.expect = replace(self.expect, language=language if surely else None, likely=language)

    # Saying and listening.

    async def say(self, text: str, *, interruptible: bool = True) -> Answer | None:
        """Says a text; gives what interrupted it."""
        if not text.strip():
            return None
        try:
            said = await self.caller.say(text, self.language, interruptible=interruptible, expect=self.expect)
        except SpeechError:
            log.exception("nothing could be said")
            raise Speechless from None
        if self.caller.has_ended:
            raise Over("caller")
        return said.interrupted_by

    async def say_all(self, texts: Sequence[str]) -> Answer | None:
        """Says texts one after the other; what an interruption leaves unsaid is kept in `rest`."""
        self.rest = ()
        for at, text in enumerate(texts):
            interrupted = await self.say(text)
            if interrupted is not None:
                self.rest = tuple(texts[at:])
                return interrupted
        return None

    def words_of(self, name: str, **values: str) -> str:
        return self.house.prompts.text(name, self.language, **values)

    async def prompt(self, name: str, *, interruptible: bool = True, **values: str) -> Answer | None:
        return await self.say(self.words_of(name, **values), interruptible=interruptible)

    async def listen(self, silence_seconds: float | None = None) -> Answer:
        """Waits for the caller.

        Raises:
            Over, Deaf, TooLong: see there.
        """
        while True:
            if self.caller.has_ended:
                raise Over("caller")
            if self.caller.seconds > self.house.pace.most and not self._ending and self.turn.owner != "agent":
                self._ending = True
                raise TooLong
            expect = self.expect if silence_seconds is None else replace(self.expect, silence_seconds=silence_seconds)
            self.caller.filler = (self.words_of("filler_first"), self.language)
            try:
                return await self.caller.listen(expect)
            except SpeechError:
                log.exception("the caller could not be heard")
                self.failures += 1
                if self.failures >= 2:
                    raise Deaf from None
            interrupted = await self.say(self.words_of("not_heard"))
            if interrupted is not None:
                return interrupted

    async def ask(self, name: str, **values: str) -> Answer:
        """Says a prompt and listens."""
        return await self.say(self.words_of(name, **values)) or await self.listen()

    async def decide(self, name: str, **values: str) -> tuple[bool | None, Answer]:
        """Asks for yes or no, and once more when it was neither; None: what was said instead."""
        before, self.expect = self.expect, self.expectation("yes_no")
        try:
            answer = await self.ask(name, **values)
            if isinstance(answer, Heard) and not answer.text.strip():
                answer = await self.ask("yes_or_no")
        finally:
            self.expect = replace(before, language=self.expect.language)
        return self.agrees(answer), answer

    def agrees(self, answer: Answer) -> bool | None:
        """Whether an answer is a yes or a no, also by the keys 1 and 2."""
        if isinstance(answer, Digits):
            return {"1": True, "2": False}.get(answer.keys)
        if isinstance(answer, Heard):
            language = self.language if self.spoken_known else answer.language
            for kind, meaning in (("yes", True), ("no", False)):
                if self.is_saying(answer.text, kind, language):
                    return meaning
        return None

    def is_saying(self, text: str, kind: str, language: str = "") -> bool:
        return bool(text.strip()) and self.house.words.is_saying(text, kind, language or self.language)

    def expectation(self, slot: str | None) -> Expectation:
        """What is likely to be answered to a question for a field, and the only answers where there are few."""
        names = tuple(titles(self.turn.buttons))
        kind = "yes_no" if slot in _YES_NO else slot
        grammar: tuple[str, ...] = ()
        words = self.house.words
        if kind == "yes_no":
            grammar = (*words.grammar("yes_no", self.language), *names)
        elif slot in NUMBERS:
            grammar = tuple(words.grammar("digits", self.language))
        elif slot is not None and len(names) > 1 and slot not in _LONG and slot != "location":
            grammar = (*names, *place_words(self.language, len(names)), *words.grammar("yes_no", self.language))
        return Expectation(
            slot=kind, language=self.language if self.spoken_known else None, likely=self.language, grammar=grammar,
            hints=names, long=slot in _LONG,
        )  # fmt: skip

    # The assistant.

    async def sent(self, *, text: str = "", press: str = "") -> Turn:
        """Sends a turn to the assistant; opens the conversation before the first one.

        Raises:
            GatewayAway: nobody answers.
        """
        if self.conversation is None:
            self.conversation = await self._opened()
        if press:
            return await self.conversation.press(press)
        *first, last = parts_of(text)
        for part in first:
            await self.conversation.say(part)
        return await self.conversation.say(last)

    async def _opened(self) -> Conversation:
        if self.office is None:
            return await self.house.opens(self.language)
        if self.draft is not None:
            return await self.office.resume(self.draft)
        return await self.office.open(self.language, self.declined)


def parts_of(text: str) -> list[str]:
    """A very long text in parts that the assistant takes, cut at a blank or a sign where there is one."""
    parts = []
    while len(text) > _LONGEST_TEXT:
        cut = max(text.rfind(sign, _LONGEST_TEXT // 2, _LONGEST_TEXT) for sign in (" ", "，", "。", "、", ","))
        cut = cut + 1 if cut > 0 else _LONGEST_TEXT
        parts.append(text[:cut])
        text = text[cut:]
    return [*parts, text]
