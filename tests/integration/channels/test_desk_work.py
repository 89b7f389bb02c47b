"""The day's work at the desk: queue, offers, talks, passing on, tickets, leaders, alerts, settings."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.integration.channels.desks import Page, Staffed, eventually, staffed
from tests.integration.channels.gateways import INTERNAL_TOKEN, Client
from tests.pictures import GPS, photo

pytestmark = pytest.mark.asyncio
JPEG = photo(hidden=True)


def says(citizen: list[dict[str, Any]], sender: str) -> list[str]:
    return [message["text"] for message in citizen if message["sender"] == sender]


async def talking(desk: Staffed, page: Page, language: str = "zh") -> Client:
    """A citizen whom `page` has accepted."""
    citizen = await desk.citizen(language)
    await page.accept(citizen.conversation_id)
    return citizen


async def test_a_citizen_waits_is_offered_answered_and_given_back_to_the_bot(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        kim = await desk.hired("kim", languages="ko zh")
        async with kim.socket() as socket:
            await socket.until("hello")
            await kim.be()
            citizen = await desk.citizen("ko", "상담원 연결해 주세요")
            offered = await socket.until("queue", lambda frame: frame["entries"] and frame["entries"][0]["offered_to"])
            [entry] = offered["entries"]
            assert entry["offered_to"]["id"] == "kim" and entry["may_accept"] and entry["position"] == 1
            assert entry["language"] == "ko" and entry["offered_until"]
            body = {"expected_version": entry["owner_version"]}
            await kim.do(f"/conversations/{citizen.conversation_id}/accept", body)
            mine = await socket.until("conversation", lambda frame: frame["conversation"]["my_role"] == "agent")
            assert mine["conversation"]["owner"] == "agent"
            await citizen.say("네, 안녕하세요")
            heard = await socket.until("message", lambda frame: frame["message"]["sender"] == "citizen")
            assert heard["message"]["text"] == "네, 안녕하세요" and heard["conversation_id"] == citizen.conversation_id
            turns = len(desk.bot.turns)
            message = await kim.say(citizen.conversation_id, "무엇을 도와드릴까요?")
            assert message["sender"] == "agent" and message["data"]["agent"]["name"] == "Kim"
            assert len(desk.bot.turns) == turns  # the bot is silent
            await kim.do(f"/conversations/{citizen.conversation_id}/return", {"summary": "길을 안내했음"})
            await socket.until("gone", lambda frame: frame["reason"] == "returned")
        status, answer = await citizen.say("고맙습니다")
        assert status == 200 and answer["owner"] == "bot"
        assert desk.bot.turns[-1]["metadata"]["agent_did"]["summary"] == "길을 안내했음"
        sequence = [message["seq"] for message in await citizen.history()]
        assert sequence == list(range(1, len(sequence) + 1))


async def test_the_place_in_the_queue_is_told_and_moves(tmp_path: Path) -> None:
    async with staffed(tmp_path, WAIT_SECONDS_EACH="120") as desk:
        wang = await desk.hired("wang", capacity=0)
        first, second = await desk.citizen(), await desk.citizen()
        async with second.socket() as channel:
            frame = await channel.receive_json()
            assert (frame["type"], frame["owner"], frame["queue_position"]) == ("owner", "queue", 2)
            assert frame["wait_seconds"] == 240  # two before a person is free, one person on duty
            await desk.desk.accounts.change("wang", lambda known: _with_room(known, 1))
            await wang.accept(first.conversation_id)
            async with asyncio.timeout(5):
                while frame.get("queue_position") != 1:
                    frame = await channel.receive_json()
        queue = (await wang.get("/state"))["queue"]
        assert [entry["conversation_id"] for entry in queue] == [second.conversation_id]


async def test_nobody_who_speaks_the_language_means_no_promise_and_a_call_back(tmp_path: Path) -> None:
    async with staffed(tmp_path, DESK_TELL_SECONDS="1") as desk:
        await desk.hired("wang")
        citizen = await desk.citizen("ko", "상담원 연결해 주세요")
        await eventually(lambda: _told(citizen, "대기 순서는 1번째"))
        told = [message for message in await citizen.history() if "대기 순서는" in message["text"]][0]
        assert told["data"]["handoff"] == {"state": "queued", "queue_position": 1, "wait_seconds": None}
        assert [button["payload"] for button in told["buttons"]] == ["/request_callback", "/resume"]


async def test_an_offer_that_passes_goes_to_somebody_else(tmp_path: Path) -> None:
    async with staffed(tmp_path, DESK_OFFER_SECONDS="1") as desk:
        await desk.hired("wang")
        await desk.hired("li", capacity=9)
        citizen = await desk.citizen()
        seen: set[str | None] = set()

        async def both_were_asked() -> bool:
            case = await desk.desk.work.open_case_of(citizen.conversation_id)
            seen.add(case.offered_to if case else None)
            return {"wang", "li"} <= seen

        await eventually(both_were_asked)


async def test_what_is_assigned_needs_no_click(tmp_path: Path) -> None:
    async with staffed(tmp_path, DESK_ASSIGNMENT="assign") as desk:
        wang = await desk.hired("wang")
        citizen = await desk.citizen()
        await eventually(lambda: _has(wang, citizen))
        assert (await wang.get("/state"))["mine"][0]["my_role"] == "agent"
        assert (await citizen.say("您好"))[1]["owner"] == "agent"


async def test_a_silent_person_is_warned_then_relieved_and_the_citizen_is_first_in_the_queue(tmp_path: Path) -> None:
    async with staffed(tmp_path, DESK_WARN_SECONDS="1", DESK_RELIEVE_SECONDS="3", DESK_ASSIGNMENT="off") as desk:
        wang, li = await desk.hired("wang"), await desk.hired("li")
        citizen, other = await talking(desk, wang), await desk.citizen()
        await eventually(lambda: _mine(wang, citizen, "warned"))
        await eventually(lambda: _is_first(li, citizen))
        assert (await citizen.say("还在吗"))[1]["owner"] == "queue"
        await li.accept(citizen.conversation_id)
        context = await li.context(citizen.conversation_id)
        events = [note["event"]["type"] for note in context["notes"]]
        assert events == ["accepted", "relieved", "accepted"]
        assert other.conversation_id in {entry["conversation_id"] for entry in (await li.get("/state"))["queue"]}


async def test_who_answers_is_neither_warned_nor_relieved(tmp_path: Path) -> None:
    async with staffed(tmp_path, DESK_WARN_SECONDS="1", DESK_RELIEVE_SECONDS="2") as desk:
        wang = await desk.hired("wang")
        citizen = await talking(desk, wang)
        await wang.say(citizen.conversation_id, "您好")
        await asyncio.sleep(3.2)
        [mine] = (await wang.get("/state"))["mine"]
        assert not mine["warned"] and mine["unanswered_since"] is None


async def test_waiting_long_asks_more_people(tmp_path: Path) -> None:
    async with staffed(tmp_path, DESK_ESCALATE_SECONDS="1") as desk:
        wang = await desk.hired("wang")
        citizen = await desk.citizen("ko", "상담원 연결해 주세요")
        assert (await wang.get("/state"))["queue"] == []  # not a language of Wang's
        await eventually(lambda: _is_first(wang, citizen))
        [entry] = (await wang.get("/state"))["queue"]
        assert (entry["escalated"], entry["may_accept"]) == (2, True)
        await wang.accept(citizen.conversation_id)


async def test_a_person_without_the_language_or_without_room_cannot_accept(tmp_path: Path) -> None:
    async with staffed(tmp_path, DESK_ASSIGNMENT="off") as desk:
        wang = await desk.hired("wang", capacity=1)
        korean = await desk.citizen("ko", "상담원 연결해 주세요")
        status, body = await wang.call("POST", f"/conversations/{korean.conversation_id}/accept", {})
        assert (status, body["code"]) == (403, "role_not_enough")
        await talking(desk, wang)
        second = await desk.citizen()
        status, body = await wang.call("POST", f"/conversations/{second.conversation_id}/accept", {})
        assert (status, body["code"]) == (409, "at_capacity")


async def test_a_citizen_who_gives_up_is_gone_from_the_desk(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang = await desk.hired("wang")
        citizen = await desk.citizen()
        status, _, _ = await citizen.call("POST", f"{citizen.path}/queue/cancel", json={})
        assert status == 200
        await eventually(lambda: _queue_is_empty(wang))
        status, body = await wang.call("POST", f"/conversations/{citizen.conversation_id}/accept", {})
        assert (status, body["code"]) == (404, "not_at_desk")


async def test_a_conversation_is_passed_to_a_colleague_and_to_a_skill(tmp_path: Path) -> None:
    async with staffed(tmp_path, DESK_ASSIGNMENT="off") as desk:
        wang, kim = await desk.hired("wang"), await desk.hired("kim", languages="ko zh")
        sato = await desk.hired("sato", languages="ja")
        citizen = await talking(desk, wang)
        path = f"/conversations/{citizen.conversation_id}"
        async with kim.socket() as socket, wang.socket() as left:
            await socket.until("hello")
            await left.until("hello")
            moved = await wang.do(f"{path}/transfer", {"agent_id": "kim", "note": "她知道这件事"})
            assert moved["conversation"]["agent"]["id"] == "kim"
            await socket.until("conversation", lambda frame: frame["conversation"]["my_role"] == "agent")
            await left.until("gone", lambda frame: frame["reason"] == "moved")
        status, body = await wang.call("POST", f"{path}/messages", {"message_id": "m", "text": "还是我"})
        assert (status, body["code"]) == (409, "not_yours")
        await kim.say(citizen.conversation_id, "您好")
        await kim.do(f"{path}/transfer", {"skill": {"language": "ja", "topic": None}, "note": "日本語"})
        assert (await wang.get("/state"))["queue"] == []
        [entry] = (await sato.get("/state"))["queue"]
        assert entry["conversation_id"] == citizen.conversation_id
        await sato.accept(citizen.conversation_id)
        notes = (await sato.context(citizen.conversation_id))["notes"]
        assert [note["event"].get("words") for note in notes] == [None, "她知道这件事", "日本語", None]


async def test_a_transfer_to_nobody_leaves_the_citizen_where_he_is(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang = await desk.hired("wang")
        citizen = await talking(desk, wang)
        path = f"/conversations/{citizen.conversation_id}/transfer"
        for body, code in (
            ({"agent_id": "nobody"}, "not_reachable"),
            ({"agent_id": "administrator"}, "not_reachable"),  # not there
            ({}, "invalid_field"),
            ({"agent_id": "x", "skill": {}}, "invalid_field"),
            ({"skill": {"language": "fr"}}, "invalid_field"),
            ({"skill": {"language": "zh", "topic": "magic"}}, "invalid_field"),
        ):
            status, answer = await wang.call("POST", path, body)
            assert answer["code"] == code, body
        await wang.say(citizen.conversation_id, "我还在")


async def test_three_speak_and_the_third_leaves(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang, kim = await desk.hired("wang"), await desk.hired("kim", languages="ko")
        citizen = await talking(desk, wang)
        path = f"/conversations/{citizen.conversation_id}"
        await wang.do(f"{path}/invite", {"agent_id": "kim"})
        again = await wang.do(f"{path}/invite", {"agent_id": "kim"})
        assert [one["id"] for one in again["conversation"]["participants"]] == ["kim"]
        await kim.say(citizen.conversation_id, "大家好")
        status, body = await kim.call("POST", f"{path}/close", {"reason": "solved"})
        assert (status, body["code"]) == (409, "not_yours")
        await kim.do(f"{path}/leave")
        assert (await kim.call("POST", f"{path}/messages", {"message_id": "m", "text": "x"}))[0] == 409
        assert (await wang.call("POST", f"{path}/leave"))[0] == 409  # who has it does not just go
        heard = await citizen.history()
        assert "Kim也加入了对话，一起为您处理。" in says(heard, "system")
        assert "Kim已离开对话。" in says(heard, "system")
        assert [one["data"]["agent"]["name"] for one in heard if one["sender"] == "agent"] == ["Kim"]


async def test_a_conversation_ends_with_a_reason_and_a_rating(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang, leader = await desk.hired("wang"), await desk.hired("leader", "shift_leader")
        citizen = await talking(desk, wang)
        path = f"/conversations/{citizen.conversation_id}"
        assert (await wang.call("POST", f"{path}/close", {"reason": "bored"}))[0] == 422
        await wang.do(f"{path}/close", {"reason": "solved", "note": "查到了"})
        await wang.call("POST", f"{path}/close", {"reason": "solved"})  # a double click
        status, _, _ = await citizen.call("POST", f"{citizen.path}/rating", json={"score": 5, "solved": True})
        assert status == 200
        board = await leader.get("/board")
        assert board["ratings"] == {"count": 1, "average": 5.0}
        assert (board["answered"], board["waiting"], board["abandoned"]) == (1, 0, 0)


async def test_one_click_files_what_was_said_once_and_tells_the_citizen(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang = await desk.hired("wang")
        citizen = await talking(desk, wang)
        await citizen.say("小区门口的路灯坏了三天，我的电话是13812345678")
        context = await wang.context(citizen.conversation_id)
        draft = context["ticket_draft"]
        assert "路灯坏了三天" in draft["description"] and draft["contact_phone"] == "138****5678"
        fields = {**draft, "category": "street_light", "location": "解放路"}
        path = f"/conversations/{citizen.conversation_id}/ticket"
        filed = await wang.do(path, {"request_id": "r1", "fields": fields})
        again = await wang.do(path, {"request_id": "r1", "fields": fields})
        assert filed == again and filed["ticket"]["unit"] == "urban_management"
        number = filed["ticket"]["number"]
        told = [one for one in await citizen.history() if one["data"].get("ticket")]
        assert len(told) == 1 and number in told[0]["text"]
        ticket = await desk.desk.context.tickets._threads.run(lambda core: core.get(number))  # type: ignore[attr-defined]
        assert ticket.contact.phone == "13812345678" and str(ticket.history[0].actor) == "agent:wang"
        context = await wang.context(citizen.conversation_id)
        assert [one["number"] for one in context["tickets"]] == [number] == context["conversation"]["tickets"]
        status, body = await wang.call(
            "POST", path, {"request_id": "r2", "fields": {**fields, "description": "x" * 4001}}
        )
        assert (status, body["code"], body["field"]) == (422, "ticket_refused", "description")
        status, body = await wang.call("POST", path, {"request_id": "r3", "fields": {**fields, "category": "magic"}})
        assert (status, body["reason"]) == (422, "category_unknown")


async def test_nothing_is_claimed_while_the_ticket_store_is_down(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang = await desk.hired("wang")
        citizen = await talking(desk, wang)
        core = desk.desk.context.tickets._threads  # type: ignore[attr-defined]
        core._config = core._config.__class__("postgresql://nobody@127.0.0.1:1/none")
        core._desk = None
        body = {"request_id": "r1", "fields": {"nature": "complaint", "description": "路灯"}}
        status, answer = await wang.call("POST", f"/conversations/{citizen.conversation_id}/ticket", body)
        assert (status, answer["code"]) == (503, "tickets_unavailable")
        assert not [one for one in await citizen.history() if one["data"].get("ticket")]
        assert (await wang.context(citizen.conversation_id))["tickets"] == []  # the conversation is still shown


async def test_a_number_is_revealed_for_a_purpose_that_is_kept(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang, li = await desk.hired("wang"), await desk.hired("li")
        citizen = await talking(desk, wang)
        path = f"/conversations/{citizen.conversation_id}/reveal"
        status, body = await wang.call("POST", path, {"purpose": "call back"})
        assert (status, body["code"]) == (404, "phone_unknown")
        await citizen.say("我的电话是13812345678")
        assert (await wang.call("POST", path, {"purpose": " "}))[0] == 422
        assert (await li.call("POST", path, {"purpose": "curious"}))[0] == 403
        assert (await wang.do(path, {"purpose": "call back"}))["phone"] == "13812345678"
        [deed] = [
            one
            for one in await desk.desk.accounts.deeds(desk.desk.clock() - timedelta(1), 50)
            if one["deed"] == "revealed"
        ]
        assert deed["agent_id"] == "wang" and deed["detail"] == "138****5678: call back"
        events = [note["event"] for note in (await wang.context(citizen.conversation_id))["notes"]]
        assert {"type": "revealed", "by": {"id": "wang", "name": "Wang"}, "purpose": "call back"} in events


async def test_files_go_both_ways(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang, li = await desk.hired("wang"), await desk.hired("li")
        citizen = await talking(desk, wang)
        form = _form(JPEG, "lamp.jpg")
        status, sent, _ = await citizen.call("POST", f"{citizen.path}/attachments", data=form)
        assert status == 201
        path = f"/conversations/{citizen.conversation_id}/attachments"
        status, picture = await wang.call("GET", f"{path}/{sent['attachment']['id']}")
        assert status == 200 and picture[:3] == JPEG[:3] and GPS not in picture
        assert (await li.call("GET", f"{path}/{sent['attachment']['id']}"))[0] == 403
        message_id = str(uuid.uuid4())
        answers = [await wang.call("POST", path, data=_form(JPEG, "map.jpg", message_id)) for _ in range(2)]
        assert [status for status, _ in answers] == [201, 201]
        assert answers[0][1] == answers[1][1]
        message = answers[0][1]["message"]
        assert message["sender"] == "agent" and message["data"]["attachment"]["name"] == "map.jpg"
        status, picture, _ = await citizen.call(
            "GET", f"{citizen.path}/attachments/{message['data']['attachment']['id']}"
        )
        assert status == 200 and picture[:3] == JPEG[:3] and GPS not in picture
        assert (await wang.call("POST", path, data=_form(b"MZ not a picture", "a.exe")))[0] == 415
        assert len(list((tmp_path / "uploads" / citizen.conversation_id).iterdir())) == 2


async def test_notes_and_whispers_stay_at_the_desk(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang, supervisor = await desk.hired("wang"), await desk.hired("super", "supervisor")
        citizen = await talking(desk, wang)
        path = f"/conversations/{citizen.conversation_id}"
        async with wang.socket() as socket:
            await socket.until("conversation")
            await wang.do(f"{path}/notes", {"note_id": "n1", "text": "常客"})
            await wang.do(f"{path}/notes", {"note_id": "n1", "text": "常客"})
            await socket.until("note", lambda frame: frame["note"]["kind"] == "note")
            await supervisor.do(f"{path}/whisper", {"text": "问一下门牌号"})
            whisper = await socket.until("note", lambda frame: frame["note"]["kind"] == "whisper")
            assert whisper["note"]["author"]["id"] == "super"
        kinds = [note["kind"] for note in (await wang.context(citizen.conversation_id))["notes"]]
        assert kinds == ["system", "note", "whisper"]
        everything = str(await citizen.history())
        assert "常客" not in everything and "门牌号" not in everything


async def test_a_supervisor_listens_unseen_and_takes_over(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang, supervisor = await desk.hired("wang"), await desk.hired("super", "supervisor")
        citizen = await talking(desk, wang)
        path = f"/conversations/{citizen.conversation_id}"
        async with wang.socket() as agent, supervisor.socket() as quiet:
            await agent.until("hello")
            await quiet.until("hello")
            await supervisor.do(f"{path}/listen", {"on": True})
            await quiet.send(type="view", conversation_id=citizen.conversation_id, silent=True)
            await agent.send(type="view", conversation_id=citizen.conversation_id)
            viewers = await agent.until("viewers", lambda frame: frame["agents"])
            assert [one["id"] for one in viewers["agents"]] == ["wang"]
            await citizen.say("我很着急")
            heard = await quiet.until("message", lambda frame: frame["message"]["sender"] == "citizen")
            assert heard["message"]["text"] == "我很着急"
            await supervisor.do(f"{path}/take-over", {})
            await agent.until("gone", lambda frame: frame["reason"] == "moved")
        assert (await wang.call("POST", f"{path}/messages", {"message_id": "m", "text": "x"}))[0] == 409
        await supervisor.say(citizen.conversation_id, "我来处理")
        deeds = {one["deed"] for one in await desk.desk.accounts.deeds(desk.desk.clock() - timedelta(1), 50)}
        assert {"listened", "took_over"} <= deeds


async def test_a_supervisor_takes_a_conversation_from_the_bot(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        supervisor = await desk.hired("super", "supervisor")
        citizen = await desk.running.client(language="zh")
        await supervisor.do(f"/conversations/{citizen.conversation_id}/take-over", {})
        await eventually(lambda: _has(supervisor, citizen))
        assert (await citizen.say("您好"))[1]["owner"] == "agent"
        await supervisor.say(citizen.conversation_id, "您好，我在")


async def test_two_who_look_at_the_same_conversation_see_each_other(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang, leader = await desk.hired("wang"), await desk.hired("leader", "shift_leader")
        citizen = await talking(desk, wang)
        async with wang.socket() as first, leader.socket() as second:
            await first.send(type="view", conversation_id=citizen.conversation_id)
            await second.send(type="view", conversation_id=citizen.conversation_id)
            await first.until("viewers", lambda frame: len(frame["agents"]) == 2)
            await second.send(type="view", conversation_id=None)
            await first.until("viewers", lambda frame: len(frame["agents"]) == 1)
            await second.send(type="view", conversation_id="unknown")
            error = await second.until("error")
            assert error["code"] == "not_at_desk"
            await second.send(type="dance")
            assert (await second.until("error"))["code"] == "invalid_field"


async def test_the_citizen_sees_that_somebody_writes_and_the_desk_that_the_citizen_does(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang = await desk.hired("wang")
        citizen = await talking(desk, wang)
        async with wang.socket() as socket, citizen.socket(after=99) as channel:
            await socket.until("conversation")
            await channel.send_json({"type": "typing"})
            assert (await socket.until("typing"))["who"] == "citizen"
            await socket.send(type="typing", conversation_id=citizen.conversation_id)
            async with asyncio.timeout(5):
                while (frame := await channel.receive_json())["type"] != "typing":
                    pass
            assert frame["who"] == "agent"


async def test_leaders_of_another_unit_see_nothing_of_it(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang = await desk.hired("wang")
        other = await desk.hired("other", "supervisor", unit="water_affairs")
        citizen = await talking(desk, wang)
        status, body = await other.call("GET", f"/conversations/{citizen.conversation_id}")
        assert (status, body["code"]) == (403, "role_not_enough")
        board = await other.get("/board")
        assert board["conversations"] == [] and board["active"] == 0
        assert [one["id"] for one in (await other.get("/agents"))["agents"]] == ["other"]
        shift = {"agent_id": "wang", "weekdays": [1], "start": "08:00", "end": "12:00"}
        status, _ = await other.call("PUT", "/shifts", {"shifts": [shift]})
        assert status == 403


async def test_who_is_off_shift_is_offered_nothing(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang, leader = await desk.hired("wang"), await desk.hired("leader", "shift_leader", languages="en")
        tomorrow = (desk.desk.clock().astimezone(desk.desk.floor.zone) + timedelta(days=2)).date().isoformat()
        shifts = [{"agent_id": "wang", "date": tomorrow, "start": "08:00", "end": "12:00"}]
        saved = await leader.do("/shifts", {"shifts": shifts, "agent_ids": ["wang"]}, "PUT")
        assert [(one["agent_id"], one["date"]) for one in saved["shifts"]] == [("wang", tomorrow)]
        assert (await wang.get("/shifts"))["shifts"] == saved["shifts"]
        await desk.citizen()
        [entry] = (await wang.get("/state"))["queue"]
        assert entry["offered_to"] is None and entry["wait_seconds"] is None
        await leader.do("/shifts", {"shifts": [], "agent_ids": ["wang"]}, "PUT")
        await eventually(lambda: _is_offered(wang, "wang"))


async def test_an_emergency_rings_at_everybodys_page_until_somebody_takes_care(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang, kim = await desk.hired("wang"), await desk.hired("kim", languages="ko")
        async with wang.socket() as first, kim.socket() as second:
            await first.until("hello")
            await second.until("hello")
            citizen = await desk.running.client(language="zh")
            desk.bot.custom = {
                "emergency": {"numbers": ["119"]},
                "handoff": {"reason": "emergency", "priority": "urgent"},
            }
            await citizen.say("家里煤气泄漏了")
            assert desk.running.gateway.people is not None
            await desk.running.gateway.people.tick()
            alert = (await first.until("alert"))["alert"]
            assert (await second.until("alert"))["alert"]["id"] == alert["id"]
            assert alert["numbers"] == ["119"] and "煤气" in alert["text"] and not alert["overdue"]
            assert alert["conversation_id"] == citizen.conversation_id
            await wang.do(f"/alerts/{alert['id']}/acknowledge")
            done = await second.until("alert", lambda frame: frame["alert"]["acknowledged_by"])
            assert done["alert"]["acknowledged_by"]["id"] == "wang"
            again = await kim.do(f"/alerts/{alert['id']}/acknowledge")
            assert again["alert"]["acknowledged_by"]["id"] == "wang"  # the first one stays
        assert (await wang.get("/alerts"))["alerts"] == []
        assert (await wang.call("POST", "/alerts/nothing/acknowledge"))[0] == 404
        await eventually(lambda: desk.is_in(citizen.conversation_id))
        [entry] = (await wang.get("/state"))["queue"]
        assert entry["priority"] == "emergency"


async def test_an_emergency_ticket_rings_too_and_joins_the_alert_of_its_conversation(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang = await desk.hired("wang")
        now = desk.desk.clock()
        body = {
            "ticket_number": "20260302000001",
            "channel": "phone",
            "language": "zh",
            "kind": "gas",
            "at": now.isoformat(),
        }
        url = f"{desk.running.base}/internal/v1/desk/alerts"
        headers = {"Authorization": f"Bearer {INTERNAL_TOKEN}"}
        async with aiohttp.ClientSession() as session:
            for wrong, status in (({}, 401), ({"Authorization": "Bearer x"}, 403)):
                async with session.post(url, json=body, headers=wrong) as response:
                    assert response.status == status
            for _ in range(2):  # the worker tells at least once
                async with session.post(url, json=body, headers=headers) as response:
                    assert response.status == 200
        [alert] = (await wang.get("/alerts"))["alerts"]
        assert alert["ticket_number"] == "20260302000001" and alert["conversation_id"] is None
        late = timedelta(minutes=31)
        clock = desk.desk.alerts.clock
        desk.desk.alerts.clock = lambda: clock() + late
        assert (await wang.get("/alerts"))["alerts"][0]["overdue"]


async def test_leaders_switch_and_set_while_everything_runs(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        leader, wang = await desk.hired("leader", "shift_leader"), await desk.hired("wang")
        async with wang.socket() as socket:
            await socket.until("hello")
            settings = await leader.do("/settings", {"bot": {"enabled": False}, "accept_seconds": 33}, "PUT")
            assert (settings["bot"], settings["accept_seconds"]) == ({"enabled": False}, 33)
            assert (await socket.until("settings"))["bot"] == {"enabled": False}
        assert desk.desk.floor.times.offer == 33
        status, _ = await leader.call("PUT", "/settings", {"bot": {"enabled": True}, "silent_warn_seconds": 9999})
        assert status == 422
        assert (await wang.get("/settings"))["bot"] == {"enabled": False}  # nothing was changed


async def test_canned_replies_are_added_changed_and_taken_away(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        leader = await desk.hired("leader", "shift_leader")
        before = {one["id"] for one in (await leader.get("/canned"))["canned"]}
        body = {
            "group": "closing",
            "shortcut": "谢谢",
            "texts": dict.fromkeys(("zh", "en", "ja", "ko", "ru"), "thanks"),
        }
        await leader.do("/canned/thanks", body, "PUT")
        await leader.do("/canned/hello", {**body, "shortcut": "喂"}, "PUT")  # one that came along
        await leader.do("/canned/goodbye", method="DELETE")
        after = {one["id"]: one for one in (await leader.get("/canned"))["canned"]}
        assert set(after) == (before | {"thanks"}) - {"goodbye"} and after["hello"]["shortcut"] == "喂"
        assert (await leader.call("DELETE", "/canned/goodbye"))[0] == 404


async def test_a_call_back_is_listed_and_done(tmp_path: Path) -> None:
    from tickets.domain.people import Contact
    from tickets.service.commands import FileTicket

    async with staffed(tmp_path) as desk:
        wang = await desk.hired("wang")
        receipt = await desk.desk.context.tickets.file(
            FileTicket(
                idempotency_key="k",
                channel="web",
                language="zh",
                nature="help",
                description="请回电",
                contact=Contact("王小明", "13812345678"),
                callback=True,
            )
        )
        [entry] = (await wang.get("/callbacks"))["callbacks"]
        assert entry["ticket_number"] == receipt.number and entry["state"] == "open"
        assert entry["caller"] == {"name": "王**", "phone": "138****5678"}
        assert (await wang.call("POST", f"/callbacks/{entry['id']}/done", {}))[0] == 422
        done = await wang.do(f"/callbacks/{entry['id']}/done", {"result": "已电话答复"})
        assert (done["callback"]["state"], done["callback"]["agent"]) == ("done", "wang")
        assert (await wang.call("POST", "/callbacks/ticket:20990101000000/done", {"result": "x"}))[0] == 404


async def test_the_same_caller_is_known_again(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang = await desk.hired("wang")
        for number in range(2):
            citizen = await desk.citizen()
            case = await desk.desk.work.open_case_of(citizen.conversation_id)
            assert case is not None
            key = {"caller_key": "same"}
            await desk.desk.work.change_case(case.handoff_id, lambda known, key=key: _with(known, key))
            await wang.accept(citizen.conversation_id)
            context = await wang.context(citizen.conversation_id)
            assert len(context["caller_history"]) == number
            await wang.do(f"/conversations/{citizen.conversation_id}/close", {"reason": "answered"})
        assert context["caller_history"][0]["end_reason"] == "answered"


def _with(known: Any, changed: dict[str, Any]) -> Any:
    from dataclasses import replace

    return replace(known, **changed)


def _with_room(known: Any, capacity: int) -> Any:
    return _with(known, {"capacity": capacity})


def _form(content: bytes, name: str, message_id: str | None = None) -> aiohttp.FormData:
    form = aiohttp.FormData()
    if message_id is not None:
        form.add_field("message_id", message_id)
    form.add_field("file", content, filename=name)
    return form


async def _told(citizen: Client, words: str) -> bool:
    return any(words in message["text"] for message in await citizen.history())


async def _has(page: Page, citizen: Client) -> bool:
    return citizen.conversation_id in {one["id"] for one in (await page.get("/state"))["mine"]}


async def _mine(page: Page, citizen: Client, name: str) -> bool:
    return any(one["id"] == citizen.conversation_id and one[name] for one in (await page.get("/state"))["mine"])


async def _is_first(page: Page, citizen: Client) -> bool:
    queue = (await page.get("/state"))["queue"]
    return bool(queue) and queue[0]["conversation_id"] == citizen.conversation_id


async def _queue_is_empty(page: Page) -> bool:
    return (await page.get("/state"))["queue"] == []


async def _is_offered(page: Page, agent_id: str) -> bool:
    return any((one["offered_to"] or {}).get("id") == agent_id for one in (await page.get("/state"))["queue"])
