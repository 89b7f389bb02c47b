"""Hearing from the event loop: in order, without waiting, with an end to every wait."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fake_recognizers import FakeRecognizer, FakeStream, frames

from voice.audio.frames import AudioFrame, silence
from voice.errors_speech import LanguageUnheard, RecognitionFailed
from voice.ports_speech import Heard, Wanted, always
from voice.stt.by_language import RecognizerByLanguage
from voice.stt.limited import LimitedStream
from voice.stt.live import LiveRecognition
from voice.stt.two_pass import TwoPassRecognizer


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
