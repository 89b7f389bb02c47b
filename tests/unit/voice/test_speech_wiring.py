"""Which engines are chosen, in which order, by settings and by what is here; long stories are cut at pauses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from hotline.settings import SettingsError, load
from voice import bootstrap_speech as wiring
from voice.doctor import LanguageCheck, VoiceCheck, report
from voice.models.assemble import RECIPES
from voice.models.catalogue import Catalogue, PackagesSource
from voice.stt.whisper_engine import LONGEST_SECONDS, window_frames
from voice.stt.whisper_recognizer import loudest, parts


def test_the_operator_may_order_the_voices() -> None:
    order = wiring.order_of(load({"HOTLINE_TTS_ENGINES": "zh=kokoro,espeak; ja = kokoro"}))
    assert order["zh"] == ["kokoro", "espeak"]
    assert order["ja"] == ["kokoro"]
    assert order["ru"] == list(wiring.ORDER["ru"])


@pytest.mark.parametrize("value", ["zh", "xx=kokoro", "zh=siri", "zh="])
def test_an_order_that_cannot_be_read_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="HOTLINE_TTS_ENGINES"):
        wiring.order_of(load({"HOTLINE_TTS_ENGINES": value}))


def test_nothing_goes_to_a_third_party_unless_it_was_switched_on(tmp_path: Path) -> None:
    folder = {"HOTLINE_SPEECH_DIR": str(tmp_path)}
    assert wiring.edge_languages(load(folder)) == frozenset()
    chains = wiring.voices(load(folder)).chain.voices
    assert "edge-tts" not in [voice.name for order in chains.values() for voice in order]


def test_the_answer_to_make_voice_counts_and_a_setting_counts_more(tmp_path: Path) -> None:
    (tmp_path / "edge-tts.json").write_text(json.dumps({"languages": ["ko"]}))
    folder = {"HOTLINE_SPEECH_DIR": str(tmp_path)}
    assert wiring.edge_languages(load(folder)) == {"ko"}
    assert wiring.edge_languages(load({**folder, "HOTLINE_TTS_EDGE": "none"})) == frozenset()
    assert wiring.edge_languages(load({**folder, "HOTLINE_TTS_EDGE": "ja, zh"})) == {"ja", "zh"}
    assert [voice.name for voice in wiring.voices(load(folder)).chain.voices["ko"]][0] == "edge-tts"
    with pytest.raises(SettingsError, match="HOTLINE_TTS_EDGE"):
        wiring.edge_languages(load({"HOTLINE_TTS_EDGE": "yes"}))


def test_vosk_hears_with_whisper_behind_it_and_whisper_hears_the_rest(tmp_path: Path) -> None:
    for name in ("vosk/ko/am", "vosk/zh/am", "vosk/zh-large/am", "whisper/base"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("vosk/ko", "vosk/zh", "vosk/zh-large"):
        (tmp_path / name / "am" / "final.mdl").touch()
    (tmp_path / "whisper" / "base" / "model.bin").touch()
    folder = {"HOTLINE_SPEECH_DIR": str(tmp_path)}
    engines = wiring.hearing(load(folder)).engines
    assert engines == {
        "zh": "vosk+whisper",
        "ko": "vosk+whisper",
        "en": "whisper",
        "ja": "whisper",
        "ru": "whisper",
    }
    assert wiring.hearing(load({**folder, "HOTLINE_STT_SECOND_PASS": "no"})).engines["ko"] == "vosk"
    assert wiring.vosk_folders(tmp_path)["zh"].name == "zh-large"


def test_a_machine_without_models_hears_nothing(tmp_path: Path) -> None:
    found = wiring.hearing(load({"HOTLINE_SPEECH_DIR": str(tmp_path)}))
    assert (found.engines, found.whisper, found.recognizer.languages) == ({}, None, frozenset())


def test_every_recipe_of_the_catalogue_is_known_and_pinned_by_hash() -> None:
    catalogue = Catalogue.load(wiring.DATA / "models.yml")
    sources = [one for model in catalogue.models.values() for one in model.sources if isinstance(one, PackagesSource)]
    assert {source.recipe for source in sources} == RECIPES
    for source in sources:
        lines = [line for line in source.lock.read_text("utf-8").splitlines() if "==" in line]
        assert lines
        assert all(line.endswith("\\") for line in lines)
        assert "--hash=sha256:" in source.lock.read_text("utf-8")


def test_the_report_says_what_is_ready_and_what_is_not() -> None:
    good = VoiceCheck("kokoro-1.0", "zf_xiaoxiao", 0.9, 0.6, 0.06)
    bad = VoiceCheck("espeak-ng", "cmn", 0.01, 0.0, 1.8)
    gone = VoiceCheck("piper", "", None, None, None, "no voice")
    text = report(
        [
            LanguageCheck("zh", "whisper", 0.3, (good, bad, gone), 12, ("do this",)),
            LanguageCheck("ko", "none", None, (bad,), 0, ()),
        ]
    )
    assert "zh  ready" in text
    assert "ko  NOT READY" in text
    assert "6% of characters heard otherwise" in text
    assert "100% of characters heard otherwise: not understood" in text
    assert "piper (): no voice" in text
    assert "remedy  do this" in text


def test_a_long_story_is_cut_in_its_pauses() -> None:
    rate = 16_000
    loud = np.full(20 * rate, 0.2, np.float32)
    pause = np.zeros(rate, np.float32)
    pieces = parts(np.concatenate([loud, pause, loud, pause, loud]))
    assert len(pieces) == 3
    assert sum(map(len, pieces)) == 62 * rate
    assert all(len(piece) <= LONGEST_SECONDS * rate for piece in pieces)
    assert all(abs(float(piece[-1])) < 0.01 for piece in pieces[:-1])


def test_a_short_utterance_gets_a_short_window_but_never_less_than_ten_seconds() -> None:
    assert window_frames(200) == 700
    assert window_frames(300) == 1000
    assert window_frames(1500) == 1700
    assert window_frames(2900) == 3000


def test_the_loudest_moment_counts_and_not_the_mean() -> None:
    sound = np.zeros(16_000, np.float32)
    sound[4_800:6_400] = 0.5
    assert loudest(sound) == pytest.approx(0.5)
    assert loudest(np.zeros(0, np.float32)) == 0.0


def test_the_names_of_the_city_come_from_its_data(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("id,name_zh,name_en\na,城市管理局,Urban Management Bureau\n", "utf-8")
    (tmp_path / "gazetteer.csv").write_text("name\n解放路\n城市管理局\n", "utf-8")
    city = load({"HOTLINE_CITY_DIR": str(tmp_path)})
    assert wiring.city_names(city, "zh") == ["城市管理局", "解放路"]
    assert wiring.city_names(city, "en") == ["Urban Management Bureau", "解放路", "城市管理局"]
    assert wiring.city_names(load({"HOTLINE_CITY_DIR": str(tmp_path / "none")}), "zh") == []
