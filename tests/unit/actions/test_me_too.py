"""A matter that others reported: shown, joined, told apart, joined at once with a way back; in five languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.actions.driver import Conversation, Office, Turned
from tests.unit.tickets.ticket_samples import AGENT
from tickets.domain.duplicates import Likeness, Verdict
from tickets.errors import StoreUnavailable
from tickets.service.commands import AdvanceTicket, FileTicket
from tickets.service.duplicates import Live, Match, NewMatter

LANGUAGES = ("zh", "en", "ja", "ko", "ru")
SAME = {
    "zh": "就是这件，加上我",
    "en": "yes, me too",
    "ja": "同じ件です",
    "ko": "같은 건이에요",
    "ru": "Да, это тот же случай",
}
OTHER = {
    "zh": "不是同一件事",
    "en": "no, mine is a different one",
    "ja": "別の件です",
    "ko": "다른 건이에요",
    "ru": "Нет, другой случай",
}


class Finder:
    """Gives the first open ticket of the office as a match, as sure as it is told to be."""

    def __init__(self, office: Office, verdict: Verdict, *, down: bool = False) -> None:
        self.office, self.verdict, self.down = office, verdict, down
        self.asked: list[NewMatter] = []

    def find(self, new: NewMatter, limit: int) -> list[Match]:
        self.asked.append(new)
        if self.down:
            raise StoreUnavailable
        for ticket in reversed(self.office.tickets()):
            if ticket.is_open:
                live = Live(
                    ticket.number, ticket.description, ticket.category, ticket.place.text, None, None, None, None, None,
                    None, ticket.status, ticket.unit, ticket.filed_at, ticket.followers, ticket.conversation_id,
                    ticket.nature, ticket.confidentiality, ticket.emergency,
                )  # fmt: skip
                return [Match(live, Likeness(0.9, self.verdict), ticket.conversation_id == new.conversation_id)]
        return []


@pytest.fixture
def office() -> Office:
    office = Office()
    office.desk.file(
        FileTicket(
            idempotency_key="first",
            channel="web",
            language="zh",
            nature="complaint",
            category="street_light",
            description="路灯不亮，我的电话13700000000",
            conversation_id="another",
            place=replace(FileTicket.place, text="解放路15号"),
        )
    )
    return office


def _until_confirm(talk: Conversation) -> Turned:
    said = talk.say("路灯坏了", "file_complaint")
    answers = {"location": "解放路15号门口的路灯旁边", "occurred_at": "昨天晚上8点"}
    for _ in range(9):
        slot = talk.requested
        if slot == "confirm":
            return said
        if slot in ("contact_name", "contact_phone"):
            said = talk.press("/refuse_info")
        elif slot == "category":
            said = talk.press('/inform{"slot":"category","value":"street_light"}')
        elif slot == "description":
            said = talk.say("路灯坏了，晚上很黑", "file_complaint")
        else:
            said = talk.say(answers[str(slot)])
    raise AssertionError(talk.requested)


def _talk(
    office: Office, verdict: Verdict, language: str = "zh", channel: str = "web", name: str = "me"
) -> Conversation:
    office.duplicates = Finder(office, verdict)
    return Conversation(language, office, name, channel)


@pytest.mark.parametrize("language", LANGUAGES)
def test_me_too_joins_and_leaves_one_live_ticket(office: Office, language: str) -> None:
    talk = _talk(office, Verdict.LIKELY, language)
    said = _until_confirm(talk)
    assert said.keys[-2:] == ["utter_noted_so_far", "utter_duplicate_found"]
    assert "解放路15号" in said[-1].text and "13700000000" not in said[-1].text
    said = talk.say(SAME[language])
    ticket = said.custom("ticket")
    [first] = office.tickets()
    assert said.keys == ["utter_ticket_joined"] and ticket["number"] == ticket["duplicate_of"] == first.number
    assert first.followers == 1 and talk.requested is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_mine_is_different_leads_to_the_read_back_and_a_ticket_of_its_own(office: Office, language: str) -> None:
    talk = _talk(office, Verdict.LIKELY, language)
    _until_confirm(talk)
    said = talk.say(OTHER[language])
    assert said.asked == "utter_readback" and talk.requested == "confirm"
    said = talk.press("/affirm")
    assert said.keys == ["utter_ticket_filed"] and said.custom("ticket")["duplicate_of"] is None
    assert len(office.tickets()) == 2 and all(ticket.followers == 0 for ticket in office.tickets())


def test_the_buttons_do_the_same_as_words(office: Office) -> None:
    talk = _talk(office, Verdict.LIKELY)
    _until_confirm(talk)
    assert talk.press('/inform{"slot":"confirm","value":"different"}').asked == "utter_readback"
    other = _talk(office, Verdict.LIKELY, name="third")
    _until_confirm(other)
    assert other.press('/inform{"slot":"confirm","value":"join"}').keys == ["utter_ticket_joined"]


def test_yes_and_no_answer_it_and_what_says_neither_is_asked_again(office: Office) -> None:
    talk = _talk(office, Verdict.LIKELY)
    _until_confirm(talk)
    assert talk.press("/refuse_info").asked == "utter_duplicate_which"
    assert talk.say("是的", "affirm").keys == ["utter_ticket_joined"]


def test_a_correction_at_the_question_looks_again(office: Office) -> None:
    talk = _talk(office, Verdict.LIKELY)
    _until_confirm(talk)
    talk.say("地点不对，是人民路20号", "correct_info", location="人民路20号")
    assert [new.place.text for new in office.duplicates.asked][-1] == "人民路20号"
    assert talk.requested == "confirm"


def test_what_is_certain_is_joined_at_once_says_so_and_can_be_undone(office: Office) -> None:
    talk = _talk(office, Verdict.CERTAIN)
    assert _until_confirm(talk).asked == "utter_readback"
    said = talk.press("/affirm")
    [first] = office.tickets()
    assert said.keys == ["utter_ticket_joined_at_once"] and said.custom("ticket")["duplicate_of"] == first.number
    said = talk.press('/inform{"slot":"joined","value":"different"}')
    assert said.keys == ["utter_ticket_filed"]
    own = next(ticket for ticket in office.tickets() if ticket.number != first.number)
    assert own.description.startswith("路灯坏了") and own.conversation_id == "me" and own.place.text
    assert office.desk.get(first.number).followers == 0
    assert talk.press('/inform{"slot":"joined","value":"different"}').keys != ["utter_ticket_filed"]
    assert len(office.tickets()) == 2


def test_on_the_telephone_it_is_always_asked_and_shortly(office: Office) -> None:
    talk = _talk(office, Verdict.CERTAIN, channel="phone")
    said = _until_confirm(talk)
    assert said.asked == "utter_duplicate_found" and "utter_noted_so_far" not in said.keys
    assert talk.say("是的", "affirm").keys == ["utter_ticket_joined"]


def test_ones_own_open_matter_is_pressed_for_instead(office: Office) -> None:
    talk = _talk(office, Verdict.CERTAIN, name="another")
    assert _until_confirm(talk).asked == "utter_duplicate_own"
    assert talk.say("是的", "affirm").keys == ["utter_ticket_own_urged"]
    [first] = office.tickets()
    assert (first.urged, first.followers) == (1, 0)


def test_a_matter_that_was_closed_meanwhile_is_filed(office: Office) -> None:
    talk = _talk(office, Verdict.LIKELY)
    _until_confirm(talk)
    [first] = office.tickets()
    for command, reason in (("reply", "修好了"), ("close", "已办结")):
        office.desk.advance(
            AdvanceTicket(idempotency_key=command, number=first.number, command=command, by=AGENT, reason=reason)
        )
    assert talk.say("是的", "affirm").keys == ["utter_ticket_filed"]
    assert len(office.tickets()) == 2


def test_filing_does_not_wait_for_a_search_that_fails(office: Office) -> None:
    talk = _talk(office, Verdict.LIKELY)
    office.duplicates.down = True
    assert _until_confirm(talk).asked == "utter_readback"
    assert talk.press("/affirm").keys == ["utter_ticket_filed"]


def test_the_store_that_fails_while_joining_claims_nothing_and_keeps_the_draft(office: Office) -> None:
    talk = _talk(office, Verdict.LIKELY)
    _until_confirm(talk)
    office.store.down = True
    said = talk.say("是的", "affirm")
    office.store.down = False
    assert "utter_store_down" in said.keys and talk.slots["description"]
    assert office.tickets()[0].followers == 0


@pytest.mark.parametrize("intent", ["report_violation", "make_suggestion", "give_praise"])
def test_reports_suggestions_and_praise_are_never_compared(office: Office, intent: str) -> None:
    talk = _talk(office, Verdict.LIKELY)
    talk.say("解放路15号门口的路灯坏了很久没有人管", intent, location="解放路15号")
    for _ in range(9):
        if talk.requested == "confirm":
            break
        talk.press("/refuse_info")
    assert office.duplicates.asked == []
