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
    """One row of the table.

    Attributes:
        target: where it leads; None where the status stays.
        why: given where the row is odd.
        needs: names of the guards (`tickets.domain.guards`) that must let it pass, beside the one of every row: a
            unit acts on its own tickets only.
    """

    sources: frozenset[Status]
    command: Command
    target: Status | None
    roles: frozenset[Role]
    why: str = ""
    needs: tuple[str, ...] = ()


S, C = Status, Command
# A supervisor stands in for any member of staff, so that a ticket never waits for somebody who is away.
_AGENT = frozenset({Role.AGENT, Role.SUPERVISOR})
_AGENT_OR_SYSTEM = _AGENT | {Role.SYSTEM}
_UNIT = frozenset({Role.UNIT, Role.SUPERVISOR})
_SUPERVISOR = frozenset({Role.SUPERVISOR})
_SUPERVISOR_OR_SYSTEM = frozenset({Role.SUPERVISOR, Role.SYSTEM})
_CITIZEN = frozenset({Role.CITIZEN, Role.AGENT, Role.SUPERVISOR})  # staff acts for a citizen who calls
_ANY_STAFF = frozenset(Role) - {Role.CITIZEN}
_BEFORE_UNIT = frozenset({S.RECEIVED, S.PRE_CHECKED, S.REOPENED})
_WITH_UNIT = frozenset(
    {S.DISPATCHED, S.ACCEPTED, S.IN_PROGRESS, S.EXTENSION_ASKED, S.REOPENED, S.SUPERVISED, S.ESCALATED}
)


def _row(
    sources: set[Status] | frozenset[Status],
    command: Command,
    target: Status | None,
    roles: frozenset[Role],
    why: str = "",
    needs: tuple[str, ...] = (),
) -> Transition:
    return Transition(frozenset(sources), command, target, roles, why, needs)


TABLE: tuple[Transition, ...] = (
    # the way of most tickets
    _row({S.RECEIVED}, C.PRE_CHECK, S.PRE_CHECKED, _AGENT_OR_SYSTEM),
    _row({S.RECEIVED, S.PRE_CHECKED, S.REOPENED}, C.DISPATCH, S.DISPATCHED, _AGENT_OR_SYSTEM, needs=("new_unit",)),
    _row({S.DISPATCHED}, C.ACCEPT, S.ACCEPTED, _UNIT),
    _row(
        {S.RECEIVED, S.PRE_CHECKED},
        C.ACCEPT,
        S.ACCEPTED,
        _UNIT,
        "the category already names the unit, which may take the matter up before anybody dispatches it",
    ),
    _row({S.REOPENED}, C.ACCEPT, S.ACCEPTED, _UNIT, "the unit that answered takes its own matter up again"),
    _row({S.ACCEPTED, S.SUPERVISED, S.ESCALATED}, C.START, S.IN_PROGRESS, _UNIT),
    _row({S.IN_PROGRESS, S.SUPERVISED, S.ESCALATED}, C.REPLY, S.REPLIED, _UNIT),
    _row({S.ACCEPTED}, C.REPLY, S.REPLIED, _UNIT, "what is settled at once needs no work in progress"),
    _row({S.EXTENSION_ASKED}, C.REPLY, S.REPLIED, _UNIT, "what is done meanwhile needs no extension"),
    _row({S.RECEIVED}, C.REPLY, S.REPLIED, _AGENT, "a consultation the hotline answers by itself goes to no unit"),
    _row({S.REPLIED}, C.START_REVISIT, S.REVISIT, _AGENT_OR_SYSTEM),
    _row({S.REVISIT}, C.CLOSE, S.CLOSED, _AGENT_OR_SYSTEM, needs=("not_called_unsolved",)),
    _row(
        {S.REPLIED},
        C.CLOSE,
        S.CLOSED,
        _AGENT_OR_SYSTEM,
        "praise, suggestions and who declines to be asked again",
        ("not_called_unsolved",),
    ),
    # side ways
    _row({S.DISPATCHED}, C.RETURN, S.RETURNED, _UNIT, needs=("return_reason", "return_in_time")),
    _row(
        {S.RETURNED},
        C.APPROVE_RETURN,
        None,
        _AGENT | _UNIT,
        "the first of two reviewers; a unit only where the street reviews",
        ("named", "first_review"),
    ),
    _row({S.RETURNED}, C.CONFIRM_RETURN, S.PRE_CHECKED, _SUPERVISOR, "the shift leader", ("named", "second_review")),
    _row(
        {S.RETURNED},
        C.REFUSE_RETURN,
        S.DISPATCHED,
        _AGENT | _UNIT,
        "either reviewer; the unit's clocks have never stopped",
        ("named", "refusing_review"),
    ),
    _row(
        {S.ACCEPTED, S.IN_PROGRESS},
        C.ASK_EXTENSION,
        S.EXTENSION_ASKED,
        _UNIT,
        needs=("extension_in_time", "extension_days", "first_extension"),
    ),
    _row({S.EXTENSION_ASKED}, C.GRANT_EXTENSION, S.IN_PROGRESS, _SUPERVISOR),
    _row({S.EXTENSION_ASKED}, C.REFUSE_EXTENSION, S.IN_PROGRESS, _SUPERVISOR, "refused or not, the work goes on"),
    _row({S.ACCEPTED, S.IN_PROGRESS}, C.SUSPEND, S.SUSPENDED, _SUPERVISOR, needs=("suspension_end",)),
    _row({S.SUSPENDED}, C.RESUME, S.IN_PROGRESS, _SUPERVISOR_OR_SYSTEM, needs=("suspension_over",)),
    _row({S.RECEIVED, S.PRE_CHECKED, S.DISPATCHED}, C.MERGE, S.MERGED, _AGENT_OR_SYSTEM),
    _row({S.REOPENED, S.ACCEPTED, S.IN_PROGRESS}, C.MERGE, S.MERGED, _AGENT, "seen late, by a person"),
    _row({S.MERGED}, C.SPLIT, S.RECEIVED, _AGENT, "joined by mistake: the matter starts again as its own"),
    _row({S.CLOSED}, C.REOPEN, S.REOPENED, _SUPERVISOR_OR_SYSTEM),
    _row({S.REPLIED, S.REVISIT}, C.REOPEN, S.REOPENED, frozenset({Role.SYSTEM}), "a counter asks for more than words"),
    _row(
        {S.DISPATCHED, S.ACCEPTED, S.IN_PROGRESS, S.REOPENED, S.EXTENSION_ASKED},
        C.SUPERVISE,
        S.SUPERVISED,
        _SUPERVISOR_OR_SYSTEM,
    ),
    _row({S.SUPERVISED, S.ESCALATED}, C.ESCALATE, S.ESCALATED, _SUPERVISOR_OR_SYSTEM, needs=("external_step",)),
    _row(
        {S.REOPENED},
        C.ESCALATE,
        S.ESCALATED,
        _SUPERVISOR_OR_SYSTEM,
        "what was supervised before is not supervised again first",
        ("supervised_before", "external_step"),
    ),
    # several complainants
    _row(OPEN, C.JOIN, None, _CITIZEN | {Role.SYSTEM}, "somebody else has the same matter"),
    _row(frozenset(S), C.LEAVE, None, _CITIZEN | {Role.SYSTEM}, "who joined may always go"),
    # several units
    _row(_WITH_UNIT, C.ADD_PART, None, _ANY_STAFF),
    _row(
        {S.REPLIED, S.CLOSED}, C.REWORK, S.REOPENED, _ANY_STAFF, "of a part: its reply does not do, or it opens again"
    ),
    _row(_WITH_UNIT, C.WHISTLE, None, _UNIT | _AGENT, "a street calls departments, which come and report"),
    _row({S.DISPATCHED}, C.ARRIVE, S.ACCEPTED, _UNIT, "who came has taken the matter up"),
    _row({S.ACCEPTED, S.IN_PROGRESS, S.REOPENED}, C.ARRIVE, None, _UNIT),
    _row(_BEFORE_UNIT | {S.DISPATCHED, S.ACCEPTED, S.IN_PROGRESS}, C.MOVE_LEVEL, S.DISPATCHED, _ANY_STAFF),
    _row({S.DISPATCHED, S.ACCEPTED, S.IN_PROGRESS, S.EXTENSION_ASKED}, C.REASSIGN, S.DISPATCHED, _SUPERVISOR_OR_SYSTEM),
    # whose matter it is
    _row(_BEFORE_UNIT, C.OPEN_NEGOTIATION, S.DISPATCHED, _AGENT, "the units in dispute all get it at once"),
    _row(_WITH_UNIT - _BEFORE_UNIT, C.OPEN_NEGOTIATION, None, _AGENT),
    _row(OPEN, C.STATE_POSITION, None, _UNIT | _AGENT),
    _row(OPEN | {S.CLOSED}, C.RULE, None, _SUPERVISOR, "a ruling may come after the matter was solved"),
    # mediation
    _row(_WITH_UNIT, C.OFFER_MEDIATION, None, _UNIT | _AGENT),
    _row(_WITH_UNIT, C.RECORD_CONSENT, None, _UNIT | _CITIZEN),
    _row({S.ACCEPTED, S.IN_PROGRESS}, C.TRANSFER_MEDIATION, S.SUSPENDED, _AGENT),
    _row({S.SUSPENDED}, C.RECORD_MEDIATION, S.IN_PROGRESS, _UNIT | _AGENT, "settled or not, the answer is still owed"),
    # what it is about
    _row(OPEN, C.CORRECT_CATEGORY, None, _AGENT | _UNIT, "the one who reads it knows better than who filed it"),
    _row(
        {S.RECEIVED, S.PRE_CHECKED},
        C.ANSWER_CAR,
        None,
        _AGENT_OR_SYSTEM,
        "the owner of a car in the way says whether he or she comes; until then no unit has the matter",
    ),
    # the citizen's own
    _row(OPEN, C.URGE, None, _CITIZEN | {Role.SYSTEM}, "the system urges what was not solved twice"),
    _row(OPEN, C.SUPPLEMENT, None, _CITIZEN),
    _row(OPEN, C.WITHDRAW, S.WITHDRAWN, _CITIZEN | {Role.SYSTEM}, "parts are taken back with their parent"),
    _row({S.REPLIED, S.REVISIT, S.CLOSED}, C.DISPUTE, S.REOPENED, _CITIZEN | {Role.SYSTEM}, "or the no at a revisit"),
    _row({S.REOPENED, S.SUPERVISED, S.ESCALATED}, C.DISPUTE, None, _CITIZEN, "already open again: the words are added"),
    _row({S.REPLIED, S.REVISIT, S.CLOSED}, C.RATE, None, _CITIZEN),
    # the calendar's
    _row(
        OPEN,
        C.RECOMPUTE,
        None,
        frozenset({Role.SYSTEM}),
        "deadlines move with the notice for a year, those of a part with its parent's",
    ),
)

_BY_PAIR = {(source, row.command): row for row in TABLE for source in row.sources}

SEVERAL_COMMANDS = frozenset(
    {
        *(C.JOIN, C.LEAVE, C.MERGE, C.SPLIT, C.ADD_PART, C.REWORK, C.WHISTLE, C.ARRIVE, C.MOVE_LEVEL, C.REASSIGN),
        C.CORRECT_CATEGORY,
        C.ANSWER_CAR,
        *(C.OPEN_NEGOTIATION, C.STATE_POSITION, C.RULE),
        *(C.OFFER_MEDIATION, C.RECORD_CONSENT, C.TRANSFER_MEDIATION, C.RECORD_MEDIATION),
    }
)
"""Commands of several people, units or tickets, each with a command of its own: they need more than a reason."""
CITIZEN_COMMANDS = frozenset({C.URGE, C.WITHDRAW, C.SUPPLEMENT, C.DISPUTE, C.RATE})
OWN_COMMANDS = CITIZEN_COMMANDS | SEVERAL_COMMANDS | {C.RECOMPUTE}
"""Commands with a command of their own; RECOMPUTE is the calendar's and the parent's."""
STAFF_COMMANDS = frozenset(Command) - OWN_COMMANDS
"""Commands that go through `AdvanceTicket`."""


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


def row_of(status: Status, command: Command) -> Transition | None:
    """The row of a status and a command, if there is one."""
    return _BY_PAIR.get((status, command))


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
    if word in OWN_COMMANDS - CITIZEN_COMMANDS:
        _refuse(f"{word} needs more than a reason and has a command of its own", status, word, role)
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
