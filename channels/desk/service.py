"""What a running desk is made of, for its handlers.

A plain record: it is filled in `channels.desk.bootstrap`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from aiohttp import web

from channels.desk.alerts import Alerts
from channels.desk.boards import Boards
from channels.desk.cannery import Cannery
from channels.desk.clockwork import Clockwork
from channels.desk.context import Context
from channels.desk.desk import OwnDesk
from channels.desk.dispatch import Dispatcher
from channels.desk.floor import Floor
from channels.desk.live import Live
from channels.desk.office import Office
from channels.desk.oidc import Oidc
from channels.desk.passing import Passing
from channels.desk.ports import AccountStore, Operating, Translate, WorkStore
from channels.desk.rights import Rights
from channels.desk.rules import RuleBook
from channels.desk.signin import SignIn
from channels.desk.switches import Switches
from channels.desk.talks import Talks
from channels.desk.teller import Teller
from channels.desk.viewing import Viewing
from channels.limits import Rate, TokenBuckets

DEED_RATE = Rate(10, 60)
"""What one signed-in page may change: so many a second on average, so many at once."""
STATIC = Path(__file__).resolve().parent / "static"


@dataclass(slots=True)
class Desk:
    """Everything a handler of the desk may use."""

    accounts: AccountStore
    work: WorkStore
    signin: SignIn
    floor: Floor
    live: Live
    teller: Teller
    viewing: Viewing
    dispatcher: Dispatcher
    clockwork: Clockwork
    rights: Rights
    talks: Talks
    passing: Passing
    context: Context
    alerts: Alerts
    boards: Boards
    cannery: Cannery
    office: Office
    operating: Operating
    switches: Switches
    own: OwnDesk
    rules: RuleBook
    clock: Callable[[], datetime]
    deeds: TokenBuckets = field(default_factory=lambda: TokenBuckets(DEED_RATE))
    translate: Translate | None = None
    oidc: Oidc | None = None
    static: Path = STATIC


DESK: web.AppKey[Desk] = web.AppKey("desk", Desk)
