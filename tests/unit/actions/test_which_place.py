"""A road name that is there twice: asked once before the read-back, in five languages, by button or words."""

from __future__ import annotations

import pytest

from tests.unit.actions.driver import Conversation, Office, Turned, city
from tests.unit.tickets.small_city import gazetteer
from tickets.domain.duties import DutyCatalogue
from tickets.service.placing import Placing

LANGUAGES = ("zh", "en", "ja", "ko", "ru")


@pytest.fixture
def office() -> Office:
    office = Office()
    office.desk.placing = Placing(gazetteer(), DutyCatalogue(()), city())
    return office


def _until_confirm(talk: Conversation, place: str) -> Turned:
    said = talk.say("路灯坏了", "file_complaint")
    for _ in range(9):
        slot = talk.requested
        if slot == "confirm":
            return said
        if slot == "location":
            said = talk.say(place, location=place)
        elif slot == "category":
            said = talk.press('/inform{"slot":"category","value":"street_light"}')
        elif slot == "description":
            said = talk.say("路灯坏了，晚上很黑", "file_complaint")
        else:
            said = talk.press("/refuse_info")
    raise AssertionError(talk.requested)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_says_which_and_the_ticket_lies_there(office: Office, language: str) -> None:
    talk = Conversation(language, office)
    said = _until_confirm(talk, "幸福路36号")
    assert said.asked == "utter_which_place" and len(said[-1].buttons) == 2
    said = talk.press(said[-1].buttons[1][1])
    assert said.asked == "utter_readback" and "36" in said[-1].text
    talk.press("/affirm")
    [ticket] = office.tickets()
    assert ticket.district == "d_east" and "幸福路36号" in ticket.place.text


def test_words_say_which_too_and_an_ordinal(office: Office) -> None:
    talk = Conversation("zh", office)
    _until_confirm(talk, "幸福路36号")
    assert talk.say("河西街道").asked == "utter_readback"
    talk.press("/affirm")
    assert office.tickets()[0].district == "d_west"
    other = Conversation("zh", office, "second")
    _until_confirm(other, "幸福路36号")
    other.say("第二个")
    other.press("/affirm")
    assert office.tickets()[0].district == "d_east"


def test_who_does_not_know_is_not_asked_again(office: Office) -> None:
    talk = Conversation("zh", office)
    _until_confirm(talk, "幸福路36号")
    assert talk.say("我不清楚", "dont_know").asked == "utter_readback"
    talk.press("/affirm")
    assert office.tickets()[0].district is None


@pytest.mark.parametrize("place", ["解放路20号", "东区幸福路36号", "解放路和人民路交叉口", "我家楼下的大槐树旁边"])
def test_a_place_that_is_one_or_unknown_is_not_asked_about(office: Office, place: str) -> None:
    assert _until_confirm(Conversation("zh", office), place).asked == "utter_readback"
