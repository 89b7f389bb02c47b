"""What a running mini-program is made of, for its handlers. A plain record, filled in `bootstrap` and by tests."""

from __future__ import annotations

from dataclasses import dataclass

from channels.miniprogram.checking import TextChecks
from channels.miniprogram.components import Components
from channels.miniprogram.login import Logins
from channels.miniprogram.subscribing import SubscribeMessages
from tickets.domain.city import Catalogue


@dataclass(frozen=True, slots=True)
class MiniProgram:
    """Everything a handler of the mini-program may use."""

    logins: Logins
    checks: TextChecks
    subscribing: SubscribeMessages
    components: Components
    catalogue: Catalogue
