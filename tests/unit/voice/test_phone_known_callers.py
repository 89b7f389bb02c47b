"""What is known of a caller by number, and what a call ends with: drafts, own numbers, tickets, reports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.dialogues import PROMPTS, WrittenAssistant, WrittenCaller, WrittenOffice, heard, talk
from voice.gateway_client import Button, GatewayAway, Turn
from voice.ports_dialogue import Answer, BackFromHold, Digits, HasEnded, Said, Silence, TransferOutcome
from voice.ports_office import CallReport, Known, Unfinished
from voice.talk import Pace

pytestmark = pytest.mark.asyncio
DRAFT = Unfinished("earlier", "ko")
PHONE = Turn("zh", "bot", ("请说一个联系电话。",), form={"name": "complaint_form", "requested_slot": "contact_phone"})
FILED = Turn("zh", "bot", ("已为您登记。工单号是20261126000001。",), ticket={"number": "20261126000001"})
WHERE = Turn("zh", "bot", ("在什么地方？",), form={"name": "complaint_form", "requested_slot": "location"})


async def test_a_draft_is_offered_in_its_language_and_the_same_question_comes_again() -> None:
    caller = WrittenCaller(heard("네", "ko"))
    assistant = WrittenAssistant(Turn("ko", "bot", ("어디입니까?",)))
    office = WrittenOffice(assistant, Known(draft=DRAFT))
    await talk(caller, assistant, office)
    assert caller.heard_prompt("welcome_back", "ko") and office.resumed == DRAFT
    assert assistant.told == ["/resume"] and "어디입니까?" in caller.said


async def test_a_draft_that_is_declined_is_left_and_a_new_conversation_begins() -> None:
    caller = WrittenCaller(heard("아니요", "ko"), heard("가로등이 고장 났어요", "ko"))
    assistant = WrittenAssistant()
    office = WrittenOffice(assistant, Known(draft=DRAFT))
    await talk(caller, assistant, office)
    assert office.resumed is None and office.declined == "earlier" and assistant.told == ["가로등이 고장 났어요"]


async def test_who_tells_something_new_instead_of_yes_or_no_is_heard() -> None:
    caller = WrittenCaller(heard("버스가 안 와요", "ko"))
    assistant = WrittenAssistant()
    office = WrittenOffice(assistant, Known(draft=DRAFT))
    await talk(caller, assistant, office)
    assert assistant.told == ["버스가 안 와요"] and office.declined == "earlier"


@pytest.mark.parametrize("trouble", ["away", "slow"])
async def test_a_call_begins_as_usual_when_nothing_is_known_in_time(trouble: str) -> None:
    caller, assistant = WrittenCaller(heard("路灯坏了")), WrittenAssistant()
    office = WrittenOffice(assistant, Known(draft=DRAFT))
    if trouble == "away":
        office.away = GatewayAway()
    else:
        office.knows_after = 1.0
    await talk(caller, assistant, office, pace=Pace(known=0.01))
    assert assistant.told == ["路灯坏了"] and caller.heard_prompt("greeting_line", "ko")


@pytest.mark.parametrize(
    ("answer", "told"),
    [(heard("可以"), "13800138000"), (Digits("1"), "13800138000"), (heard("13900139000"), "13900139000"),
     (Digits("13900139000"), "13900139000"), (heard("不方便"), "不方便")],
)  # fmt: skip
async def test_the_number_that_is_called_from_is_offered(answer: Answer, told: str) -> None:
    caller, assistant = WrittenCaller(heard("路灯坏了"), answer), WrittenAssistant(PHONE)
    await talk(caller, assistant)
    assert caller.heard_prompt("callback_number") and assistant.told == ["路灯坏了", told]


async def test_who_wants_another_number_is_asked_for_it_and_not_offered_again() -> None:
    caller, assistant = (
        WrittenCaller(heard("路灯坏了"), heard("不用"), heard("嗯我想想")),
        WrittenAssistant(PHONE, PHONE),
    )
    await talk(caller, assistant)
    assert caller.said.count(PROMPTS.text("callback_number", "zh")) == 1
    assert caller.said.count("请说一个联系电话。") == 3


@pytest.mark.parametrize("number", ["anonymous", "8001", "12345"])
async def test_a_number_that_no_ticket_takes_is_not_offered(number: str) -> None:
    caller, assistant = WrittenCaller(heard("路灯坏了")), WrittenAssistant(PHONE)
    caller.number = number
    await talk(caller, assistant)
    assert not caller.heard_prompt("callback_number")


async def test_the_one_open_ticket_is_offered_instead_of_its_number() -> None:
    asked = Turn("zh", "bot", ("请说工单号。",), form={"name": "ticket_form", "requested_slot": "ticket_number"})
    caller, assistant = WrittenCaller(heard("查工单"), heard("是的")), WrittenAssistant(asked)
    await talk(caller, assistant, WrittenOffice(assistant, Known(tickets=("20261126000001",))))
    assert assistant.told == ["查工单", "20261126000001"]


async def test_the_ticket_number_is_read_again_on_request_sent_and_the_call_ends_kindly() -> None:
    caller = WrittenCaller(heard("提交"), heard("要"), heard("再说一遍"), heard("不用了"), heard("没有"))
    assistant = WrittenAssistant(FILED)
    office = WrittenOffice(assistant)
    office.takes_texts = True
    reports: list[CallReport] = []
    assert await talk(caller, assistant, office, reports) == "normal"
    assert caller.said.count(PROMPTS.text("ticket_number_again", "zh", number="20261126000001")) == 2
    assert caller.heard_prompt("ticket_number_sent") and office.texted == ["20261126000001"]
    assert caller.heard_prompt("anything_else") and caller.heard_prompt("goodbye") and reports[0].why == ""
    assert not caller.heard_prompt("ticket_number", number="20261126000001")  # the assistant has read it already


async def test_who_hangs_up_or_speaks_while_the_number_is_read_gets_it_as_a_text_message() -> None:
    class Leaving(WrittenCaller):
        async def say(self, text: str, language: str, **more: Any) -> Said:
            if text == FILED.texts[0] and "hangs up" in how:
                self.ended = "caller"
            said = await super().say(text, language, **more)
            return replace(said, interrupted_by=heard("谢谢")) if text == FILED.texts[0] and how == "speaks" else said

    for how in ("hangs up", "speaks"):
        assistant = WrittenAssistant(FILED)
        office = WrittenOffice(assistant)
        await talk(Leaving(heard("提交")), assistant, office)
        assert office.texted == ["20261126000001"], how


async def test_a_text_message_that_was_not_taken_is_not_claimed() -> None:
    caller, assistant = WrittenCaller(heard("提交")), WrittenAssistant(FILED)
    await talk(caller, assistant, WrittenOffice(assistant))
    assert not caller.heard_prompt("ticket_number_sent")


async def test_after_the_ticket_something_else_may_be_told() -> None:
    caller, assistant = (
        WrittenCaller(heard("提交"), heard("不用了"), heard("还有个井盖坏了")),
        WrittenAssistant(FILED, WHERE),
    )
    reports: list[CallReport] = []
    await talk(caller, assistant, None, reports)
    assert assistant.told[-1] == "还有个井盖坏了" and reports[0].why == "dropped"


async def test_silence_after_everything_is_done_is_a_goodbye() -> None:
    caller, assistant = WrittenCaller(heard("提交"), Silence(7), Silence(7)), WrittenAssistant(FILED)
    assert await talk(caller, assistant) == "normal"


@pytest.mark.parametrize(
    ("answers", "turns", "why"),
    [
        ((heard("路灯坏了"), HasEnded("lost")), (WHERE,), "dropped"),
        ((heard("路灯坏了"), heard("再见")), (WHERE,), ""),
        ((heard("你好"),), (Turn("zh", "bot", ("您好。",)),), ""),
        ((), (), ""),
        ((Silence(7), Silence(7), Silence(7)), (), ""),
        ((heard("提交"),), (FILED,), ""),
    ],
)
async def test_only_who_was_not_served_is_called_back(
    answers: tuple[Answer, ...], turns: tuple[Turn, ...], why: str
) -> None:
    reports: list[CallReport] = []
    await talk(WrittenCaller(*answers), WrittenAssistant(*turns), None, reports)
    assert [one.why for one in reports] == [why]


async def test_what_was_put_on_hold_is_greeted_and_asked_again() -> None:
    caller, assistant = WrittenCaller(heard("路灯坏了"), BackFromHold(20.0)), WrittenAssistant(WHERE)
    await talk(caller, assistant)
    assert caller.heard_prompt("on_hold_back") and caller.said.count("在什么地方？") == 2


async def test_a_caller_whom_nobody_understands_hears_the_keys_of_the_languages() -> None:
    caller = WrittenCaller(heard(""), heard(""), Digits("4"))
    await talk(caller, WrittenAssistant())
    assert all(caller.heard_prompt("language_key", one) for one in ("en", "ja", "ko", "ru"))
    assert caller.heard_prompt("welcome", "ko")


async def test_a_yes_that_is_not_understood_twice_is_asked_for_by_its_words() -> None:
    confirm = Turn("zh", "bot", ("没问题请说提交。",), form={"name": "complaint_form", "requested_slot": "confirm"})
    caller = WrittenCaller(heard("我要投诉"), heard("", confidence=0.0), heard("", confidence=0.0), Digits("1"))
    assistant = WrittenAssistant(confirm)
    await talk(caller, assistant)
    assert caller.heard_prompt("yes_or_no") and assistant.told[-1] == "是"


async def test_a_choice_that_is_not_understood_twice_is_read_out_with_its_keys() -> None:
    choices = Turn("zh", "bot", ("哪一类？",), (Button("路灯", "/lamp"), Button("道路", "/road")))
    caller = WrittenCaller(heard("我要投诉"), heard("", confidence=0.0), heard("", confidence=0.0), Digits("2"))
    assistant = WrittenAssistant(choices)
    await talk(caller, assistant)
    assert caller.heard_prompt("keypad_choice") and caller.heard_prompt("keypad_option", title="道路", key="2")
    assert assistant.told[-1] == "/road"


async def test_after_a_wait_what_was_not_said_yet_follows() -> None:
    long = Turn("zh", "bot", ("第一句。", "第二句。"))

    class Interrupts(WrittenCaller):
        async def say(self, text, language, **more):  # type: ignore[no-untyped-def]
            said = await super().say(text, language, **more)
            if text == "第一句。" and self.said.count(text) == 1:
                return type(said)(0.5, False, heard("等一下"))
            return said

    caller = Interrupts(heard("我想咨询"), Silence(30))
    await talk(caller, WrittenAssistant(long))
    going_on = caller.said.index(PROMPTS.text("going_on", "zh"))
    assert caller.said[going_on + 1 :] == ["第一句。", "第二句。"]


async def test_yes_and_no_digits_and_choices_are_listened_for_alone() -> None:
    confirm = Turn("zh", "bot", ("对吗？",), form={"requested_slot": "confirm"})
    nature = Turn(
        "zh", "bot", ("哪一种？",), (Button("投诉", "/a"), Button("求助", "/b")), form={"requested_slot": "nature"}
    )
    caller = WrittenCaller(heard("我要投诉"), heard("没问题"), heard("投诉"))
    caller.number = "anonymous"
    await talk(caller, WrittenAssistant(confirm, nature, PHONE))
    [_, yes_no, choice, phone] = caller.expected
    assert {"是", "不是"} <= set(yes_no.grammar) and yes_no.kind == "yes_no"
    assert {"投诉", "求助", "第一"} <= set(choice.grammar) and choice.kind == "choice"
    assert "幺" in phone.grammar and phone.kind == "digits"
    open_question = caller.expected[0]
    assert open_question.grammar == ()


async def test_somebody_who_was_talked_with_needs_no_call() -> None:
    caller = WrittenCaller(heard("人工"))
    caller.outcome = TransferOutcome.TALKED
    reports: list[CallReport] = []
    await talk(caller, WrittenAssistant(), None, reports, desk="8000")
    assert reports[0].why == ""
