"""The people at the desk: accounts, roles and presence, as plain values.

Pure. A role includes what the roles below it may do; whom somebody may see is decided by `channels.desk.roles`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from channels.handoff.contract import Agent as ContractAgent

Role = Literal["agent", "shift_leader", "supervisor", "administrator"]
PresenceState = Literal["available", "away", "off"]

ROLES: tuple[Role, ...] = ("agent", "shift_leader", "supervisor", "administrator")
PRESENCES: tuple[PresenceState, ...] = ("available", "away", "off")


@dataclass(frozen=True, slots=True)
class DeskAgent:
    """One account.

    Attributes:
        username: what is typed to sign in; lower case, unique.
        name: what citizens and colleagues see.
        unit: the unit of units.csv the person works for; the hotline itself is `hotline`.
        languages: the languages he or she answers in.
        topics: groups of categories he or she knows best; empty means all alike.
        capacity: conversations at once by automatic assignment.
        subject: who this is at the single sign-on, None while unknown.
    """

    id: str
    username: str
    name: str
    role: Role
    unit: str
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    capacity: int
    created_at: datetime
    disabled: bool = False
    totp: bool = False
    subject: str | None = None

    def contract(self) -> ContractAgent:
        """The person as the hand-over names him or her."""
        return ContractAgent(self.id, self.name)

    def brief(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name}

    def wire(self) -> dict[str, Any]:
        """The account as administrators and its owner see it; never a secret."""
        return {
            "id": self.id,
            "username": self.username,
            "name": self.name,
            "role": self.role,
            "unit": self.unit,
            "languages": list(self.languages),
            "topics": list(self.topics),
            "capacity": self.capacity,
            "disabled": self.disabled,
            "totp": self.totp,
            "oidc": self.subject is not None,
            "created_at": self.created_at.isoformat(timespec="seconds"),
        }


@dataclass(frozen=True, slots=True)
class Presence:
    """What somebody says of himself or herself, and when a page of theirs was last connected."""

    agent_id: str
    state: PresenceState
    since: datetime
    seen_at: datetime | None = None
    assigned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is needed to check a sign-in; it never leaves the process."""

    password_hash: str | None
    totp_secret: str | None
    totp_last_step: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser; `id` is the hash of its token, the token itself is stored nowhere."""

    id: str
    agent_id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
