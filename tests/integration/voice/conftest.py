"""A SIP line on a free port of loopback, and what calls it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio

from voice.protocol.admission import Limits
from voice.transports.config import SipConfig
from voice.transports.sip_leg import SipLeg
from voice.transports.sip_line import SipLine

Opened = Callable[..., Awaitable[SipLine]]
LIMITS = Limits(calls_most=200, calls_per_caller=200, invites_per_second=1_000)


@pytest_asyncio.fixture
async def open_line() -> AsyncIterator[Opened]:
    """Opens lines; `await open_line(transports=("udp",))`. They are closed after the test."""
    lines: list[SipLine] = []

    async def opened(**more: object) -> SipLine:
        given: dict[str, object] = {
            "port": 0,
            "limits": LIMITS,
            "rtp_ports": (21_000, 24_999),
            "goodbye_seconds": 0.3,
            **more,
        }
        line = SipLine(SipConfig(**given))  # type: ignore[arg-type]
        await line.start()
        lines.append(line)
        return line

    yield opened
    for line in lines:
        await line.stop()


async def next_leg(line: SipLine, seconds: float = 3.0) -> SipLeg:
    """The next call that comes in."""
    async with asyncio.timeout(seconds):
        async for leg in line.calls():
            return leg
    raise AssertionError("the line was closed")
