"""An utterance heard from the event loop: nothing lost while the engine opens, one thing at a time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from voice.audio.frames import AudioFrame, silence
from voice.ears import RecognizingEars
from voice.endpointing import Expectation
from voice.errors_speech import EngineUnavailable, RecognitionFailed
from voice.ports_speech import Heard, Wanted, always
from voice.stt.gauge import Gauge
from voice.tape import Tape

pytestmark = pytest.mark.asyncio
ZH = Expectation("yes_no", "zh", grammar=("是", "不是"), hints=("人民路",))


class SlowRecognizer:
    """Opens late, works slowly, and complains when it is asked twice at once."""

    name = "slow"
    languages = frozenset({"zh", "en"})
    streams = False

    def __init__(self, opens_seconds: float = 0.0, works_seconds: float = 0.0) -> None:
        self.opens_seconds, self.works_seconds = opens_seconds, works_seconds
        self.opened: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []
        self.heard_seconds = 0.0
        self.peeks = self.finished = 0
        self.error: Exception | None = None
        self._busy = threading.Lock()

    def warm(self, language: str) -> None: ...

    def open(self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None) -> SlowRecognizer:
        time.sleep(self.opens_seconds)
        if self.error is not None:
            raise self.error
        self.opened.append((language, tuple(hints), tuple(grammar or ())))
        return self

    def feed(self, frame: AudioFrame) -> Heard | None:
        self.heard_seconds += frame.duration_seconds
        return None

    def settle(self) -> None: ...

    def peek(self, wanted: Wanted = always) -> Heard:
        self.peeks += 1
        return replace(self._work(final=False), whole=True)

    def finish(self) -> Heard:
        self.finished += 1
        return self._work(final=True)

    def close(self) -> None: ...

    def _work(self, *, final: bool) -> Heard:
        assert self._busy.acquire(blocking=False), "asked twice at once"
        time.sleep(self.works_seconds)
        self._busy.release()
        return Heard("是", "zh", 0.9, final, self.name)


class InEachLanguage:
    """Hears something in whatever language it is opened in; surest in Chinese."""

    name = "each"
    languages = frozenset({"zh", "en"})
    streams = False

    def warm(self, language: str) -> None: ...

    def open(self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None) -> OneLanguage:
        return OneLanguage(language)


class OneLanguage:
    def __init__(self, language: str) -> None:
        self._language = language

    def feed(self, frame: AudioFrame) -> Heard | None:
        return None

    def settle(self) -> None: ...

    def peek(self, wanted: Wanted = always) -> Heard:
        return self.finish()

    def finish(self) -> Heard:
        return Heard("路灯坏了" if self._language == "zh" else "a lamp", self._language, 0.9, True, "each")

    def close(self) -> None: ...


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as threads:
        yield threads


async def test_what_is_said_while_the_engine_opens_is_heard(pool: ThreadPoolExecutor) -> None:
    engine = SlowRecognizer(opens_seconds=0.15)
    ear = RecognizingEars(engine, pool).open(ZH, lambda heard: None)
    for _ in range(50):
        ear.feed(silence(0.02))
    await asyncio.sleep(0.05)
    assert (await ear.finish(1.0)).final
    assert engine.heard_seconds == pytest.approx(1.0)
    assert engine.opened == [("zh", ("人民路",), ("是", "不是"))]


async def test_the_engine_does_one_thing_at_a_time_and_is_not_asked_again_while_it_works(
    pool: ThreadPoolExecutor,
) -> None:
    engine = SlowRecognizer(works_seconds=0.1)
    ear = RecognizingEars(engine, pool).open(ZH, lambda heard: None)
    ear.feed(silence(0.2))
    peeks = [asyncio.create_task(ear.peek(0.2, always)) for _ in range(5)]
    await asyncio.sleep(0.02)
    assert (await ear.finish(0.2)).final
    assert sum(one is not None for one in await asyncio.gather(*peeks)) == 1 and engine.peeks == 1


async def test_what_was_worked_out_in_the_pause_that_ends_the_turn_is_not_worked_out_again(
    pool: ThreadPoolExecutor,
) -> None:
    engine = SlowRecognizer(works_seconds=0.05)
    ear = RecognizingEars(engine, pool).open(ZH, lambda heard: None)
    ear.feed(silence(0.2))
    peeking = asyncio.create_task(ear.peek(0.2, always))
    await asyncio.sleep(0)
    heard = await ear.finish(0.2)  # the pause is over before the words are there
    early = await peeking
    assert early is not None and not early.final
    assert (heard.text, heard.final, engine.peeks, engine.finished) == ("是", True, 1, 0)


async def test_who_speaks_on_is_heard_to_the_end(pool: ThreadPoolExecutor) -> None:
    engine = SlowRecognizer()
    ear = RecognizingEars(engine, pool).open(ZH, lambda heard: None)
    ear.feed(silence(0.2))
    said_more = False
    assert await ear.peek(0.2, lambda: not said_more) is not None
    said_more = True
    assert (await ear.finish(0.2)).final and engine.finished == 1
    assert await RecognizingEars(engine, pool).open(ZH, lambda heard: None).peek(0.2, lambda: False) is None


def hiss(seconds: float, dbfs: float) -> list[AudioFrame]:
    noise = np.random.default_rng(7).normal(0, 32_768 * 10 ** (dbfs / 20), (round(seconds / 0.02), 320))
    return [AudioFrame(one.astype("<i2").tobytes()) for one in noise]


@pytest.mark.parametrize(
    ("room_dbfs", "last_dbfs", "then_dbfs", "finished"),
    [
        (-50, -50, -90, 0),
        (-50, -50, -50, 0),
        (-50, -50, -40, 1),
        (-50, -50, -20, 1),
        (-70, -42, -42, 1),  # fading since before the look ahead
        (-75, -75, -52, 1),  # a caller far from the telephone
        (-75, -75, -65, 0),
        (-120, -120, -34, 1),  # and soft words on it count
        (-120, -52, -52, 0),  # a telephone that sends no silence tells nothing of the line
    ],
)
async def test_soft_speech_after_a_look_ahead_counts_though_nobody_noticed_it_and_noise_does_not(
    pool: ThreadPoolExecutor, room_dbfs: float, last_dbfs: float, then_dbfs: float, finished: int
) -> None:
    engine = SlowRecognizer()
    ear = RecognizingEars(engine, pool).open(ZH, lambda heard: None)
    for frame in (*hiss(0.25, room_dbfs), *hiss(0.4, -20), *hiss(0.14, last_dbfs)):
        ear.feed(frame)
    assert await ear.peek(0.2, always) is not None
    for frame in (*hiss(0.1, room_dbfs), *hiss(0.2, then_dbfs), *hiss(0.1, room_dbfs)):
        ear.feed(frame)
    assert (await ear.finish(0.2)).final and engine.finished == finished


async def test_an_engine_that_never_opens_is_given_up_and_told(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voice.ears._PEEKED_WITHIN_SECONDS", 0.02)
    monkeypatch.setattr("voice.ears._FINISHED_WITHIN_SECONDS", 0.05)
    ear = RecognizingEars(SlowRecognizer(opens_seconds=0.4), pool).open(ZH, lambda heard: None)
    ear.feed(silence(0.2))
    for work in (ear.peek(0.2, always), ear.finish(0.2)):
        with pytest.raises(RecognitionFailed, match="too long"):
            await work
    await ear.close()


async def test_what_was_worked_out_in_another_language_than_the_callers_does_not_count(
    pool: ThreadPoolExecutor,
) -> None:
    engine = SlowRecognizer()
    ear = RecognizingEars(engine, pool).open(ZH, lambda heard: None)
    assert await ear.peek(0.2, always) is not None
    ear.know("en")
    await ear.finish(0.2)
    assert engine.finished == 1


async def test_while_somebody_waits_for_finished_words_nothing_is_worked_out_ahead(pool: ThreadPoolExecutor) -> None:
    engine, gauge = SlowRecognizer(works_seconds=0.1), Gauge(places=2)
    ears = RecognizingEars(engine, pool, gauge=gauge)
    assert ears.free
    finishing = asyncio.create_task(ears.open(ZH, lambda heard: None).finish(0.2))
    await asyncio.sleep(0.02)
    assert not ears.free
    await finishing
    assert ears.free
    with gauge.guess():
        assert ears.free
        with gauge.guess():
            assert not ears.free


async def test_an_engine_that_cannot_be_opened_is_told_at_the_end(pool: ThreadPoolExecutor) -> None:
    engine = SlowRecognizer()
    engine.error = EngineUnavailable()
    ear = RecognizingEars(engine, pool).open(ZH, lambda heard: None)
    ear.feed(silence(0.2))
    with pytest.raises(EngineUnavailable):
        await ear.finish(0.2)
    await RecognizingEars(engine, pool).open(ZH, lambda heard: None).close()


async def test_an_unknown_language_is_found_among_those_that_are_heard(pool: ThreadPoolExecutor) -> None:
    engine = SlowRecognizer()
    ear = RecognizingEars(engine, pool).open(Expectation(), lambda heard: None)
    ear.feed(silence(0.5))
    assert (await ear.finish(0.4)).text == "是"
    assert {language for language, _, _ in engine.opened} == {"zh", "en"}


class Sounds:
    """Takes every sound for Chinese."""

    def identify(self, samples: object, among: Collection[str]) -> dict[str, float]:
        return {one: float(one == "zh") for one in among}


@pytest.mark.parametrize("identifier", [None, Sounds()])
async def test_what_was_begun_before_the_language_was_known_is_heard_in_it(
    pool: ThreadPoolExecutor, identifier: Sounds | None
) -> None:
    engine = InEachLanguage()
    ear = RecognizingEars(engine, pool, identifier).open(Expectation(), lambda heard: None)
    ear.feed(silence(1.0))
    ear.know("en")
    assert (await ear.finish(0.9)).language == "en"


class TestTapes:
    async def test_a_tape_can_be_read_again_from_any_moment_and_is_made_once(self) -> None:
        made: list[int] = []

        async def source():  # type: ignore[no-untyped-def]
            for number in range(10):
                made.append(number)
                yield AudioFrame(bytes([number]) * 320, 8_000)

        tape = Tape(source())
        first = tape.read()
        heard = [(await anext(first)).samples[0] for _ in range(4)]
        await first.aclose()  # type: ignore[attr-defined]
        assert heard == [0, 1, 2, 3] and made == [0, 1, 2, 3]
        assert [frame.samples[0] async for frame in tape.read(0.06)] == [3, 4, 5, 6, 7, 8, 9]
        assert made == list(range(10))
        await tape.close()

    async def test_a_reader_that_leaves_while_sound_is_made_does_not_end_the_making(self) -> None:
        go_on = asyncio.Event()

        async def source():  # type: ignore[no-untyped-def]
            yield AudioFrame(bytes(320), 8_000)
            await go_on.wait()
            yield AudioFrame(bytes(320), 8_000)

        tape = Tape(source())

        async def read() -> list[AudioFrame]:
            return [frame async for frame in tape.read()]

        reading = asyncio.create_task(read())
        await asyncio.sleep(0.01)
        reading.cancel()
        await asyncio.wait([reading])
        go_on.set()
        assert len(await read()) == 2

    async def test_a_source_that_fails_is_heard_of(self) -> None:
        async def source():  # type: ignore[no-untyped-def]
            yield AudioFrame(bytes(320), 8_000)
            raise RecognitionFailed

        with pytest.raises(RecognitionFailed):
            [frame async for frame in Tape(source()).read()]
