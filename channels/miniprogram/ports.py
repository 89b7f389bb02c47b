"""What others may ask of the mini-program: knocking at a citizen's WeChat, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

Reason = Literal["no_person", "no_template", "no_quota", "not_accepted", "wechat_refused"]


@dataclass(frozen=True, slots=True)
class Sent:
    """WeChat has taken the message."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Not sent, and not to be tried again: the news stands in the citizen's conversation only.

    `no_quota`: every acceptance is used up; `not_accepted`: WeChat says so (43101).
    """

    reason: Reason


@dataclass(frozen=True, slots=True)
class Later:
    """Not sent now; worth trying again after `seconds`."""

    seconds: float


SendResult = Sent | Refused | Later


class SubscribeSender(Protocol):
    """Sends subscribe messages, one for each time a citizen accepted them."""

    async def send(self, openid: str, template_key: str, values: Mapping[str, str], *, once: str) -> SendResult:
        """Sends one message of a template of the configuration.

        Args:
            values: plain texts by the names that the template's fields use; they are cut to WeChat's lengths.
            once: names the occasion; the same one again sends nothing twice and gives the earlier result.

        Raises:
            StoreUnavailable.
        """
        ...
