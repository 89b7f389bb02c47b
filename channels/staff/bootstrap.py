"""Puts the staff interface together, beside the desk whose accounts and sessions it uses.

Nothing is opened here: the tickets open when its office is started, at the latest at the first call.
"""

from __future__ import annotations

from channels.adapters.sql import SqlConversationStore
from channels.desk.bootstrap import StoreRunner
from channels.desk.service import Desk
from channels.staff.office_threads import OfficeThreads
from channels.staff.service import Staff
from channels.staff.tokens import StaffTokens
from tickets.config import TicketsConfig


def assemble_staff(config: TicketsConfig, store: SqlConversationStore, desk: Desk) -> Staff:
    """The staff interface of a gateway; close its `office` at the end."""
    return Staff(
        office=OfficeThreads(config),
        tokens=StaffTokens(StoreRunner(store), desk.clock),
        accounts=desk.accounts,
        catalogue=desk.context.catalogue,
    )
