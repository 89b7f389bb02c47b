"""Words of a text with exact offsets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.identify import LANGUAGES
from language.tokens import character_count, tokenize


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("zh", "我的iPhone坏了。", ["我", "的", "iPhone", "坏", "了"]),
        ("zh", "罚款300元，粤B12345", ["罚", "款", "300", "元", "粤", "B", "12345"]),
        ("zh", "昨天8:30在A座", ["昨", "天", "8:30", "在", "A", "座"]),
        ("ja", "水が出ないのですが", ["水", "が", "出", "ないのですが"]),
        ("ja", "コーヒー店でWiFiが使えない", ["コーヒー", "店", "で", "WiFi", "が", "使", "えない"]),
        ("ja", "人々が", ["人", "々", "が"]),
        ("ko", "가로등이 3일째 고장났어요!", ["가로등이", "3일째", "고장났어요"]),
        ("ko", "金先生이 왔어요", ["金", "先", "生", "이", "왔어요"]),
        ("en", "My landlord won't pay 1,200.50 yuan", ["My", "landlord", "won't", "pay", "1,200.50", "yuan"]),
        ("en", "noise — every night...", ["noise", "every", "night"]),
        ("en", "at 解放路 12", ["at", "解", "放", "路", "12"]),
        ("ru", "Где-то не горит фонарь, дом 5", ["Где-то", "не", "горит", "фонарь", "дом", "5"]),
        ("ru", "Ёлка во дворе", ["Ёлка", "во", "дворе"]),
        ("en", "", []), ("zh", " 。！", []), ("en", "👍 🙏", []), ("en", "a_b", ["a", "b"]),
    ],
)  # fmt: skip
def test_a_text_is_split_into_its_words(language: str, text: str, words: list[str]) -> None:
    assert [token.text for token in tokenize(text, language)] == words


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
@settings(max_examples=200, deadline=None)
def test_offsets_slice_back_to_the_words_in_order(text: str, language: str) -> None:
    end = 0
    for token in tokenize(text, language):
        assert text[token.start : token.end] == token.text
        assert end <= token.start < token.end
        end = token.end


@pytest.mark.parametrize(
    ("text", "count"), [("路灯坏了", 4), ("a b\n c", 3), ("", 0), ("👍🏻", 1), ("e\u0301", 1), ("好\u200d", 1)]
)
def test_characters_are_counted_as_a_person_counts_them(text: str, count: int) -> None:
    assert character_count(text) == count
