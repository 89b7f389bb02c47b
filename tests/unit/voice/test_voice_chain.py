"""A failing voice falls through within the turn; rendered and kept sounds come first; a saying can go on later."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from voice.errors_speech import NothingSpeaks, SynthesisFailed
from voice.ports_speech import Sound
from voice.prompts import Prompts
from voice.render import render, reply_clauses
from voice.tts import chain as chain_module
from voice.tts.chain import VoiceChain
from voice.tts.kept import KeptSpeech
from voice.tts.rendered import RenderedSpeech, write_wav
from voice.tts.speaker import Speaker, frames_of

TONE = (b"\x00\x20" * 40 + b"\x00\xe0" * 40) * 50


class FakeVoice:
    """Speaks a tone; or breaks, or hangs."""

    def __init__(self, name: str, error: Exception | None = None, seconds: float = 0.0) -> None:
        self.name = name
        self.error = error
        self.seconds = seconds
        self.said: list[str] = []

    languages = frozenset(("zh", "en"))

    def voice(self, language: str) -> str:
        return f"{self.name}-{language}"

    def warm(self, language: str) -> None:
        pass

    def speak(self, text: str, language: str) -> Sound:
        self.said.append(text)
        time.sleep(self.seconds)
        if self.error is not None:
            raise self.error
        return Sound(TONE, 8_000)


def test_the_first_voice_speaks_what_was_spelled_out() -> None:
    voice = FakeVoice("one")
    spoken = VoiceChain({"zh": [voice]}).speak("12月4日", "zh")
    assert (spoken.engine, spoken.how, voice.said) == ("one", "fresh", ["十二月四日"])


@pytest.mark.parametrize("error", [SynthesisFailed(), RuntimeError("out of memory"), OSError("gone")])
def test_a_failing_voice_falls_through_within_the_turn_and_rests(error: Exception) -> None:
    broken, good = FakeVoice("broken", error), FakeVoice("good")
    chain = VoiceChain({"zh": [broken, good]})
    assert chain.speak("一", "zh").engine == "good"
    assert chain.speak("二", "zh").engine == "good"
    assert len(broken.said) == 1


def test_a_hanging_voice_costs_its_patience_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_module, "patience_seconds", lambda text, language: 0.05)
    chain = VoiceChain({"zh": [FakeVoice("slow", seconds=0.5), FakeVoice("good")]})
    began = time.monotonic()
    assert chain.speak("一", "zh").engine == "good"
    assert time.monotonic() - began < 0.4
    chain.close()


def test_a_slow_voice_is_waited_for_when_nobody_would_understand_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_module, "patience_seconds", lambda text, language: 0.1)
    slow, last = FakeVoice("slow", seconds=0.25), FakeVoice("last")
    chain = VoiceChain({"zh": [slow, last]}, last_resorts=frozenset({("last", "zh")}))
    assert chain.speak("一", "zh").engine == "slow"
    slow.error = SynthesisFailed()
    assert chain.speak("二", "zh").engine == "last"
    slow.error = None
    assert chain.speak("三", "zh").engine == "slow"  # although it just failed
    chain.close()


def test_loading_a_model_counts_as_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_module, "patience_seconds", lambda text, language: 0.1)
    cold, other = FakeVoice("cold"), FakeVoice("other")
    monkeypatch.setattr(cold, "warm", lambda language: time.sleep(0.3))
    assert VoiceChain({"zh": [cold, other]}).speak("一", "zh").engine == "cold"


def test_when_every_voice_fails_it_is_said_so_and_they_are_asked_again_next_time() -> None:
    broken = FakeVoice("broken", SynthesisFailed())
    chain = VoiceChain({"zh": [broken], "ko": []})
    for _ in range(2):
        with pytest.raises(NothingSpeaks, match="broken"):
            chain.speak("一", "zh")
    assert len(broken.said) == 2
    with pytest.raises(NothingSpeaks):
        chain.speak("일", "ko")


def test_what_is_rendered_needs_no_engine(tmp_path: Path) -> None:
    rendered = RenderedSpeech(tmp_path)
    maker = FakeVoice("maker")
    done = render(["您好。", "再见。"], "zh", [maker], rendered)
    assert (done.new, done.kept) == (2, 0)
    again = RenderedSpeech(tmp_path)
    assert render(["您好。", "再见。"], "zh", [maker], again).kept == 2
    spoken = VoiceChain({"zh": [FakeVoice("broken", SynthesisFailed())]}, again).speak("您好。", "zh")
    assert (spoken.how, spoken.engine) == ("rendered", "maker")


def test_what_is_said_no_more_is_removed_and_another_voice_renders_anew(tmp_path: Path) -> None:
    rendered = RenderedSpeech(tmp_path)
    render(["您好。", "再见。"], "zh", [FakeVoice("one")], rendered)
    done = render(["您好。"], "zh", [FakeVoice("two")], rendered)
    assert (done.new, rendered.count("zh"), len(list(tmp_path.glob("zh/*.wav")))) == (1, 1, 1)


def test_rendering_prompts_alone_leaves_the_replies_that_are_there(tmp_path: Path) -> None:
    rendered = RenderedSpeech(tmp_path)
    render(["您好。", "已登记。"], "zh", [FakeVoice("one")], rendered)
    render(["您好。"], "zh", [FakeVoice("one")], rendered, also_said=["已登记。"])
    assert rendered.count("zh") == 2
    render(["您好。"], "zh", [FakeVoice("one")], rendered)
    assert rendered.count("zh") == 1


def test_rendering_that_is_broken_off_goes_on_where_it_was(tmp_path: Path) -> None:
    class Interrupted(FakeVoice):
        def speak(self, text: str, language: str) -> Sound:
            if text == "再见。":
                raise KeyboardInterrupt
            return super().speak(text, language)

    with pytest.raises(KeyboardInterrupt):
        render(["您好。", "已登记。", "再见。"], "zh", [Interrupted("one")], RenderedSpeech(tmp_path))
    done = render(["您好。", "已登记。", "再见。"], "zh", [FakeVoice("one")], RenderedSpeech(tmp_path))
    assert (done.new, done.kept) == (1, 2)


def test_a_running_line_takes_up_what_another_process_renders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running = RenderedSpeech(tmp_path)
    assert running.find("您好。", "zh") is None
    render(["您好。"], "zh", [FakeVoice("one")], RenderedSpeech(tmp_path))
    monkeypatch.setattr("voice.tts.rendered._LOOKS_EVERY_SECONDS", 0.0)
    found = running.find("您好。", "zh")
    assert found is not None and found[1] == "one"


def test_replies_with_one_of_a_few_known_values_are_rendered_too(tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "complaint.yml").write_text(
        "responses:\n  utter_ask:\n  - text: 是不是“{first_category}”这一类？请说是。\n"
        "  utter_name:\n  - text: 您好{name}。再见。\n"
    )
    found = reply_clauses(tmp_path, "zh", {"first_category": ["路灯故障", "噪音"]})
    assert found == ["请说是。", "再见。", "是不是“路灯故障”这一类？", "是不是“噪音”这一类？"]


def test_a_clause_that_one_voice_fails_on_is_rendered_by_the_next(tmp_path: Path) -> None:
    done = render(
        ["您好。"], "zh", [FakeVoice("broken", SynthesisFailed()), FakeVoice("good")], RenderedSpeech(tmp_path)
    )
    assert (done.new, done.failed) == (1, ())
    assert render(["您好。"], "zh", [], RenderedSpeech(tmp_path / "other")).failed == ("您好。",)


def test_a_recording_of_the_operator_stands_before_a_rendered_prompt(tmp_path: Path) -> None:
    (tmp_path / "recorded" / "zh").mkdir(parents=True)
    write_wav(tmp_path / "recorded" / "zh" / "goodbye.wav", Sound(TONE, 8_000))
    prompts = Prompts({"zh": {"goodbye": "再见。", "number": "{number}"}})
    rendered = RenderedSpeech(tmp_path, tmp_path / "recorded", {"zh": prompts.fixed("zh")})
    render(["再见。"], "zh", [FakeVoice("one")], rendered)
    found = rendered.find("再见。", "zh")
    assert found is not None
    assert found[1] == "recording"


def test_a_text_is_spoken_once_and_kept(tmp_path: Path) -> None:
    voice = FakeVoice("one")
    chain = VoiceChain({"zh": [voice]}, kept=KeptSpeech(tmp_path, 10**6))
    assert [chain.speak("一二三", "zh").how for _ in range(2)] == ["fresh", "kept"]
    later = VoiceChain({"zh": [voice]}, kept=KeptSpeech(tmp_path, 10**6))
    spoken = later.speak("一二三", "zh")
    assert spoken.how == "kept"
    assert len(spoken.sound.samples) == len(TONE)
    assert voice.said == ["一二三"]


def test_only_the_owner_may_read_what_citizens_were_told(tmp_path: Path) -> None:
    KeptSpeech(tmp_path / "kept", 10**6).put("one", "v", "一", Sound(TONE, 8_000))
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0


def test_kept_sounds_have_a_limit(tmp_path: Path) -> None:
    kept = KeptSpeech(tmp_path, 5 * len(TONE))
    for number in range(20):
        kept.put("one", "v", str(number), Sound(TONE, 8_000))
    kept.clean()
    assert 0 < len(list(tmp_path.rglob("*.wav"))) <= 5


async def _said(speaker: Speaker, text: str) -> tuple[float, object]:
    saying = speaker.say(text, "zh")
    seconds = 0.0
    async for frame in saying.frames():
        assert frame.at_seconds == pytest.approx(seconds, abs=0.001)
        assert frame.duration_seconds == pytest.approx(0.02)
        seconds = frame.ends_at_seconds
    return seconds, saying


@pytest.mark.asyncio
async def test_a_text_is_said_clause_by_clause_and_goes_on_where_it_was_interrupted() -> None:
    with ThreadPoolExecutor(2) as pool:
        speaker = Speaker(VoiceChain({"zh": [FakeVoice("one")]}), pool)
        saying = speaker.say("第一句话在这里。第二句话在这里。第三句话在这里。", "zh")
        seconds = [frame.ends_at_seconds async for frame in saying.frames()][-1]
    assert len(saying.clauses) == 3
    assert seconds == pytest.approx(3 * 0.5 + 2 * 0.22, abs=0.05)
    assert saying.rest_after(saying.clauses[0].to_seconds) == "第二句话在这里。第三句话在这里。"
    assert saying.rest_after(0.1) == "第一句话在这里。第二句话在这里。第三句话在这里。"
    assert saying.rest_after(seconds) == ""
    assert saying.said_after(saying.clauses[1].to_seconds) == "第一句话在这里。 第二句话在这里。"


@pytest.mark.asyncio
async def test_the_first_clause_is_made_alone_because_someone_waits_for_it() -> None:
    voice = FakeVoice("one", seconds=0.1)
    with ThreadPoolExecutor(4) as pool:
        frames = Speaker(VoiceChain({"zh": [voice]}), pool).say("第一句话在这里。第二句话在这里。", "zh").frames()
        waiting = asyncio.ensure_future(anext(frames))
        await asyncio.sleep(0.05)
        assert voice.said == ["第一句话在这里。"]
        await waiting
        await frames.aclose()


@pytest.mark.asyncio
async def test_the_next_clause_is_made_while_the_first_is_heard() -> None:
    voice = FakeVoice("one", seconds=0.1)
    with ThreadPoolExecutor(2) as pool:
        saying = Speaker(VoiceChain({"zh": [voice]}), pool).say(
            "第一句话在这里。第二句话在这里。第三句话在这里。", "zh"
        )
        frames = saying.frames()
        await anext(frames)
        await asyncio.sleep(0.25)
        assert len(voice.said) == 2
        await frames.aclose()


@pytest.mark.asyncio
async def test_a_ticket_number_is_being_made_while_what_was_rendered_before_it_is_heard(tmp_path: Path) -> None:
    rendered, voice = RenderedSpeech(tmp_path), FakeVoice("one", seconds=0.1)
    render(["已为您登记。", "工单号是，", "二零二六。", "幺幺二六。"], "zh", [FakeVoice("one")], rendered)
    with ThreadPoolExecutor(4) as pool:
        frames = Speaker(VoiceChain({"zh": [voice]}, rendered), pool).say(
            "已为您登记。工单号是20261126770372。由城市管理局承办。", "zh"
        ).frames()  # fmt: skip
        for _ in range(10):  # 0.2 of the 0.5 seconds of the first clause
            await anext(frames)
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.25)
        assert voice.said[:2] == ["七七零。", "三七二。"]
        await frames.aclose()


@pytest.mark.asyncio
async def test_a_ticket_number_is_said_in_groups_with_time_to_write_them_down() -> None:
    with ThreadPoolExecutor(2) as pool:
        saying = Speaker(VoiceChain({"en": [FakeVoice("one", seconds=0.1)]}), pool).say(
            "Your ticket number is 20261126770372. Thank you.", "en"
        )
        loud = [any(frame.samples) async for frame in saying.frames()]
    pauses = [len(one) / 50 for one in "".join("x" if one else "." for one in loud).split("x") if len(one) > 5]
    assert [one >= 0.5 for one in pauses] == [False, True, True, True, True]


@pytest.mark.asyncio
async def test_a_language_without_a_voice_is_refused_before_anything_is_said() -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(NothingSpeaks):
        Speaker(VoiceChain({"ko": []}), pool).say("안녕하십니까", "ko")


def test_a_sound_is_cut_into_whole_frames() -> None:
    frames = frames_of(Sound(TONE[:-100], 8_000))
    assert {len(frame.samples) for frame in frames} == {320}
