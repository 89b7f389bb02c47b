"""Danger: the number to dial is said before anything else, and dialled for the caller where the operator has said whom.

It recognises no danger itself; the assistant does. Without configuration nobody is dialled.
"""

from __future__ import annotations

from voice.gateway_client import Turn
from voice.ports_dialogue import Answer, Transfer
from voice.talk import Over, Talk

_RING_SECONDS = 30.0


def numbers_of(turn: Turn) -> tuple[str, ...]:
    """The numbers that an answer says to dial."""
    emergency = turn.data.get("emergency") or {}
    return tuple(str(one) for one in emergency.get("numbers") or ())


async def warn(talk: Talk, turn: Turn, dialled: set[str]) -> Answer | None:
    """Says what to dial, to its end, and dials it; then says the rest, and gives what interrupted that.

    Args:
        dialled: numbers that were tried in this call; they are not dialled again.

    Raises:
        Over: the caller was connected.
    """
    numbers = numbers_of(turn)
    first = [text for text in turn.texts if any(number in text for number in numbers)]
    for text in first:
        await talk.say(text, interruptible=False)
    if not first and numbers:
        await talk.prompt("emergency_dial", interruptible=False, number=numbers[0])
    wanted = next((one for one in numbers if one in talk.house.emergencies and one not in dialled), None)
    if wanted is not None:
        dialled.add(wanted)
        await _dial(talk, wanted)
    return await talk.say_all([text for text in turn.texts if text not in first])


async def _dial(talk: Talk, number: str) -> None:
    await talk.prompt("emergency_dialled", interruptible=False, number=number)
    # Whoever answers there must hear the caller at once: no word before it, no key to press.
    wish = Transfer(
        talk.house.emergencies[number], "", talk.language, accept_key="", ring_seconds=_RING_SECONDS,
        blind_when_unanswered=True,
    )  # fmt: skip
    result = await talk.caller.transfer(wish)
    if result.reached or talk.caller.has_ended:
        talk.served = result.reached
        raise Over("emergency" if result.reached else result.outcome.value)
    await talk.prompt("emergency_failed", interruptible=False, number=number)
