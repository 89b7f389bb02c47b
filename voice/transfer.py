"""Connecting a caller with a person: a second call, a word to who answers, a key to accept, then both hear each other.

The caller hears a soft sound meanwhile and can be taken back at any moment: nobody is lost when nobody answers. What
is said to either side is decided elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from typing import Any, Protocol, TypeVar

from voice.audio.frames import AudioFrame
from voice.audio.tones import hold_sound, playable
from voice.errors import DialFailed, InvalidTarget, TargetBusy, TargetSilent
from voice.errors_speech import SpeechError
from voice.ports_calls import CallLeg
from voice.ports_dialogue import Transfer, TransferOutcome, Transferred

log = logging.getLogger(__name__)
_AGAIN_SECONDS = 4.0
Outcome = TransferOutcome
T = TypeVar("T")


class Saying(Protocol):
    def frames(self) -> AsyncIterator[AudioFrame]: ...


class Mouth(Protocol):
    """Speaks texts."""

    def say(self, text: str, language: str) -> Saying: ...


async def transferred(caller: CallLeg, transfer: Transfer, mouth: Mouth) -> Transferred:
    """Connects `caller`; comes back when they have talked, or it has failed. The caller's leg is left up."""
    hold = asyncio.ensure_future(caller.play(playable(hold_sound(), repeat=True)))
    try:
        person = await _unless_gone(caller, caller.dial(transfer.target, transfer.ring_seconds))
        if person is None:
            return Transferred(Outcome.CALLER_LEFT)
        return await _with_person(caller, person, transfer, mouth, hold)
    except (DialFailed, InvalidTarget) as error:
        log.info("a transfer failed: %s", error)
        if transfer.blind_when_unanswered and not caller.ended.is_set() and not isinstance(error, InvalidTarget):
            return await _blind(caller, transfer, error)
        return Transferred(_outcome(error))
    finally:
        caller.stop_playing()
        await _ended(hold)


async def _with_person(
    caller: CallLeg, person: CallLeg, transfer: Transfer, mouth: Mouth, hold: asyncio.Future[Any]
) -> Transferred:
    """Somebody answered: told what it is about, and connected when the call is accepted."""
    try:
        accepted = await _unless_gone(caller, _accepted(person, transfer, mouth))
        if accepted is None:
            return Transferred(Outcome.CALLER_LEFT)
        if not accepted:
            return Transferred(Outcome.DECLINED)
        caller.stop_playing()
        await _ended(hold)
        started = asyncio.get_running_loop().time()
        await caller.bridge(person)
        return Transferred(Outcome.TALKED, asyncio.get_running_loop().time() - started)
    finally:
        await person.hang_up()


async def _accepted(person: CallLeg, transfer: Transfer, mouth: Mouth) -> bool:
    """Tells the person what it is about, again and again, until a key is pressed, or time is up."""
    telling = asyncio.ensure_future(_tell(person, transfer, mouth))
    try:
        if not transfer.accept_key:
            await asyncio.wait([telling], timeout=transfer.accept_seconds)
            return not person.ended.is_set()
        async with asyncio.timeout(transfer.accept_seconds):
            async for key in person.digits():
                if key == transfer.accept_key:
                    return True
                if key == "*":
                    return False
    except TimeoutError:
        return False
    finally:
        person.stop_playing()
        telling.cancel()
        await _ended(telling)
    return False


async def _tell(person: CallLeg, transfer: Transfer, mouth: Mouth) -> None:
    while transfer.whisper and not person.ended.is_set():
        try:
            await person.play(mouth.say(transfer.whisper, transfer.whisper_language).frames())
        except SpeechError:
            log.warning("the person who answered could not be told what it is about", exc_info=True)
            return
        if not transfer.accept_key:
            return
        await asyncio.sleep(_AGAIN_SECONDS)


async def _blind(caller: CallLeg, transfer: Transfer, why: Exception) -> Transferred:
    result = await caller.transfer_blind(transfer.target)
    return Transferred(Outcome.HANDED_OVER) if result.accepted else Transferred(_outcome(why))


async def _unless_gone(caller: CallLeg, work: Coroutine[Any, Any, T]) -> T | None:
    """Waits for something unless the caller hangs up first: then it is given up (None)."""
    wanted: asyncio.Future[T] = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(caller.ended.wait())
    waited: list[asyncio.Future[Any]] = [wanted, gone]
    try:
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if wanted.done():
            return wanted.result()
        return None
    finally:
        gone.cancel()
        wanted.cancel()
        await _ended(wanted)


async def _ended(work: asyncio.Future[Any]) -> None:
    """Waits for the end of something whose outcome no longer matters."""
    await asyncio.wait([work], timeout=5.0)
    if work.done() and not work.cancelled():
        work.exception()


def _outcome(error: Exception) -> TransferOutcome:
    if isinstance(error, TargetBusy):
        return Outcome.BUSY
    if isinstance(error, TargetSilent):
        return Outcome.SILENT
    return Outcome.UNREACHABLE
