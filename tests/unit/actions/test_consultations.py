"""Questions: answered from an item, in parts, by telephone, in the middle of a form, or honestly not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from actions.consulting import ALL
from knowledge.aspects import load
from knowledge.decision import Decision, Question, decide
from knowledge.errors import EncoderUnavailable
from knowledge.items import Item
from knowledge.library import Library
from knowledge.ranker import Bar, Candidate, Ranking
from tests.unit.actions.complaints import ASKS, LANGUAGES, go_to
from tests.unit.actions.driver import Conversation, Office
from tests.unit.knowledge.item_texts import item

ASPECTS = load(Path(__file__).resolve().parents[3] / "data" / "knowledge" / "aspects")
BRANCHES = "    - {title: Mine, section: how}\n    - {title: A child's, topic: passport}\n"
FORK = f"fork:\n  question: Whose?\n  branches:\n{BRANCHES}"


class KeywordConsultant:
    """Knows an item by its id in the question: twice named is certain, once is doubtful."""

    def __init__(self) -> None:
        made = [item(topic, language) for topic in ("passport", "visa") for language in LANGUAGES]
        self.library = Library.of([*made, *(item("id_card", language, fork=FORK) for language in LANGUAGES)])
        self.noted: list[tuple[str, str, str | None]] = []
        self.down = False

    def consult(self, question: Question, vector: Any = None) -> Decision:
        if self.down:
            raise EncoderUnavailable()
        named = [topic for topic in ("passport", "id_card", "visa") if topic in question.text]
        certainty = 0.0 if not named else 0.5 if "?" in question.text else 0.9
        ranking = Ranking([Candidate(topic, 0.5) for topic in named], certainty)
        bars = {language: Bar(0.8, 0.3) for language in LANGUAGES}
        return decide(question, ranking, self.library, ASPECTS[question.language], bars, date(2026, 5, 1))

    def item(self, topic: str, language: str) -> Item | None:
        return self.library.item(topic, language, date(2026, 5, 1))

    def note_gap(
        self, text: str, language: str, kind: str, _: str, vector: Any = None, topic: str | None = None
    ) -> None:
        self.noted.append((text, kind, topic))

    def rewritten(self, question: str, passage: str, language: str) -> str:
        return passage


def talk(language: str = "en", channel: str = "web") -> Conversation:
    office = Office()
    office.consultant = KeywordConsultant()
    return Conversation(language, office, channel=channel)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_answered_shortly_with_source_and_what_comes_next(language: str) -> None:
    said = talk(language).say("visa", "consult")
    assert said.keys == ["utter_knowledge_answer"]
    assert "It takes 20 days." in said[0].text and "居民身份证法 第十条" in said[0].text
    assert "2024-01-01" in said[0].text  # nobody has reviewed it: since when it holds
    assert said.custom("knowledge") == {
        "id": "visa",
        "section": "short",
        "source": [{"name": "居民身份证法", "article": "第十条"}],
        "reviewed_on": None,
    }
    payloads = [payload for _, payload in said[0].buttons]
    assert len(payloads) == 3 and all(title for title, _ in said[0].buttons)


def test_buttons_lead_to_a_part_and_to_the_whole() -> None:
    conversation = talk()
    said = conversation.say("visa", "consult")
    assert "Cost\n20 yuan." in conversation.press_titled(said, "Fee")[0].text
    whole = conversation.press('/knowledge_section{"topic": "visa", "section": "' + ALL + '"}')
    assert whole[0].text.count("12345") == 1 and "What to bring" in whole[0].text


def test_a_fork_is_asked_beside_the_short_answer() -> None:
    conversation = talk()
    said = conversation.say("id_card", "consult")
    assert [title for title, _ in said[0].buttons][:2] == ["Mine", "A child's"]
    assert conversation.press_titled(said, "A child's").custom("knowledge")["id"] == "passport"


def test_and_how_much_is_it_goes_on_with_the_topic_in_hand() -> None:
    conversation = talk()
    conversation.say("visa", "consult")
    said = conversation.say("and how much does it cost?", "consult")
    assert said.custom("knowledge") | {"source": []} == {
        "id": "visa",
        "section": "cost",
        "source": [],
        "reviewed_on": None,
    }


def test_a_further_question_that_was_not_understood_is_answered_all_the_same() -> None:
    conversation = talk()
    conversation.say("visa", "consult")
    assert conversation.say("and how long?", "nlu_fallback").custom("knowledge")["section"] == "time"


def test_a_doubtful_question_is_a_choice_and_none_of_these_is_not_covered() -> None:
    conversation = talk()
    said = conversation.say("passport or visa?", "consult")
    assert said.keys == ["utter_knowledge_choice"] and len(said[0].buttons) == 3
    said = conversation.press_titled(said, "None of these")
    assert said.keys == ["utter_consult_not_covered"]
    assert conversation.office.consultant.noted == [("passport or visa?", "not_covered", None)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_no_item_answers_is_said_noted_and_offered_as_a_ticket(language: str) -> None:
    conversation = talk(language)
    assert conversation.say("may I keep bees", "consult").keys == ["utter_consult_not_covered"]
    assert conversation.office.consultant.noted == [("may I keep bees", "not_covered", None)]
    conversation.say("yes", "affirm")
    assert conversation.slots["nature"] == "consultation" and conversation.slots["description"] == "may I keep bees"


def test_a_search_that_is_down_claims_nothing() -> None:
    conversation = talk()
    conversation.office.consultant.down = True
    assert conversation.say("visa", "consult").keys == ["utter_consult_not_covered"]


def test_an_answer_that_did_not_help_is_noted_with_its_question_and_a_ticket_offered() -> None:
    conversation = talk()
    said = conversation.say("visa", "consult")
    said = conversation.press_titled(said, "This didn’t help")
    assert said.keys == ["utter_knowledge_not_helpful"]
    assert conversation.office.consultant.noted == [("visa", "not_helpful", "visa")]
    conversation.press("/file_consultation")
    assert conversation.slots["description"] == "visa"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_inside_a_complaint_is_answered_and_the_same_slot_asked_again(language: str) -> None:
    conversation = talk(language)
    conversation.press("/file_complaint")
    go_to(conversation, "location")
    said = conversation.say("visa", "consult", 0.95)
    assert said.keys == ["utter_knowledge_in_form", ASKS["location"]]
    said = conversation.press('/knowledge_section{"topic": "visa", "section": "cost"}')
    assert said.keys == ["utter_knowledge_answer", ASKS["location"]]
    said = conversation.press('/knowledge_feedback{"topic": "visa", "useful": "no"}')
    assert said.keys == ["utter_consult_in_form", ASKS["location"]]
    assert conversation.office.consultant.noted[-1][1:] == ("not_helpful", "visa")
    said = conversation.say("may I keep bees", "consult", 0.95)
    assert said.keys == ["utter_consult_in_form", ASKS["location"]]
    assert conversation.office.consultant.noted[-1] == ("may I keep bees", "not_covered", None)
    assert conversation.requested == "location"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_telephone_hears_two_sentences_and_is_asked_whether_to_go_on(language: str) -> None:
    conversation = talk(language, "phone")
    said = conversation.say("visa", "consult")
    assert said.keys == ["utter_knowledge_spoken_more"] and not said[0].buttons
    assert "居民身份证法" not in said[0].text
    said = conversation.say("yes", "affirm")
    assert said.keys == ["utter_knowledge_spoken_more"] and "police station" in said[0].text
    heard = [said[0].text]
    while said.keys == ["utter_knowledge_spoken_more"]:
        said = conversation.say("yes", "affirm")
        heard.append(said[0].text)
    assert said.keys == ["utter_knowledge_spoken"] and len(heard) == 3  # how in two pieces, then what to bring
    assert not any("http" in piece or "(" in piece for piece in heard)


def test_an_item_that_is_gone_is_said_so() -> None:
    said = talk().press('/knowledge_topic{"topic": "beekeeping"}')
    assert said.keys == ["utter_knowledge_gone"]
