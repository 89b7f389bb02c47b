"""Yes, no, wait, a person, another language: understood at once, and not inside other sentences."""

from __future__ import annotations

import pytest

from hotline.settings import ROOT
from voice.bootstrap_speech import caller_words
from voice.heard.words import KINDS, CallerWords, chosen, only_digits
from voice.prompts import LANGUAGES, Prompts


@pytest.fixture(scope="module")
def words() -> CallerWords:
    return caller_words()


@pytest.mark.parametrize(
    ("language", "kind", "text"),
    [
        ("zh", "yes", "对的。"),
        ("zh", "no", "不是"),
        ("zh", "human", "转人工！"),
        ("zh", "human", "请转人工谢谢"),
        ("zh", "wait", "等一下"),
        ("en", "yes", "Yes, please."),
        ("en", "human", "Operator, please"),
        ("en", "backchannel", "uh-huh"),
        ("en", "wait", "Hold on."),
        ("ja", "yes", "はい。"),
        ("ja", "human", "オペレーターをお願いします".replace("を", "")),
        ("ja", "wait", "ちょっと待ってください"),
        ("ko", "yes", "네."),
        ("ko", "human", "상담원 연결해 주세요"),
        ("ko", "backchannel", "네네"),
        ("ru", "yes", "Да, верно."),
        ("ru", "human", "Оператор"),
        ("ru", "wait", "Подождите, пожалуйста."),
        ("ru", "repeat", "Повторите"),
    ],
)
def test_a_saying_is_understood(words: CallerWords, language: str, kind: str, text: str) -> None:
    assert words.is_saying(text, kind, language)


@pytest.mark.parametrize(
    ("language", "kind", "text"),
    [
        ("zh", "wait", "我等一下午了没人来"),
        ("zh", "human", "人工湖的水很脏"),
        ("zh", "yes", "不对"),
        ("en", "wait", "I waited for an hour"),
        ("ko", "yes", "네거리에 사고가 났어요"),
        ("ru", "yes", "дай"),
        ("ja", "human", "人が倒れています"),
        ("en", "yes", ""),
    ],
)
def test_a_sentence_with_such_a_word_in_it_is_no_saying(
    words: CallerWords, language: str, kind: str, text: str
) -> None:
    assert not words.is_saying(text, kind, language)


@pytest.mark.parametrize(
    ("said", "language", "wished"),
    [
        ("English please", "zh", "en"),
        ("请说中文", "en", "zh"),
        ("한국어로 해 주세요", "zh", "ko"),
        ("日本語でお願いします", "zh", "ja"),
        ("По-русски", "zh", "ru"),
        ("路灯坏了", "zh", None),
        ("英语", "zh", "en"),
    ],
)
def test_another_language_may_be_asked_for_in_any(words: CallerWords, said: str, language: str, wished: str) -> None:
    assert words.wished_language(said, language) == wished


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_kind_of_saying(words: CallerWords, language: str) -> None:
    for kind in KINDS:
        assert words.grammar(kind, language)
        assert all(isinstance(phrase, str) for phrase in words.grammar(kind, language))
    assert len(words.grammar("digits", language)) >= 10
    assert not words.sayings[language]["yes"] & words.sayings[language]["no"]


def test_digits_are_taken_from_words_and_figures() -> None:
    assert only_digits("幺三八，零零幺三 8000", "zh") == "13800138000"
    assert only_digits("one double three", "en") == "133"
    assert only_digits("공일공", "ko") == "010"


@pytest.mark.parametrize(
    ("text", "language", "at"),
    [
        ("路灯故障", "zh", 0),
        ("第二个", "zh", 1),
        ("三", "zh", None),
        ("the second one", "en", 1),
        ("噪音", "zh", 1),
        ("都不是", "zh", None),
    ],
)
def test_a_choice_is_named_or_counted(text: str, language: str, at: int | None) -> None:
    choices = ["路灯故障", "施工噪音"] if language == "zh" else ["Street light", "Noise"]
    assert chosen(text, choices, language) == at


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_stands_in_every_language_with_the_same_values(language: str) -> None:
    import string

    prompts = Prompts.load(ROOT / "data" / "voice" / "prompts")

    def values(text: str) -> set[str | None]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field}

    assert prompts.texts[language].keys() == prompts.texts["zh"].keys()
    for name, text in prompts.texts[language].items():
        assert values(text) == values(prompts.texts["zh"][name]), name


def test_a_prompt_gets_its_values() -> None:
    prompts = Prompts.load(ROOT / "data" / "voice" / "prompts")
    assert prompts.text("ticket_number", "en", number="20261125000001") == "Your ticket number is 20261125000001."
    with pytest.raises(KeyError):
        prompts.text("ticket_number", "en")
