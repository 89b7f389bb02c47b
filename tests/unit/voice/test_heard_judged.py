"""What engines invent is thrown away, doubt is noticed, and the spoken language is chosen by evidence."""

from __future__ import annotations

import pytest

from voice.heard.distance import character_error
from voice.heard.inventions import echoes_hints, is_invention
from voice.heard.language_choice import choose, likelihood
from voice.heard.verdict import verdict
from voice.ports_speech import Heard


def heard(text: str, confidence: float, engine: str = "whisper", language: str = "zh", limited: bool = False) -> Heard:
    return Heard(text, language, confidence, True, engine, limited=limited)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "。",
        "谢谢观看！",
        "以下是普通话的句子。以下是普通话的句子",
        "好" * 200,
        "Thank you." * 20,
        "ТРЕВОЖНАЯ МУЗЫКА",
        "[음악]",
        "(музыка)",
    ],
)
def test_what_nobody_said_is_an_invention(text: str) -> None:
    assert is_invention(text, ["谢谢观看", "以下是普通话的句子"], seconds=4.0)


@pytest.mark.parametrize(
    "text", ["谢谢观看我的投诉", "路灯坏了三天没人修", "00000000000000000000000000", "不要不要不要"]
)
def test_what_somebody_may_have_said_is_kept(text: str) -> None:
    assert not is_invention(text, ["谢谢观看"], seconds=4.0)


def test_a_transcript_made_of_hints_is_noticed_and_one_with_a_name_in_it_is_not() -> None:
    hints = ["城市管理局", "中山西路", "翠竹苑"]
    assert echoes_hints("城市管理局, 中山西路, 中山西路, 中山西路", hints)
    assert echoes_hints("中山西路，翠竹苑", hints)
    assert not echoes_hints("中山西路", hints)
    assert not echoes_hints("我住在中山西路的翠竹苑小区三栋二单元", hints)


def test_nothing_heard_is_asked_again_and_a_number_then_typed() -> None:
    assert verdict(heard("", 0.0)) == "again"
    assert verdict(heard("", 0.0), "contact_phone", asked_before=1) == "keypad"


def test_a_doubtful_address_is_read_back_once() -> None:
    assert verdict(heard("解放路15号", 0.4), "location") == "confirm"
    assert verdict(heard("解放路15号", 0.4), "location", asked_before=1) == "take"
    assert verdict(heard("解放路15号", 0.9), "location") == "take"


def test_after_two_questions_what_there_is_is_taken() -> None:
    assert verdict(heard("路灯", 0.1)) == "again"
    assert verdict(heard("路灯", 0.1), asked_before=2) == "take"
    assert verdict(heard("12", 0.1), "contact_phone", asked_before=2) == "keypad"


def test_a_grammar_always_picks_something_and_is_doubted_sooner() -> None:
    assert verdict(heard("是", 0.55, "vosk", limited=True)) == "again"
    assert verdict(heard("是", 0.55, "vosk")) == "take"


def test_a_clear_language_is_sure_and_a_single_short_word_is_not() -> None:
    assert choose({"zh": 0.05, "ru": 0.9, "en": 0.05}, 2.0).language == "ru"
    assert choose({"zh": 0.05, "ru": 0.9, "en": 0.05}, 2.0).sure
    short = choose({"zh": 0.3, "ja": 0.36, "ko": 0.3}, 0.4)
    assert (short.language, short.sure) == ("zh", False)
    assert choose({}, 2.0).language == "zh"
    assert not choose({"zh": 0.0, "en": 0.0}, 2.0).sure


def test_a_recogniser_of_the_wrong_language_is_less_likely() -> None:
    right = Heard("가로등이 고장 났습니다", "ko", 0.9, True, "vosk")
    wrong = Heard("아", "ko", 0.5, True, "vosk")
    assert likelihood(right, 2.0) > 3 * likelihood(wrong, 2.0)
    assert likelihood(Heard("", "ko", 0.0, True, "vosk"), 2.0) == 0.0


def test_the_character_error_counts_letters_only() -> None:
    assert character_error("Ещё раз, пожалуйста!", "еще раз пожалуйста") == 0.0
    assert character_error("路灯坏了", "路灯怀了") == 0.25
    assert character_error("", "x") == 1.0
