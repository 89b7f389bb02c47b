"""A car in the way, in the chat: the plate is asked for once and taken from wherever it is said."""

from __future__ import annotations

import pytest

from tests.unit.actions.driver import Conversation, Office, Turned
from tickets.domain.cars import Owner

LANGUAGES = ("zh", "en", "ja", "ko", "ru")


class Registry:
    """Knows one car."""

    def owner_of(self, plate: str) -> Owner | None:
        return Owner(plate, "13900009999") if plate == "皖A12345" else None


@pytest.fixture
def office() -> Office:
    office = Office()
    office.desk.vehicles = Registry()
    return office


def _finish(talk: Conversation, place: str = "解放路88号的车库门口") -> Turned:
    said = Turned()
    for _ in range(9):
        if talk.requested is None:
            return said
        if talk.requested == "location":
            said = talk.say(place, location=place)
        else:
            said = talk.press("/affirm" if talk.requested == "confirm" else "/refuse_info")
    raise AssertionError(talk.requested)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_owner_is_asked_and_no_number_is_shown(office: Office, language: str) -> None:
    talk = Conversation(language, office)
    said = talk.say("皖A12345 挡住我的车了", "move_car")
    assert "utter_ask_plate" not in said.keys
    said = _finish(talk)
    assert said.keys == ["utter_car_owner_asked"]
    assert "皖A12345" in said[-1].text and "10" in said[-1].text and "13900009999" not in said[-1].text
    assert office.tickets()[0].unit == "hotline"


def test_the_plate_is_asked_for_once_and_taken_from_a_later_answer(office: Office) -> None:
    talk = Conversation("zh", office)
    said = talk.say("有车挡住我的车了", "move_car")
    assert said.keys[-2:] == ["utter_ask_plate", "utter_ask_complaint_form_location"]
    said = talk.say("皖A12345")
    assert said.keys == ["utter_noted", "utter_ask_complaint_form_location"]
    assert _finish(talk).keys == ["utter_car_owner_asked"]
    assert "皖A12345" in office.tickets()[0].description


def test_plate_and_place_in_one_answer_fill_both(office: Office) -> None:
    talk = Conversation("zh", office)
    talk.say("有车挡住我的车了", "move_car")
    talk.say("皖A12345，停在解放路88号门口", location="解放路88号门口")
    assert talk.requested != "location"
    assert _finish(talk).keys == ["utter_car_owner_asked"]


@pytest.mark.parametrize("text", ["皖B99999 挡住我的车了", "有车挡住我的车了"])
def test_without_a_known_owner_the_police_are_named(office: Office, text: str) -> None:
    talk = Conversation("zh", office)
    talk.say(text, "move_car")
    assert _finish(talk).keys == ["utter_car_sent_to_police"]
    assert office.tickets()[0].unit == "traffic_police"
