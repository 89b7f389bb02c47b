"""Several citizens with the same matter, and a car in the way, against a running system that looks for duplicates."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import system_is_possible
from tests.conversations import sentences as said
from tests.conversations.talk import Talk
from tests.system import UNLIMITED, System
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.domain.clocks import ClockKind
from tickets.service.desk import TicketDesk

SAME = {
    "zh": "对，就是这件，加上我",
    "en": "Yes, me too, it's the same matter",
    "ja": "はい、同じ件です",
    "ko": "네, 같은 건이에요",
    "ru": "Да, это тот же случай",
}
OTHER = {
    "zh": "不是同一件事，请单独登记",
    "en": "No, mine is a different matter",
    "ja": "いいえ、別の件です",
    "ko": "아니요, 다른 건이에요",
    "ru": "Нет, у меня другой случай",
}

OTHER_WORDS = "投诉一下，解放路15号门前那盏灯坏了好久，夜里走路什么都看不见，我叫李强，电话13800138777"
"""The same lamp, told by somebody else: in nearly the same words it would be joined without a question."""


@pytest.fixture(scope="module")
def looking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system with the search for duplicates on, as installations have it."""
    reason = system_is_possible()
    if reason:
        pytest.skip(reason)
    running = System(tmp_path_factory.mktemp("looking"), environ={**UNLIMITED, "HOTLINE_DUPLICATES": "true"})
    try:
        yield running.wait_until_up()
    finally:
        running.stop()


@pytest.fixture(scope="module")
def desk(looking: System) -> Iterator[TicketDesk]:
    """The tickets as staff see them."""
    opened = open_tickets(TicketsConfig(f"sqlite:///{looking.database}"))
    yield opened
    opened.close()


PHONE = "13800138000"


def _read_back(system: System, language: str, phone: str = PHONE) -> Talk:
    talk = Talk.open(system, language)
    talk.say(said.RICH[language].replace(PHONE, phone))
    talk.answer(said.ANSWERS[language], until="confirm")
    return talk


def _answered(talk: Talk, words: str, language: str) -> str:
    """Says the words where it is asked whether the matter is the same, else confirms; gives the ticket's number."""
    heard = talk.heard
    if heard.says("utter_duplicate_found"):
        heard = talk.say(words)
    if heard.slot == "confirm":
        heard = talk.say(said.ANSWERS[language]["confirm"])
    assert heard.number, heard.text
    return str(heard.number)


def test_one_lamp_reported_in_five_languages_is_one_ticket_that_all_follow(looking: System, desk: TicketDesk) -> None:
    first = _read_back(looking, "zh")
    assert first.heard.says("utter_readback")
    number = _answered(first, "", "zh")
    for count, language in enumerate(said.LANGUAGES[1:], start=1):
        talk = _read_back(looking, language, f"1380013801{count}")  # another person: a telephone counts once
        assert talk.heard.says("utter_duplicate_found"), talk.heard.text
        assert PHONE not in talk.heard.messages[-1]["text"] and talk.heard.language == language
        heard = talk.say(SAME[language])
        ticket = heard.data("ticket")
        assert heard.says("utter_ticket_joined") and heard.slot is None
        assert ticket["number"] == ticket["duplicate_of"] == number
        assert desk.get(number).followers == count
        assert [each.number for each in desk.of_conversation(talk.id)] == [number]


def test_the_same_words_again_are_joined_at_once_and_can_be_told_apart(looking: System, desk: TicketDesk) -> None:
    number = _answered(_read_back(looking, "zh"), SAME["zh"], "zh")
    again = _read_back(looking, "zh")
    heard = again.say(said.ANSWERS["zh"]["confirm"]) if again.heard.says("utter_readback") else again.say(SAME["zh"])
    assert heard.data("ticket")["duplicate_of"] == number
    if heard.says("utter_ticket_joined_at_once"):
        heard = again.press_offered('/inform{"slot":"joined"')
        assert heard.says("utter_ticket_filed") and heard.number != number
        assert desk.get(str(heard.number)).conversation_id == again.id


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_a_different_matter_is_filed_on_its_own(looking: System, desk: TicketDesk, language: str) -> None:
    _answered(_read_back(looking, "zh"), SAME["zh"], "zh")  # there is one, whichever tests ran before
    known = {ticket.number for ticket in desk.list()}
    talk = Talk.open(looking, language)
    talk.say(OTHER_WORDS if language == "zh" else said.RICH[language])
    talk.answer(said.ANSWERS[language], until="confirm")
    assert talk.heard.says("utter_duplicate_found"), talk.heard.text
    heard = talk.say(OTHER[language])
    assert heard.says("utter_readback") and heard.slot == "confirm"
    heard = talk.say(said.ANSWERS[language]["confirm"])
    assert heard.number not in known and heard.data("ticket")["duplicate_of"] is None


def test_the_owner_of_a_car_in_the_way_is_asked_first(looking: System, desk: TicketDesk) -> None:
    talk = Talk.open(looking, "zh")
    talk.say("有辆车堵住我们车库出口了，麻烦让他挪一下车")
    assert talk.heard.says("utter_ask_plate")
    for _ in range(8):
        slot = talk.heard.slot
        if slot is None:
            break
        answers = {
            "location": "车牌皖A12345，停在解放路88号",
            "contact_name": "/refuse_info",
            "contact_phone": "/refuse_info",
        }
        answer = {**said.ANSWERS["zh"], **answers}[slot]
        talk.press(answer) if answer.startswith("/") else talk.say(answer)
    assert talk.heard.says("utter_car_owner_asked") and "皖A12345" in talk.heard.text
    ticket = desk.get(str(talk.heard.number))
    assert ticket.category == "move_car" and "皖A12345" in ticket.description
    assert ClockKind.CAR in {clock.kind for clock in ticket.clocks}
