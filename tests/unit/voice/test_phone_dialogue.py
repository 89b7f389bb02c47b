"""What is said and done in a call, on a caller and an assistant that are written down."""

from __future__ import annotations

import pytest

from tests.dialogues import PROMPTS, WrittenAssistant, WrittenCaller, heard, talk
from voice.errors_speech import RecognitionFailed
from voice.gateway_client import Button, GatewayAway, Turn, turn_of
from voice.ports_dialogue import Answer, Digits, Silence, TransferOutcome
from voice.prompts import LANGUAGES

pytestmark = pytest.mark.asyncio


async def test_a_complaint_goes_to_the_assistant_and_its_answer_is_said() -> None:
    caller = WrittenCaller(heard("路灯坏了三天了"))
    assistant = WrittenAssistant(Turn("zh", "bot", ("请问在什么地方？",), form={"requested_slot": "location"}))
    assert await talk(caller, assistant) == "caller"
    assert assistant.told == ["路灯坏了三天了"] and assistant.opened == ["zh"]
    assert caller.heard_prompt("greeting") and "请问在什么地方？" in caller.said
    assert all(caller.heard_prompt("greeting_line", language) for language in LANGUAGES if language != "zh")
    assert caller.expected[-1].slot == "location"


async def test_the_call_goes_on_in_the_language_that_was_spoken() -> None:
    caller, assistant = WrittenCaller(heard("The street lamp is broken", "en")), WrittenAssistant()
    await talk(caller, assistant)
    assert assistant.opened == ["en"] and caller.expected[-1].language == "zh"  # as the assistant answered


@pytest.mark.parametrize(
    ("answer", "language"), [(heard("English please"), "en"), (Digits("3"), "ja"), (Digits("5"), "ru")]
)
async def test_another_language_can_be_asked_for_or_pressed(answer: Answer, language: str) -> None:
    caller, assistant = WrittenCaller(answer), WrittenAssistant()
    await talk(caller, assistant)
    assert caller.expected[-1].language == language and assistant.told == []


async def test_who_only_asked_for_an_operator_may_speak_any_language_afterwards() -> None:
    """The word is the same in many languages."""
    question = Turn("en", "queue", ("A person will come.",))
    caller = WrittenCaller(heard("operator", "en"), heard("家の前の街灯が消えています", "ja"), heard("はい", "ja"))
    await talk(caller, WrittenAssistant(question, *[Turn("ja", "bot", ("はい。",))] * 3))
    assert caller.heard_prompt("transfer_failed", "en")
    assert [one.language for one in caller.expected] == [None, None, "ja", "ja"]
    assert caller.expected[1].likely == "en"


async def test_while_the_language_is_open_a_yes_counts_in_any_and_keys_answer_what_was_asked() -> None:
    asks_number = Turn("en", "bot", ("Your number?",), form={"requested_slot": "contact_phone"})
    caller = WrittenCaller(heard("operator", "en"), heard("はい", "ja"))
    assistant = WrittenAssistant(asks_number)
    await talk(caller, assistant)
    assert assistant.told[-1] == "13800138000"  # the number that was called from
    choices = Turn("en", "bot", ("Which?",), (Button("Yes", "/affirm"), Button("No", "/deny")))
    caller = WrittenCaller(heard("operator", "en"), heard("", "en", 0.0), heard("", "en", 0.0), Digits("2"))
    assistant = WrittenAssistant(choices)
    await talk(caller, assistant)
    assert assistant.told[-1] == "/deny" and not caller.heard_prompt("language_key", "ja")


async def test_who_asks_for_a_person_in_words_of_one_language_speaks_it() -> None:
    choices = Turn("zh", "bot", ("哪一类？",), (Button("路灯", "/lamp"), Button("道路", "/road")))
    caller, assistant = WrittenCaller(heard("人工"), Digits("2")), WrittenAssistant(choices)
    await talk(caller, assistant)
    assert [one.language for one in caller.expected] == [None, "zh", "zh"] and assistant.told[-1] == "/road"


async def test_silence_is_asked_about_twice_and_then_ends() -> None:
    caller = WrittenCaller(Silence(7), Silence(7), Silence(7))
    assert await talk(caller, WrittenAssistant()) == "silent"
    assert all(caller.heard_prompt(name) for name in ("silence_first", "silence_second", "silence_last"))


async def test_who_is_silent_after_a_question_hears_the_question_again() -> None:
    caller = WrittenCaller(heard("路灯坏了"), Silence(7), heard("人民路"))
    assistant = WrittenAssistant(Turn("zh", "bot", ("好的。", "请问在什么地方？"), form={"requested_slot": "location"}))
    await talk(caller, assistant)
    assert caller.heard_prompt("silence_asked") and not caller.heard_prompt("silence_first")
    asked_again = PROMPTS.text("silence_asked", "zh")
    assert caller.said[caller.said.index(asked_again) - 1 :][:3] == [
        "请问在什么地方？",
        asked_again,
        "请问在什么地方？",
    ]
    assert assistant.told == ["路灯坏了", "人民路"]


@pytest.mark.parametrize("answer", [heard("人工"), heard("operator", "en"), Digits("0")])
async def test_a_person_is_reached_at_any_moment(answer: Answer) -> None:
    caller = WrittenCaller(answer)
    caller.outcome = TransferOutcome.TALKED
    assert await talk(caller, WrittenAssistant(), desk="8000") == "talked"
    assert caller.transfers[0].target == "8000"


async def test_nobody_answers_and_a_call_back_is_taken() -> None:
    caller, assistant = WrittenCaller(heard("人工")), WrittenAssistant(Turn("zh", "queue", ("请留下电话。",)))
    await talk(caller, assistant, desk="8000")
    assert assistant.told == ["/request_callback"] and "请留下电话。" in caller.said
    assert caller.heard_prompt("transfer_failed") and caller.heard_prompt("transfer_callback")


async def test_an_assistant_that_hands_over_leads_to_a_person() -> None:
    caller, assistant = WrittenCaller(heard("我要投诉")), WrittenAssistant(Turn("zh", "queue", ("正在转接。",)))
    caller.outcome = TransferOutcome.TALKED
    assert await talk(caller, assistant, desk="8000") == "talked"


async def test_wait_gives_time_and_repeat_says_it_again() -> None:
    caller = WrittenCaller(heard("我要投诉"), heard("再说一遍"), heard("等一下"), heard("在人民路"))
    assistant = WrittenAssistant(Turn("zh", "bot", ("请问在什么地方？",)))
    await talk(caller, assistant)
    assert caller.said.count("请问在什么地方？") == 2 and caller.heard_prompt("wait_granted")
    assert assistant.told == ["我要投诉", "在人民路"]


async def test_a_ticket_number_is_read_and_read_again_on_request() -> None:
    caller = WrittenCaller(heard("确认"), heard("再说一遍"))
    assistant = WrittenAssistant(Turn("zh", "bot", ("已登记。",), ticket={"number": "T123"}))
    await talk(caller, assistant)
    assert caller.heard_prompt("ticket_number", number="T123")
    assert caller.heard_prompt("ticket_number_again", number="T123")


async def test_a_choice_may_be_said_or_pressed() -> None:
    choices = Turn("zh", "bot", ("哪一类？",), (Button("路灯", "/lamp"), Button("道路", "/road")))
    for answer in (heard("路灯"), heard("第一个"), Digits("1")):
        caller, assistant = WrittenCaller(heard("我要投诉"), answer), WrittenAssistant(choices)
        await talk(caller, assistant)
        assert assistant.told[-1] == "/lamp"


async def test_what_was_hardly_heard_is_asked_again() -> None:
    caller, assistant = WrittenCaller(heard("", confidence=0.0), heard("嘟", confidence=0.05)), WrittenAssistant()
    await talk(caller, assistant)
    assert assistant.told == [] and caller.heard_prompt("not_heard") and caller.heard_prompt("not_heard_again")


async def test_an_answer_that_takes_long_is_bridged_with_a_word() -> None:
    caller, assistant = WrittenCaller(heard("我要投诉")), WrittenAssistant()
    assistant.seconds = 1.2
    await talk(caller, assistant)
    assert caller.heard_prompt("filler_first") and "好的。" in caller.said


async def test_who_has_heard_the_filler_already_does_not_hear_it_twice() -> None:
    caller, assistant = WrittenCaller(heard("我要投诉")), WrittenAssistant()
    assistant.seconds, caller.filled = 1.2, True
    await talk(caller, assistant)
    assert not caller.heard_prompt("filler_first") and caller.filler is not None


async def test_an_assistant_that_is_away_is_said_so_and_ends_with_a_word() -> None:
    caller = WrittenCaller(heard("我要投诉"), heard("我要投诉"))
    assistant = WrittenAssistant(GatewayAway(), GatewayAway(), GatewayAway())
    assert await talk(caller, assistant) == "gateway_away"
    assert all(caller.heard_prompt(name) for name in ("bot_down", "gateway_down", "still_down"))


async def test_a_recogniser_that_fails_leads_to_a_person() -> None:
    caller = WrittenCaller(RecognitionFailed(), RecognitionFailed())
    caller.outcome = TransferOutcome.TALKED
    assert await talk(caller, WrittenAssistant(), desk="8000") == "talked"
    assert caller.heard_prompt("recogniser_down")


async def test_without_any_voice_the_caller_is_connected_or_let_go() -> None:
    caller = WrittenCaller()
    caller.mute = True
    assert await talk(caller, WrittenAssistant()) == "speechless"


async def test_a_language_without_a_voice_is_left_out_of_the_greeting_and_the_call_goes_on() -> None:
    caller, assistant = WrittenCaller(heard("路灯坏了三天了")), WrittenAssistant()
    caller.unspoken = frozenset(("ja", "ru"))
    assert await talk(caller, assistant) == "caller" and assistant.told == ["路灯坏了三天了"]
    assert caller.heard_prompt("greeting_line", "ko")


async def test_what_nobody_foresaw_is_said_and_leads_to_a_person() -> None:
    caller = WrittenCaller(heard("我要投诉"))
    caller.outcome = TransferOutcome.TALKED
    assert await talk(caller, WrittenAssistant(ValueError("no JSON object")), desk="8000") == "talked"
    assert caller.heard_prompt("gateway_down") and caller.ended == "talked"


async def test_what_breaks_again_on_the_way_to_a_person_still_hangs_up() -> None:
    caller = WrittenCaller(heard("我要投诉"))
    assert await talk(caller, WrittenAssistant(ValueError(), ValueError())) == "failed" and caller.ended == "failed"


@pytest.mark.parametrize(
    ("answer", "told"),
    [("是", "人民路五号"), ("不是", None), ("不对，是解放路五号", "不对，是解放路五号")],
)
async def test_a_doubtful_place_is_asked_about_and_a_correction_is_not_lost(answer: str, told: str | None) -> None:
    where = Turn("zh", "bot", ("在什么地方？",), form={"requested_slot": "location"})
    caller = WrittenCaller(heard("路灯坏了三天了"), heard("人民路五号", confidence=0.4), heard(answer))
    assistant = WrittenAssistant(where)
    await talk(caller, assistant)
    assert caller.heard_prompt("heard_right", text="人民路五号")
    assert assistant.told[1:] == ([told] if told else [])


async def test_while_a_call_back_is_talked_about_nobody_is_dialled_again() -> None:
    caller = WrittenCaller(heard("人工"), heard("13800138000"))
    taking = [Turn("zh", "queue", (text,)) for text in ("电话？", "已登记。")]
    await talk(caller, WrittenAssistant(*taking), desk="8000")
    assert len(caller.transfers) == 1 and "已登记。" in caller.said


async def test_goodbye_ends_the_call() -> None:
    caller = WrittenCaller(heard("再见"))
    assert await talk(caller, WrittenAssistant()) == "normal" and caller.heard_prompt("goodbye")


async def test_a_notice_of_the_recording_comes_first() -> None:
    caller = WrittenCaller()
    await talk(caller, WrittenAssistant(), notice=True)
    assert caller.said[0] == PROMPTS.text("recording_notice", "zh")


async def test_an_answer_of_the_gateway_is_read() -> None:
    turn = turn_of({
        "language": "zh", "owner": "bot",
        "messages": [
            {"sender": "citizen", "text": "喂"},
            {"sender": "bot", "text": "请选择", "buttons": [{"title": "是", "payload": "/affirm"}],
             "data": {"form": {"name": "complaint_form", "requested_slot": "confirm"}}},
        ],
    })  # fmt: skip
    assert turn.texts == ("请选择",) and turn.buttons == (Button("是", "/affirm"),) and turn.slot == "confirm"
