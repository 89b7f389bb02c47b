"""Closes connections that have sent no whole request for a while (slow headers), which the server itself would keep.

Connections between two requests and bodies have time-outs of their own.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

HEADER_SECONDS = 20.0


class Doorkeeper:
    """Watches the connections of one server.

    Args:
        seconds: how long the first request of a connection may take to come.
    """

    def __init__(self, seconds: float = HEADER_SECONDS) -> None:
        self._seconds = seconds
        self._asked: set[Any] = set()
        self._since: dict[Any, float] = {}

    def heard(self, request: web.BaseRequest) -> None:
        """A whole request has come over this connection."""
        self._asked.add(request.protocol)

    async def watch(self, runner: web.AppRunner) -> None:
        """Never ends by itself."""
        while True:
            await asyncio.sleep(self._seconds / 4)
            if runner.server is not None:
                self.close_silent(runner.server.connections, asyncio.get_running_loop().time())

    def close_silent(self, connections: list[Any], now: float) -> None:
        """One look around, at the connections that are open now."""
        self._asked.intersection_update(connections)
        self._since = {one: self._since.get(one, now) for one in connections if one not in self._asked}
        for one, since in self._since.items():
            if now - since >= self._seconds and one.transport is not None:
                one.transport.abort()
