"""A connection so weak that a file does not arrive at first."""

from __future__ import annotations

from playwright.sync_api import Route


class KeptAway:
    """Routes a file of the page to nowhere, so many times.

    Attributes:
        asked: the addresses that were asked for, in order.
    """

    def __init__(self, times: int) -> None:
        self._times = times
        self.asked: list[str] = []

    def __call__(self, route: Route) -> None:
        self.asked.append(route.request.url)
        if len(self.asked) <= self._times:
            route.abort("connectionreset")
        else:
            route.continue_()

    @property
    def came(self) -> bool:
        """It was asked for until it came, each time under a new address: most browsers remember what failed."""
        return len(self.asked) == len(set(self.asked)) == self._times + 1
