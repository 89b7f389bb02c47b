"""The desk's office: accounts, roles and shifts, as administrators and leaders keep them.

Nobody is ever deleted: an account is disabled, its sessions end at once, and its name stays in the records.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from channels.desk import passwords, roles
from channels.desk.errors import AgentNotFound, RoleNotEnough
from channels.desk.live import Live
from channels.desk.passwords import Passwords
from channels.desk.people import ROLES, DeskAgent, Role
from channels.desk.ports import AccountStore
from channels.desk.shifts import Shift, parse_shifts
from channels.errors import InvalidField
from channels.languages import LANGUAGES

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_NAME_LIMIT = 80
MOST_AT_ONCE = 50


@dataclass(slots=True)
class Office:
    """Keeps accounts.

    Args:
        units: ids of the units there are; topics: ids of what people can know best.
    """

    accounts: AccountStore
    passwords: Passwords
    live: Live
    units: Collection[str]
    topics: Collection[str]
    clock: Callable[[], datetime]

    async def add(self, by: DeskAgent | None, body: Mapping[str, Any]) -> DeskAgent:
        """A new account. Raises InvalidField, NameTaken."""
        username = body.get("username")
        if not isinstance(username, str) or not _USERNAME.fullmatch(username.strip().lower()):
            raise InvalidField("username", "username has 2 to 64 small letters, digits, dots or hyphens.")
        name = username.strip().lower()
        blank = DeskAgent(str(uuid4()), name, name, "agent", "hotline", ("zh",), (), 3, self.clock())
        agent = self.changed(blank, body)
        password = body.get("password")
        hashed = None
        if password is not None:
            hashed = await self.passwords.hash(passwords.check_new(password, name))
        await self.accounts.add(agent, hashed)
        await self._deed(by, "agent_added", agent, agent.role)
        return agent

    async def change(self, by: DeskAgent | None, agent_id: str, body: Mapping[str, Any]) -> DeskAgent:
        """Changes an account; a new password, role or the end of it ends its sessions.

        Raises:
            AgentNotFound, InvalidField, LastAdministrator.
        """
        before = await self.accounts.agent(agent_id)
        self.changed(before, body)  # refuses before anything is written
        password = body.get("password")
        hashed = None
        if password is not None:
            hashed = await self.passwords.hash(passwords.check_new(password, before.username))
        after = await self.accounts.change(agent_id, lambda known: self.changed(known, body), hashed)
        if body.get("totp") is False:
            await self.accounts.set_totp(agent_id, None)
            after = replace(after, totp=False)
        if hashed is not None or after.disabled or after.role != before.role:
            await self.accounts.end_sessions(agent_id)
            await self.live.hint({"type": "signed_out", "agent_id": agent_id})
        changed = ", ".join(sorted(set(body) - {"password"} | ({"password"} if hashed else set())))
        await self._deed(by, "agent_changed", after, changed)
        return after

    def changed(self, agent: DeskAgent, body: Mapping[str, Any]) -> DeskAgent:
        """`agent` with the fields of `body`; what is not named stays. Pure. Raises InvalidField."""
        after = agent
        if "name" in body:
            after = replace(after, name=_name(body["name"]))
        if "role" in body:
            after = replace(after, role=_role(body["role"]))
        if "unit" in body:
            after = replace(after, unit=_one_of("unit", body["unit"], self.units))
        if "languages" in body:
            after = replace(after, languages=_some_of("languages", body["languages"], LANGUAGES, 1))
        if "topics" in body:
            after = replace(after, topics=_some_of("topics", body["topics"], self.topics, 0))
        if "capacity" in body:
            after = replace(after, capacity=_capacity(body["capacity"]))
        if "active" in body:
            if not isinstance(body["active"], bool):
                raise InvalidField("active", "active must be true or false.")
            after = replace(after, disabled=not body["active"])
        return after

    async def shifts(self, by: DeskAgent) -> list[dict[str, Any]]:
        """The shifts of the people whom `by` may see."""
        people = {agent.id: agent for agent in await self.accounts.agents()}
        return [
            {"id": f"{agent_id}:{number}", "agent_id": agent_id, **shift.wire()}
            for agent_id, shifts in (await self.accounts.shifts()).items()
            for number, shift in enumerate(shifts)
            if agent_id == by.id or roles.sees_people_of(by, people[agent_id].unit)
        ]

    async def set_shifts(self, by: DeskAgent, body: Mapping[str, Any]) -> None:
        """Replaces the shifts of everybody named, and of all whom `by` may see when `agent_ids` is not given.

        Raises:
            InvalidField: a shift cannot be used; nothing was changed.
            RoleNotEnough: somebody of another unit is named.
        """
        given = body.get("shifts")
        if not isinstance(given, list):
            raise InvalidField("shifts", "shifts must be a list.")
        people = {agent.id: agent for agent in await self.accounts.agents()}
        mine = {agent.id for agent in people.values() if roles.sees_people_of(by, agent.unit)}
        named = body.get("agent_ids")
        touched = set(named) if isinstance(named, list) else set(mine)
        wanted: dict[str, list[object]] = {agent_id: [] for agent_id in touched}
        for item in given:
            agent_id = str(item.get("agent_id")) if isinstance(item, dict) else ""
            wanted.setdefault(agent_id, []).append(item)
        if not set(wanted) <= set(people):
            raise AgentNotFound
        if not set(wanted) <= mine:
            raise RoleNotEnough("These are people of another unit.")
        parsed: dict[str, tuple[Shift, ...]] = {key: parse_shifts(items) for key, items in wanted.items()}
        for agent_id, shifts in parsed.items():
            await self.accounts.set_shifts(agent_id, shifts)
        await self.accounts.note_deed(self.clock(), by.id, "shifts_changed", ",".join(sorted(parsed))[:120], "")

    async def _deed(self, by: DeskAgent | None, deed: str, agent: DeskAgent, detail: str) -> None:
        await self.accounts.note_deed(self.clock(), by.id if by else None, deed, agent.username, detail)


def _name(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not 1 <= len(text) <= _NAME_LIMIT or any(unicodedata.category(one)[0] == "C" for one in text):
        raise InvalidField("name", f"name must have 1 to {_NAME_LIMIT} characters that can be seen.")
    return text


def _role(value: object) -> Role:
    for role in ROLES:
        if value == role:
            return role
    raise InvalidField("role", f"role must be one of {', '.join(ROLES)}.")


def _one_of(field: str, value: object, known: Collection[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise InvalidField(field, f"{field} is not in the city's list.")
    return value


def _some_of(field: str, value: object, known: Collection[str], least: int) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) < least or not all(one in known for one in value):
        raise InvalidField(field, f"{field} must be a list of: {', '.join(sorted(known))}.")
    return tuple(dict.fromkeys(str(one) for one in value))


def _capacity(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_AT_ONCE:
        raise InvalidField("capacity", f"capacity must be a number from 0 to {MOST_AT_ONCE}.")
    return value


def overview(agents: Sequence[DeskAgent]) -> list[dict[str, Any]]:
    return [{**agent.wire(), "active": not agent.disabled} for agent in agents]
