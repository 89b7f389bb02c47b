"""The operator's switches: assistant off, people first, storm notices; and a bot that fails and comes back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.errors import InvalidField
from channels.handoff.contract import Staffing
from channels.handoff.no_desk import NoDesk
from channels.handoff.operator import OperatorSettings
from tests.integration.channels.handoff.people import Inside, inside, text
from tests.unit.channels.channel_fakes import says

pytestmark = pytest.mark.asyncio
NOBODY = Staffing()
BUSY = Staffing(on_duty=2, free=0, waiting=4)
FREE = Staffing(on_duty=2, free=1)
TOLD = {"zh": "台风来了", "en": "Storm", "ja": "台風です", "ko": "태풍입니다", "ru": "Тайфун"}
PEOPLE_FIRST = [{"channel": "*", "mode": "people_first"}]


async def switch(one: Inside, **body: Any) -> None:
    await one.service.operator.change(body, "值班长", one.clock())


async def test_with_the_assistant_off_a_message_goes_to_people_and_the_bot_is_never_asked(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation = await one.open()
        asked = len(one.bot.turns)
        await switch(one, bot={"enabled": False})
        answer = await one.say(conversation, "路灯坏了")
        assert answer.owner == "queue" and not answer.failed
        assert answer.messages[0].text == text("utter_gateway_bot_off_people", position=1)
        assert answer.messages[0].data["handoff"]["queue_position"] == 1
        assert (await one.say(conversation, "在幸福路12号")).messages == []
        await one.settled()
        case = one.desk.of(conversation)
        assert case.request.reason == "bot_off" and case.words == ["路灯坏了", "在幸福路12号"]
        await one.desk.take(case.request.handoff_id)
        await one.desk.hand_back(case.request.handoff_id)
        assert (await one.say(conversation, "还有")).owner == "queue"
        assert len(one.bot.turns) == asked


async def test_with_the_assistant_off_a_new_conversation_is_greeted_and_waits_for_a_person(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        await switch(one, bot={"enabled": False})
        conversation = await one.open("ru")
        assert await one.told(conversation) == [("system", text("utter_gateway_people_first", "ru"))]
        assert await one.owner(conversation) == "queue" and one.bot.turns == []


async def test_with_assistant_and_people_away_a_call_back_is_filed_without_either(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        one.desk.staff = NOBODY
        await switch(one, bot={"enabled": False})
        conversation = await one.open()
        assert await one.told(conversation) == [("system", text("utter_gateway_callback_offer"))]
        matter = await one.say(conversation, "幸福路路灯坏了三天")
        assert matter.messages[0].text == text("utter_gateway_callback_matter")
        half = await one.say(conversation, "1381234")
        assert half.messages[0].text == text("utter_gateway_callback_phone_again")
        filed = await one.say(conversation, "13812345678", "m9")
        number = "20260302000001"
        assert filed.messages[0].text == text("utter_gateway_callback_filed", number=number, phone_number="138****5678")
        assert filed.messages[0].data["ticket"] == {"number": number}
        [command] = one.tickets.filed.values()
        assert command.callback and command.contact.phone == "13812345678" and command.language == "zh"
        assert "幸福路路灯坏了三天" in command.description
        assert (await one.say(conversation, "13812345678", "m9")).wire() == filed.wire()
        more = await one.say(conversation, "在12号楼下")
        assert more.messages[0].text == text("utter_gateway_callback_noted", number=number)
        assert [added.text for added in one.tickets.added.values()] == ["在12号楼下"]
        [callback] = await one.service.care.callbacks()
        assert (callback.ticket_number, callback.phone, callback.done_at) == (number, "13812345678", None)
        done = await one.service.care.callback_done(callback.id, "小王", "已联系", one.clock())
        assert done.done_by == "小王"
        assert one.bot.turns == []


@pytest.mark.parametrize(
    ("language", "said", "phone"),
    [
        ("en", "The street light is broken, call me on +44 20 7946 0958", "+442079460958"),
        ("ja", "街灯が壊れています。090-1234-5678です", "+819012345678"),
        ("ko", "가로등이 고장 났어요. 010-1234-5678입니다", "+821012345678"),
        ("ru", "Не горит фонарь, мой номер 8 916 123-45-67", "+79161234567"),
    ],
)
async def test_matter_and_telephone_in_one_message_are_enough(
    language: str, said: str, phone: str, tmp_path: Path
) -> None:
    async with inside(tmp_path) as one:
        one.desk.staff = NOBODY
        await switch(one, bot={"enabled": False})
        conversation = await one.open(language)
        answer = await one.say(conversation, said)
        [command] = one.tickets.filed.values()
        assert (command.contact.phone, command.language) == (phone, language)
        assert answer.messages[0].language == language and "{" not in answer.messages[0].text


async def test_a_call_back_that_cannot_be_filed_claims_nothing_and_is_filed_later(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        one.desk.staff = NOBODY
        await switch(one, bot={"enabled": False})
        conversation = await one.open()
        one.tickets.down = True
        answer = await one.say(conversation, "路灯坏了，13812345678")
        assert answer.messages[0].text == text("utter_gateway_callback_store_down")
        assert await one.service.care.callbacks() == []
        one.tickets.down = False
        await one.say(conversation, "13812345678")
        [command] = one.tickets.filed.values()
        assert "路灯坏了" in command.description


async def test_what_comes_after_the_ticket_takes_nothing_any_more_becomes_a_call_back_of_its_own(
    tmp_path: Path,
) -> None:
    async with inside(tmp_path) as one:
        one.desk.staff = NOBODY
        await switch(one, bot={"enabled": False})
        conversation = await one.open()
        await one.say(conversation, "路灯坏了，13812345678")
        one.tickets.closed = True
        answer = await one.say(conversation, "又坏了")
        assert answer.messages[0].data["ticket"] == {"number": "20260302000002"}
        first, second = one.tickets.filed.values()
        assert second.contact.phone == first.contact.phone and "又坏了" in second.description
        one.clock.pass_seconds(13 * 3600)  # the next day it is another matter
        await one.say(conversation, "井盖不见了")
        assert (await one.history(conversation))[-1].text == text("utter_gateway_callback_offer")


async def test_who_asks_to_be_called_while_the_bot_is_away_is_asked_for_the_telephone(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation = await one.open()
        one.bot.down = True
        answer = await one.press(conversation, "/request_callback")
        assert (answer.owner, answer.messages[0].text) == ("queue", text("utter_gateway_callback_phone"))
        one.bot.down = False  # whoever answers now: the number is the call-back's
        asked = len(one.bot.turns)
        await one.say(conversation, "13812345678")
        assert len(one.tickets.filed) == 1 and len(one.bot.turns) == asked


async def test_one_failure_of_the_bot_is_told_and_the_second_brings_people_who_know_all(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation = await one.open()
        one.bot.down = True
        first = await one.say(conversation, "路灯坏了", "m1")
        assert first.failed and first.owner == "bot"
        second = await one.press(conversation, first.messages[0].buttons[0].payload)
        assert not second.failed and second.owner == "queue"
        assert second.messages[0].text == text("utter_gateway_bot_failed_people", position=1)
        third = await one.say(conversation, "在幸福路")
        assert (third.failed, list(third.messages)) == (False, [])
        await one.settled()
        case = one.desk.of(conversation)
        assert case.request.reason == "bot_failed"
        assert [word for word in case.words if word != "再试一次"] == ["路灯坏了", "在幸福路"]


async def test_failures_of_one_restart_bring_nobody_in_and_those_that_last_do(tmp_path: Path) -> None:
    async with inside(tmp_path, BOT_FAILING_SECONDS="20") as one:
        conversation = await one.open()
        one.bot.down = True
        for name in ("m1", "m2", "m3"):
            assert (await one.say(conversation, "路灯坏了", name)).owner == "bot"
        one.clock.pass_seconds(21)
        assert (await one.say(conversation, "路灯坏了", "m4")).owner == "queue"


async def test_a_bot_that_is_well_again_takes_the_conversation_back_unless_a_person_has_it(tmp_path: Path) -> None:
    async with inside(tmp_path, BOT_FAILURES_TO_PEOPLE="1") as one:
        conversation, taken = await one.open(), await one.open()
        one.bot.down = True
        await one.say(conversation, "路灯坏了")
        await one.say(taken, "路灯坏了")
        await one.settled()
        await one.desk.take(one.desk.of(taken).request.handoff_id)
        one.bot.down = False
        back = await one.say(conversation, "还是坏的")
        assert back.owner == "bot"
        assert [m.text for m in back.messages] == [text("utter_gateway_bot_back"), "re: 还是坏的"]
        await one.settled()
        assert one.desk.of(conversation).closed == "bot_back"
        assert (await one.say(taken, "还是坏的")).messages == []
        assert await one.owner(taken) == "agent"


async def test_who_asked_for_a_person_stays_in_the_queue_although_the_bot_answers(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, _ = await one.queued()
        answer = await one.say(conversation, "还有多久")
        assert (answer.owner, [m.text for m in answer.messages]) == ("queue", ["re: 还有多久"])


async def test_a_bot_that_answers_with_nothing_again_and_again_brings_people_too(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation = await one.open()
        one.bot.answer = says()
        assert (await one.say(conversation, "路灯坏了")).failed
        assert (await one.say(conversation, "路灯坏了！")).owner == "queue"


async def test_people_first_puts_through_while_somebody_is_free_and_else_the_assistant_answers(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        await switch(one, modes=PEOPLE_FIRST)
        one.desk.staff = FREE
        through = await one.open()
        assert await one.owner(through) == "queue" and one.bot.turns == []
        await one.settled()
        assert one.desk.of(through).request.reason == "people_first"
        for staff in (BUSY, NOBODY):
            one.desk.staff = staff
            conversation = await one.open()
            assert await one.owner(conversation) == "bot"
            assert (await one.told(conversation)) == [("bot", "re: /session_opened")]


async def test_a_rule_for_the_telephone_leaves_the_page_alone(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        await switch(one, modes=[{"channel": "phone", "mode": "people_first"}])
        assert await one.owner(await one.open(channel="phone")) == "queue"
        assert await one.owner(await one.open(channel="web")) == "bot"


@pytest.mark.parametrize("language", ["zh", "en", "ja", "ko", "ru"])
async def test_a_storm_notice_is_said_before_the_greeting_while_it_holds(language: str, tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        now = one.clock()
        notice = {
            "id": "storm-7",
            "starts_at": (now - timedelta(hours=1)).isoformat(),
            "ends_at": (now + timedelta(hours=1)).isoformat(),
            "texts": TOLD,
        }
        await switch(one, announcements=[notice])
        conversation = await one.open(language)
        assert await one.told(conversation) == [("system", TOLD[language]), ("bot", "re: /session_opened")]
        assert (await one.history(conversation))[0].data["announcement"]["id"] == "storm-7"
        one.clock.pass_seconds(3601)
        assert await one.told(await one.open(language)) == [("bot", "re: /session_opened")]


async def test_settings_that_cannot_be_used_change_nothing(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        for body, field in (
            ({"bot": {"enabled": "no"}}, "bot.enabled"),
            ({"modes": [{"mode": "robots_first"}]}, "modes[0].mode"),
            ({"modes": [{"mode": "people_first", "weekdays": [8]}]}, "modes[0].weekdays"),
            ({"modes": [{"mode": "people_first", "from": "25:00"}]}, "modes[0].from"),
            ({"announcements": [{"id": "a", "starts_at": "2026-03-02T09:00:00"}]}, "announcements[0].starts_at"),
            ({"queue_timeout_seconds": 1}, "queue_timeout_seconds"),
        ):
            with pytest.raises(InvalidField) as refused:
                await switch(one, bot={"enabled": True}, **body) if "bot" not in body else await switch(one, **body)
            assert refused.value.field == field
        assert (await one.service.operator.now()).wire()["modes"] == []
        without_korean = {key: value for key, value in TOLD.items() if key != "ko"}
        soon = {"starts_at": "2026-03-02T09:00:00+08:00", "ends_at": "2026-03-02T10:00:00+08:00"}
        with pytest.raises(InvalidField, match="ko"):
            await switch(one, announcements=[{"id": "a", "texts": without_korean, **soon}])


async def test_settings_survive_a_restart_and_reach_another_gateway(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        seconds = [0.0]
        other = OperatorSettings(one.service.care, clock=lambda: seconds[0])
        assert (await other.now()).bot_enabled
        await switch(one, bot={"enabled": False}, queue_timeout_seconds=120)
        seconds[0] = 1.0
        assert (await other.now()).bot_enabled
        seconds[0] = 2.1
        again = await other.now()
        assert (again.bot_enabled, again.queue_timeout_seconds) == (False, 120)


async def test_without_any_desk_who_wants_a_person_is_offered_a_call_back_and_stays_with_the_assistant(
    tmp_path: Path,
) -> None:
    async with inside(tmp_path) as one:
        one.service.delivery.desk = NoDesk()
        conversation = await one.open()
        await one.press(conversation, "/request_human")
        await one.settled()
        assert await one.owner(conversation) == "bot"
        assert (await one.told(conversation))[-1] == ("system", text("utter_gateway_nobody_there"))
        assert await one.service.letters.letters() == []
