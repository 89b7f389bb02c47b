"""One call put together, on a simulated line with written ears and a mouth of tones."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.calls import Scene
from voice.audio.frames import AudioFrame
from voice.echo import Echo
from voice.endpointing import Expectation
from voice.errors import TargetBusy, TargetSilent
from voice.errors_speech import NothingSpeaks, RecognitionFailed, SpeechError
from voice.ports_calls import TransferResult
from voice.ports_dialogue import (
    Answer,
    BackFromHold,
    Digits,
    HasEnded,
    Said,
    Silence,
    Transfer,
    TransferOutcome,
    Transferred,
)
from voice.ports_speech import Heard
from voice.transports.simulated import SimulatedLeg

pytestmark = pytest.mark.asyncio
ZH = Expectation(language="zh")
LONG = "一二三四五六七八九十" * 3  # three seconds


async def saying(scene: Scene, text: str = LONG, **more: object) -> asyncio.Task[Said]:
    task = asyncio.create_task(scene.call.say(text, "zh", **more))  # type: ignore[arg-type]
    await scene.pass_seconds(0.5)
    return task


async def listening(scene: Scene, expect: Expectation = ZH) -> asyncio.Task[Answer]:
    task = asyncio.create_task(scene.call.listen(expect))
    await scene.pass_seconds(0.1)
    return task


class TestSpeaking:
    async def test_a_text_is_said_whole(self) -> None:
        async with Scene() as scene:
            said = await saying(scene, "一二三四五")
            await scene.pass_seconds(0.2)
            assert await said == Said(pytest.approx(0.5, abs=0.03), True)
            assert scene.when("prompt_heard")

    async def test_speaking_into_it_stops_it_at_once_and_what_was_said_comes_back(self) -> None:
        async with Scene("我要投诉") as scene:
            said = await saying(scene)
            before = scene.sound_seconds()
            await scene.caller_speaks(0.2)
            assert scene.sound_seconds() - before <= 0.12
            await scene.caller_speaks(0.8)
            await scene.pass_seconds(1.0)
            result = await said
            assert not result.finished and isinstance(result.interrupted_by, Heard)
            assert result.interrupted_by.text == "我要投诉"
            assert scene.sound_seconds() - before <= 0.12

    async def test_the_beginning_of_what_was_said_is_heard_too(self) -> None:
        async with Scene("我要投诉") as scene:
            said = await saying(scene)
            await scene.caller_speaks(1.0)
            await scene.pass_seconds(1.0)
            await said
            assert scene.ears.opened[0].seconds >= 1.2  # all of it, and a quarter of a second before

    async def test_after_a_hum_the_sentence_goes_on_and_is_said_to_its_end(self) -> None:
        async with Scene("嗯") as scene:
            said = await saying(scene)
            stopped_at = scene.call.seconds
            await scene.caller_speaks(0.3)
            await scene.pass_seconds(1.0)
            assert scene.when("prompt_goes_on")[0] - stopped_at < 1.0
            await scene.pass_seconds(3.0)
            assert await said == Said(pytest.approx(3.0, abs=0.05), True)
            assert 3.0 <= scene.sound_seconds() <= 3.5

    async def test_five_hums_do_not_add_up(self) -> None:
        async with Scene(*["嗯"] * 5) as scene:
            said = await saying(scene, LONG * 3)
            for _ in range(5):
                await scene.caller_speaks(0.3)
                await scene.pass_seconds(1.0)
            await scene.pass_seconds(5.0)
            assert (await said).finished

    async def test_after_a_cough_without_words_it_goes_on_within_two_seconds(self) -> None:
        async with Scene("", partials=False) as scene:
            scene.ears.ticks_to_finish = 1_000  # a recogniser that is slow, too
            said = await saying(scene)
            await scene.caller_speaks(0.6)
            silent_since = scene.call.seconds
            await scene.pass_seconds(2.5)
            assert scene.when("prompt_goes_on")[0] - silent_since <= 2.0
            await scene.pass_seconds(3.0)
            assert (await said).finished

    async def test_a_notice_is_said_whole_whatever_the_caller_does(self) -> None:
        async with Scene("我要投诉") as scene:
            said = await saying(scene, interruptible=False)
            await scene.caller_speaks(1.0)
            scene.leg.caller_presses("5")
            await scene.pass_seconds(2.5)
            assert (await said).finished
            assert await scene.call.listen(ZH) == Digits("5")

    async def test_a_key_interrupts(self) -> None:
        async with Scene() as scene:
            said = await saying(scene)
            scene.leg.caller_presses("2")
            await scene.pass_seconds(0.2)
            assert (await said).interrupted_by == Digits("2")

    async def test_hang_up_in_mid_sentence_ends_it(self) -> None:
        async with Scene() as scene:
            said = await saying(scene)
            scene.leg.caller_hangs_up()
            result = await said
            assert (result.finished, result.interrupted_by) == (False, None) and scene.call.has_ended

    async def test_a_voice_that_fails_is_heard_of(self) -> None:
        async with Scene() as scene:
            scene.mouth.error = NothingSpeaks()
            with pytest.raises(NothingSpeaks):
                await scene.call.say("你好", "zh")

    async def test_what_was_said_while_nobody_listened_comes_before_the_prompt(self) -> None:
        async with Scene("还有一件事") as scene:
            await scene.caller_speaks(1.0)
            await scene.pass_seconds(1.5)
            said = await scene.call.say("请稍等", "zh")
            assert said.played_seconds == 0 and isinstance(said.interrupted_by, Heard)


class TestListening:
    async def test_an_answer_comes_back_with_what_was_expected(self) -> None:
        async with Scene("是的") as scene:
            answer = await listening(scene, Expectation("yes_no", "zh", grammar=("是的", "不是")))
            await scene.caller_speaks(0.6)
            await scene.pass_seconds(0.5)
            heard = await answer
            assert isinstance(heard, Heard) and heard.text == "是的"
            assert scene.ears.opened[0].expectation.grammar == ("是的", "不是")

    async def test_silence_is_an_answer_too(self) -> None:
        async with Scene() as scene:
            answer = await listening(scene, Expectation(language="zh", silence_seconds=4.0))
            await scene.pass_seconds(4.2)
            assert await answer == Silence(4.0)

    async def test_wait_gives_thirty_seconds(self) -> None:
        async with Scene("找到了") as scene:
            answer = asyncio.create_task(scene.call.hold(30.0, ZH))
            await scene.pass_seconds(28.0)
            assert not answer.done()
            await scene.caller_speaks(0.7)
            await scene.pass_seconds(1.0)
            heard = await answer
            assert isinstance(heard, Heard) and heard.text == "找到了"

    async def test_a_number_is_complete_with_its_last_digit_with_hash_or_after_a_pause(self) -> None:
        for slot, keys, seconds in (
            ("contact_phone", "13800138000", 0.3),
            ("contact_phone", "#13800138000", 0.3),
            ("contact_phone", "075512345678", 0.3),
            ("contact_phone", "07551234567", 3.6),
            ("contact_phone", "8613800138000", 0.3),
            ("contact_phone", "12345#", 0.3),
            ("contact_phone", "12345", 3.6),
            ("ticket_number", "20261126000123", 0.3),
        ):
            expect = Expectation(slot, "zh")
            async with Scene() as scene:
                answer = await listening(scene, expect)
                scene.leg.caller_presses(keys)
                await scene.pass_seconds(seconds)
                for _ in range(5):
                    await asyncio.sleep(0.06 if seconds > 1 else 0)
                    await scene.pass_seconds(0.02)
                assert await asyncio.wait_for(answer, 2) == Digits(keys.strip("#"))

    async def test_a_hash_behind_the_last_digit_is_no_answer_to_the_next_question(self) -> None:
        async with Scene() as scene:
            answer = await listening(scene, Expectation("contact_phone", "zh"))
            scene.leg.caller_presses("13800138000#")
            await scene.pass_seconds(0.3)
            assert await asyncio.wait_for(answer, 2) == Digits("13800138000")
            answer = await listening(scene)
            scene.leg.caller_presses("#1")
            assert await asyncio.wait_for(answer, 2) == Digits("1")

    async def test_one_key_is_an_answer_where_no_number_is_asked_for(self) -> None:
        async with Scene() as scene:
            answer = await listening(scene)
            scene.leg.caller_presses("0")
            assert await asyncio.wait_for(answer, 2) == Digits("0")

    async def test_hang_up_ends_the_waiting(self) -> None:
        async with Scene() as scene:
            answer = await listening(scene)
            scene.leg.caller_hangs_up()
            assert await answer == HasEnded("caller")

    @pytest.mark.parametrize("error", [RecognitionFailed(), ValueError("a mistake of the engine")])
    async def test_a_recogniser_that_breaks_down_is_told_to_whoever_waits(self, error: Exception) -> None:
        async with Scene(error) as scene:
            answer = await listening(scene)
            await scene.caller_speaks(1.0)
            await scene.pass_seconds(1.0)
            with pytest.raises(RecognitionFailed):
                await answer
            scene.ears.texts.append("我要投诉")
            answer = await listening(scene)
            await scene.caller_speaks(1.0)
            await scene.pass_seconds(1.0)
            assert isinstance(await answer, Heard)

    async def test_somebody_who_goes_on_while_the_first_words_are_worked_out_is_heard_as_one(self) -> None:
        async with Scene("楼下施工", "太吵了", partials=False) as scene:
            scene.ears.ticks_to_finish = 30
            answer = await listening(scene)
            await scene.caller_speaks(1.0)
            await scene.pass_seconds(0.8)
            await scene.caller_speaks(1.5)
            await scene.pass_seconds(3.0)
            heard = await answer
            assert isinstance(heard, Heard) and heard.text == "楼下施工太吵了"

    async def test_words_worked_out_in_the_pause_end_it_and_are_the_answer(self) -> None:
        async with Scene("我叫王芳。", partials=False) as scene:
            scene.ears.ahead = True
            answer = await listening(scene, Expectation("contact_name", "zh"))
            await scene.caller_speaks(1.0)
            silent_since = scene.call.seconds
            await scene.pass_seconds(0.45)
            heard = await asyncio.wait_for(answer, 2)
            assert isinstance(heard, Heard) and heard.text == "我叫王芳。"
            assert scene.when("speech_ended")[0] - silent_since < 0.45 and len(scene.when("worked_ahead")) == 1

    async def test_who_speaks_on_is_not_answered_by_half_of_it(self) -> None:
        async with Scene("我叫王芳。", partials=False) as scene:
            scene.ears.ahead = True
            answer = await listening(scene, Expectation("contact_name", "zh"))
            for _ in range(5):
                await scene.caller_speaks(0.5)
                await scene.pass_seconds(0.3)
            await scene.pass_seconds(1.0)
            await asyncio.wait_for(answer, 2)
            ear = scene.ears.opened[0]
            assert [wanted() for wanted in ear.peeked[:-1]] == [False] * (len(ear.peeked) - 1)
            assert len(ear.peeked) >= 4 and ear.seconds > 4.0

    async def test_while_others_wait_nothing_is_worked_out_ahead(self) -> None:
        async with Scene("我叫王芳。", partials=False) as scene:
            scene.ears.ahead, scene.ears.free = True, False
            answer = await listening(scene, Expectation("contact_name", "zh"))
            await scene.caller_speaks(1.0)
            await scene.pass_seconds(1.0)
            assert isinstance(await asyncio.wait_for(answer, 2), Heard)
            assert scene.when("worked_ahead") == [] and scene.ears.opened[0].peeked == []

    async def test_what_was_said_is_not_lost_when_only_a_noise_follows(self) -> None:
        async with Scene("楼下施工太吵了", "", partials=False) as scene:
            scene.ears.ticks_to_finish = 30
            answer = await listening(scene)
            await scene.caller_speaks(1.0)
            await scene.pass_seconds(0.8)
            await scene.caller_speaks(0.3)
            await scene.pass_seconds(3.0)
            heard = await answer
            assert isinstance(heard, Heard) and heard.text == "楼下施工太吵了"

    async def test_the_music_of_a_hold_is_not_listened_to(self) -> None:
        async with Scene("一首歌") as scene:
            answer = await listening(scene, Expectation(language="zh", silence_seconds=3.0))
            scene.leg.held = True
            await scene.caller_speaks(10.0)
            assert not answer.done() and scene.ears.opened == []
            scene.leg.held = False
            await scene.pass_seconds(0.1)
            back = await answer
            assert isinstance(back, BackFromHold) and back.seconds == pytest.approx(10.0, abs=0.1)

    async def test_words_that_take_long_to_be_worked_out_are_bridged_and_not_lost(self) -> None:
        async with Scene("楼下施工太吵了", partials=False) as scene:
            scene.ears.ticks_to_finish = 150
            scene.call.filler = ("请稍等", "zh")
            answer = await listening(scene)
            await scene.caller_speaks(1.0)
            await scene.pass_seconds(1.4)
            assert not answer.done() and scene.mouth.said == [] and not scene.call.filled
            await scene.pass_seconds(1.0)
            assert scene.mouth.said == ["请稍等"] and scene.call.filled
            await scene.pass_seconds(2.0)
            heard = await answer
            assert isinstance(heard, Heard) and heard.text == "楼下施工太吵了"

    async def test_words_that_come_soon_are_not_bridged(self) -> None:
        async with Scene("楼下施工太吵了", partials=False) as scene:
            scene.ears.ticks_to_finish = 30
            scene.call.filler = ("请稍等", "zh")
            answer = await listening(scene)
            await scene.caller_speaks(1.0)
            await scene.pass_seconds(4.0)
            assert isinstance(await answer, Heard) and scene.mouth.said == [] and not scene.call.filled

    async def test_after_a_moment_of_hold_the_silence_counts_as_before(self) -> None:
        async with Scene("一首歌") as scene:
            answer = await listening(scene, Expectation(language="zh", silence_seconds=3.0))
            scene.leg.held = True
            await scene.pass_seconds(1.0)
            scene.leg.held = False
            await scene.pass_seconds(3.2)
            assert await answer == Silence(3.0)


class TestHearingThatBreaks:
    async def test_what_was_not_understood_while_nobody_listened_is_told(self) -> None:
        async with Scene(RecognitionFailed()) as scene:
            await scene.caller_speaks(1.0)
            await scene.pass_seconds(1.0)
            with pytest.raises(RecognitionFailed):
                await asyncio.wait_for(scene.call.listen(ZH), 2)

    async def test_a_call_that_hears_nothing_any_more_says_so_each_time(self) -> None:
        async with Scene() as scene:

            def broken(*_: object, **__: object) -> None:
                raise ValueError("broken")

            scene.call._hearing._hear = broken  # type: ignore[method-assign]
            await scene.pass_seconds(0.1)
            for _ in range(2):
                with pytest.raises(SpeechError):
                    await asyncio.wait_for(scene.call.listen(ZH), 2)


class TestTransfers:
    async def connected(self, scene: Scene, desk: SimulatedLeg, seconds: float) -> None:
        for _ in range(round(seconds / 0.02)):
            await scene.leg.pass_seconds(0.02)
            await desk.pass_seconds(0.02)

    def start(self, scene: Scene, **more: object) -> asyncio.Task[Transferred]:
        wish = Transfer("8000", **{"whisper": "投诉路灯按一接听", **more})  # type: ignore[arg-type]
        return asyncio.create_task(scene.call.transfer(wish))

    async def test_a_person_who_accepts_is_connected_until_one_hangs_up(self) -> None:
        async with Scene() as scene:
            desk = SimulatedLeg("desk")
            scene.leg.answers = lambda target: desk
            transfer = self.start(scene)
            await self.connected(scene, desk, 1.0)
            assert scene.mouth.said == ["投诉路灯按一接听"]
            desk.caller_presses("1")
            await self.connected(scene, desk, 0.2)
            scene.leg.caller_says(np.full(8_000, 3_000, dtype=np.int16))
            await self.connected(scene, desk, 1.2)
            assert np.count_nonzero(desk.said == 3_000) > 6_000
            assert scene.ears.opened == []  # nobody recognises what they say to each other
            desk.caller_hangs_up()
            result = await transfer
            assert result.outcome is TransferOutcome.TALKED and result.reached and not scene.call.has_ended

    async def test_the_caller_hears_that_he_or_she_is_still_connected(self) -> None:
        async with Scene() as scene:
            desk = SimulatedLeg("desk")
            scene.leg.answers = lambda target: desk
            transfer = self.start(scene)
            await self.connected(scene, desk, 2.0)
            assert scene.sound_seconds() > 1.0
            desk.caller_hangs_up()
            assert (await transfer).outcome is TransferOutcome.DECLINED
            after = scene.sound_seconds()
            await scene.pass_seconds(1.0)
            assert scene.sound_seconds() == after

    @pytest.mark.parametrize(
        ("failure", "outcome"), [(TargetBusy(), TransferOutcome.BUSY), (TargetSilent(), TransferOutcome.SILENT)]
    )
    async def test_nobody_answers_and_the_caller_is_still_there(
        self, failure: Exception, outcome: TransferOutcome
    ) -> None:
        async with Scene("我要投诉") as scene:
            scene.leg.answers = lambda target: failure
            assert (await self.start(scene)).outcome is outcome
            answer = await listening(scene)
            await scene.caller_speaks(1.0)
            await scene.pass_seconds(1.0)
            assert isinstance(await answer, Heard)

    async def test_a_person_who_does_not_accept_in_time_has_declined(self) -> None:
        async with Scene() as scene:
            desk = SimulatedLeg("desk")
            scene.leg.answers = lambda target: desk
            assert (await self.start(scene, accept_seconds=0.1)).outcome is TransferOutcome.DECLINED
            assert desk.ended.is_set()

    async def test_a_caller_who_leaves_meanwhile_frees_the_person(self) -> None:
        async with Scene() as scene:
            desk = SimulatedLeg("desk")
            scene.leg.answers = lambda target: desk
            transfer = self.start(scene)
            await self.connected(scene, desk, 0.5)
            scene.leg.caller_hangs_up()
            assert (await transfer).outcome is TransferOutcome.CALLER_LEFT and desk.ended.is_set()

    async def test_the_exchange_takes_over_when_our_own_call_is_not_answered(self) -> None:
        async with Scene() as scene:
            assert (await self.start(scene, blind_when_unanswered=True)).outcome is TransferOutcome.HANDED_OVER
            assert scene.leg.transfers == ["8000"] and scene.call.has_ended
        async with Scene() as scene:
            scene.leg.transfer_result = TransferResult(False, 503)
            assert (await self.start(scene, blind_when_unanswered=True)).outcome is TransferOutcome.SILENT
            assert not scene.call.has_ended


async def test_both_sides_are_recorded(tmp_path: Path) -> None:
    async with Scene("我要投诉") as scene:
        scene.call.record(tmp_path / "call.wav")
        said = await saying(scene, "一二三四五")
        await scene.caller_speaks(1.0)
        await scene.pass_seconds(1.0)
        await said
    with wave.open(str(tmp_path / "call.wav")) as file:
        both = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
    assert np.count_nonzero(both[:, 0]) == 8_000 and np.count_nonzero(both[:, 1]) > 3_000


async def test_our_own_echo_is_told_from_a_caller_by_its_level() -> None:
    echo = Echo()
    for _ in range(5):
        echo.played(np.full(160, 5_000, "<i2").tobytes())
    assert echo.covers(AudioFrame(np.full(320, 300, "<i2").tobytes()))
    assert not echo.covers(AudioFrame(np.full(320, 900, "<i2").tobytes()))
    for _ in range(15):
        echo.played(bytes(320))
    assert not echo.covers(AudioFrame(np.full(320, 300, "<i2").tobytes()))
