"""Tries a desk against the contract `hotline.handoff/1`: `python -m channels.handoff.conformance URL --secret S`.

It plays the gateway: it calls the desk as the gateway does and receives its events. The first half needs nobody; in
the second a person at the desk does what is printed (or a driver does, in tests). It uses made-up citizens only, so
run it against a desk that may be played with.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable, Sequence

import aiohttp
from aiohttp import web

from channels.handoff import wire
from channels.handoff.conformance_kit import (
    EVENTS_PATH,
    TEXTS,
    Broken,
    Kit,
    People,
    Printed,
    message,
    request_for,
    say,
)
from channels.handoff.contract import SCHEMA, Accepted, AgentMessage, Closed, Returned

_OLD_SECONDS = 3600
_HARD = "<script>alert(1)</script> & \"quotes\" 'more' {braces} \\ 👩‍👩‍👧 \u202e end"


Case = Callable[[Kit], Awaitable[None]]
PeopleCase = Callable[[Kit, People], Awaitable[None]]


async def an_opened_conversation_has_a_reference(kit: Kit) -> None:
    await kit.open(request_for())


async def the_same_hand_over_again_has_the_same_reference(kit: Kit) -> None:
    request = request_for()
    first, again = await kit.open(request), await kit.open(request)
    _expect(first == again, f"the same handoff_id got {first!r}, then {again!r}")
    _expect(await kit.open(request_for()) != first, "another hand-over got the same reference")


async def every_language_is_taken(kit: Kit) -> None:
    for language, text in TEXTS.items():
        ref = await kit.open(request_for(language))
        _ok("push", await kit.push(ref, message(2, text, language=language)))


async def a_call_without_a_good_signature_is_refused(kit: Kit) -> None:
    body = {"schema": SCHEMA, "type": "open", "request": wire.request_wire(request_for())}
    for what, status in (
        ("without a signature", (await kit.call(body, signed=False))[0]),
        ("with a wrong signature", (await kit.call(body, secret="wrong"))[0]),
        ("with a signature of an hour ago", (await kit.call(body, age_seconds=_OLD_SECONDS))[0]),
    ):
        _expect(status in (401, 403), f"a call {what} was answered with {status}, not 401 or 403")


async def a_message_is_taken_and_a_repeat_of_it_too(kit: Kit) -> None:
    ref = await kit.open(request_for())
    for seq, sender in ((2, "citizen"), (2, "citizen"), (3, "bot"), (4, "system"), (4, "system")):
        _ok("push", await kit.push(ref, message(seq, f"{seq}", sender)))


async def long_and_hard_texts_are_taken(kit: Kit) -> None:
    ref = await kit.open(request_for(summary=_HARD))
    _ok("a text of 4,000 characters", await kit.push(ref, message(2, "长" * 4000)))
    _ok("a text with markup", await kit.push(ref, message(3, _HARD)))


async def unknown_fields_are_ignored(kit: Kit) -> None:
    body = {"schema": SCHEMA, "type": "open", "request": {**wire.request_wire(request_for()), "later": {"a": [1]}}}
    _ok("open with a field of a later version", (await kit.call({**body, "later": True}))[0])


async def what_is_no_call_is_refused_and_breaks_nothing(kit: Kit) -> None:
    for body in (b"", b"{", b"[]", b'"x"', {"schema": SCHEMA}, {"schema": SCHEMA, "type": "dance", "ref": "1"}):
        status, _ = await kit.call(body)
        _expect(400 <= status < 500, f"{body!r} was answered with {status}, not 4xx")
    await kit.open(request_for())


async def typing_is_taken(kit: Kit) -> None:
    ref = await kit.open(request_for())
    _ok("typing", (await kit.call({"schema": SCHEMA, "type": "typing", "ref": ref}))[0])


async def an_end_is_taken_and_a_repeat_of_it_too(kit: Kit) -> None:
    for reason in ("citizen_cancelled", "timed_out", "bot_back", "citizen_left", "taken_back"):
        ref = await kit.open(request_for())
        _ok(f"close ({reason})", await kit.close(ref, reason))
        _ok(f"close ({reason}) again", await kit.close(ref, reason))
        status = await kit.push(ref, message(9, "late"))
        _expect(status < 500, f"a message after the end was answered with {status}")


async def a_person_takes_answers_and_gives_back(kit: Kit, people: People) -> None:
    request = request_for()
    ref, text, summary = await kit.open(request), f"您好 {uuid.uuid4().hex[:6]}", "已答复"
    await people.accept(ref)
    accepted = await kit.heard(request.handoff_id, Accepted)
    _ok("push", await kit.push(ref, message(2, "谢谢")))
    await people.say(ref, text)
    said = await kit.heard(request.handoff_id, AgentMessage)
    assert isinstance(said.what, AgentMessage)
    _expect(said.what.text == text, f"the person wrote {text!r}, the event says {said.what.text!r}")
    await people.give_back(ref, summary)
    returned = await kit.heard(request.handoff_id, Returned)
    order = [kit.events.index(event) for event in (accepted, said, returned)]
    _expect(order == sorted(order), "the events did not come in the order of what the person did")


async def an_event_that_was_not_answered_comes_again_under_the_same_id(kit: Kit, people: People) -> None:
    request = request_for("ko")
    ref = await kit.open(request)
    await people.accept(ref)
    await kit.heard(request.handoff_id, Accepted)
    kit.refuse_next = 2
    await people.say(ref, "다시")
    said = await kit.heard(request.handoff_id, AgentMessage)
    times = kit.seen[said.handoff_id, said.event_id]
    _expect(times == 3, f"the event came {times} times under one id, not 3 (two were answered with 503)")


async def a_person_closes(kit: Kit, people: People) -> None:
    request = request_for("en")
    ref = await kit.open(request)
    await people.accept(ref)
    await kit.heard(request.handoff_id, Accepted)
    await people.close(ref)
    await kit.heard(request.handoff_id, Closed)


CALLS: tuple[Case, ...] = (
    an_opened_conversation_has_a_reference,
    the_same_hand_over_again_has_the_same_reference,
    every_language_is_taken,
    a_call_without_a_good_signature_is_refused,
    a_message_is_taken_and_a_repeat_of_it_too,
    long_and_hard_texts_are_taken,
    unknown_fields_are_ignored,
    what_is_no_call_is_refused_and_breaks_nothing,
    typing_is_taken,
    an_end_is_taken_and_a_repeat_of_it_too,
)
PEOPLE: tuple[PeopleCase, ...] = (
    a_person_takes_answers_and_gives_back,
    an_event_that_was_not_answered_comes_again_under_the_same_id,
    a_person_closes,
)


async def run(kit: Kit, people: People | None, only: Sequence[str] = ()) -> list[tuple[str, str | None]]:
    """Runs all cases; gives each one's name with what is wrong, or None."""
    results: list[tuple[str, str | None]] = []
    for case in CALLS:
        if not only or case.__name__ in only:
            results.append((case.__name__, await _tried(kit, case(kit))))
    for with_people in PEOPLE if people is not None else ():
        if not only or with_people.__name__ in only:
            assert people is not None
            results.append((with_people.__name__, await _tried(kit, with_people(kit, people))))
    return results


async def _tried(kit: Kit, case: Awaitable[None]) -> str | None:
    kit.faults.clear()
    kit.refuse_next = 0
    try:
        await case
    except Broken as error:
        return str(error)
    return kit.faults[0] if kit.faults else None


def _ok(what: str, status: int) -> None:
    _expect(200 <= status < 300, f"{what} was answered with {status}, not 2xx")


def _expect(good: bool, otherwise: str) -> None:
    if not good:
        raise Broken(otherwise)


async def _main(arguments: argparse.Namespace) -> int:
    async with aiohttp.ClientSession() as http:
        kit = Kit(arguments.url, arguments.secret, http, arguments.patience)
        runner = web.AppRunner(kit.app(), access_log=None)
        await runner.setup()
        host, _, port = arguments.listen.rpartition(":")
        await web.TCPSite(runner, host or "127.0.0.1", int(port)).start()
        listening = "http://{}:{}".format(*runner.addresses[0][:2])
        kit.events_url = f"{arguments.public_url or listening}{EVENTS_PATH}"
        say(f"events are received at {kit.events_url}")
        try:
            results = await run(kit, None if arguments.without_people else Printed())
        finally:
            await runner.cleanup()
    for name, wrong in results:
        say(f"{'ok    ' if wrong is None else 'FAILED'} {name.replace('_', ' ')}{f': {wrong}' if wrong else ''}")
    failed = sum(wrong is not None for _, wrong in results)
    say(f"{len(results) - failed} of {len(results)} kept")
    return 1 if failed else 0


def main(argv: Sequence[str] | None = None) -> int:
    """Runs from the command line; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="channels.handoff.conformance", description="Tries a desk against the contract hotline.handoff/1."
    )
    parser.add_argument("url", help="where the desk takes the gateway's calls")
    parser.add_argument("--secret", required=True, help="the secret of the signatures, both ways")
    parser.add_argument("--listen", default="127.0.0.1:0", help="where events are received, as host:port")
    parser.add_argument("--public-url", help="the same as the desk reaches it, when that differs")
    parser.add_argument("--patience", type=float, default=120.0, help="seconds to wait for a person")
    parser.add_argument("--without-people", action="store_true", help="only what needs nobody at the desk")
    try:
        return asyncio.run(_main(parser.parse_args(argv)))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
