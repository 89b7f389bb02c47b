"""When a turn begins and ends, frame by frame in made-up time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calls import TURN_WORDS
from voice.endpointing import (
    AT_ONCE_SECONDS,
    BRIEF,
    PAUSES,
    Began,
    Ended,
    Endpointer,
    Expectation,
    Mark,
    Paused,
    Pauses,
    WasNothing,
    WentOn,
    never,
    pause_seconds,
)

ZH = Expectation(language="zh")
LANGUAGES = ("zh", "en", "ja", "ko", "ru")


def run(
    pattern: str,
    expectation: Expectation | None = None,
    texts: dict[int, str] | None = None,
    ahead: dict[int, tuple[str, float]] | None = None,
    whole: Callable[[str, Expectation], bool] = never,
) -> list[Mark]:
    """Plays a pattern of seconds, as `.5 +1.2 -.3`: plus is speech, minus is silence.

    Args:
        texts: partial results by frame; ahead: what was worked out in a pause, and until where.
    """
    endpointer, frame, marks = Endpointer(TURN_WORDS, expectation, whole), 0, list[Mark]()
    for piece in pattern.split():
        for _ in range(round(float(piece[1:]) / 0.02)):
            if texts and frame in texts:
                endpointer.understood(texts[frame], frame * 0.02)
            if ahead and frame in ahead:
                endpointer.understood(ahead[frame][0], frame * 0.02, ahead[frame][1])
            marks += endpointer.hear(frame * 0.02, piece[0] == "+")
            frame += 1
    return marks


def kinds(marks: list[Mark]) -> list[str]:
    return [type(mark).__name__ for mark in marks]


def test_silence_alone_never_starts_a_turn() -> None:
    assert run("-60") == []


def test_single_frames_of_noise_are_no_speech() -> None:
    assert run("-1 +.02 -.2 +.04 -.2 +.02 -1") == []


def test_a_turn_begins_where_its_first_sound_was_and_ends_in_a_pause() -> None:
    began, paused, ended = run("-1 +2 -1")
    assert began == Began(pytest.approx(1.0)) and isinstance(paused, Paused)
    assert isinstance(ended, Ended)
    assert (ended.spoken_until_seconds, ended.speech_seconds) == (pytest.approx(3.0), pytest.approx(2.0))
    assert ended.at_seconds == pytest.approx(3.0 + PAUSES["opening"].unclear_seconds, abs=0.021)


def test_a_click_is_nothing() -> None:
    assert kinds(run("-1 +.06 -1")) in ([], ["Began", "WasNothing"])
    assert any(isinstance(mark, WasNothing) for mark in run("+.08 -1"))


def test_a_long_story_is_not_cut_however_long_it_is() -> None:
    story = "+4 -.5 " * 100
    assert kinds(run(story, Expectation(long=True))).count("Ended") == 0
    assert kinds(run(story + "-3", Expectation(long=True))).count("Ended") == 1


def test_a_pause_that_is_no_end_is_told_and_the_next_one_again() -> None:
    marks = run("+1 -.3 +1 -3")
    assert kinds(marks) == ["Began", "Paused", "WentOn", "Paused", "Ended"]
    assert marks[1] == Paused(pytest.approx(1.14), pytest.approx(1.0))
    assert marks[2] == WentOn(pytest.approx(1.3))


def ended_after(marks: list[Mark]) -> float:
    [ended] = [mark for mark in marks if isinstance(mark, Ended)]
    return ended.at_seconds - ended.spoken_until_seconds


def test_words_that_were_worked_out_in_the_pause_decide_how_long_it_must_be() -> None:
    expectation = Expectation("contact_name", "zh")
    finished, more = {62: ("我叫王芳。", 1.2)}, {62: ("我叫王芳，然后", 1.2)}
    assert ended_after(run("+1 -3", expectation, ahead=finished)) == pytest.approx(PAUSES["open"].finished_seconds)
    assert ended_after(run("+1 -3", expectation, ahead=more)) == pytest.approx(PAUSES["open"].more_seconds)


def test_words_of_an_earlier_pause_do_not_end_what_was_said_after_it() -> None:
    """ "您好。" was worked out in a pause; its end is not the end of the sentence that follows."""
    early = {62: ("您好。", 1.2)}
    assert ended_after(run("+1 -.3 +1 -3", Expectation("name", "zh"), ahead=early)) == pytest.approx(
        PAUSES["open"].unclear_seconds, abs=0.021
    )
    late = {75: ("您好。", 1.2)}  # known only when the caller speaks again
    assert ended_after(run("+1 -.3 +1 -3", Expectation("name", "zh"), ahead=late)) == pytest.approx(
        PAUSES["open"].unclear_seconds, abs=0.021
    )


def test_partial_results_stand_beside_what_was_worked_out() -> None:
    expectation = Expectation("name", "zh")
    ahead, partial = {62: ("我叫王芳。", 1.2)}, {60: "我叫", 64: "我叫黄芳"}
    assert ended_after(run("+1 -3", expectation, partial, ahead)) == pytest.approx(PAUSES["open"].finished_seconds)
    goes_on = {60: "我叫", 64: "我叫", 110: "我叫王芳，然后"}
    assert ended_after(run("+1 -.3 +1 -3", expectation, goes_on, ahead)) == pytest.approx(PAUSES["open"].more_seconds)


def test_an_answer_that_leaves_nothing_to_be_said_ends_the_turn_soonest() -> None:
    asked = Expectation("contact_phone", "zh")
    marks = run("+1 -3", asked, ahead={58: ("13800138000", 1.14)}, whole=lambda text, _: text == "13800138000")
    assert ended_after(marks) == pytest.approx(AT_ONCE_SECONDS, abs=0.021)


def test_noise_in_which_nothing_new_is_understood_ends_the_turn() -> None:
    marks = run("+30", texts={50: "我要投诉"})
    assert kinds(marks) == ["Began", "Ended", "Began"]
    assert marks[1].at_seconds == pytest.approx(5.0, abs=0.1)


def test_a_long_sentence_after_a_first_word_is_not_cut_where_words_are_known_in_pauses_only() -> None:
    hello = {34: ("您好。", 0.66)}
    marks = run("+.5 -.2 +8 -3", ZH, ahead=hello)
    assert kinds(marks) == ["Began", "Paused", "WentOn", "Paused", "Ended"]
    same = {**hello, 250: ("您好。", 5.0)}  # and after seconds of noise still no other word
    [ended, *_] = [mark for mark in run("+.5 -.2 +4 -.3 +20", ZH, ahead=same) if isinstance(mark, Ended)]
    assert ended.at_seconds < 5.5


@pytest.mark.parametrize(
    ("slot", "kind"), [("yes_no", "yes_no"), ("location", "address"), ("contact_phone", "digits"), ("name", "open")]
)
def test_each_slot_has_its_pauses(slot: str | None, kind: str) -> None:
    assert Expectation(slot).kind == kind
    assert Expectation(slot, long=True).kind == "story"
    [ended] = [mark for mark in run("+1 -3", Expectation(slot)) if isinstance(mark, Ended)]
    assert ended.at_seconds - ended.spoken_until_seconds == pytest.approx(PAUSES[kind].unclear_seconds, abs=0.021)


def test_the_first_words_of_a_call_are_given_more_time_than_others() -> None:
    assert Expectation().kind == "opening" and Expectation(language="zh").kind == "open"
    for longer, shorter in zip(vars(PAUSES["opening"]).values(), vars(PAUSES["open"]).values(), strict=True):
        assert longer > shorter
    greeting = run("-1 +.5 -.5 +2 -2", texts={80: "您好", 150: "您好我们小区的路灯坏了"})
    assert kinds([mark for mark in greeting if not isinstance(mark, (Paused, WentOn))]) == ["Began", "Ended"]


def test_yes_and_no_are_answered_sooner_than_an_address() -> None:
    order = [PAUSES[kind].unclear_seconds for kind in ("yes_no", "choice", "open", "address", "story")]
    assert order == sorted(order)
    for pauses in (*PAUSES.values(), BRIEF):
        assert 0.15 <= pauses.finished_seconds <= pauses.unclear_seconds <= pauses.more_seconds <= 2.0


@pytest.mark.parametrize(
    ("language", "place"),
    [("zh", "解放路15号，小学对面"), ("ja", "解放路15番地、小学校の向かい"), ("ko", "해방로 15번지 초등학교 맞은편")],
)
def test_a_place_told_by_what_is_near_it_is_a_whole_answer_and_else_a_beginning(language: str, place: str) -> None:
    asked, told = Expectation("location", language), Expectation("description", language, long=True)
    assert pause_seconds(place, asked, TURN_WORDS) == PAUSES["address"].finished_seconds
    assert pause_seconds(place, told, TURN_WORDS) == PAUSES["story"].unclear_seconds


@pytest.mark.parametrize(
    ("language", "unfinished", "finished"),
    [
        ("zh", "我家楼下那个", "楼下有人施工太吵了"),
        ("zh", "因为", "我要投诉，谢谢。"),
        ("en", "There is a hole in the", "Can you fix it please"),
        ("en", "My phone number is um", "It has been broken for two weeks"),
        ("ja", "道路に穴があいていて、えっと", "道路に穴があるんですが"),
        ("ko", "가로등이 고장났는데", "가로등이 고장났어요"),
        ("ru", "У нас во дворе и", "Помогите, пожалуйста"),
    ],
)
def test_the_last_words_say_whether_more_is_to_come(language: str, unfinished: str, finished: str) -> None:
    expectation = Expectation(language=language)
    assert pause_seconds(unfinished, expectation, TURN_WORDS) == PAUSES["open"].more_seconds
    assert pause_seconds(finished, expectation, TURN_WORDS) == PAUSES["open"].finished_seconds


def test_a_number_is_finished_when_all_its_digits_are_there() -> None:
    expectation = Expectation("contact_phone", "zh")
    assert pause_seconds("138 0013", expectation, TURN_WORDS) == PAUSES["digits"].more_seconds
    assert pause_seconds("一三八，零零一三", expectation, TURN_WORDS) == PAUSES["digits"].more_seconds
    spoken = "один три восемь, один два три четыре, пять шесть семь восемь"
    russian = Expectation("contact_phone", "ru")
    assert pause_seconds(spoken, russian, TURN_WORDS) == PAUSES["digits"].finished_seconds
    assert pause_seconds("13800138000", expectation, TURN_WORDS) == PAUSES["digits"].finished_seconds
    landline, ticket = "075512345678", "20261126000123"
    assert pause_seconds(landline[:-1], expectation, TURN_WORDS) == PAUSES["digits"].unclear_seconds
    assert pause_seconds(landline, expectation, TURN_WORDS) == PAUSES["digits"].finished_seconds
    asked = Expectation("ticket_number", "zh")
    assert pause_seconds(ticket[:8], asked, TURN_WORDS) == PAUSES["digits"].more_seconds
    assert pause_seconds(ticket[:-1], asked, TURN_WORDS) == PAUSES["digits"].unclear_seconds
    assert pause_seconds(ticket, asked, TURN_WORDS) == PAUSES["digits"].finished_seconds


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "3天前开始的"),
        ("en", "it started three days ago"),
        ("en", "two days"),
        ("en", "One moment."),
        ("ja", "3日前からです"),
        ("ko", "3일 전부터요"),
        ("ru", "три дня назад"),
        ("ru", "один момент"),
        ("zh", "1381234567"),
    ],
)
def test_words_with_a_figure_and_a_number_short_of_its_last_digit_are_not_waited_for_long(
    language: str, text: str
) -> None:
    expectation = Expectation("contact_phone", language)
    assert pause_seconds(text, expectation, TURN_WORDS) == PAUSES["digits"].unclear_seconds


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "一三"),
        ("zh", "电话是一三"),
        ("en", "one three"),
        ("en", "My number is one three."),
        ("en", "it is twenty three"),
        ("ja", "1、3"),
        ("ja", "電話番号は1、3。"),
        ("ko", "1, 3"),
        ("ko", "제 번호는 1 3"),
        ("ru", "один три"),
        ("ru", "мой номер восемь"),
    ],
)
def test_the_first_digits_are_waited_after(language: str, text: str) -> None:
    expectation = Expectation("contact_phone", language)
    assert pause_seconds(text, expectation, TURN_WORDS) == PAUSES["digits"].more_seconds


def test_an_answer_of_the_grammar_is_finished() -> None:
    expectation = Expectation("choice", "en", grammar=("street lamp", "road"))
    assert pause_seconds("Street lamp", expectation, TURN_WORDS) == PAUSES["choice"].finished_seconds


@given(st.text(max_size=40), st.sampled_from(LANGUAGES), st.sampled_from(sorted(PAUSES)))
def test_every_text_gives_one_of_the_pauses(text: str, language: str, kind: str) -> None:
    pauses: Pauses = PAUSES[kind]
    seconds = pause_seconds(text, Expectation(language=language), TURN_WORDS, pauses)
    assert seconds in (pauses.finished_seconds, pauses.unclear_seconds, pauses.more_seconds)


@given(st.lists(st.booleans(), max_size=600))
def test_marks_come_in_order_whatever_is_heard(frames: list[bool]) -> None:
    endpointer, marks = Endpointer(TURN_WORDS), list[Mark]()
    for number, speech in enumerate([*frames, *[False] * 120]):
        marks += endpointer.hear(number * 0.02, speech)
    assert not endpointer.talking
    open_now = False
    for mark in marks:
        assert isinstance(mark, Began) is not open_now
        open_now = not isinstance(mark, (Ended, WasNothing))
