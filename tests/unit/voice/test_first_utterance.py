"""The first utterance of a call: heard in the language that was spoken, and never lost while that is looked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import pytest
from fake_recognizers import FakeRecognizer, FakeStream, frames

from voice.audio.frames import AudioFrame, silence
from voice.bootstrap_speech import Answers, caller_words
from voice.errors_speech import LanguageUnheard, RecognitionFailed
from voice.ports_speech import Heard
from voice.stt.first_utterance import FirstUtterance


class Identifier:
    def __init__(self, likely: dict[str, float]) -> None:
        self.likely = likely
        self.asked_seconds: list[float] = []

    def identify(self, samples: np.ndarray, among: Sequence[str]) -> dict[str, float]:
        self.asked_seconds.append(len(samples) / 16_000)
        return {language: self.likely.get(language, 0.0) for language in among}


def test_the_first_utterance_is_heard_in_the_language_that_was_spoken() -> None:
    recognizer = FakeRecognizer("one")
    first = FirstUtterance(recognizer, Identifier({"ko": 0.9, "zh": 0.1}))
    for frame in frames(2.0):
        first.feed(frame)
    heard = first.finish()
    assert first.choice is not None
    assert (heard.language, heard.text, first.choice.sure) == ("ko", "2.0", True)
    with pytest.raises(RecognitionFailed):
        first.feed(silence(0.02))


class InManyLanguages(FakeRecognizer):
    """Hears what is said in whatever language it is opened in."""

    texts: ClassVar = {"en": "I piratar.", "ru": "Апиратр.", "ja": "サンダモン", "ko": "쌍담원", "zh": "人共"}

    def open(self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None) -> FakeStream:
        stream = super().open(language, hints=hints, grammar=grammar)
        stream.text = self.texts[language]
        return stream


ASKS_FOR_PERSON = Answers(caller_words()).asks_for_person
ALL = ("zh", "en", "ja", "ko", "ru")


@pytest.mark.parametrize(
    ("likely", "seconds", "spoken"),
    [
        ({"en": 0.67, "ru": 0.31}, 0.9, "ru"),
        ({"ja": 0.39, "ko": 0.31, "en": 0.26}, 0.9, "ko"),
        ({"en": 0.93, "ru": 0.06}, 0.9, "en"),  # no doubt
        ({"en": 0.67, "ru": 0.31}, 3.0, "en"),  # so much speech tells its language
        ({"zh": 0.5, "ko": 0.4}, 0.9, "zh"),  # asks for a person where it is likeliest
    ],
)
def test_a_word_or_two_that_ask_for_a_person_tell_their_language(
    likely: dict[str, float], seconds: float, spoken: str
) -> None:
    for ended in (False, True):
        first = FirstUtterance(InManyLanguages("many", ALL), Identifier(likely), telling=ASKS_FOR_PERSON)
        first.speech_seconds = seconds
        first.feed(silence(seconds))
        heard = first.finish() if ended else first.peek()
        assert heard is not None and first.choice is not None
        assert (heard.language, first.choice.language, heard.final) == (spoken, spoken, ended)


def test_an_utterance_is_not_lost_with_a_recogniser_of_another_language() -> None:
    class Broken(InManyLanguages):
        def open(self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None) -> FakeStream:
            stream = super().open(language, hints=hints, grammar=grammar)
            stream.error = RecognitionFailed("broken") if language == "ru" else None
            return stream

    first = FirstUtterance(Broken("many", ALL), Identifier({"en": 0.6, "ru": 0.3}), telling=ASKS_FOR_PERSON)
    first.speech_seconds = 0.9
    first.feed(silence(0.9))
    assert (first.finish().text, first.choice and first.choice.language) == ("I piratar.", "en")


@pytest.mark.parametrize(("text", "opened"), [("hm", 3), ("…", 1)])
def test_little_is_doubted_and_nothing_of_it_is_kept(text: str, opened: int) -> None:
    """Two more languages at most, none for what nobody heard, and the rest of the utterance is not heard in them."""
    recognizer = InManyLanguages("many", ALL)
    recognizer.texts = dict.fromkeys(ALL, text)
    first = FirstUtterance(recognizer, Identifier(dict.fromkeys(ALL, 0.2)), telling=ASKS_FOR_PERSON)
    first.speech_seconds = 0.9
    first.feed(silence(0.9))
    assert first.peek() is not None
    along, *doubted = recognizer.opened
    assert len(recognizer.opened) == opened and all(one.closed for one in doubted) and not along.closed
    first.feed(silence(1.0))
    assert along.seconds == 1.9 and all(one.seconds == 0.9 for one in doubted)


def test_a_long_first_utterance_is_heard_on_in_its_own_language_only() -> None:
    recognizer = FakeRecognizer("one")
    first = FirstUtterance(recognizer, Identifier({"ko": 0.9, "zh": 0.1}))
    for seconds in (24.0, 2.0, 3.0):
        first.feed(silence(seconds))
        first.settle()
    along, own = recognizer.opened
    assert (along.seconds, along.settled) == (26.0, 0)
    assert (own.language, own.settled) == ("ko", 2)
    assert along.closed and not own.closed
    first.language = "zh"  # said too late: the sound that was not heard in it is gone
    assert (first.finish().text, along.settled) == ("29.0", 0)


def test_a_long_first_utterance_stays_in_question_while_nobody_is_sure_what_it_is() -> None:
    """A quiet line, or music before the words."""
    recognizer, identifier = FakeRecognizer("one"), Identifier({"ko": 0.5, "zh": 0.5})
    first = FirstUtterance(recognizer, identifier)
    first.feed(silence(30.0))
    first.settle()
    [along] = recognizer.opened
    assert along.settled == 1
    identifier.likely = {"ko": 0.9, "zh": 0.1}
    first.feed(silence(10.0))
    first.settle()
    assert (identifier.asked_seconds, along.closed) == ([25.0, 25.0], True)
    heard = first.finish()
    assert (heard.language, heard.text) == ("ko", "40.0")


def test_the_callers_language_is_taken_over_while_nobody_is_sure_of_a_long_first_utterance() -> None:
    first = FirstUtterance(FakeRecognizer("one"), Identifier({"ko": 0.5, "zh": 0.5}))
    first.feed(silence(40.0))
    first.settle()
    first.language = "en"
    heard = first.finish()
    assert (heard.language, heard.text) == ("en", "40.0")


def test_sound_is_not_kept_for_other_languages_for_longer_than_they_could_catch_up() -> None:
    first = FirstUtterance(FakeRecognizer("one"), Identifier({"ko": 0.5, "zh": 0.5}))
    first.feed(silence(50.0))
    first.settle()
    first.language = "en"
    assert first.finish().language == "zh"


def test_a_first_utterance_that_is_dropped_while_its_language_is_looked_for_leaves_no_recogniser_open() -> None:
    recognizer = FakeRecognizer("one")

    class Dropping(Identifier):
        def identify(self, samples: np.ndarray, among: Sequence[str]) -> dict[str, float]:
            first.close()
            return super().identify(samples, among)

    first = FirstUtterance(recognizer, Dropping({"ko": 0.9}))
    first.feed(silence(2.0))
    with pytest.raises(RecognitionFailed):
        first.peek()
    assert len(recognizer.opened) == 2 and all(one.closed for one in recognizer.opened)


def test_what_is_said_while_another_language_catches_up_is_heard_once_and_in_order() -> None:
    class Late(FakeRecognizer):
        def open(self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None) -> FakeStream:
            stream = super().open(language)
            if language == "ko":
                feed, more = stream.feed, [silence(1.0, at_seconds=2.0)]

                def meanwhile(frame: AudioFrame) -> Heard | None:
                    while more:
                        first.feed(more.pop())
                    return feed(frame)

                stream.feed = meanwhile  # type: ignore[method-assign]
            return stream

    recognizer = Late("one")
    first = FirstUtterance(recognizer, Identifier({"ko": 0.9}))
    for at in range(2):
        first.feed(silence(1.0, at_seconds=at))
    assert first.peek() is not None
    first.feed(silence(1.0, at_seconds=3.0))
    assert recognizer.opened[1].starts == [0.0, 1.0, 2.0, 3.0] and first.finish().text == "4.0"


def test_without_an_identifier_all_languages_hear_it_and_the_surest_wins() -> None:
    class Unequal(FakeRecognizer):
        def open(self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None) -> FakeStream:
            sure = {"en": 0.95}.get(language, 0.4)
            return FakeStream(language, sure, "the street lamp is broken" if language == "en" else "嗯")

    first = FirstUtterance(Unequal("many"), None)
    for frame in frames(2.0):
        first.feed(frame)
    heard = first.finish()
    assert first.choice is not None
    assert (first.choice.language, heard.text) == ("en", "the street lamp is broken")


def test_a_machine_that_hears_nothing_says_so() -> None:
    with pytest.raises(LanguageUnheard):
        FirstUtterance(FakeRecognizer("none", []), None)
