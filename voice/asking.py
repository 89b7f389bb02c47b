"""Asks the assistant, with something to hear while it thinks: nobody listens to silence for long.

It does not say the answer.
"""

from __future__ import annotations

import asyncio

from voice.gateway_client import GatewayAway, Turn
from voice.talk import Talk


class AssistantSlow(GatewayAway):
    """The assistant has not answered for as long as a caller can be asked to wait."""

    code = "assistant_slow"


async def asked(talk: Talk, *, text: str = "", press: str = "") -> Turn:
    """Sends a turn and gives the answer.

    Raises:
        AssistantSlow: it takes too long; GatewayAway: nobody answers.
    """
    sending = asyncio.ensure_future(talk.sent(text=text, press=press))
    try:
        for name, seconds in talk.house.pace.fillers:
            done, _ = await asyncio.wait([sending], timeout=seconds)
            if done:
                return await sending
            if name == "filler_first" and talk.caller.filled:
                talk.caller.filled = False  # the caller has heard it while the words were worked out
                continue
            await talk.prompt(name, interruptible=False)
        done, _ = await asyncio.wait([sending], timeout=talk.house.pace.last)
        if not done:
            raise AssistantSlow
        turn = await sending
    finally:
        if not sending.done():
            sending.cancel()
        elif not sending.cancelled():
            sending.exception()
    return turn
