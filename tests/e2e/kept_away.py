"""A connection so weak that a file does not arrive at first."""

from __future__ import annotations

from playwright.sync_api import Route


class KeptAway:
    """Routes a file of the page to nowhere, so many times."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self, route: Route) -> None:
        self.left -= 1
        if self.left >= 0:
            route.abort("connectionreset")
        else:
            route.continue_()
