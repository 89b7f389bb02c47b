"""What was heard is written in one form: figures, no stray spaces, simplified characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.heard.figures import figures
from voice.heard.tidy import tidy
from voice.heard.writing import rewrite
from voice.ports_speech import Heard
from voice.prompts import LANGUAGES

WRITTEN = [
    ("zh", "我 的 电话 是 幺三八 零零幺三 八零零零", "我的电话是13800138000"),
    ("zh", "解放路 十五号 二栋 三单元 二零一室", "解放路15号2栋3单元201室"),
    ("zh", "路燈壞了 三天", "路灯坏了三天"),
    ("zh", "车牌 是 粤B 幺二三四五", "车牌是粤B12345"),
    ("zh", "工单号 二零二六幺幺二五零零零零零幺", "工单号20261125000001"),
    ("zh", "十一月 二十五号 下午 三点", "11月25号下午3点"),
    ("zh", "等一下 我 一个人 住 第一时间 周一", "等一下我一个人住第一时间周一"),
    ("en", "my number is one three eight zero zero one three eight zero zero zero", "my number is 13800138000"),
    ("en", "fifteen jiefang road room two oh one", "15 jiefang road room 201"),
    ("en", "for three days and one of them", "for three days and one of them"),
    ("en", "hundreds of people", "hundreds of people"),
    ("ja", "三丁目 十五番地 二百一号室", "3丁目15番地201号室"),
    ("ja", "昨日 の 夜 十一時 から 一番 うるさい", "昨日の夜11時から一番うるさい"),
    ("ko", "십오 호 삼층 이 동네에서", "15 호 3층 이 동네에서"),
    ("ru", "улица ленина дом пятнадцать квартира два", "улица ленина дом 15 квартира 2"),
    ("ru", "вчера один из них", "вчера один из них"),
]


@pytest.mark.parametrize(("language", "heard", "written"), WRITTEN, ids=[f"{one[0]}-{one[2][:18]}" for one in WRITTEN])
def test_a_transcript_is_written_in_one_form(language: str, heard: str, written: str) -> None:
    assert figures(rewrite(heard, language), language) == written


@given(text=st.text(max_size=60), language=st.sampled_from(LANGUAGES))
def test_any_transcript_can_be_tidied(text: str, language: str) -> None:
    tidied, _ = tidy(Heard(text, language, 0.5, True, "test"))
    assert tidied.raw == text


def test_english_words_in_a_chinese_sentence_keep_their_spaces() -> None:
    assert rewrite("请 打开 Wi Fi 然后 重启", "zh") == "请打开 Wi Fi 然后重启"


@pytest.mark.parametrize(
    ("language", "heard", "sent"),
    [
        ("zh", "解放路十五号,小学对面。", "解放路15号，小学对面"),
        ("ja", "田中です。", "田中です"),
        ("en", "The lamp is broken. It is dark.", "The lamp is broken. It is dark"),
        ("en", "And then...", "And then..."),
        ("ru", "Когда ответят?", "Когда ответят?"),
    ],
)
def test_what_is_sent_ends_without_a_full_stop(language: str, heard: str, sent: str) -> None:
    assert tidy(Heard(heard, language, 0.9, True, "test"))[0].text == sent
