"""Every pair of status and command, for every role: what the table allows and what it must forbid."""

from __future__ import annotations

import pytest

from tickets.domain.transitions import STAFF_COMMANDS, TABLE, allowed_commands, command_for, follow
from tickets.domain.vocabulary import OPEN, Command, Role, Status
from tickets.errors import TransitionNotAllowed

# Written down apart from the table: a slip there must not slip through here.
EXPECTED: dict[str, dict[str, str]] = {
    "received": {
        "pre_check": "pre_checked",
        "dispatch": "dispatched",
        "accept": "accepted",
        "reply": "replied",
        "merge": "merged",
    },
    "pre_checked": {"dispatch": "dispatched", "accept": "accepted", "merge": "merged"},
    "dispatched": {"accept": "accepted", "return": "returned", "merge": "merged", "supervise": "supervised"},
    "accepted": {
        "start": "in_progress",
        "reply": "replied",
        "ask_extension": "extension_asked",
        "suspend": "suspended",
        "supervise": "supervised",
    },
    "in_progress": {
        "reply": "replied",
        "ask_extension": "extension_asked",
        "suspend": "suspended",
        "supervise": "supervised",
    },
    "replied": {"start_revisit": "revisit", "close": "closed", "dispute": "reopened", "rate": "replied"},
    "revisit": {"close": "closed", "dispute": "reopened", "rate": "revisit"},
    "closed": {"reopen": "reopened", "dispute": "reopened", "rate": "closed"},
    "returned": {"dispatch": "dispatched", "supervise": "supervised"},
    "extension_asked": {
        "grant_extension": "in_progress",
        "refuse_extension": "in_progress",
        "supervise": "supervised",
    },
    "suspended": {"resume": "in_progress"},
    "merged": {"split": "received"},
    "withdrawn": {},
    "reopened": {"dispatch": "dispatched", "accept": "accepted", "supervise": "supervised"},
    "supervised": {"start": "in_progress", "reply": "replied", "escalate": "escalated"},
    "escalated": {"reply": "replied"},
}
FINISHED = {"closed", "withdrawn", "merged"}
for _status, _row in EXPECTED.items():
    if _status not in FINISHED:
        _row.update(urge=_status, supplement=_status, withdraw="withdrawn")

ROLES: dict[str, set[str]] = {
    "pre_check": {"agent", "supervisor", "system"},
    "dispatch": {"agent", "supervisor", "system"},
    "accept": {"unit", "supervisor"},
    "start": {"unit", "supervisor"},
    "reply": {"unit", "supervisor"},
    "start_revisit": {"agent", "supervisor", "system"},
    "close": {"agent", "supervisor", "system"},
    "return": {"unit", "supervisor"},
    "ask_extension": {"unit", "supervisor"},
    "grant_extension": {"supervisor"},
    "refuse_extension": {"supervisor"},
    "suspend": {"supervisor"},
    "resume": {"supervisor", "system"},
    "merge": {"agent", "supervisor", "system"},
    "split": {"agent", "supervisor"},
    "supervise": {"supervisor", "system"},
    "escalate": {"supervisor", "system"},
    "reopen": {"supervisor"},
    "urge": {"citizen", "agent", "supervisor", "system"},
    "withdraw": {"citizen", "agent", "supervisor"},
    "supplement": {"citizen", "agent", "supervisor"},
    "dispute": {"citizen", "agent", "supervisor"},
    "rate": {"citizen", "agent", "supervisor"},
}
ANSWERED_BY_THE_HOTLINE = ("received", "reply")


def roles_for(status: str, command: str) -> set[str]:
    return {"agent", "supervisor"} if (status, command) == ANSWERED_BY_THE_HOTLINE else ROLES[command]


@pytest.mark.parametrize("status", list(Status))
def test_every_pair_of_a_status_leads_where_expected_or_is_forbidden(status: Status) -> None:
    for command in Command:
        target = EXPECTED[status].get(command)
        for role in Role:
            if target is not None and role in roles_for(status, command):
                assert follow(status, command, role) == target, (command, role)
            else:
                with pytest.raises(TransitionNotAllowed) as caught:
                    follow(status, command, role)
                assert (caught.value.status, caught.value.command, caught.value.role) == (status, command, role)
                assert str(status) in str(caught.value)


def test_no_pair_stands_in_two_rows() -> None:
    pairs = [(source, row.command) for row in TABLE for source in row.sources]
    assert len(pairs) == len(set(pairs))


def test_every_status_but_received_can_be_reached_and_only_withdrawn_ends_for_good() -> None:
    reached = {row.target for row in TABLE}
    assert set(Status) - reached == set()
    assert {status for status in Status if not EXPECTED[status]} == {Status.WITHDRAWN}


def test_a_refusal_says_what_is_possible_instead() -> None:
    with pytest.raises(TransitionNotAllowed, match="possible now: .*accept") as caught:
        follow(Status.DISPATCHED, Command.CLOSE, Role.SUPERVISOR)
    assert caught.value.allowed == tuple(map(str, allowed_commands(Status.DISPATCHED, Role.SUPERVISOR)))


def test_closed_withdrawn_and_merged_are_the_only_statuses_that_are_not_open() -> None:
    assert set(Status) - OPEN == FINISHED


def test_staff_may_name_a_command_or_the_status_they_want() -> None:
    assert command_for(Status.RECEIVED, "dispatched", Role.SUPERVISOR) is Command.DISPATCH
    assert command_for(Status.RECEIVED, "Dispatch", Role.SUPERVISOR) is Command.DISPATCH
    assert command_for(Status.EXTENSION_ASKED, "grant-extension", Role.SUPERVISOR) is Command.GRANT_EXTENSION


def test_a_status_that_two_commands_lead_to_must_be_named_by_command() -> None:
    with pytest.raises(TransitionNotAllowed, match="grant_extension, refuse_extension"):
        command_for(Status.EXTENSION_ASKED, "in_progress", Role.SUPERVISOR)


@pytest.mark.parametrize("word", ["withdrawn", "reopened", "received", "nonsense", ""])
def test_a_status_out_of_reach_or_an_unknown_word_is_refused(word: str) -> None:
    with pytest.raises(TransitionNotAllowed):
        command_for(Status.IN_PROGRESS, word, Role.SUPERVISOR)


def test_the_citizens_commands_are_no_staff_commands() -> None:
    assert set(Command) - STAFF_COMMANDS == {"urge", "withdraw", "supplement", "dispute", "rate"}
