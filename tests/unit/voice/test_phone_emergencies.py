"""Danger in a call: what to dial is said first and to its end, and dialled only where the operator has said whom."""

from __future__ import annotations

import pytest

from hotline.settings import SettingsError, load
from tests.dialogues import WrittenAssistant, WrittenCaller, heard, talk
from voice.gateway_client import Turn
from voice.house import emergency_targets
from voice.ports_dialogue import TransferOutcome
from voice.ports_office import CallReport

FIRE = Turn(
    "zh", "bot", ("请先离开，立即拨打119。", "要我登记一张紧急工单吗？"),
    data={"emergency": {"numbers": ["119"]}}, form={"name": "emergency_form", "requested_slot": None},
)  # fmt: skip


@pytest.mark.asyncio
async def test_the_number_is_said_first_and_cannot_be_talked_over() -> None:
    caller = WrittenCaller(heard("着火了"))
    await talk(caller, WrittenAssistant(FIRE))
    told = {text: interruptible for text, _, interruptible in caller.asked_to}
    assert told["请先离开，立即拨打119。"] is False and told["要我登记一张紧急工单吗？"] is True
    assert caller.transfers == []  # nobody was configured


@pytest.mark.asyncio
async def test_who_is_configured_is_dialled_without_a_word_before_or_a_key_to_press() -> None:
    caller, reports = WrittenCaller(heard("着火了")), list[CallReport]()
    caller.outcome = TransferOutcome.TALKED
    house = {"emergencies": {"119": "sip:119@10.0.0.10"}}
    assert await talk(caller, WrittenAssistant(FIRE), None, reports, **house) == "emergency"
    [transfer] = caller.transfers
    assert (transfer.target, transfer.accept_key, transfer.whisper) == ("sip:119@10.0.0.10", "", "")
    assert caller.heard_prompt("emergency_dialled", number="119") and reports[0].why == ""
    assert caller.said.index("请先离开，立即拨打119。") < len(caller.said) - 1


@pytest.mark.asyncio
async def test_nobody_answers_there_and_the_caller_is_told_to_dial_and_talks_on() -> None:
    caller, assistant = WrittenCaller(heard("着火了"), heard("要")), WrittenAssistant(FIRE, FIRE)
    await talk(caller, assistant, emergencies={"119": "sip:119@10.0.0.10"})
    assert caller.heard_prompt("emergency_failed", number="119") and "要我登记一张紧急工单吗？" in caller.said
    assert len(caller.transfers) == 1 and assistant.told == ["着火了", "要"]  # once a call


@pytest.mark.asyncio
async def test_an_answer_that_names_no_number_is_completed() -> None:
    turn = Turn("zh", "bot", ("请保持冷静。",), data={"emergency": {"numbers": ["120"]}})
    caller = WrittenCaller(heard("有人晕倒了"))
    await talk(caller, WrittenAssistant(turn))
    assert caller.said.index("请保持冷静。") == caller.said.index("情况危急，请马上拨打120。") + 1


def test_targets_are_read_from_the_setting() -> None:
    settings = load(
        {"HOTLINE_EMERGENCY_TARGETS": "119=sip:119@10.0.0.10, 110=110", "HOTLINE_SIP_TRUNK": "sip:10.0.0.1"}
    )
    assert emergency_targets(settings) == {"119": "sip:119@10.0.0.10", "110": "110"}
    assert emergency_targets(load({})) == {}


@pytest.mark.parametrize("wrong", ["119", "119=", "fire=sip:119@10.0.0.10", "119=a b", "110=110"])
def test_a_target_that_cannot_be_dialled_is_refused_at_start(wrong: str) -> None:
    with pytest.raises(SettingsError, match="HOTLINE_EMERGENCY_TARGETS"):
        emergency_targets(load({"HOTLINE_EMERGENCY_TARGETS": wrong}))
