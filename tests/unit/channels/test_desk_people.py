"""Who may do and see what at the desk; passwords, sessions, codes; what pages are shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pyotp
import pytest
from argon2 import PasswordHasher

from channels.desk import passwords, roles, sessions, totp, views
from channels.desk.clocks import DeskTimes
from channels.desk.errors import RoleNotEnough
from channels.desk.live import Seat
from channels.desk.office import Office
from channels.desk.passwords import Passwords
from channels.desk.people import ROLES, DeskAgent, Presence
from channels.desk.records import Alert, LastWord, Note, due_after
from channels.desk.roster import People, Roster, loads_of
from channels.desk.rules import DeskRules
from channels.desk.shifts import Shift, parse_shifts
from channels.desk.viewing import Viewing, viewers
from channels.errors import InvalidField
from channels.handoff.contract import Skill
from tests.contract.channels.desk_samples import NOW, agent, at, case
from tickets.domain.calendar import LOCAL_ZONE

CHEAP = PasswordHasher(1, 8, 1)


def roster(*people: DeskAgent, **more: object) -> Roster:
    agents = {one.id: one for one in people}
    presences = {one.id: Presence(one.id, "available", NOW, NOW) for one in people}
    known = People(agents, {**presences, **more.pop("presences", {})}, more.pop("shifts", {}))  # type: ignore[dict-item, arg-type]
    return Roster(known, more.pop("loads", {}), NOW, LOCAL_ZONE, 45)  # type: ignore[arg-type]


# roles and sight


@pytest.mark.parametrize("deed", roles.NEEDED)
def test_a_role_includes_what_the_roles_below_may_do(deed: str) -> None:
    allowed = [roles.may(role, deed) for role in ROLES]
    assert allowed[-1]
    assert all(later or not earlier for earlier, later in pairwise(allowed))


def test_an_agent_may_not_lead() -> None:
    for deed in ("board", "settings", "shifts", "whisper", "listen", "take_over", "agents", "dead_letters", "canned"):
        with pytest.raises(RoleNotEnough):
            roles.require(agent(), deed)
    assert not roles.may("shift_leader", "listen") and roles.may("supervisor", "listen")
    assert not roles.may("supervisor", "agents")


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (agent("hers"), True),
        (agent("unit", unit="water_affairs"), False),
        (agent("chief", role="supervisor", unit="water_affairs"), False),
        (agent("boss", role="administrator", unit="water_affairs"), True),
    ],
)
def test_call_backs_with_their_telephones_are_the_hotlines_alone(who: DeskAgent, may: bool) -> None:
    if may:
        roles.require(who, "callbacks")
        return
    with pytest.raises(RoleNotEnough):
        roles.require(who, "callbacks")


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (agent("holder"), True),
        (agent("invited"), True),
        (agent("other"), False),
        (agent("leader", role="shift_leader"), True),
        (agent("elsewhere", role="supervisor", unit="water_affairs"), False),
        (agent("boss", role="administrator", unit="water_affairs"), True),
    ],
)
def test_who_sees_a_conversation_that_a_person_has(who: DeskAgent, sees: bool) -> None:
    active = case(1).taken("holder", NOW)
    active = active.__class__(
        **{**{name: getattr(active, name) for name in active.__slots__}, "participants": ("invited",)}
    )
    assert views.may_see(who, active, {"holder": agent("holder")}) is sees


def test_the_queue_is_seen_by_who_can_answer_it() -> None:
    korean = case(1, language="ko")
    assert not views.may_see(agent("wang"), korean, {})
    assert views.may_see(agent("kim", languages=("ko",)), korean, {})
    assert views.may_see(agent("leader", role="shift_leader"), korean, {})
    assert views.may_see(agent("wang"), korean.escalated(2), {})


# who is there


def test_somebody_is_there_with_an_open_page_on_shift_and_not_away() -> None:
    night = parse_shifts([{"weekdays": [1], "start": "22:00", "end": "06:00"}])
    people = roster(
        agent("here"),
        agent("away"),
        agent("gone"),
        agent("night"),
        agent("locked", disabled=True),
        presences={
            "away": Presence("away", "away", NOW, NOW),
            "gone": Presence("gone", "available", NOW, at(-46)),
        },
        shifts={"night": night},
    )
    assert [one.agent_id for one in people.candidates()] == ["here"]
    assert [one.id for one in people.on_duty()] == ["here", "away", "night"]
    assert [people.state(name) for name in ("here", "away", "gone", "stranger")] == ["available", "away", "off", "off"]


def test_a_crew_counts_who_speaks_the_language_and_has_room() -> None:
    people = roster(
        agent("a", languages=("zh", "ko")), agent("b", languages=("ko",)), agent("c"), loads={"a": 2, "b": 1}
    )
    crew = people.crew(Skill("ko"))
    assert (crew.on_duty, crew.free) == (2, 1)


def test_offers_count_as_load() -> None:
    cases = [case(1).offered("a", NOW), case(2).taken("a", NOW), case(3).taken("b", NOW).ended("solved", NOW), case(4)]
    assert loads_of(cases) == {"a": 2}


def test_who_is_full_is_busy_on_the_board() -> None:
    people = roster(agent("a"), agent("b", unit="water_affairs"), loads={"a": 2})
    assert people.board_states(None) == {"a": "busy", "b": "available"}
    assert people.board_states("hotline") == {"a": "busy"}


# passwords, sessions, codes


@pytest.mark.asyncio
async def test_a_password_is_known_by_its_hash_alone() -> None:
    keeper = Passwords(CHEAP)
    try:
        hashed = await keeper.hash("right-horse-battery")
        assert hashed.startswith("$argon2id$") and "right" not in hashed
        assert await keeper.matches(hashed, "right-horse-battery")
        assert not await keeper.matches(hashed, "wrong-horse-battery")
        assert not await keeper.matches(None, "right-horse-battery")
        assert not await keeper.matches("no hash", "right-horse-battery")
        assert Passwords().is_old(hashed)
    finally:
        keeper.close()


@pytest.mark.parametrize(
    "password", [None, 12, "short", "x" * 201, "aaaaaaaaaaaa", "password12345", "wang-is-the-best", "12345hotline"]
)
def test_a_weak_password_is_refused(password: object) -> None:
    with pytest.raises(InvalidField):
        passwords.check_new(password, "wang")


def test_a_made_password_passes_its_own_rules() -> None:
    made = passwords.random_password()
    assert passwords.check_new(made, "admin") == made and passwords.random_password() != made


def test_a_session_is_stored_as_a_hash_and_its_csrf_value_fits_it_alone() -> None:
    token, other = sessions.new_token(), sessions.new_token()
    assert token not in sessions.session_id(token) and sessions.session_id(token) != sessions.session_id(other)
    assert sessions.csrf_fits(token, sessions.csrf_of(token))
    assert not sessions.csrf_fits(token, sessions.csrf_of(other))
    assert not sessions.csrf_fits(token, "") and not sessions.csrf_fits(token, "ü")


def test_a_session_ends_by_age_and_by_rest() -> None:
    session = sessions.begun("t", "a", NOW, timedelta(hours=12))
    idle = timedelta(hours=2)
    assert sessions.is_alive(session, NOW + timedelta(hours=1), idle)
    assert not sessions.is_alive(session, NOW + timedelta(hours=2), idle)
    assert not sessions.is_alive(session, NOW + timedelta(hours=12), timedelta(days=1))
    assert not sessions.needs_touch(session, at(59)) and sessions.needs_touch(session, at(60))


def test_a_code_fits_its_half_minute_and_the_neighbours() -> None:
    secret = totp.new_secret()
    code = pyotp.TOTP(secret).at(NOW)
    step = int(NOW.timestamp()) // 30
    assert totp.step_of(secret, code, NOW) == step
    assert totp.step_of(secret, f"{code[:3]} {code[3:]}", at(29)) == step
    assert totp.step_of(secret, code, at(95)) is None
    for wrong in ("", "12345", "1234567", "abcdef", "１２３４５６"):
        assert totp.step_of(secret, wrong, NOW) is None
    assert "12345" in totp.uri(secret, "wang")


def test_a_secret_opens_with_the_key_of_its_installation() -> None:
    box = totp.SecretBox(b"one")
    locked = box.lock("JBSWY3DP")
    assert "JBSWY3DP" not in locked and box.open(locked) == "JBSWY3DP"
    assert totp.SecretBox(b"two").open(locked) is None


# the office


@pytest.mark.parametrize(
    "body",
    [
        {"role": "king"},
        {"unit": "nowhere"},
        {"languages": []},
        {"languages": ["fr"]},
        {"languages": "zh"},
        {"topics": ["magic"]},
        {"capacity": -1},
        {"capacity": True},
        {"capacity": 51},
        {"name": ""},
        {"name": "a\u202eb"},
        {"name": "x" * 81},
        {"active": "yes"},
    ],
)
def test_an_account_that_cannot_be_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(InvalidField):
        _office().changed(agent(), body)


def test_what_a_change_does_not_name_stays() -> None:
    before = agent("a1", languages=("zh", "ko"), capacity=4)
    after = _office().changed(before, {"name": " 李 ", "active": False})
    assert after == agent("a1", languages=("zh", "ko"), capacity=4, name="李", disabled=True)


def _office() -> Office:
    unused: Callable[..., datetime] = lambda: NOW
    return Office(None, None, None, {"hotline", "water_affairs"}, {"urban"}, unused)  # type: ignore[arg-type]


def test_the_rules_of_the_desk_are_changed_in_part_and_never_to_nonsense() -> None:
    rules = DeskRules(DeskTimes())
    after = rules.changed({"accept_seconds": 30, "assignment": "assign"})
    assert (after.times.offer, after.times.warn, after.assignment) == (30, 120, "assign")
    for body in (
        {"assignment": "maybe"},
        {"accept_seconds": 0},
        {"accept_seconds": "30"},
        {"silent_warn_seconds": 240},
        {"silent_reassign_seconds": 60},
    ):
        with pytest.raises(InvalidField):
            rules.changed(body)
    assert DeskRules(DeskTimes()).changed(after.wire()) == after


# what pages are shown


def test_lists_hold_no_long_numbers() -> None:
    word = LastWord("queue", 1, 3, "citizen", "我的电话13812345678", NOW)
    entry = views.queue_entry(case(1), None, word, agent(), roster(agent()), 20)
    assert "13812345678" not in str(entry) and entry["last_message"]["text"].endswith("78")
    danger = Alert("x", "c1", "web", "zh", "煤气 13812345678", ("119",), NOW, due_after(NOW))
    assert "13812345678" not in str(views.alert(danger, {}, NOW))


def test_an_alert_runs_for_thirty_minutes() -> None:
    danger = Alert("x", "c1", "web", "zh", "煤气", ("119",), NOW, due_after(NOW))
    assert not danger.overdue(at(29 * 60)) and danger.overdue(at(30 * 60))
    done = danger.acknowledged("a", at(5))
    assert done is not None and not done.overdue(at(9000))
    assert done.acknowledged("b", at(6)) is None


def test_a_note_of_the_desk_says_what_happened_in_no_language() -> None:
    kept = Note("n", "c1", "system", None, "", NOW, {"type": "relieved"})
    shown = views.note(kept, {})
    assert shown["text"] == "" and shown["event"] == {"type": "relieved"} and shown["author"] is None


def test_my_part_in_a_conversation() -> None:
    active = case(1).taken("a", NOW)
    assert views.my_role(agent("a"), active) == "agent"
    assert views.my_role(agent("b"), active) is None
    assert views.my_role(agent("a"), active.ended("solved", NOW)) is None


def test_viewers_are_shown_once_and_listeners_never() -> None:
    one, again, quiet, elsewhere = (Seat(agent(name), "s") for name in ("a", "a", "b", "c"))
    for seat in (one, again, quiet):
        seat.viewing = "c1"
    again.typing, quiet.silent, elsewhere.viewing = True, True, "c2"
    assert viewers([one, again, quiet, elsewhere], "c1") == [{"id": "a", "name": "Agent a", "typing": True}]


def test_what_a_silent_gateway_said_is_forgotten() -> None:
    clock = [0.0]
    viewing = Viewing(lambda: clock[0])
    viewing.heard("g1", "c1", [{"id": "a", "name": "A", "typing": False}])
    clock[0] = 50.0
    viewing.heard("g2", "c1", [{"id": "a", "name": "A", "typing": True}, {"id": "b", "name": "B", "typing": False}])
    assert [one["typing"] for one in viewing.of("c1")] == [True, False]
    clock[0] = 70.0
    assert [one["id"] for one in viewing.of("c1")] == ["a", "b"]
    viewing.heard("g2", "c1", [])
    assert viewing.of("c1") == []


@pytest.mark.asyncio
async def test_a_page_that_takes_nothing_is_let_go() -> None:
    seat = Seat(agent(), "s", queue_length=2)
    for number in range(3):
        seat.put(b"%d" % number)
    assert seat.lost
    async with asyncio.timeout(1):
        assert [body async for body in seat.frames()] == []


@pytest.mark.asyncio
async def test_a_page_hears_why_it_is_signed_out_last() -> None:
    seat = Seat(agent(), "s", queue_length=2)
    seat.put(b"1")
    seat.lose(b"bye")
    seat.put(b"2")
    assert [body async for body in seat.frames()] == [b"bye"]


def test_a_shift_is_shown_as_it_was_given() -> None:
    given = {"weekdays": [1, 5], "date": None, "start": "22:00", "end": "06:00"}
    [shift] = parse_shifts([given])
    assert isinstance(shift, Shift) and shift.wire() == given


def test_times_are_shown_with_their_zone() -> None:
    assert views.iso(datetime(2026, 3, 2, 1, 2, 3, tzinfo=UTC)) == "2026-03-02T01:02:03.000+00:00"
