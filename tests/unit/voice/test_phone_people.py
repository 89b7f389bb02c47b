"""People in a call: dialled, at the desk with typed words, nobody; what is promised when everything is down."""

from __future__ import annotations

import asyncio

import pytest

from tests.dialogues import PROMPTS, WrittenAssistant, WrittenCaller, WrittenOffice, heard, talk
from voice.errors_speech import RecognitionFailed
from voice.gateway_client import GatewayAway, Turn
from voice.ports_dialogue import Digits, Silence, TransferOutcome
from voice.ports_office import CallReport
from voice.talk import Pace

pytestmark = pytest.mark.asyncio
QUICK = Pace(
    fillers=(("filler_first", 0.02), ("filler_second", 0.02), ("filler_second", 0.02)),
    last=0.02, queue=0.2, desk=0.01, reassure=0.05, most=2_700.0, known=0.05,
)  # fmt: skip
ASKED = Turn("zh", "bot", ("在什么地方？",), form={"name": "complaint_form", "requested_slot": "location"})


async def test_who_answers_hears_what_it_is_about_and_how_to_accept() -> None:
    caller = WrittenCaller(heard("小区门口的路灯坏了三天了"), heard("人工"))
    caller.outcome = TransferOutcome.TALKED
    await talk(caller, WrittenAssistant(), desk="8000")
    whisper = caller.transfers[0].whisper
    assert "小区门口的路灯坏了三天了" in whisper and whisper.endswith(PROMPTS.text("transfer_offered", "zh"))


async def test_who_answers_hears_which_language_is_spoken() -> None:
    caller = WrittenCaller(heard("The street lamp is broken", "en"), heard("operator", "en"))
    caller.outcome = TransferOutcome.TALKED
    await talk(caller, WrittenAssistant(Turn("en", "bot", ("Where?",))), desk="8000")
    assert "英语" in caller.transfers[0].whisper and "street lamp" not in caller.transfers[0].whisper


@pytest.mark.parametrize("blind", [False, True])
async def test_the_exchange_is_asked_to_transfer_only_where_that_is_wished(blind: bool) -> None:
    caller = WrittenCaller(heard("人工"))
    caller.outcome = TransferOutcome.HANDED_OVER
    assert await talk(caller, WrittenAssistant(), desk="8000", blind=blind) == "handed_over"
    assert caller.transfers[0].blind_when_unanswered is blind


async def test_what_a_person_at_the_desk_writes_is_spoken_and_the_caller_is_heard_there() -> None:
    caller = WrittenCaller(heard("人工"), Silence(1), heard("灯坏了三天了"), Silence(1), heard("好的谢谢"))
    assistant = WrittenAssistant(Turn("zh", "queue", ("您排在第1位。",)))
    office = WrittenOffice(assistant, on_duty=True)
    assistant.news_to_come.extend(
        [
            Turn("zh", "queue"),
            Turn("zh", "agent", ("您好，我是小王。",)),
            Turn("zh", "agent", ("请问哪里？",)),
            Turn("zh", "agent"),
            Turn("zh", "bot", ("本次人工服务结束了。",)),
        ]
    )
    await talk(caller, assistant, office, pace=QUICK)
    assert assistant.told[0] == "/request_human" and "灯坏了三天了" in assistant.told
    said = [text for text in caller.said if text in ("您好，我是小王。", "请问哪里？", "本次人工服务结束了。")]
    assert said == ["您好，我是小王。", "请问哪里？", "本次人工服务结束了。"]
    assert caller.heard_prompt("back_to_assistant")


async def test_after_the_desk_the_question_that_was_open_is_asked_again() -> None:
    caller = WrittenCaller(heard("我要投诉"), heard("人工"), Silence(1))
    assistant = WrittenAssistant(ASKED, Turn("zh", "queue"), ASKED)
    assistant.news_to_come.extend([Turn("zh", "agent"), Turn("zh", "bot")])
    office = WrittenOffice(assistant, on_duty=True)
    await talk(caller, assistant, office, pace=QUICK)
    assert "/resume" in assistant.told and caller.said.count("在什么地方？") == 2


async def test_keys_and_goodbye_reach_the_desk_and_goodbye_ends_the_call() -> None:
    caller = WrittenCaller(heard("人工"), Digits("5"), heard("再见"))
    assistant = WrittenAssistant(Turn("zh", "agent"))
    reports: list[CallReport] = []
    office = WrittenOffice(assistant, on_duty=True)
    assert await talk(caller, assistant, office, reports, pace=QUICK) == "normal"
    assert assistant.told[-2:] == ["5", "再见"] and reports[0].why == ""


async def test_nobody_at_the_desk_in_time_leads_to_a_call_back() -> None:
    caller = WrittenCaller(heard("人工"), *[Silence(0.01)] * 400)
    assistant = WrittenAssistant(Turn("zh", "queue", ("您排在第1位。",)), Turn("zh", "queue", ("请留下电话。",)))
    assistant.news_to_come.extend([Turn("zh", "queue")] * 400)
    slow = Pace(queue=0.1, desk=0.01, reassure=0.03)

    class Patient(WrittenCaller):
        async def listen(self, expect):  # type: ignore[no-untyped-def]
            await asyncio.sleep(0.01)
            return await super().listen(expect)

    patient = Patient(*caller.answers)
    patient.number = "anonymous"
    await talk(patient, assistant, WrittenOffice(assistant, on_duty=True), pace=slow)
    assert patient.heard_prompt("hold") and patient.heard_prompt("transfer_failed")
    assert assistant.told == ["/request_human", "/request_callback"] and "请留下电话。" in patient.said


async def test_nobody_on_duty_means_no_waiting() -> None:
    caller, assistant = WrittenCaller(heard("人工")), WrittenAssistant(Turn("zh", "queue", ("请留下电话。",)))
    await talk(caller, assistant, WrittenOffice(assistant), pace=QUICK)
    assert assistant.told == ["/request_callback"]


async def test_a_desk_that_cannot_be_asked_keeps_nobody_waiting() -> None:
    caller, assistant = WrittenCaller(heard("人工")), WrittenAssistant(Turn("zh", "queue", ("请留下电话。",)))
    office = WrittenOffice(assistant, on_duty=True)
    office.away = GatewayAway()
    await talk(caller, assistant, office, pace=QUICK)
    assert assistant.told == ["/request_callback"]


async def test_who_hangs_up_while_waiting_is_called_back() -> None:
    caller, assistant = WrittenCaller(heard("人工")), WrittenAssistant(Turn("zh", "queue"))
    assistant.news_to_come.extend([Turn("zh", "queue")] * 9)
    reports: list[CallReport] = []
    await talk(caller, assistant, WrittenOffice(assistant, on_duty=True), reports, pace=QUICK)
    assert [(one.why, one.number, one.conversation_id) for one in reports] == [
        ("abandoned", "13800138000", "conversation")
    ]


async def test_an_assistant_that_never_answers_is_given_up_with_words_all_the_time() -> None:
    caller, assistant = WrittenCaller(heard("我要投诉")), WrittenAssistant()
    assistant.seconds = 60.0
    reports: list[CallReport] = []
    assert await talk(caller, assistant, None, reports, pace=QUICK) == "gateway_away"
    assert caller.said.count(PROMPTS.text("filler_second", "zh")) >= 2 and caller.heard_prompt("gateway_down")
    assert caller.heard_prompt("callback_filed") and not caller.heard_prompt("still_down")
    assert reports[0].why == "failed"


async def test_no_silence_while_waiting_is_longer_than_twelve_seconds() -> None:
    pace = Pace()
    assert all(seconds <= 8.0 for _, seconds in pace.fillers) and pace.last <= 8.0 and pace.reassure <= 12.0
    assert sum(seconds for _, seconds in pace.fillers) + pace.last <= 30.0


async def test_with_everything_down_a_number_is_taken_by_the_keypad_and_promised_a_call() -> None:
    caller = WrittenCaller(heard("人工"), Digits("13900139000"))
    caller.number = "anonymous"
    assistant = WrittenAssistant(GatewayAway())
    reports: list[CallReport] = []
    await talk(caller, assistant, None, reports, pace=QUICK)
    assert caller.heard_prompt("keypad_number") and caller.heard_prompt("callback_filed")
    assert (reports[0].why, reports[0].callback_number) == ("failed", "13900139000")


async def test_without_a_number_nothing_is_promised() -> None:
    caller = WrittenCaller(heard("人工"), Silence(7))
    caller.number = "anonymous"
    reports: list[CallReport] = []
    await talk(caller, WrittenAssistant(GatewayAway()), None, reports, pace=QUICK)
    assert not caller.heard_prompt("callback_filed") and caller.heard_prompt("still_down")
    assert reports[0].callback_number == ""


async def test_who_cannot_be_heard_is_connected_or_called_back() -> None:
    caller = WrittenCaller(RecognitionFailed(), RecognitionFailed())
    reports: list[CallReport] = []
    assert await talk(caller, WrittenAssistant(), None, reports, desk="8000", pace=QUICK) == "deaf"
    assert len(caller.transfers) == 1 and caller.heard_prompt("callback_filed") and reports[0].why == "failed"


async def test_a_very_long_call_keeps_what_was_said_and_promises_a_call() -> None:
    caller = WrittenCaller(heard("我要投诉"), heard("在人民路"))
    caller.seconds = 3_000.0
    reports: list[CallReport] = []
    assert await talk(caller, WrittenAssistant(ASKED), None, reports) == "too_long"
    assert caller.heard_prompt("too_long") and reports[0].why == "failed"


async def test_a_very_long_story_reaches_the_assistant_whole() -> None:
    story = "路灯坏了，" * 1_000
    caller, assistant = WrittenCaller(heard(story)), WrittenAssistant()
    await talk(caller, assistant)
    assert "".join(assistant.told) == story and all(len(part) <= 4_000 for part in assistant.told)


async def test_who_cannot_be_answered_hears_so_and_is_promised_a_call() -> None:
    class Rendered(WrittenCaller):
        async def say(self, text, language, **more):  # type: ignore[no-untyped-def]
            self.mute = text == "在什么地方？"  # everything else was rendered ahead
            return await super().say(text, language, **more)

    caller = Rendered(heard("我要投诉"))
    reports: list[CallReport] = []
    assert await talk(caller, WrittenAssistant(ASKED), None, reports, desk="8000", pace=QUICK) == "speechless"
    assert caller.heard_prompt("synthesiser_down") and len(caller.transfers) == 1
    assert caller.heard_prompt("callback_filed") and reports[0].why == "failed"


async def test_after_a_call_back_was_filed_nobody_is_dialled_for_what_is_said_next() -> None:
    filed = Turn("zh", "queue", ("已登记回电，工单号是20261126000001。",), ticket={"number": "20261126000001"})
    caller = WrittenCaller(heard("人工"), heard("可以"), heard("不用"), heard("还有个井盖坏了"))
    assistant = WrittenAssistant(Turn("zh", "queue", ("请留一个电话号码。",)), filed, Turn("zh", "queue", ("好的。",)))
    reports: list[CallReport] = []
    await talk(caller, assistant, None, reports, desk="8000", pace=QUICK)
    assert assistant.told == ["/request_callback", "13800138000", "还有个井盖坏了"]
    assert len(caller.transfers) == 1 and reports[0].why == ""


async def test_a_person_is_looked_for_again_when_the_caller_asks_again() -> None:
    caller = WrittenCaller(heard("人工"), heard("人工"))
    caller.outcomes.extend([TransferOutcome.SILENT, TransferOutcome.TALKED])
    assistant = WrittenAssistant(Turn("zh", "queue", ("请留一个电话号码。",)))
    assert await talk(caller, assistant, desk="8000", pace=QUICK) == "talked"
    assert len(caller.transfers) == 2
