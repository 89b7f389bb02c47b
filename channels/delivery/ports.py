"""Who carries letters out of the house, one carrier a way. No implementation stands here."""

from __future__ import annotations

from typing import Protocol

from channels.delivery.notices import Letter
from channels.errors import ChannelsError


class NotNow(ChannelsError):
    """The provider does not take the letter now; it is sent again later.

    Args:
        answered: the provider said so; False: it is not known whether it has the letter.
    """

    code = "provider_away"

    def __init__(self, message: str | None = None, *, answered: bool = False) -> None:
        super().__init__(message)
        self.answered = answered


class Refused(ChannelsError):
    """The provider does not take this letter; it is not sent again by itself."""

    code = "provider_refused"


class AddressGone(ChannelsError):
    """Nobody is reached at this address, or not any more; nothing more is sent to it."""

    code = "address_gone"


class Carrier(Protocol):
    """One way to citizens."""

    async def send(self, letter: Letter) -> None:
        """Comes back when the provider has taken it; ends in time.

        Raises:
            NotNow: try again later; Refused: never; AddressGone: nobody is there.
        """
        ...

    async def aclose(self) -> None: ...
