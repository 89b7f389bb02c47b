"""Names of the city are put right by their sound, and only those."""

from __future__ import annotations

import time

import pytest

from voice.heard.correct import Vocabulary, correct
from voice.heard.sounds import SOUNDS
from voice.heard.tidy import tidy
from voice.ports_speech import Heard

NAMES = {
    "zh": ["解放路", "人民公园", "城市管理局", "中山路", "建设大道"],
    "en": ["Jiefang Road", "Zhongshan West Road", "People's Park"],
    "ko": ["해방로", "인민공원", "도시관리국"],
    "ru": ["улица Ленина", "проспект Мира"],
    "ja": ["都市管理局", "人民公園", "解放通り"],
}
PUT_RIGHT = [
    ("zh", "我在姐放路十五号", "我在解放路十五号"),
    ("zh", "人民工园东门", "人民公园东门"),
    ("zh", "城市管理居不管", "城市管理局不管"),
    ("en", "I live at fifteen jeffang road near peoples park", "I live at fifteen Jiefang Road near People's Park"),
    ("ko", "해방노 십오호 인민 공언 옆", "해방로 십오호 인민공원 옆"),
    ("ru", "на улица линена дом пять", "на улица Ленина дом пять"),
    ("en", "number eighteen Johnson West Road", "number eighteen Zhongshan West Road"),
]
LEFT = [
    ("zh", "今天天气很好路灯坏了"),
    ("en", "the street lamp in front of my house is broken"),
    ("ko", "가로등이 고장 났습니다"),
    ("ru", "на улице Ленина третий день не горит фонарь"),
    ("ru", "во дворе третий день не убирают мусор"),
    ("ja", "街灯が三日間消えています"),
]


def vocabulary(language: str) -> Vocabulary:
    return Vocabulary.of(NAMES[language], language, SOUNDS[language])


@pytest.mark.parametrize(("language", "heard", "meant"), PUT_RIGHT, ids=[row[1] for row in PUT_RIGHT])
def test_a_name_that_sounds_alike_is_put_in(language: str, heard: str, meant: str) -> None:
    text, changes = correct(heard, vocabulary(language), SOUNDS[language])
    assert text == meant
    assert changes


@pytest.mark.parametrize(("language", "heard"), LEFT, ids=[row[1] for row in LEFT])
def test_ordinary_words_are_left(language: str, heard: str) -> None:
    assert correct(heard, vocabulary(language), SOUNDS[language]) == (heard, ())


def test_between_two_names_that_are_as_near_nothing_is_chosen() -> None:
    names = Vocabulary.of(["长江东路", "长江中路"], "zh", SOUNDS["zh"])
    assert correct("长江公路", names, SOUNDS["zh"]) == ("长江公路", ())


def test_short_names_are_not_in_the_vocabulary() -> None:
    assert not Vocabulary.of(["东路", "市"], "zh", SOUNDS["zh"]).by_length


def test_names_are_put_right_before_numbers_become_figures() -> None:
    tidied, changes = tidy(Heard("姐放 路 十五号", "zh", 0.9, True, "vosk"), vocabulary("zh"))
    assert tidied.text == "解放路15号"
    assert [change.name for change in changes] == ["解放路"]


def test_names_of_another_language_are_not_put_in() -> None:
    tidied, changes = tidy(Heard("姐放路", "zh", 0.9, True, "vosk"), vocabulary("en"))
    assert (tidied.text, changes) == ("姐放路", ())


def test_ten_thousand_names_cost_a_call_nothing_that_is_noticed() -> None:
    first, second = "东西南北中上下新老大小长安平和兴盛文武德", "安宁康福明光华荣达成立志远近高山水风云石"
    streets = [a + b + c + "路" for a in first for b in second for c in second[:25]]
    large = Vocabulary.of(streets, "zh", SOUNDS["zh"])
    began = time.perf_counter()
    text, _ = correct("我住在老明光路十八号旁边的路灯坏了三天一直没有人来修理非常不方便", large, SOUNDS["zh"])
    assert text.startswith("我住在老明光路")
    assert time.perf_counter() - began < 1.0
