"""The one table of what may follow what, and the guard that reads it.

A row says: from these statuses, this command, by these roles, leads there; no target means that the status stays.
What is not in the table is forbidden. Counters, clocks and texts are not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from tickets.domain.vocabulary import OPEN, Command, Role, Status
from tickets.errors import TransitionNotAllowed


@dataclass(frozen=True)
class Transition:
    """One row of the table; `why` is given where the row is odd."""

    sources: frozenset[Status]
    command: Command
    target: Status | None
    roles: frozenset[Role]
    why: str = ""


S, C = Status, Command
# A supervisor stands in for any member of staff, so that a ticket never waits for somebody who is away.
_AGENT = frozenset({Role.AGENT, Role.SUPERVISOR})
_AGENT_OR_SYSTEM = _AGENT | {Role.SYSTEM}
_UNIT = frozenset({Role.UNIT, Role.SUPERVISOR})
_SUPERVISOR = frozenset({Role.SUPERVISOR})
_SUPERVISOR_OR_SYSTEM = frozenset({Role.SUPERVISOR, Role.SYSTEM})
_CITIZEN = frozenset({Role.CITIZEN, Role.AGENT, Role.SUPERVISOR})  # staff acts for a citizen who calls


def _row(
    sources: set[Status] | frozenset[Status],
    command: Command,
    target: Status | None,
    roles: frozenset[Role],
    why: str = "",
) -> Transition:
    return Transition(frozenset(sources), command, target, roles, why)


TABLE: tuple[Transition, ...] = (
    # the way of most tickets
    _row({S.RECEIVED}, C.PRE_CHECK, S.PRE_CHECKED, _AGENT_OR_SYSTEM),
    _row({S.RECEIVED, S.PRE_CHECKED, S.RETURNED, S.REOPENED}, C.DISPATCH, S.DISPATCHED, _AGENT_OR_SYSTEM),
    _row({S.DISPATCHED}, C.ACCEPT, S.ACCEPTED, _UNIT),
    _row(
        {S.RECEIVED, S.PRE_CHECKED},
        C.ACCEPT,
        S.ACCEPTED,
        _UNIT,
        "the category already names the unit, which may take the matter up before anybody dispatches it",
    ),
    _row({S.REOPENED}, C.ACCEPT, S.ACCEPTED, _UNIT, "the unit that answered takes its own matter up again"),
    _row({S.ACCEPTED, S.SUPERVISED}, C.START, S.IN_PROGRESS, _UNIT),
    _row({S.IN_PROGRESS, S.SUPERVISED, S.ESCALATED}, C.REPLY, S.REPLIED, _UNIT),
    _row({S.ACCEPTED}, C.REPLY, S.REPLIED, _UNIT, "what is settled at once needs no work in progress"),
    _row({S.RECEIVED}, C.REPLY, S.REPLIED, _AGENT, "a consultation the hotline answers by itself goes to no unit"),
    _row({S.REPLIED}, C.START_REVISIT, S.REVISIT, _AGENT_OR_SYSTEM),
    _row({S.REVISIT}, C.CLOSE, S.CLOSED, _AGENT_OR_SYSTEM),
    _row({S.REPLIED}, C.CLOSE, S.CLOSED, _AGENT_OR_SYSTEM, "praise, suggestions and who declines to be asked again"),
    # side ways
    _row({S.DISPATCHED}, C.RETURN, S.RETURNED, _UNIT),
    _row({S.ACCEPTED, S.IN_PROGRESS}, C.ASK_EXTENSION, S.EXTENSION_ASKED, _UNIT),
    _row({S.EXTENSION_ASKED}, C.GRANT_EXTENSION, S.IN_PROGRESS, _SUPERVISOR),
    _row({S.EXTENSION_ASKED}, C.REFUSE_EXTENSION, S.IN_PROGRESS, _SUPERVISOR, "refused or not, the work goes on"),
    _row({S.ACCEPTED, S.IN_PROGRESS}, C.SUSPEND, S.SUSPENDED, _SUPERVISOR),
    _row({S.SUSPENDED}, C.RESUME, S.IN_PROGRESS, _SUPERVISOR_OR_SYSTEM),
    _row({S.RECEIVED, S.PRE_CHECKED, S.DISPATCHED}, C.MERGE, S.MERGED, _AGENT_OR_SYSTEM),
    _row({S.MERGED}, C.SPLIT, S.RECEIVED, _AGENT, "joined by mistake: the matter starts again as its own"),
    _row({S.CLOSED}, C.REOPEN, S.REOPENED, _SUPERVISOR),
    _row(
        {S.DISPATCHED, S.ACCEPTED, S.IN_PROGRESS, S.REOPENED, S.EXTENSION_ASKED, S.RETURNED},
        C.SUPERVISE,
        S.SUPERVISED,
        _SUPERVISOR_OR_SYSTEM,
    ),
    _row({S.SUPERVISED}, C.ESCALATE, S.ESCALATED, _SUPERVISOR_OR_SYSTEM),
    # the citizen's own
    _row(OPEN, C.URGE, None, _CITIZEN | {Role.SYSTEM}, "the system urges what was not solved twice"),
    _row(OPEN, C.SUPPLEMENT, None, _CITIZEN),
    _row(OPEN, C.WITHDRAW, S.WITHDRAWN, _CITIZEN),
    _row({S.REPLIED, S.REVISIT, S.CLOSED}, C.DISPUTE, S.REOPENED, _CITIZEN),
    _row({S.REPLIED, S.REVISIT, S.CLOSED}, C.RATE, None, _CITIZEN),
)

_BY_PAIR = {(source, row.command): row for row in TABLE for source in row.sources}

STAFF_COMMANDS = frozenset(Command) - {C.URGE, C.WITHDRAW, C.SUPPLEMENT, C.DISPUTE, C.RATE}
"""Commands that go through `AdvanceTicket`; the citizen's have commands of their own."""


def follow(status: Status, command: Command, role: Role) -> Status:
    """Gives the status after `command`; the same one where the command changes none.

    Raises:
        TransitionNotAllowed: the table has no such row, or not for this role.
    """
    row = _BY_PAIR.get((status, command))
    if row is None:
        _refuse(f"a ticket that is {status} does not allow {command}", status, command, role)
    if role not in row.roles:
        _refuse(f"{command} on a ticket that is {status} is not for the role {role}", status, command, role)
    return row.target or status


def allowed_commands(status: Status, role: Role) -> tuple[Command, ...]:
    """What `role` may do to a ticket that is `status`, in the order of the vocabulary."""
    return tuple(
        command for command in Command if (row := _BY_PAIR.get((status, command))) is not None and role in row.roles
    )


def command_for(status: Status, wanted: str, role: Role) -> Command:
    """Reads a word that is a staff command or the status wanted, as a person at a terminal writes it.

    Raises:
        TransitionNotAllowed: it is neither, or no single command of this role leads to that status from here.
    """
    word = wanted.strip().lower().replace("-", "_")
    if word in STAFF_COMMANDS:
        return Command(word)
    leading = [
        command
        for command in allowed_commands(status, role)
        if command in STAFF_COMMANDS and _BY_PAIR[status, command].target == word
    ]
    if len(leading) == 1:
        return leading[0]
    if len(leading) > 1:
        _refuse(f"{word!r} can be reached in several ways: {', '.join(leading)}; name one", status, word, role)
    if word in set(Status):
        _refuse(f"a ticket that is {status} cannot become {word} by the role {role}", status, word, role)
    _refuse(f"{wanted!r} is neither a command nor a status", status, word, role)


def _refuse(message: str, status: Status, command: str, role: Role) -> NoReturn:
    allowed = tuple(str(each) for each in allowed_commands(status, role))
    hint = f"; possible now: {', '.join(allowed)}" if allowed else "; nothing is possible for this role now"
    raise TransitionNotAllowed(message + hint, status=status, command=command, role=role, allowed=allowed)
