"""Every pair of status and command, for every role: what the table allows and what it must forbid."""

from __future__ import annotations

import pytest

from tickets.domain.transitions import (
    SEVERAL_COMMANDS,
    STAFF_COMMANDS,
    TABLE,
    allowed_commands,
    command_for,
    follow,
)
from tickets.domain.vocabulary import OPEN, Command, Role, Status
from tickets.errors import TransitionNotAllowed

# Written down apart from the table: a slip there must not slip through here. By command: the statuses it is for, and
# where it leads ("=": the status stays).
FINISHED = {"closed", "withdrawn", "merged"}
ALL_OPEN = (
    "received pre_checked dispatched accepted in_progress replied revisit returned extension_asked suspended reopened "
    "supervised escalated"
)
WITH_UNIT = "dispatched accepted in_progress extension_asked reopened supervised escalated"
EXPECTED: dict[str, list[tuple[str, str]]] = {
    "pre_check": [("received", "pre_checked")],
    "dispatch": [("received pre_checked reopened", "dispatched")],
    "accept": [("received pre_checked dispatched reopened", "accepted")],
    "start": [("accepted supervised escalated", "in_progress")],
    "reply": [("received accepted in_progress extension_asked supervised escalated", "replied")],
    "start_revisit": [("replied", "revisit")],
    "close": [("replied revisit", "closed")],
    "return": [("dispatched", "returned")],
    "approve_return": [("returned", "=")],
    "confirm_return": [("returned", "pre_checked")],
    "refuse_return": [("returned", "dispatched")],
    "ask_extension": [("accepted in_progress", "extension_asked")],
    "grant_extension": [("extension_asked", "in_progress")],
    "refuse_extension": [("extension_asked", "in_progress")],
    "suspend": [("accepted in_progress", "suspended")],
    "resume": [("suspended", "in_progress")],
    "merge": [("received pre_checked dispatched accepted in_progress reopened", "merged")],
    "split": [("merged", "received")],
    "reopen": [("replied revisit closed", "reopened")],
    "supervise": [("dispatched accepted in_progress extension_asked reopened", "supervised")],
    "escalate": [("supervised escalated reopened", "escalated")],
    "join": [(ALL_OPEN, "=")],
    "leave": [(f"{ALL_OPEN} closed withdrawn merged", "=")],
    "correct_category": [(ALL_OPEN, "=")],
    "answer_car": [("received pre_checked", "=")],
    "add_part": [(WITH_UNIT, "=")],
    "rework": [("replied closed", "reopened")],
    "whistle": [(WITH_UNIT, "=")],
    "arrive": [("dispatched", "accepted"), ("accepted in_progress reopened", "=")],
    "move_level": [("received pre_checked reopened dispatched accepted in_progress", "dispatched")],
    "reassign": [("dispatched accepted in_progress extension_asked", "dispatched")],
    "open_negotiation": [
        ("received pre_checked reopened", "dispatched"),
        ("dispatched accepted in_progress extension_asked supervised escalated", "="),
    ],
    "state_position": [(ALL_OPEN, "=")],
    "rule": [(f"{ALL_OPEN} closed", "=")],
    "offer_mediation": [(WITH_UNIT, "=")],
    "record_consent": [(WITH_UNIT, "=")],
    "transfer_mediation": [("accepted in_progress", "suspended")],
    "record_mediation": [("suspended", "in_progress")],
    "urge": [(ALL_OPEN, "=")],
    "supplement": [(ALL_OPEN, "=")],
    "withdraw": [(ALL_OPEN, "withdrawn")],
    "dispute": [("replied revisit closed", "reopened"), ("reopened supervised escalated", "=")],
    "rate": [("replied revisit closed", "=")],
    "recompute": [(ALL_OPEN, "=")],
}

ROLES: dict[str, str] = {
    "pre_check": "agent supervisor system",
    "dispatch": "agent supervisor system",
    "accept": "unit supervisor",
    "start": "unit supervisor",
    "reply": "unit supervisor",
    "start_revisit": "agent supervisor system",
    "close": "agent supervisor system",
    "return": "unit supervisor",
    "approve_return": "agent unit supervisor",
    "confirm_return": "supervisor",
    "refuse_return": "agent unit supervisor",
    "ask_extension": "unit supervisor",
    "grant_extension": "supervisor",
    "refuse_extension": "supervisor",
    "suspend": "supervisor",
    "resume": "supervisor system",
    "merge": "agent supervisor system",
    "split": "agent supervisor",
    "supervise": "supervisor system",
    "escalate": "supervisor system",
    "reopen": "supervisor system",
    "join": "citizen agent supervisor system",
    "leave": "citizen agent supervisor system",
    "correct_category": "agent unit supervisor",
    "answer_car": "agent supervisor system",
    "add_part": "agent unit supervisor system",
    "rework": "agent unit supervisor system",
    "whistle": "agent unit supervisor",
    "arrive": "unit supervisor",
    "move_level": "agent unit supervisor system",
    "reassign": "supervisor system",
    "open_negotiation": "agent supervisor",
    "state_position": "agent unit supervisor",
    "rule": "supervisor",
    "offer_mediation": "agent unit supervisor",
    "record_consent": "citizen agent unit supervisor",
    "transfer_mediation": "agent supervisor",
    "record_mediation": "agent unit supervisor",
    "urge": "citizen agent supervisor system",
    "supplement": "citizen agent supervisor",
    "withdraw": "citizen agent supervisor system",
    "dispute": "citizen agent supervisor system",
    "rate": "citizen agent supervisor",
    "recompute": "system",
}
OTHER_ROLES: dict[tuple[str, str], str] = {
    ("received", "reply"): "agent supervisor",  # answered by the hotline itself
    ("replied", "reopen"): "system",
    ("revisit", "reopen"): "system",
    **dict.fromkeys((("accepted", "merge"), ("in_progress", "merge"), ("reopened", "merge")), "agent supervisor"),
    **dict.fromkeys(
        (("reopened", "dispute"), ("supervised", "dispute"), ("escalated", "dispute")), "citizen agent supervisor"
    ),
}


def expected(status: str, command: str) -> str | None:
    """Where a command leads, None where it is forbidden."""
    for statuses, target in EXPECTED[command]:
        if status in statuses.split():
            return status if target == "=" else target
    return None


def roles_for(status: str, command: str) -> set[str]:
    return set(OTHER_ROLES.get((status, command), ROLES[command]).split())


def test_the_lists_above_are_whole() -> None:
    assert set(EXPECTED) == set(ROLES) == set(Command)
    assert set(ALL_OPEN.split()) == set(OPEN)


@pytest.mark.parametrize("status", list(Status))
def test_every_pair_of_a_status_leads_where_expected_or_is_forbidden(status: Status) -> None:
    for command in Command:
        target = expected(status, command)
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
    moves = {status for row in TABLE if row.target for status in row.sources}
    assert set(Status) - moves == {Status.WITHDRAWN}


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
    own = {"urge", "withdraw", "supplement", "dispute", "rate", "recompute"}
    assert set(Command) - STAFF_COMMANDS - SEVERAL_COMMANDS == own
    assert not STAFF_COMMANDS & SEVERAL_COMMANDS
