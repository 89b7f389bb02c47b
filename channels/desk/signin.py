"""Signing in and out: password, second factor, single sign-on; and the limits that stop guessing.

Whether an account exists, is disabled or has a wrong password looks alike from outside. What happens is written to
the audit log; passwords, codes and tokens are not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from channels.desk import passwords, sessions, totp
from channels.desk.errors import LoginFailed, SignInNeeded, TotpRequired
from channels.desk.passwords import Passwords
from channels.desk.people import Credentials, DeskAgent, Session
from channels.desk.ports import AccountStore
from channels.desk.totp import SecretBox
from channels.errors import InvalidField, TooManyRequests
from channels.limits import Rate, TokenBuckets

MOST_FAILURES = 8
LOCKED = timedelta(minutes=15)
_OF_ADDRESS = Rate(0.2, 20)


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody who is signed in."""

    agent: DeskAgent
    session: Session
    token: str = field(repr=False)


@dataclass(slots=True)
class SignIn:
    """Everything that has to do with who somebody is."""

    accounts: AccountStore
    passwords: Passwords
    box: SecretBox
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    lifetime: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(hours=2)
    addresses: TokenBuckets = field(default_factory=lambda: TokenBuckets(_OF_ADDRESS))

    async def with_password(self, username: str, password: str, code: str | None, address: str) -> Signed:
        """Begins a session.

        Raises:
            LoginFailed, TotpRequired: as they say.
            TooManyRequests: too many tries from this address, or wrong ones for this name.
        """
        wait = self.addresses.take(address, self.monotonic())
        if wait > 0:
            raise TooManyRequests(wait)
        name = username.strip().lower()[:64]
        await self._refuse_locked(name)
        found = await self.accounts.by_username(name)
        agent, secrets = found if found is not None else (None, Credentials(None, None))
        usable = agent is not None and not agent.disabled
        if not await self.passwords.matches(secrets.password_hash if usable else None, password) or agent is None:
            await self._failed(name, agent)
            raise LoginFailed
        if secrets.totp_secret is not None:
            await self._second_factor(agent, name, secrets.totp_secret, code)
        await self.accounts.clear_failures(name)
        self.addresses.give(address, self.monotonic())  # many sign in behind one address at the start of a shift
        if secrets.password_hash is not None and self.passwords.is_old(secrets.password_hash):
            await self.accounts.change(agent.id, lambda same: same, await self.passwords.hash(password))
        return await self.begin(agent, "signed_in")

    async def begin(self, agent: DeskAgent, deed: str) -> Signed:
        """A session for somebody who has shown who he or she is."""
        token, now = sessions.new_token(), self.clock()
        session = sessions.begun(token, agent.id, now, self.lifetime)
        await self.accounts.begin_session(session)
        await self.accounts.note_deed(now, agent.id, deed, agent.username, "")
        return Signed(agent, session, token)

    async def by_token(self, token: str) -> Signed:
        """Raises SignInNeeded: the session is unknown, revoked, too old or its account disabled."""
        found = await self.accounts.session(sessions.session_id(token)) if token else None
        now = self.clock()
        if found is None or not sessions.is_alive(found[0], now, self.idle):
            raise SignInNeeded
        session, agent = found
        if sessions.needs_touch(session, now):
            await self.accounts.touch_session(session.id, now)
        return Signed(agent, session, token)

    async def end(self, signed: Signed) -> None:
        await self.accounts.end_session(signed.session.id)
        await self.accounts.note_deed(self.clock(), signed.agent.id, "signed_out", signed.agent.username, "")

    async def change_password(self, signed: Signed, old: str, new: object) -> None:
        """Sets a new password and ends all other sessions. Raises LoginFailed, InvalidField."""
        agent = signed.agent
        await self._check_password(agent, old)
        await self.accounts.change(
            agent.id, lambda same: same, await self.passwords.hash(passwords.check_new(new, agent.username))
        )
        await self.accounts.end_sessions(agent.id, but=signed.session.id)
        await self.accounts.note_deed(self.clock(), agent.id, "password_changed", agent.username, "")

    async def begin_totp(self, agent: DeskAgent) -> tuple[str, str]:
        """A new secret and its address for an authenticator; it counts once a code was shown."""
        secret = totp.new_secret()
        await self.accounts.pend_totp(agent.id, self.box.lock(secret))
        return secret, totp.uri(secret, agent.username)

    async def confirm_totp(self, agent: DeskAgent, code: str) -> None:
        """Switches the second factor on. Raises InvalidField for a wrong code."""
        locked = await self.accounts.pending_totp(agent.id)
        secret = self.box.open(locked) if locked is not None else None
        step = totp.step_of(secret, code, self.clock()) if secret is not None else None
        if locked is None or step is None or not await self.accounts.take_step(agent.id, step):
            raise InvalidField("code", "The code does not fit; scan the picture and give the code of now.")
        await self.accounts.set_totp(agent.id, locked)
        await self.accounts.note_deed(self.clock(), agent.id, "totp_on", agent.username, "")

    async def end_totp(self, agent: DeskAgent, password: str) -> None:
        """Switches the second factor off. Raises LoginFailed."""
        await self._check_password(agent, password)
        await self.accounts.set_totp(agent.id, None)
        await self.accounts.note_deed(self.clock(), agent.id, "totp_off", agent.username, "")

    async def _check_password(self, agent: DeskAgent, password: str) -> None:
        await self._refuse_locked(agent.username)
        found = await self.accounts.by_username(agent.username)
        if not await self.passwords.matches(found[1].password_hash if found else None, password):
            await self._failed(agent.username, agent)
            raise LoginFailed

    async def _second_factor(self, agent: DeskAgent, name: str, locked: str, code: str | None) -> None:
        if not code:
            raise TotpRequired
        secret = self.box.open(locked)
        step = totp.step_of(secret, code, self.clock()) if secret is not None else None
        if step is None or not await self.accounts.take_step(agent.id, step):
            await self._failed(name, agent)
            raise LoginFailed

    async def _refuse_locked(self, name: str) -> None:
        failures = await self.accounts.failures(name)
        if failures is None:
            return
        count, last_at = failures
        left = last_at + LOCKED - self.clock()
        if left <= timedelta(0):
            await self.accounts.clear_failures(name)
        elif count >= MOST_FAILURES:
            raise TooManyRequests(left.total_seconds(), "Too many wrong tries for this name; try again later.")

    async def _failed(self, name: str, agent: DeskAgent | None) -> None:
        now = self.clock()
        await self.accounts.add_failure(name, now)
        await self.accounts.note_deed(now, agent.id if agent else None, "sign_in_failed", name, "")
