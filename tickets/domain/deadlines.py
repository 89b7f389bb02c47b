"""What happens when a clock comes due: a pure function of the ticket, the clock and the time.

Before a unit's time is over it is reminded, once, when four fifths of it have passed. What it misses is urged or
supervised; what must not wait at all becomes an alarm at the desk. A citizen is asked about an answer by day only, and
a revisit that is never answered ends as just that: nobody is called satisfied. This module does nothing by itself;
`tickets.service.clockwork` carries out what it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.cars import TRAFFIC_POLICE
from tickets.domain.clocks import REMINDED, Clock, ClockKind, first_look
from tickets.domain.ticket import Ticket
from tickets.domain.transitions import allowed_commands
from tickets.domain.vocabulary import Command, Role, Status

SHORT = timedelta(hours=4)
"""A clock shorter than this is about danger, utilities or an emergency: missing it is an alarm at the desk."""


class Step(StrEnum):
    """What is done for a clock, once each."""

    REMIND = "remind"
    MISSED = "missed"
    ASK = "ask"
    END = "end"


ALARMING = frozenset({ClockKind.RESPOND, ClockKind.RETURN_REVIEW})
"""Clocks whose missing is always an alarm at the desk."""


MISSED_COMMANDS: Mapping[ClockKind, tuple[Command, ...]] = {
    ClockKind.HANDLE: (Command.SUPERVISE, Command.URGE),
    ClockKind.RETURN_REVIEW: (),
}
"""What the system does about a missed clock, the first that the table allows; other kinds are urged."""


@dataclass(frozen=True)
class RevisitHours:
    """When citizens are asked about an answer.

    Attributes:
        after: so long after the answer; there must be time to see whether it is true.
        opens, closes: local time between which anybody is asked, every day of the week; equal: at any time.
    """

    after: timedelta = timedelta(hours=2)
    opens: time = time(8, 0)
    closes: time = time(20, 0)

    def opening(self, moment: datetime) -> datetime:
        """The first moment from the aware `moment` on at which anybody may be asked."""
        local = moment.astimezone(LOCAL_ZONE)
        if self._open_at(local.time()):
            return moment
        opens_at = datetime.combine(local.date(), self.opens, LOCAL_ZONE)
        return (opens_at if local < opens_at else opens_at + timedelta(days=1)).astimezone(moment.tzinfo)

    def _open_at(self, now: time) -> bool:
        if self.opens < self.closes:
            return self.opens <= now < self.closes
        return self.opens == self.closes or now >= self.opens or now < self.closes


USUAL_REVISIT_HOURS = RevisitHours()


@dataclass(frozen=True)
class Due:
    """What is to be done for a clock now.

    Attributes:
        step: None: nothing, it is only looked at again at `wake_at`.
        command: what the system does to the ticket; None: it only tells.
        unit: whom the command sends the ticket to.
        tells: the people who handle it hear of the step.
        alarm: somebody at the desk must see to it at once.
        wake_at: when to look again; None: never.
    """

    step: Step | None = None
    command: Command | None = None
    reason: str = ""
    unit: str | None = None
    tells: bool = False
    alarm: bool = False
    wake_at: datetime | None = None


NOTHING = Due()


def due(ticket: Ticket, position: int, now: datetime, hours: RevisitHours = USUAL_REVISIT_HOURS) -> Due:
    """Says what the clock at `position` asks for at `now`.

    Args:
        hours: when citizens may be asked.
    """
    clock = ticket.clocks[position]
    if not clock.running or clock.paused:
        return NOTHING
    if clock.kind is ClockKind.REVISIT:
        return _revisit(ticket, clock, now, hours)
    if now < clock.due_at:
        return _early(clock, now)
    if clock.kind is ClockKind.SUSPENSION:
        return _if_allowed(ticket, Command.RESUME, Step.END, "suspension_over")
    if clock.kind is ClockKind.CAR:
        return _if_allowed(ticket, Command.DISPATCH, Step.MISSED, "car_owner_silent", tells=True, unit=TRAFFIC_POLICE)
    alarm = clock.kind in ALARMING or clock.due_at - clock.started_at < SHORT
    reason = f"{clock.kind}_overdue"
    wanted = () if _done(ticket, clock, reason) else MISSED_COMMANDS.get(clock.kind, (Command.URGE,))
    command = next((one for one in wanted if one in allowed_commands(ticket.status, Role.SYSTEM)), None)
    return Due(Step.MISSED, command, reason, tells=True, alarm=alarm)


def _done(ticket: Ticket, clock: Clock, reason: str) -> bool:
    """Whether the command was carried out by a worker that died before it could say so: a ticket that it supervised
    would be urged as well."""
    return any(
        entry.actor.role is Role.SYSTEM and entry.reason == reason and entry.at >= clock.due_at
        for entry in ticket.history
    )


def reminder_at(clock: Clock) -> datetime:
    """When four fifths of a clock's time have passed."""
    return first_look(clock.kind, clock.started_at, clock.due_at)


def _early(clock: Clock, now: datetime) -> Due:
    if clock.kind not in REMINDED:
        return Due(wake_at=clock.due_at)
    remind_at = reminder_at(clock)
    if now < remind_at:
        return Due(wake_at=remind_at)
    return Due(Step.REMIND, reason=f"{clock.kind}_near", tells=True, wake_at=clock.due_at)


def _revisit(ticket: Ticket, clock: Clock, now: datetime, hours: RevisitHours) -> Due:
    if ticket.status is Status.REPLIED:
        asked_at = hours.opening(max(now, min(clock.started_at + hours.after, clock.due_at)))
        if now < asked_at:
            return Due(wake_at=asked_at)
        wake_at = max(clock.due_at, now + hours.after)
        return _if_allowed(ticket, Command.START_REVISIT, Step.ASK, "revisit_due", wake_at=wake_at)
    if ticket.status is not Status.REVISIT:
        return NOTHING
    if now < clock.due_at:
        return Due(wake_at=clock.due_at)
    if ticket.solved is False or ticket.satisfied is False:
        return _if_allowed(ticket, Command.DISPUTE, Step.END, "revisit_not_well")
    return _if_allowed(ticket, Command.CLOSE, Step.END, "revisit_unanswered")


def _if_allowed(
    ticket: Ticket,
    command: Command,
    step: Step,
    reason: str,
    *,
    tells: bool = False,
    wake_at: datetime | None = None,
    unit: str | None = None,
) -> Due:
    """The command where the table lets the system do it from here; else nobody has to look again."""
    if command not in allowed_commands(ticket.status, Role.SYSTEM):
        return NOTHING
    return Due(step, command, reason, unit, tells=tells, wake_at=wake_at)
