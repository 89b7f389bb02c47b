"""The measured dialogue: twelve messages whatever is asked, and no wrong reply passes."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from benchmarks import words
from benchmarks.dialogue import MESSAGES, Reply, Said, UnexpectedReply, complaint
from benchmarks.words import Words

PHRASES = words.load()
NUMBER = "20261126000042"
FILED = Reply((f"filed {NUMBER}",), ticket=NUMBER)
STATUS = Reply((f"{NUMBER} is received",), ticket=NUMBER)
ZH = words.words_of(PHRASES, "zh", 3)


def asked(slot: str | None, *payloads: str) -> Reply:
    return Reply(("said",), payloads, slot)


def conversation(
    matter: Iterable[Reply] = (asked("category", "/first", "/none"),),
    correction: Iterable[Reply] = (),
    filed: Reply = FILED,
    status: Reply = STATUS,
) -> list[Reply]:
    """The replies of a good system, in order; more of them than are needed at the end."""
    return [
        *matter,
        asked("contact_name"),
        asked("contact_name"),
        asked("contact_phone"),
        asked("contact_phone"),
        asked("confidentiality", "/open", "/secret"),
        asked("confirm"),
        *correction,
        Reply((f"place: {ZH.corrected_place}",), requested_slot="confirm"),
        filed,
        status,
        *[asked(None)] * 4,
    ]


def carried_on(replies: list[Reply], own: Words = ZH) -> list[Said]:
    """What the citizen says to these replies."""
    dialogue = complaint(own)
    said = [next(dialogue)]
    for reply in replies:
        try:
            said.append(dialogue.send(reply))
        except StopIteration:
            break
    return said


@pytest.mark.parametrize(
    ("matter", "correction"),
    [
        ([asked("category", "/first", "/none")], []),
        ([], []),
        ([asked("category", "/first"), asked("location")], [asked("location")]),
        ([asked("location"), asked("occurred_at")], []),
    ],
)
def test_a_dialogue_has_twelve_messages_whatever_is_asked(matter: list[Reply], correction: list[Reply]) -> None:
    assert len(carried_on(conversation(matter, correction))) == MESSAGES


def test_the_first_category_and_the_last_choice_of_confidentiality_are_pressed() -> None:
    said = carried_on(conversation())
    assert [one.payload for one in said if one.payload] == ["/first", "/secret"]


def test_the_status_is_asked_of_the_ticket_that_was_filed() -> None:
    assert any(NUMBER in (one.text or "") for one in carried_on(conversation()))


def test_a_form_that_goes_on_to_the_wrong_question_ends_the_run() -> None:
    with pytest.raises(UnexpectedReply, match="contact_phone"):
        carried_on([asked("contact_phone")])


def test_a_question_is_not_asked_again_before_an_earlier_one() -> None:
    with pytest.raises(UnexpectedReply, match="not for category"):
        carried_on([asked("location"), asked("category", "/first")])


def test_an_empty_reply_ends_the_run() -> None:
    with pytest.raises(UnexpectedReply, match="empty"):
        carried_on([Reply((), requested_slot="category")])


def test_a_correction_that_is_not_read_back_ends_the_run() -> None:
    replies = [*conversation()[:7], asked("confirm")]
    with pytest.raises(UnexpectedReply, match="read back"):
        carried_on(replies)


@pytest.mark.parametrize(
    "filed", [Reply(("filed",), ticket=NUMBER), Reply(("filed 42",), ticket="42"), Reply(("filed",))]
)
def test_a_ticket_without_its_number_in_the_text_ends_the_run(filed: Reply) -> None:
    with pytest.raises(UnexpectedReply, match="14 digits"):
        carried_on(conversation(filed=filed))


def test_a_status_of_another_ticket_ends_the_run() -> None:
    other = "20261126000043"
    with pytest.raises(UnexpectedReply, match=other):
        carried_on(conversation(status=Reply((other,), ticket=other)))


def test_too_many_questions_end_the_run() -> None:
    matter = [asked("category", "/first"), asked("location"), asked("occurred_at")]
    with pytest.raises(UnexpectedReply, match="4 questions"):
        carried_on(conversation(matter, [asked("location")]))


@pytest.mark.parametrize("language", PHRASES)
def test_conversations_differ_in_place_and_number(language: str) -> None:
    first, second = (words.words_of(PHRASES, language, number) for number in (0, 1))
    assert first.opening != second.opening
    assert first.place != second.place
    assert first.phone != second.phone


@pytest.mark.parametrize("language", PHRASES)
def test_every_placeholder_but_the_ticket_number_is_filled(language: str) -> None:
    for number in range(24):
        own = words.words_of(PHRASES, language, number)
        assert "{" not in "".join(own.texts).replace("{number}", "")
        assert "{number}" in own.status
