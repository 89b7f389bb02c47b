"""Texts are cut where a voice may pause, and nowhere else."""

from __future__ import annotations

from datetime import date

import pytest

from hotline.settings import ROOT
from voice.heard.inventions import folded
from voice.prompts import LANGUAGES, Prompts, response_texts
from voice.render import number_beginnings, number_pieces, quick_first
from voice.speakable.digits import is_dictated
from voice.speakable.rules import speakable
from voice.tts.clauses import clauses
from voice.tts.saying import pace
from voice.tts.speaker import pieces


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_clauses_of_a_text_are_the_text(language: str) -> None:
    for text in response_texts(ROOT / "bot" / "responses", language):
        assert "".join("".join(clauses(text, language)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The answer is due by 4 Dec 2026, 18:00."),
        ("en", "Mr. Smith lives at No. 5 Main St. in town."),
        ("ru", "Ул. Ленина, д. 5, кв. 12."),
        ("zh", "12月4日18:00前"),
    ],
)
def test_numbers_and_abbreviations_are_not_cut(language: str, text: str) -> None:
    assert clauses(text, language) == [text]


def test_the_first_clause_of_a_long_sentence_is_short_because_someone_waits_for_it() -> None:
    text = "请马上离开漏气的地方，不要开关任何电器，不要点火，也不要在里面打电话。"
    assert clauses(text, "zh")[0] == "请马上离开漏气的地方，"


@pytest.mark.parametrize(
    ("language", "lead", "value"),
    [
        ("zh", "我念一遍：", "投诉，路灯故障。"),
        ("en", "Is it about this:", "street light out?"),
        ("ru", "Проверим:", "жалоба, не горит фонарь."),
    ],
)
def test_what_leads_to_a_callers_own_words_is_a_clause_that_can_be_rendered_ahead(
    language: str, lead: str, value: str
) -> None:
    gap = "" if language == "zh" else " "
    assert clauses(f"{lead}{gap}{value}", language) == [lead, value]
    assert clauses(f"{lead}{gap}{{value}}。", language)[0] == lead
    assert clauses("开放时间9:00到18:00。", "zh") == ["开放时间9:00到18:00。"]


def test_sentences_are_clauses() -> None:
    assert clauses("好的，我来帮您登记。随时可以说“取消”。", "zh") == ["好的，我来帮您登记。", "随时可以说“取消”。"]
    assert clauses("", "zh") == []
    assert clauses("……", "zh") == []


def test_a_story_without_punctuation_is_cut_too_and_loses_nothing() -> None:
    story = "小区门口的路灯坏了三天一直没有人来修晚上很黑老人孩子走路都不安全" * 10
    pieces = clauses(story, "zh")
    assert "".join(pieces) == story
    assert max(map(len, pieces)) <= 56
    words = "the lamp in front of my house is broken and nobody comes " * 20
    assert " ".join(clauses(words, "en")) == words.strip()


@pytest.mark.parametrize(
    ("language", "clause", "end"),
    [
        ("zh", "工单号是20261126770372。", "七七零。三七二。"),
        ("en", "Your ticket number is 20261126770372.", "seven seven zero. three seven two."),
        ("ja", "受付番号は20261126770372です。", "です。"),
        ("ko", "접수번호는 20261126770372입니다.", "입니다."),
        ("ru", "его номер 20261126770372.", "семь семь ноль. три семь два."),
    ],
)
def test_the_beginning_of_a_ticket_number_is_a_piece_that_all_tickets_of_the_day_share(
    language: str, clause: str, end: str
) -> None:
    lead, *groups = cut = pieces(clause, language)
    assert "".join(groups).replace(" ", "").endswith(end.replace(" ", ""))
    assert len(groups) == 4 and all(is_dictated(group, language) for group in groups)
    assert not is_dictated(lead, language)
    assert [pace(one, language) for one in cut] == [1.0, *[0.75] * 4]
    assert cut[:3] == pieces(clause.replace("770372", "123456"), language)[:3]
    assert [speakable(one, language) for one in cut] == cut
    assert folded("".join(cut)) == folded(speakable(clause, language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", ["20261126770372", "20260101000111", "20261231111111"])
def test_what_differs_between_ticket_numbers_is_two_groups_that_can_be_rendered_ahead(
    language: str, number: str
) -> None:
    prompts = Prompts.load(ROOT / "data" / "voice" / "prompts")
    ahead = number_pieces(prompts, language)
    assert len(ahead) == len(set(ahead)) == (2000 if language in ("ja", "ko") else 1000)
    [clause] = clauses(prompts.text("ticket_number", language, number=number), language)
    *_, high, low = pieces(clause, language)
    assert {high, low} <= set(ahead)


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_numbers_of_a_day_begin_is_known_ahead(language: str) -> None:
    prompts = Prompts.load(ROOT / "data" / "voice" / "prompts")
    beginnings = number_beginnings(prompts, ROOT / "bot" / "responses", language, date(2026, 11, 26))
    said = [
        piece
        for text in (
            prompts.text("ticket_number", language, number="20261126004711"),
            *response_texts(ROOT / "bot" / "responses", language, ("complaint.yml",)),
        )
        for clause in clauses(text.replace("{number}", "20261126004711"), language)
        if "20261126004711" in clause and "{" not in clause
        for piece in pieces(clause, language)[:-2]
    ]
    assert said and set(said) <= set(beginnings)
    first = "已为您登记。"
    assert language != "zh" or first in beginnings, "nobody waits for what stands before the number either"


def test_quick_voices_render_before_slow_ones() -> None:
    class Voice:
        def __init__(self, name: str) -> None:
            self.name = name

    voices = {"zh": [Voice("kokoro-1.0")], "en": [Voice("piper")], "ko": [Voice("kokoro-1.0")], "ru": [Voice("f")]}
    assert quick_first(["zh", "en", "ko", "ru"], voices) == ["en", "ru", "zh", "ko"]  # type: ignore[arg-type]


def test_japanese_dictates_a_ticket_number_digit_by_digit() -> None:
    assert speakable("受付番号は20261126049889です。", "ja") == (
        "受付番号は、ニー、ゼロ、ニー、ロク。イチ、イチ、ニー、ロク。ゼロ、ヨン、キュー。ハチ、ハチ、キューです。"
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "一三八，一二三四，五六七八。"),
        ("zh", "二零二六年。"),
        ("en", "two zero"),
        ("en", "The number is two zero two six."),
        ("ja", "サン、ナナ、ニーの件でしょうか。"),
        ("ru", "один"),
    ],
)
def test_other_texts_with_digits_are_not_dictated(language: str, text: str) -> None:
    assert not is_dictated(text, language)


def test_other_numbers_are_not_cut() -> None:
    assert pieces("电话：13812345678。", "zh") == ["电话：13812345678。"]
