"""When a caller's turn begins and ends: by pauses whose length depends on what was asked and on what has been said.

Pure: told the time of every 20 ms and whether they hold speech; it opens no model and knows no clock. It never ends a
turn because it is long; a turn ends in a pause, or when nothing new has been understood for seconds in spite of noise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from voice.asked_number import SLOTS, can_go_on, lacks_one_at_most
from voice.heard.inventions import folded
from voice.heard.words import ends_in_digit, only_digits

FRAME_SECONDS = 0.02
_BEGINS_WITHIN_FRAMES, _BEGINS_WITH = 4, 3
_LEAST_SPEECH_SECONDS = 0.1
_PAUSE_SECONDS, _NOTHING_SECONDS = 0.14, 0.16
_STALLED_SECONDS = 4.0
_FEW_DIGITS = 2
_KIND_OF_SLOT = {
    "yes_no": "yes_no",
    "choice": "choice",
    "digits": "digits",
    "contact_phone": "digits",
    "ticket_number": "digits",
    "location": "address",
    "description": "story",
}


@dataclass(frozen=True)
class Expectation:
    """What is likely to be said next.

    Attributes:
        slot: the field that was asked for, or yes_no, choice, digits; None: anything.
        language: None while nobody knows it; likely: which it is then, where the sound does not tell.
        grammar: the only answers there are; hints: words that are likely.
        long: a story is to come.
        silence_seconds: how long the first word may take.
    """

    slot: str | None = None
    language: str | None = None
    grammar: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    long: bool = False
    silence_seconds: float = 7.0
    likely: str | None = None

    @property
    def kind(self) -> str:
        """Row of the table of pauses."""
        if self.long:
            return "story"
        if self.language is None and self.slot is None:
            return "opening"
        if self.slot in _KIND_OF_SLOT:
            return _KIND_OF_SLOT[self.slot]
        return "choice" if self.grammar else "open"

    def is_full(self, digits: str) -> bool:
        """Whether these are all digits that the number asked for can have."""
        numbered = self.slot is not None and self.slot in SLOTS and bool(digits)
        return numbered and not can_go_on(digits, str(self.slot), self.language or "zh")


@dataclass(frozen=True)
class Pauses:
    """How long a pause ends a turn: when what was said looks finished, when nobody can tell, when more is to come."""

    finished_seconds: float
    unclear_seconds: float
    more_seconds: float


PAUSES: Mapping[str, Pauses] = {
    "yes_no": Pauses(0.25, 0.40, 0.90),
    "choice": Pauses(0.30, 0.45, 1.00),
    "open": Pauses(0.40, 0.65, 1.20),
    "opening": Pauses(0.55, 0.90, 1.50),  # a greeting, a breath, and then the whole matter
    "digits": Pauses(0.40, 0.90, 1.20),  # who pauses longer between groups goes on with the next (`asked_number`)
    "address": Pauses(0.50, 0.80, 1.50),
    "story": Pauses(0.65, 1.00, 1.80),
}
"""A tenth of a second longer in the end: the last syllable fades while the detector still hears it."""
AT_ONCE_SECONDS = 0.25
"""After an answer that leaves nothing to be said: yes or no, all digits, a word to the line itself."""
BRIEF = Pauses(0.20, 0.30, 0.50)
"""For what is said into a prompt and is still short: whether it was meant must be known soon."""


@dataclass(frozen=True)
class TurnWords:
    """How unfinished and finished utterances end, by language, folded (data/voice/turns.yml).

    Attributes:
        place: how finished answers end besides where a place was asked for.
    """

    unfinished: Mapping[str, tuple[str, ...]]
    finished: Mapping[str, tuple[str, ...]]
    place: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> TurnWords:
        rows: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))

        def endings(kind: str) -> dict[str, tuple[str, ...]]:
            return {language: tuple(folded(one) for one in row.get(kind, ())) for language, row in rows.items()}

        return cls(endings("unfinished"), endings("finished"), endings("place"))


def pause_seconds(text: str, expectation: Expectation, words: TurnWords, pauses: Pauses | None = None) -> float:
    """The pause after which a turn with these words has ended.

    Args:
        text: what has been understood so far, "" when nothing is known yet.
    """
    kind = expectation.kind
    pauses = pauses or PAUSES[kind]
    plain = folded(text)
    if not plain:
        return pauses.unclear_seconds
    language = expectation.language or "zh"
    if kind == "digits":
        return _pause_in_number(text, language, expectation, pauses)
    last_word = folded(re.split(r"[\s,;:，；：、]+", text.strip())[-1])
    more = _ending(plain, last_word, words.unfinished.get(language, ()), language)
    finished = words.finished.get(language, ())
    if kind == "address":
        finished += words.place.get(language, ())
    over = _ending(plain, last_word, finished, language)
    if more > over:
        return pauses.more_seconds
    stopped = text.rstrip().endswith(("。", "？", "！", ".", "?", "!"))
    if over or stopped or plain in {folded(phrase) for phrase in expectation.grammar}:
        return pauses.finished_seconds
    return pauses.unclear_seconds


def _pause_in_number(text: str, language: str, expectation: Expectation, pauses: Pauses) -> float:
    """Digits come in groups with pauses between: the number is finished when all of them are there.

    Nobody stops before the very last digit, so one that is missing was misheard; and "three days ago" is no number, but
    "my number is one three" begins one.
    """
    digits, slot = only_digits(text, language), expectation.slot
    if slot not in SLOTS or not digits:
        return pauses.unclear_seconds
    if expectation.is_full(digits):
        return pauses.finished_seconds
    among_words = len(digits) <= _FEW_DIGITS and not ends_in_digit(text, language)
    nearly = among_words or lacks_one_at_most(digits, slot, language)
    return pauses.unclear_seconds if nearly else pauses.more_seconds


def _ending(plain: str, last_word: str, endings: Sequence[str], language: str) -> int:
    """Length of the longest ending that is there: by characters, or by the last word where spaces tell words apart."""
    if language in ("en", "ru"):
        return len(last_word) if last_word in endings else 0
    return max((len(ending) for ending in endings if plain.endswith(ending)), default=0)


@dataclass(frozen=True)
class Began:
    """A turn has begun; `at_seconds` is its first sound, a little before it was noticed."""

    at_seconds: float


@dataclass(frozen=True)
class Paused:
    """A pause has begun that may be the end: time to work out what was said; `since_seconds` is the last sound."""

    at_seconds: float
    since_seconds: float


@dataclass(frozen=True)
class WentOn:
    """The pause was no end."""

    at_seconds: float


@dataclass(frozen=True)
class Ended:
    """The turn is over.

    Attributes:
        at_seconds: when; spoken_until_seconds: its last sound.
        speech_seconds: how much of it was speech.
    """

    at_seconds: float
    spoken_until_seconds: float
    speech_seconds: float


@dataclass(frozen=True)
class WasNothing:
    """What began was too short to be speech."""

    at_seconds: float


Mark = Began | Paused | WentOn | Ended | WasNothing


def never(text: str, expectation: Expectation) -> bool:
    """Nothing is known to be all there is to say."""
    return False


class Endpointer:
    """Finds the turns of one caller; `expectation` may change at any time, also within a turn.

    Args:
        whole: whether an utterance leaves nothing to be said, by its words and what was asked.
    """

    def __init__(
        self,
        words: TurnWords,
        expectation: Expectation | None = None,
        whole: Callable[[str, Expectation], bool] = never,
    ) -> None:
        self.expectation = expectation or Expectation()
        self.brief = False
        self._words = words
        self._whole = whole
        self._recent: list[bool] = []
        self._reset()

    def _reset(self) -> None:
        self._began: float | None = None
        self._last_speech = 0.0
        self._speech_seconds = 0.0
        self._paused = False
        self._text = self._newest = ""
        self._until: float | None = None
        self._text_at: float | None = None
        self._stalls = False

    def forget(self) -> None:
        """Whatever has begun is no turn."""
        self._recent = []
        self._reset()

    @property
    def talking(self) -> bool:
        """A turn is going on."""
        return self._began is not None

    @property
    def speech_seconds(self) -> float:
        """Speech in the turn so far."""
        return self._speech_seconds

    def understood(self, text: str, at_seconds: float, until_seconds: float | None = None) -> None:
        """Tells what has been understood of the turn so far.

        Args:
            until_seconds: where the sound ended that was worked out; what was spoken on behind it is not in the words.
                None: the engine hears along.
        """
        if self._began is None:
            return
        along = until_seconds is None  # then no news while somebody speaks is news; else only the same words once more
        if text != self._newest:
            self._newest, self._text_at, self._stalls = text, at_seconds, along
        elif not along:
            self._stalls = True
        if self._is_current(until_seconds) or (until_seconds is None and not self._is_current(self._until)):
            self._text, self._until = text, until_seconds

    def hear(self, at_seconds: float, speech: bool) -> list[Mark]:
        """Takes the next 20 ms; `at_seconds` is their beginning."""
        self._recent = [*self._recent[1 - _BEGINS_WITHIN_FRAMES :], speech]
        end = at_seconds + FRAME_SECONDS
        if self._began is None:
            return self._waiting(at_seconds, end)
        if speech:
            self._last_speech = end
            self._speech_seconds += FRAME_SECONDS
            went_on: list[Mark] = [WentOn(at_seconds)] if self._paused else []
            self._paused = False
            if self._stalls and self._text_at is not None and end - self._text_at > _STALLED_SECONDS:
                return [*went_on, self._end(end)]
            return went_on
        pause = end - self._last_speech
        marks: list[Mark] = []
        if self._speech_seconds < _LEAST_SPEECH_SECONDS - 1e-6:
            if pause >= _NOTHING_SECONDS - 1e-6:
                self._reset()
                return [WasNothing(end)]
        elif not self._paused and pause >= _PAUSE_SECONDS - 1e-6:
            self._paused = True
            marks.append(Paused(end, self._last_speech))
        if pause >= self.wanted_pause_seconds() - 1e-6:
            marks.append(self._end(end))
        return marks

    def wanted_pause_seconds(self) -> float:
        """The pause that would end the turn as it stands now."""
        text = self._text if self._until is None or self._is_current(self._until) else ""
        brief = self.brief and self._speech_seconds < 1.0
        pause = pause_seconds(text, self.expectation, self._words, BRIEF if brief else None)
        return min(pause, AT_ONCE_SECONDS) if text and self._whole(text, self.expectation) else pause

    def _is_current(self, until_seconds: float | None) -> bool:
        """Whether nothing was spoken behind a moment; None: nobody knows."""
        return until_seconds is not None and until_seconds >= self._last_speech - 1e-6

    def _waiting(self, at_seconds: float, end: float) -> list[Mark]:
        if sum(self._recent) < _BEGINS_WITH or not self._recent[-1]:
            return []
        voiced = sum(self._recent)
        first = self._recent.index(True)
        began = at_seconds - (len(self._recent) - 1 - first) * FRAME_SECONDS
        self._reset()
        self._began = began
        self._last_speech = end
        self._speech_seconds = voiced * FRAME_SECONDS
        return [Began(began)]

    def _end(self, at_seconds: float) -> Ended:
        ended = Ended(at_seconds, self._last_speech, self._speech_seconds)
        self._reset()
        self._recent = []
        return ended
