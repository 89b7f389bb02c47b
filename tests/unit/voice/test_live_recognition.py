"""Hearing from the event loop: in order, without waiting, with an end to every wait."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import numpy as np
import pytest

from voice.audio.frames import AudioFrame, silence
from voice.bootstrap_speech import Answers, caller_words
from voice.errors_speech import LanguageUnheard, RecognitionFailed
from voice.ports_speech import Heard, Wanted, always
from voice.stt.by_language import RecognizerByLanguage
from voice.stt.first_utterance import FirstUtterance
from voice.stt.limited import LimitedStream
from voice.stt.live import LiveRecognition
from voice.stt.two_pass import TwoPassRecognizer


class FakeStream:
    """ "Hears" the number of seconds; remembers what it got."""

    def __init__(self, language: str = "zh", confidence: float = 0.9, text: str = "", slow: float = 0.0) -> None:
        self.language, self.confidence, self.text, self.slow = language, confidence, text, slow
        self.seconds = 0.0
        self.starts: list[float] = []
        self.error: Exception | None = None
        self.closed = False
        self.threads: set[str] = set()
        self.settled = 0

    def _heard(self, final: bool) -> Heard:
        return Heard(self.text or f"{self.seconds:.1f}", self.language, self.confidence, final, "fake")

    def feed(self, frame: AudioFrame) -> Heard | None:
        self.threads.add(threading.current_thread().name)
        time.sleep(self.slow)
        if self.error:
            raise self.error
        self.starts.append(frame.at_seconds)
        self.seconds += frame.duration_seconds
        return self._heard(False)

    def settle(self) -> None:
        self.settled += 1

    def peek(self, wanted: Wanted = always) -> Heard:
        return self._heard(False)

    def finish(self) -> Heard:
        time.sleep(self.slow)
        return self._heard(True)

    def close(self) -> None:
        self.closed = True


class FakeRecognizer:
    streams = True

    def __init__(self, name: str, languages: Sequence[str] = ("zh", "en", "ko"), **more: float | str) -> None:
        self.name, self.languages, self.more = name, frozenset(languages), more
        self.opened: list[FakeStream] = []

    def warm(self, language: str) -> None:
        pass

    def open(self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None) -> FakeStream:
        stream = FakeStream(language, **self.more)  # type: ignore[arg-type]
        self.opened.append(stream)
        return stream


def frames(seconds: float) -> list[AudioFrame]:
    return [silence(0.02, at_seconds=at * 0.02) for at in range(round(seconds / 0.02))]


@pytest.mark.asyncio
async def test_all_sound_is_heard_in_order_and_in_the_pool() -> None:
    stream = FakeStream()
    partials: list[Heard] = []
    with ThreadPoolExecutor(2, thread_name_prefix="stt") as pool:
        live = LiveRecognition(stream, pool, partials.append)
        for frame in frames(1.0):
            live.feed(frame)
            await asyncio.sleep(0)
        heard = await live.finish()
    assert (heard.text, heard.final) == ("1.0", True)
    assert stream.starts == sorted(stream.starts)
    assert partials and all(name.startswith("stt") for name in stream.threads)
    assert live.dropped_seconds == 0.0


@pytest.mark.asyncio
async def test_a_slow_engine_never_holds_up_feeding_and_loses_the_oldest_sound_only() -> None:
    stream = FakeStream(slow=0.3)
    with ThreadPoolExecutor(1) as pool:
        live = LiveRecognition(stream, pool)
        began = time.monotonic()
        for number in range(30):
            live.feed(silence(1.0, at_seconds=float(number)))
            await asyncio.sleep(0)
        assert time.monotonic() - began < 0.2
        heard = await live.finish()
    assert live.dropped_seconds == pytest.approx(9.0, abs=1.1)
    assert float(heard.text) == pytest.approx(21.0, abs=1.1)


@pytest.mark.asyncio
async def test_a_broken_engine_is_told_at_the_end_of_the_utterance() -> None:
    stream = FakeStream()
    stream.error = RecognitionFailed("broken")
    with ThreadPoolExecutor(1) as pool:
        live = LiveRecognition(stream, pool)
        for frame in frames(0.5):
            live.feed(frame)
            await asyncio.sleep(0)
        with pytest.raises(RecognitionFailed, match="broken"):
            await live.finish()
        await live.close()
    assert stream.closed


@pytest.mark.asyncio
async def test_an_engine_that_hangs_is_left_after_its_time() -> None:
    with ThreadPoolExecutor(1) as pool:
        live = LiveRecognition(FakeStream(slow=0.4), pool)
        with pytest.raises(RecognitionFailed, match="too long"):
            await live.finish(timeout_seconds=0.05)


@pytest.mark.asyncio
async def test_looking_ahead_gives_what_has_been_said_and_the_utterance_goes_on() -> None:
    with ThreadPoolExecutor(1) as pool:
        live = LiveRecognition(FakeStream(), pool)
        for frame in frames(0.5):
            live.feed(frame)
        heard = await live.peek()
        assert heard is not None and heard.text == "0.5"
        for frame in frames(0.5):
            live.feed(frame)
        assert (await live.finish()).text == "1.0"


@pytest.mark.asyncio
async def test_a_long_story_is_settled_while_it_goes_on_and_a_failure_there_is_none_yet() -> None:
    stream = FakeStream()

    def settle() -> None:
        stream.settled += 1
        raise RecognitionFailed("not now")

    stream.settle = settle  # type: ignore[method-assign]
    with ThreadPoolExecutor(2) as pool:
        live = LiveRecognition(stream, pool)
        for frame in frames(21.0):
            live.feed(frame)
            await asyncio.sleep(0.0005)
        assert (await live.finish()).text == "21.0"
    assert stream.settled == 2


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["peek", "finish"])
async def test_who_asks_while_a_story_is_settled_waits_without_a_thread_and_not_for_ever(name: str) -> None:
    stream, go_on, asked = FakeStream(), threading.Event(), list[str]()
    stream.settle = lambda: go_on.wait(5.0) and None  # type: ignore[method-assign,assignment]
    heard = getattr(stream, name)

    def ask(*arguments: Any) -> Heard:
        asked.append(name)
        return heard(*arguments)

    setattr(stream, name, ask)
    with ThreadPoolExecutor(2) as pool:
        live = LiveRecognition(stream, pool)
        live.feed(silence(11.0))
        with pytest.raises(RecognitionFailed, match="too long"):
            await getattr(live, name)(timeout_seconds=0.1)
        waiting = asyncio.create_task(getattr(live, name)())
        await asyncio.sleep(0.05)
        assert await asyncio.get_running_loop().run_in_executor(pool, lambda: "another call") and not asked
        go_on.set()
        assert (await waiting).text == "11.0" and asked == [name]


def test_the_second_pass_has_the_last_word() -> None:
    first, second = FakeRecognizer("first", text="一"), FakeRecognizer("second", text="二")
    assert TwoPassRecognizer(first, second).open("zh").finish().text == "二"


class Once:
    """A stream that hears this."""

    limited = True

    def __init__(self, text: str, confidence: float = 0.95, *, unknown: bool = False) -> None:
        self._heard = Heard(text, "zh", confidence, True, "vosk", text, (), True, unknown)
        self.asked = 0
        self.closed = False

    def feed(self, frame: AudioFrame) -> Heard | None:
        return None

    def settle(self) -> None: ...

    def peek(self, wanted: Wanted = always) -> Heard:
        return self._heard

    def finish(self) -> Heard:
        self.asked += 1
        return self._heard

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("limited", "heard"),
    [
        (Once("不 是"), "不 是"),
        (Once("不 是", 0.4), "电话改成13900139000"),
        (Once("不", unknown=True), "电话改成13900139000"),
        (Once("今天"), "电话改成13900139000"),
        (Once(""), "电话改成13900139000"),
    ],
)
def test_an_answer_of_the_grammar_stands_when_it_is_sure_and_else_the_free_one_does(limited: Once, heard: str) -> None:
    free = Once("电话改成13900139000")
    stream = LimitedStream(limited, free, ["是", "不 是"])
    stream.feed(silence(0.02))
    assert stream.finish().text == heard
    assert free.asked == (0 if heard == "不 是" else 1) and free.closed and limited.closed


def test_where_the_free_one_hears_nothing_the_doubtful_choice_is_better_than_none() -> None:
    assert LimitedStream(Once("是", 0.3), Once(""), ["是"]).finish().text == "是"


def test_a_recogniser_alone_hears_freely_beside_its_grammar_too() -> None:
    class Limits(FakeRecognizer):
        def open(self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None) -> Any:
            return Once("是", 0.2) if grammar else super().open(language)

    alone = TwoPassRecognizer(Limits("vosk", text="解放路"), None)
    assert alone.name == "vosk" and alone.open("zh", grammar=["是"]).finish().text == "解放路"


def test_an_engine_that_cannot_limit_itself_is_heard_as_always() -> None:
    first, second = FakeRecognizer("first", text="一"), FakeRecognizer("second", text="二")
    assert TwoPassRecognizer(first, second).open("zh", grammar=["是"]).finish().text == "二"


def test_without_a_second_language_model_or_place_the_first_word_stands() -> None:
    first, second = FakeRecognizer("first", text="一"), FakeRecognizer("second", ["en"], text="二")
    assert TwoPassRecognizer(first, second).open("zh").finish().text == "一"
    assert (
        TwoPassRecognizer(first, FakeRecognizer("second", text="二"), most_waiting=1).open("en").finish().text == "二"
    )


def test_a_look_ahead_takes_no_place_from_who_has_finished_speaking() -> None:
    second = FakeRecognizer("second", text="二")
    both = TwoPassRecognizer(FakeRecognizer("first", text="一"), second, most_waiting=1)
    guessed, over = both.open("zh"), both.open("zh")
    finished: list[str] = []

    def peek(wanted: Wanted = always) -> Heard:
        finished.append(over.finish().text)
        return Heard("二", "zh", 0.9, False, "fake")

    second.opened[0].peek = peek  # type: ignore[method-assign]
    assert guessed.peek() is not None and finished == ["二"]


def test_a_failing_second_pass_is_no_failure() -> None:
    first, second = FakeRecognizer("first", text="一"), FakeRecognizer("second", text="二")
    stream = TwoPassRecognizer(first, second).open("zh")

    def fail() -> Heard:
        raise RecognitionFailed

    second.opened[0].finish = fail  # type: ignore[method-assign]
    assert stream.finish().text == "一"


@pytest.mark.parametrize("beside", ["words", "phrases"])
def test_a_second_recogniser_that_cannot_hear_along_any_more_is_done_without(
    beside: str, caplog: pytest.LogCaptureFixture
) -> None:
    second = FakeStream(text="二")
    if beside == "words":
        recognizer = FakeRecognizer("second")
        stream: Any = TwoPassRecognizer(FakeRecognizer("first", text="一"), recognizer).open("zh")
        [second] = recognizer.opened
    else:
        stream = LimitedStream(FakeStream(text="一"), second, ["是"])
    assert stream.feed(silence(1.0)).text == "一"
    second.error = RecognitionFailed("minutes behind")
    for _ in range(3):
        assert stream.feed(silence(1.0)).text == "一"
    stream.settle()
    stream.peek()
    assert stream.finish().text == "一"
    assert second.closed and not second.settled and len(caplog.records) == 1


def test_each_language_goes_to_its_own_engine() -> None:
    one, other = FakeRecognizer("vosk", ["ko"], text="네"), FakeRecognizer("whisper", ["zh"], text="是")
    both = RecognizerByLanguage({"ko": one, "zh": other})
    assert both.open("ko").finish().text == "네"
    assert both.languages == {"ko", "zh"}
    with pytest.raises(LanguageUnheard):
        both.open("ru")


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

    TEXTS: ClassVar = {"en": "I piratar.", "ru": "Апиратр.", "ja": "サンダモン", "ko": "쌍담원", "zh": "人共"}

    def open(self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None) -> FakeStream:
        stream = super().open(language, hints=hints, grammar=grammar)
        stream.text = self.TEXTS[language]
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
