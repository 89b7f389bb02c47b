"""The revisit: the system asks in the chat whether a matter is solved, and the answers decide what becomes of it."""

from __future__ import annotations

import time
import uuid

import pytest

from tests.conversations import sentences as said
from tests.conversations.talk import Heard, NewTalk, Talk
from tests.system import System
from tickets.domain.people import Actor
from tickets.domain.vocabulary import Role, Status
from tickets.service.commands import AdvanceTicket
from tickets.service.desk import TicketDesk

ASKED = "utter_ask_revisit_form_revisit_solved"
SATISFIED = "utter_ask_revisit_form_revisit_satisfied"
MISSING = "utter_ask_revisit_form_revisit_text"
YES_SOLVED = {
    "zh": "嗯，已经修好了",
    "en": "yes, they've fixed it",
    "ja": "はい、直りました",
    "ko": "네, 해결됐어요",
    "ru": "да, всё починили",
}
NOT_SOLVED = {
    "zh": "没有解决，灯还是不亮",
    "en": "no, it's still dark",
    "ja": "いいえ、まだ直っていません",
    "ko": "아니요, 아직 그대로예요",
    "ru": "нет, до сих пор не починили",
}
PLEASED = {"zh": "挺满意的", "en": "I'm satisfied", "ja": "満足しています", "ko": "만족해요", "ru": "да, я доволен"}
DISPLEASED = {"zh": "很不满意", "en": "not satisfied at all", "ja": "不満です", "ko": "불만족입니다", "ru": "недоволен"}
WHAT = {
    "zh": "来人看了一眼就走了，灯一次都没亮过",
    "en": "Somebody came, looked at it and left, and the lamp has never worked since",
    "ja": "一度見に来ただけで、街灯は一度もついていません",
    "ko": "한번 와서 보고만 갔고 가로등은 한 번도 켜지지 않았어요",
    "ru": "Приехали, посмотрели и уехали, а фонарь так ни разу и не загорелся",
}


def filed(new_talk: NewTalk, language: str) -> tuple[Talk, str]:
    talk = new_talk(language)
    talk.say(said.RICH[language])
    number = talk.answer(said.ANSWERS[language]).number
    assert number
    return talk, number


def step(desk: TicketDesk, number: str, command: str, reason: str = "路灯已修好。") -> None:
    by, key = Actor(Role.SUPERVISOR, "li"), str(uuid.uuid4())
    desk.advance(AdvanceTicket(idempotency_key=key, number=number, command=command, by=by, reason=reason))


def revisited(talk: Talk, desk: TicketDesk, number: str) -> None:
    for command in ("accept", "reply", "start_revisit"):
        step(desk, number, command)


def pushed(talk: Talk, key: str, seconds: float = 60.0) -> Heard:
    """What came without being asked for, once `key` is among it."""
    messages = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        messages += talk.conversation.news()
        heard = Heard(tuple(messages))
        if key in heard.keys:
            talk.heard = heard
            return heard
        time.sleep(0.3)
    return Heard(tuple(messages))


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_two_good_answers_in_words_close_the_ticket(new_talk: NewTalk, desk: TicketDesk, language: str) -> None:
    talk, number = filed(new_talk, language)
    revisited(talk, desk, number)
    asked = pushed(talk, ASKED)
    assert asked.says("utter_news_replied_with_text", ASKED) and asked.slot == "revisit_solved"
    assert talk.say(YES_SOLVED[language]).slot == "revisit_satisfied"
    assert talk.say(PLEASED[language]).says("utter_revisit_thanks")
    ticket = desk.get(number)
    assert (ticket.status, ticket.solved, ticket.satisfied) == (Status.CLOSED, True, True)


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_what_is_not_solved_opens_the_ticket_again_with_the_citizens_words(
    new_talk: NewTalk, desk: TicketDesk, language: str
) -> None:
    talk, number = filed(new_talk, language)
    revisited(talk, desk, number)
    assert pushed(talk, ASKED).slot == "revisit_solved"
    assert talk.say(NOT_SOLVED[language]).slot == "revisit_satisfied"
    assert talk.say(DISPLEASED[language]).slot == "revisit_text"
    assert talk.say(WHAT[language]).says("utter_revisit_reopened")
    ticket = desk.get(number)
    assert ticket.status == Status.REOPENED and ticket.unmet == 1
    assert any(entry.reason == WHAT[language] for entry in ticket.history)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_buttons_do_it_as_well(new_talk: NewTalk, desk: TicketDesk, language: str) -> None:
    talk, number = filed(new_talk, language)
    revisited(talk, desk, number)
    asked = pushed(talk, ASKED)
    solved, unsolved = [button["payload"] for button in asked.messages[-1]["buttons"]]
    assert number in solved and number in unsolved
    assert talk.press(solved).slot == "revisit_satisfied"
    assert talk.press_offered("/revisit").says("utter_revisit_thanks")
    assert desk.get(number).status == Status.CLOSED


def test_a_running_form_is_not_interrupted_and_the_question_comes_after_it(new_talk: NewTalk, desk: TicketDesk) -> None:
    talk, number = filed(new_talk, "zh")
    for command in ("accept", "reply"):
        step(desk, number, command)
    pushed(talk, "utter_news_replied_with_text")
    assert talk.say("我还要投诉一件事").slot
    step(desk, number, "start_revisit")
    assert ASKED not in pushed(talk, ASKED, seconds=4.0).keys
    talk.say("算了，不投诉了")
    assert pushed(talk, ASKED, seconds=60.0).slot == "revisit_solved"


def test_answers_are_understood_after_every_process_was_killed(
    new_talk: NewTalk, desk: TicketDesk, system: System
) -> None:
    talk, number = filed(new_talk, "zh")
    revisited(talk, desk, number)
    assert pushed(talk, ASKED).slot == "revisit_solved"
    for module in ("bot.server", "actions.server", "hotline.worker"):
        system.kill(module)
    system.wait_until_ready()
    assert talk.say("解决了").slot == "revisit_satisfied"
    assert talk.say("满意").says("utter_revisit_thanks")


def test_a_question_in_between_is_answered_and_the_revisit_goes_on(new_talk: NewTalk, desk: TicketDesk) -> None:
    talk, number = filed(new_talk, "zh")
    revisited(talk, desk, number)
    pushed(talk, ASKED)
    assert talk.say("居住证怎么办理？").slot == "revisit_solved"
    assert talk.say("解决了").slot == "revisit_satisfied"


def test_a_new_matter_is_taken_at_once(new_talk: NewTalk, desk: TicketDesk) -> None:
    talk, number = filed(new_talk, "zh")
    revisited(talk, desk, number)
    pushed(talk, ASKED)
    assert talk.say("我要投诉楼下烧烤店油烟太大").form["name"] == "complaint_form"
    assert desk.get(number).status == Status.REVISIT
