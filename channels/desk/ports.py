"""What the desk needs from the outside, as protocols; adapters and fakes implement them.

No implementation stands here. Every method of a store is one transaction and raises StoreUnavailable when the
database does not answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from channels.desk.cases import Case
from channels.desk.people import Credentials, DeskAgent, Presence, PresenceState, Session
from channels.desk.records import Alert, Canned, LastWord, Note
from channels.desk.shifts import Shift
from channels.handoff.contract import Agent, DeskEvent, Outcome
from tickets.service.commands import FileTicket, SupplementTicket
from tickets.service.receipts import TicketReceipt


@dataclass(frozen=True, slots=True)
class Standing:
    """What the hand-over says of itself: waiting, accepted or ended, and with whom."""

    state: str
    agent_id: str | None
    ended: str | None = None


ChangeCase = Callable[[Case], Case | None]
"""What becomes of a case; None leaves it as it is. It may be called again after a lost race."""


class AccountStore(Protocol):
    """Accounts, sessions, failed sign-ins, presence and shifts."""

    async def add(self, agent: DeskAgent, password_hash: str | None) -> None:
        """Raises NameTaken."""
        ...

    async def change(
        self, agent_id: str, change: Callable[[DeskAgent], DeskAgent], password_hash: str | None = None
    ) -> DeskAgent:
        """Raises AgentNotFound, LastAdministrator."""
        ...

    async def agents(self) -> list[DeskAgent]: ...

    async def agent(self, agent_id: str) -> DeskAgent:
        """Raises AgentNotFound."""
        ...

    async def by_username(self, username: str) -> tuple[DeskAgent, Credentials] | None: ...

    async def by_subject(self, subject: str) -> DeskAgent | None: ...

    async def take_step(self, agent_id: str, step: int) -> bool:
        """Notes that the TOTP code of `step` was used; False when it or a later one was used before."""
        ...

    async def pend_totp(self, agent_id: str, secret: str) -> None: ...

    async def pending_totp(self, agent_id: str) -> str | None: ...

    async def set_totp(self, agent_id: str, secret: str | None) -> None: ...

    async def begin_session(self, session: Session) -> None: ...

    async def session(self, session_id: str) -> tuple[Session, DeskAgent] | None: ...

    async def touch_session(self, session_id: str, at: datetime) -> None: ...

    async def end_session(self, session_id: str) -> None: ...

    async def end_sessions(self, agent_id: str, but: str | None = None) -> None: ...

    async def failures(self, username: str) -> tuple[int, datetime] | None: ...

    async def add_failure(self, username: str, at: datetime) -> None: ...

    async def clear_failures(self, username: str) -> None: ...

    async def presences(self) -> dict[str, Presence]: ...

    async def set_presence(self, agent_id: str, state: PresenceState, at: datetime) -> None: ...

    async def seen(self, agent_ids: Sequence[str], at: datetime) -> None: ...

    async def assigned(self, agent_id: str, at: datetime) -> None: ...

    async def shifts(self) -> dict[str, tuple[Shift, ...]]: ...

    async def set_shifts(self, agent_id: str, shifts: Sequence[Shift]) -> None: ...

    async def note_deed(self, at: datetime, agent_id: str | None, deed: str, subject: str, detail: str) -> None:
        """Adds a line to the desk's audit log, which is only ever added to."""
        ...

    async def deeds(self, since: datetime, limit: int) -> list[Mapping[str, Any]]: ...


class WorkStore(Protocol):
    """Cases, notes, alerts, canned replies and the lease of the desk's clock."""

    async def add_case(self, case: Case) -> bool:
        """False when the hand-over is known already."""
        ...

    async def case(self, handoff_id: str) -> Case | None: ...

    async def open_case_of(self, conversation_id: str) -> Case | None: ...

    async def last_case_of(self, conversation_id: str) -> Case | None: ...

    async def change_case(self, handoff_id: str, change: ChangeCase) -> Case | None:
        """The case after `change`, None when it gave None or there is no such case."""
        ...

    async def open_cases(self) -> list[Case]: ...

    async def cases_since(self, since: datetime) -> list[Case]:
        """Opened since then, and everything still open."""
        ...

    async def last_ended(self, limit: int) -> list[Case]: ...

    async def cases_of_caller(self, caller_key: str, limit: int) -> list[Case]: ...

    async def last_words(self, conversation_ids: Sequence[str]) -> dict[str, LastWord]:
        """Owner and last message by conversation."""
        ...

    async def astray(self) -> list[tuple[Case, Standing]]:
        """Open cases that stand otherwise than their hand-over: a gateway died between the two."""
        ...

    async def add_note(self, note: Note) -> bool:
        """False when a note of that id is known in the conversation."""
        ...

    async def notes(self, conversation_id: str) -> list[Note]: ...

    async def add_alert(self, alert: Alert) -> bool: ...

    async def alert(self, alert_id: str) -> Alert | None: ...

    async def change_alert(self, alert_id: str, change: Callable[[Alert], Alert | None]) -> Alert | None: ...

    async def open_alerts(self) -> list[Alert]: ...

    async def canned(self) -> list[Canned]:
        """What was changed on this desk; removed ones are marked."""
        ...

    async def put_canned(self, canned: Canned, by: str, at: datetime) -> None: ...

    async def take_lease(self, name: str, holder: str, at: datetime, until: datetime) -> bool: ...

    async def ping(self) -> None: ...


class Handoffs(Protocol):
    """The hand-over as the desk uses it (channels.handoff.service)."""

    async def event(self, event: DeskEvent) -> Outcome: ...

    async def standing(self, handoff_id: str) -> Standing | None: ...

    async def place(self, handoff_id: str, position: int, wait_seconds: int | None) -> None: ...

    async def take_over(self, conversation_id: str, agent: Agent, expected_version: int) -> None:
        """Gives a conversation, whoever has it, to `agent`. Raises AlreadyTaken."""
        ...

    async def slots(self, conversation_id: str) -> Mapping[str, str]:
        """What the bot's forms know, as the citizen said it."""
        ...

    async def ratings(self, since: datetime) -> Mapping[str, Any]: ...


class Sayings(Protocol):
    """Says sentences of the catalogue to citizens (channels.router.Router.news)."""

    async def say(
        self, conversation_id: str, event_id: str, key: str, values: Mapping[str, Any], data: Mapping[str, Any]
    ) -> None:
        """Once an event; the text comes in the conversation's language."""
        ...


REVISIT = "revisit:"
"""Begins the id of a call-back that asks a caller about the answer to a ticket."""
NOTICE = "notice:"
"""Begins the id of what could not be delivered to a citizen, among what could not be delivered at all."""
SMS = "sms:"
"""Begins the id of a text message of the telephone line among these."""


@dataclass(frozen=True, slots=True)
class RevisitAnswers:
    """What a citizen said when asked about the answer to his or her ticket; the two are asked apart."""

    solved: bool
    satisfied: bool
    note: str = ""

    @property
    def well(self) -> bool:
        return self.solved and self.satisfied


class TicketWork(Protocol):
    """The ticket core as the desk uses it."""

    async def file(self, command: FileTicket) -> TicketReceipt:
        """Raises TicketRefused, TicketsUnavailable."""
        ...

    async def join(self, command: FileTicket, number: str) -> TicketReceipt:
        """Lets the citizen follow an open ticket instead. Raises TicketRefused, TicketNotFound, TicketsUnavailable."""
        ...

    async def supplement(self, command: SupplementTicket) -> TicketReceipt: ...

    async def of_conversations(self, conversation_ids: Sequence[str]) -> list[Mapping[str, Any]]: ...

    async def callbacks(self, since: datetime) -> list[Mapping[str, Any]]:
        """Tickets that ask for a call, filed since then."""
        ...

    async def callback_done(self, number: str, agent_id: str, note: str) -> Mapping[str, Any]:
        """Notes on the ticket that somebody called. Raises TicketNotFound, TicketsUnavailable."""
        ...

    async def revisits(self) -> list[Mapping[str, Any]]:
        """Tickets of callers who are to be asked whether the matter is solved."""
        ...

    async def revisited(self, number: str, agent_id: str, answers: RevisitAnswers) -> Mapping[str, Any]:
        """What a caller answered. Raises TicketNotFound, TicketRefused, TicketsUnavailable."""
        ...

    async def callback_phone(self, number: str) -> str | None:
        """The telephone on a ticket that waits for a call. Raises TicketNotFound, TicketsUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Proposed:
    """`categories`: id, unit, score; `knowledge`: id, title, text, score; best first."""

    categories: Sequence[Mapping[str, Any]] = ()
    knowledge: Sequence[Mapping[str, Any]] = ()


class Suggestions(Protocol):
    """What the desk may propose; each part is empty when it is not there or too slow."""

    async def propose(self, text: str, language: str) -> Proposed: ...

    async def duplicates(self, draft: Mapping[str, Any]) -> list[Mapping[str, Any]]: ...


class Kept(Protocol):
    """Settings that leaders change while everything runs."""

    async def kept(self, name: str) -> Mapping[str, Any] | None: ...

    async def keep(self, name: str, value: Mapping[str, Any], by: str) -> None: ...


class Undelivered(Protocol):
    """What did not reach its citizens (channels.delivery); the ids begin with `NOTICE` or `SMS`."""

    async def entries(self) -> Sequence[Mapping[str, Any]]: ...

    async def retry(self, entry_id: str) -> None:
        """Raises NoticeNotFound."""
        ...

    async def drop(self, entry_id: str) -> None:
        """Raises NoticeNotFound."""
        ...


class Operating(Protocol):
    """The operator's switches, call-backs and dead letters (channels.handoff)."""

    async def settings(self) -> Mapping[str, Any]: ...

    async def change_settings(self, by: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Raises InvalidField."""
        ...

    async def callbacks(self) -> Sequence[Mapping[str, Any]]: ...

    async def callback_done(self, callback_id: str, by: DeskAgent, note: str) -> Mapping[str, Any]: ...

    async def revisited(self, number: str, by: DeskAgent, answers: RevisitAnswers) -> Mapping[str, Any]:
        """What a caller answered at the revisit. Raises TicketNotFound, TicketRefused."""
        ...

    async def callback_phone(self, callback_id: str) -> str | None:
        """The telephone to call, in clear. Raises HandoffNotFound, TicketNotFound."""
        ...

    async def dead_letters(self) -> Sequence[Mapping[str, Any]]: ...

    async def retry_letter(self, letter_id: str) -> None: ...

    async def drop_letter(self, letter_id: str) -> None: ...


class Translate(Protocol):
    async def __call__(self, text: str, source: str, target: str) -> str:
        """Raises TranslatorUnavailable."""
        ...
