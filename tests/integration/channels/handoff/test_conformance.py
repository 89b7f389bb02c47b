"""The conformance kit, run against everything that claims to be a desk: a stand-in, Chatwoot's adapter, our own desk.

And against desks that break the contract, so that the kit is seen to find it.
"""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from channels.adapters.database import open_store
from channels.adapters.sql import SqlConversationStore
from channels.conversations import Conversation, Draft
from channels.desk.bootstrap import open_desk
from channels.desk.people import DeskAgent
from channels.desk.ports import Standing
from channels.desk.talks import Talks
from channels.handoff import conformance
from channels.handoff.chatwoot import ChatwootDesk
from channels.handoff.chatwoot_events import events_of
from channels.handoff.config import ChatwootConfig
from channels.handoff.conformance_kit import EVENTS_PATH, Broken, Kit, People
from channels.handoff.contract import Accepted, AgentMessage, DeskEvent, HandoffMessage, Outcome
from channels.handoff.door import PATH, EventPoster, desk_app
from channels.handoff.errors import SignatureRefused
from channels.handoff.ports import HandoffDesk
from channels.handoff.rows import Handoff
from channels.metrics import Metrics
from channels.stream import Hub
from channels.uploads import Uploads
from tests.integration.channels.gateways import ROOT, config_for
from tests.integration.channels.handoff.chatwoot_stand_in import ACCOUNT, INBOX, SECRET, TOKEN, running_chatwoot
from tests.integration.channels.handoff.desks import Case, StandInDesk

pytestmark = pytest.mark.asyncio
KEY = "a secret of both"


@dataclass
class Driven:
    """The stand-in's people, as the kit asks for them."""

    desk: StandInDesk

    async def accept(self, ref: str) -> None:
        await self.desk.accept(ref)

    async def say(self, ref: str, text: str) -> None:
        await self.desk.say(ref, text)

    async def give_back(self, ref: str, summary: str) -> None:
        await self.desk.give_back(ref, summary)

    async def close(self, ref: str) -> None:
        await self.desk.close_it(ref)


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield "http://{}:{}".format(*runner.addresses[0][:2])
    finally:
        await runner.cleanup()


@asynccontextmanager
async def under_trial(desk: HandoffDesk, secret: str = KEY) -> AsyncIterator[tuple[Kit, EventPoster]]:
    """A desk behind HTTP, the kit before it, and where the desk's events go."""
    async with aiohttp.ClientSession() as http, served(desk_app(desk, secret)) as base:
        kit = Kit(base + PATH, KEY, http, patience_seconds=3.0)
        async with served(kit.app()) as listening:
            kit.events_url = listening + EVENTS_PATH
            poster = EventPoster(kit.events_url, secret)
            try:
                yield kit, poster
            finally:
                await poster.aclose()


async def broken(kit: Kit, people: People | None, *only: str) -> dict[str, str]:
    results = await conformance.run(kit, people, only)
    assert len(results) == (len(only) or len(conformance.CALLS) + (len(conformance.PEOPLE) if people else 0))
    return {name: wrong for name, wrong in results if wrong is not None}


async def test_a_desk_by_webhook_keeps_the_contract() -> None:
    desk = StandInDesk()
    async with under_trial(desk) as (kit, poster):
        desk.events = poster
        assert await broken(kit, Driven(desk)) == {}


async def test_the_kit_finds_what_a_bad_desk_does() -> None:
    class Forgetful(StandInDesk):
        def case(self, handoff_id: str) -> Case | None:
            return None

        async def push(self, ref: str, message: HandoffMessage) -> None:
            if len(message.text) > 1000:
                raise RuntimeError("the text is too long")
            await super().push(ref, message)

    async with under_trial(Forgetful()) as (kit, _):
        assert set(await broken(kit, None)) == {
            "the_same_hand_over_again_has_the_same_reference",
            "long_and_hard_texts_are_taken",
        }


async def test_the_kit_finds_a_desk_without_signatures_and_one_that_says_nothing() -> None:
    async def anything(request: web.Request) -> web.Response:
        return web.json_response({"ref": "1"})

    app = web.Application()
    app.router.add_post(PATH, anything)
    async with aiohttp.ClientSession() as http, served(app) as base:
        kit = Kit(base + PATH, KEY, http, patience_seconds=0.1)
        found = await broken(
            kit,
            Driven(_silent()),
            "a_call_without_a_good_signature_is_refused",
            "a_person_takes_answers_and_gives_back",
        )
        assert "was answered with 200" in found["a_call_without_a_good_signature_is_refused"]
        assert "no event Accepted came" in found["a_person_takes_answers_and_gives_back"]


def _silent() -> StandInDesk:
    class Silent(StandInDesk):
        async def accept(self, ref: str) -> None:
            """Nobody tells the gateway."""

    return Silent()


async def test_the_kit_finds_events_with_another_secret_or_that_are_none() -> None:
    desk = StandInDesk()
    async with under_trial(desk) as (kit, _):
        wrong = EventPoster(kit.events_url, "another secret", tries=1)
        desk.events = wrong

        class Deaf(Driven):
            async def accept(self, ref: str) -> None:
                with pytest.raises(SignatureRefused):
                    await super().accept(ref)

        kit.patience_seconds = 0.1
        found = await broken(kit, Deaf(desk), "a_person_closes")
        assert found and kit.faults == ["an event came without a good signature"]
        await wrong.aclose()


async def test_chatwoots_adapter_keeps_the_contract(tmp_path: Path) -> None:
    """The adapter behind HTTP; what people do in Chatwoot comes back through its webhooks' meaning."""
    async with running_chatwoot() as chatwoot:
        config = ChatwootConfig(chatwoot.url, ACCOUNT, INBOX, TOKEN, SECRET)

        async def nowhere(ref: str) -> str | None:
            return None

        desk = ChatwootDesk(config, Uploads(tmp_path), nowhere)
        async with under_trial(desk) as (kit, poster):
            wang = (11, "小王")

            class InChatwoot:
                def __init__(self) -> None:
                    self.rows: dict[str, Handoff] = {}

                async def report(self, ref: str, payload: dict[str, object]) -> None:
                    attributes = chatwoot.conversations[int(ref)]["custom_attributes"]
                    row = self.rows.setdefault(ref, _row(attributes["hotline_handoff"]))
                    for event in events_of(payload, str(uuid.uuid4()), row, datetime.now(UTC)):
                        await poster.event(event)
                        if isinstance(event.what, Accepted):
                            self.rows[ref] = _row(row.id, "accepted")

                async def accept(self, ref: str) -> None:
                    await chatwoot.assign(int(ref), wang)
                    changed = [{"assignee_id": {"previous_value": None, "current_value": 11}}]
                    event = {**chatwoot.conversations[int(ref)], "event": "conversation_updated"}
                    await self.report(ref, {**event, "changed_attributes": changed})

                async def say(self, ref: str, text: str) -> None:
                    await chatwoot.reply(int(ref), wang, text)
                    message = chatwoot.messages[int(ref)][-1]
                    await self.report(ref, {**message, "event": "message_created", "message_type": "outgoing"})

                async def give_back(self, ref: str, summary: str) -> None:
                    await chatwoot.resolve(int(ref), summary)
                    status = {**chatwoot.conversations[int(ref)], "event": "conversation_status_changed"}
                    await self.report(ref, status)

                async def close(self, ref: str) -> None:
                    raise Broken("Chatwoot knows resolved only")

            found = await broken(kit, InChatwoot())
            assert found == {"a_person_closes": "Chatwoot knows resolved only"}  # resolved gives back to the bot
            await desk.aclose()


def _row(handoff_id: str, state: str = "waiting") -> Handoff:
    now = datetime.now(UTC)
    return Handoff(
        handoff_id,
        handoff_id.rpartition(".")[0],
        "chatwoot",
        "web",
        "zh",
        "citizen_asked",
        "normal",
        1,
        now,
        now,
        state,  # type: ignore[arg-type]
    )


class Mirrored:
    """The own desk's way to the gateway, over HTTP; what it led to is kept in the desk's store, as a gateway does."""

    def __init__(self, poster: EventPoster, store: SqlConversationStore) -> None:
        self.poster = poster
        self.store = store
        self.standings: dict[str, Standing] = {}

    async def event(self, event: DeskEvent) -> Outcome:
        outcome = await self.poster.event(event)
        conversation_id = event.handoff_id.rpartition(".")[0]
        conversation = await self.store.conversation(conversation_id)
        if isinstance(event.what, Accepted):
            self.standings[event.handoff_id] = Standing("accepted", event.what.agent.id, None)
            await self.store.set_owner(conversation_id, "agent", conversation.owner_version, datetime.now(UTC))
        elif isinstance(event.what, AgentMessage):
            draft = Draft("agent", "zh", event.what.text)
            stored = await self.store.add(conversation_id, draft, datetime.now(UTC), event.what.message_id)
            return Outcome(owner="agent", seq=stored.message.seq)
        elif outcome.owner == "bot":
            self.standings[event.handoff_id] = Standing("ended", None, "closed")
            await self.store.set_owner(conversation_id, "bot", conversation.owner_version, datetime.now(UTC))
        return outcome

    async def standing(self, handoff_id: str) -> Standing | None:
        return self.standings.get(handoff_id)

    async def place(self, handoff_id: str, position: int, wait_seconds: int | None) -> None:
        """The kit's citizens see no place."""


class AtOurDesk:
    """A person at our own desk."""

    def __init__(self, talks: Talks, agent: DeskAgent, store: SqlConversationStore) -> None:
        self.talks, self.agent, self.store = talks, agent, store

    async def accept(self, ref: str) -> None:
        conversation_id = ref.rpartition(".")[0]
        await self.store.create(Conversation(conversation_id, "web", "zh", datetime.now(UTC), "queue", 1))
        await self.talks.accept(self.agent, conversation_id, None)

    async def say(self, ref: str, text: str) -> None:
        await self.talks.say(self.agent, ref.rpartition(".")[0], str(uuid.uuid4()), text, {})

    async def give_back(self, ref: str, summary: str) -> None:
        await self.talks.give_back(self.agent, ref.rpartition(".")[0], summary)

    async def close(self, ref: str) -> None:
        await self.talks.close(self.agent, ref.rpartition(".")[0], "solved", "")


async def test_our_own_desk_keeps_the_contract(tmp_path: Path) -> None:
    config = config_for(tmp_path, None)
    store = await asyncio.to_thread(open_store, config.database_url)
    opened = open_desk(config, store, Hub(), b"s" * 32, Metrics())
    desk = opened.desk
    languages = ("zh", "en", "ja", "ko", "ru")
    agent = DeskAgent("a1", "wang", "小王", "agent", "hotline", languages, (), 50, datetime.now(UTC))
    await desk.accounts.add(agent, None)
    await desk.accounts.set_presence("a1", "available", datetime.now(UTC))
    try:
        async with under_trial(opened.own) as (kit, poster):
            mirrored = Mirrored(poster, store)
            for part in (desk.talks, desk.talks.dispatcher, opened.own):
                part.handoffs = mirrored  # type: ignore[assignment]
            assert await broken(kit, AtOurDesk(desk.talks, agent, store)) == {}
    finally:
        await opened.close()
        await store.close()


async def test_the_kit_runs_from_the_command_line() -> None:
    desk = StandInDesk()
    async with served(desk_app(desk, KEY)) as base:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "channels.handoff.conformance",
            base + PATH,
            "--secret",
            KEY,
            "--without-people",
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        output = (await process.stdout.read()).decode()
        assert await process.wait() == 0, output
    assert f"{len(conformance.CALLS)} of {len(conformance.CALLS)} kept" in output
