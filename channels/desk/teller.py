"""Turns hints into frames for the pages of this gateway: each page is told what its person may see, nothing else.

Frames that come often (queue, board, presence) are gathered for a moment and sent once; all are sent again now and
then, for hints that were lost on their way from another gateway.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import orjson

from channels.desk import roles, views
from channels.desk.boards import Boards
from channels.desk.cases import Case
from channels.desk.floor import Floor, Sight
from channels.desk.live import Hint, Live, Seat
from channels.desk.ports import WorkStore
from channels.desk.viewing import Viewing
from channels.errors import ChannelsError

logger = logging.getLogger(__name__)

_GATHER_SECONDS = 0.15
_BOARD_SECONDS = 2.0
_ALL_AGAIN_SECONDS = 10.0

Read = Callable[[], Awaitable[Any]]


@dataclass(slots=True)
class Teller:
    """Tells pages.

    Attributes:
        settings, canned: read what such frames hold.
    """

    live: Live
    work: WorkStore
    floor: Floor
    boards: Boards
    viewing: Viewing
    settings: Read
    canned: Read
    _dirty: asyncio.Event = field(default_factory=asyncio.Event)
    _presence_dirty: bool = True
    _board_dirty: bool = True

    async def take(self, hint: Hint) -> None:
        """Handles one hint, of this gateway or another."""
        kind = hint.get("type")
        if kind == "case":
            await self._case(str(hint["handoff_id"]))
        elif kind == "note":
            await self._note(str(hint["conversation_id"]), str(hint["note_id"]))
        elif kind == "alert":
            await self._alert(str(hint["alert_id"]))
        elif kind == "typing":
            self._typing(hint)
        elif kind == "viewing":
            self._viewing(hint)
        elif kind == "signed_out":
            self.floor.forget()
            self.live.sign_out(str(hint["agent_id"]), hint.get("but"), hint.get("only"))
        elif kind == "settings":
            self.live.send(self.live.seats, {"type": "settings", **(await self.settings())})
        elif kind == "canned":
            self.live.send(self.live.seats, {"type": "canned", "canned": await self.canned()})
        elif kind == "presence":
            self.floor.forget()
            self._presence_dirty = True
        if kind not in ("typing", "viewing", "note"):
            self.touch()

    def touch(self) -> None:
        """Queue and board are to be told anew soon."""
        self._board_dirty = True
        self._dirty.set()

    async def run(self) -> None:
        """Sends what was gathered, until cancelled."""
        loop = asyncio.get_running_loop()
        board_at = 0.0
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._dirty.wait(), _ALL_AGAIN_SECONDS)
            await asyncio.sleep(_GATHER_SECONDS)
            self._presence_dirty = self._presence_dirty or not self._dirty.is_set()
            self._dirty.clear()
            if not self.live.seats:
                continue
            try:
                sight = await self.floor.look()
                self._tell(sight)
                if self._board_dirty and loop.time() - board_at >= _BOARD_SECONDS:
                    self._board_dirty, board_at = False, loop.time()
                    await self._tell_board(sight)
                elif self._board_dirty:
                    loop.call_later(_BOARD_SECONDS, self._dirty.set)
            except ChannelsError as error:
                logger.warning("the pages of the desk were not told: %s", error)
            except Exception:
                logger.exception("the pages of the desk were not told")

    async def greet(self, seat: Seat) -> None:
        """What a page that just connected must know."""
        sight = await self.floor.look()
        for case in sight.cases:
            if views.my_role(seat.agent, case):
                await self.live.follow(seat, case.conversation_id)
                word = sight.words.get(case.conversation_id)
                shown = views.conversation(case, word, sight.roster, seat.agent)
                self.live.send([seat], {"type": "conversation", "conversation": shown})
        self._tell_queue(seat, sight)
        self.floor.forget()
        self._presence_dirty = True
        self.touch()

    def _tell(self, sight: Sight) -> None:
        for seat in self.live.seats:
            self._tell_queue(seat, sight)
        if self._presence_dirty:
            self._presence_dirty = False
            self.live.send(self.live.seats, {"type": "presence", "agents": sight.roster.colleagues()})

    def _tell_queue(self, seat: Seat, sight: Sight) -> None:
        """Sends the queue as this person may see it, when it is another one than before."""
        seconds = self.floor.times.offer
        entries = views.seen_queue(sight.waiting, sight.places, sight.words, seat.agent, sight.roster, seconds)
        body = orjson.dumps({"type": "queue", "entries": entries})
        if body != seat.queue_told:
            seat.queue_told = body
            seat.put(body)

    async def _tell_board(self, sight: Sight) -> None:
        leaders = [seat for seat in self.live.seats if roles.may(seat.agent.role, "board")]
        if not leaders:
            return
        cases = await self.boards.cases(sight.roster.now)
        for seat in leaders:
            shown = await self.boards.board(seat.agent, sight, cases)
            self.live.send([seat], {"type": "board", "board": shown})

    async def _case(self, handoff_id: str) -> None:
        case = await self.work.case(handoff_id)
        if case is None:
            return
        for seat in self.live.seats:
            if case.is_open and views.my_role(seat.agent, case):
                await self.live.follow(seat, case.conversation_id)
        followers = self.live.followers(case.conversation_id)
        if not followers:
            return
        roster, word = await self.floor.roster(), await self.floor.word(case.conversation_id)
        for seat in followers:
            watches = seat.viewing == case.conversation_id and views.may_see(seat.agent, case, roster.people)
            if case.is_open and (views.my_role(seat.agent, case) or watches):
                shown = views.conversation(case, word, roster, seat.agent)
                self.live.send([seat], {"type": "conversation", "conversation": shown})
            else:
                self._gone(seat, case, watches)

    def _gone(self, seat: Seat, case: Case, watches: bool) -> None:
        reason = "moved" if case.is_open else case.end_reason
        self.live.send([seat], {"type": "gone", "conversation_id": case.conversation_id, "reason": reason})
        if not watches:
            self.live.unfollow(seat, case.conversation_id)

    async def _note(self, conversation_id: str, note_id: str) -> None:
        followers = self.live.followers(conversation_id)
        if not followers:
            return
        people = await self.floor.people()
        for kept in await self.work.notes(conversation_id):
            if kept.id == note_id:
                shown = views.note(kept, people)
                self.live.send(followers, {"type": "note", "conversation_id": conversation_id, "note": shown})

    async def _alert(self, alert_id: str) -> None:
        kept = await self.work.alert(alert_id)
        if kept is None or not self.live.seats:
            return
        roster = await self.floor.roster()
        shown = {"type": "alert", "alert": views.alert(kept, roster.people, roster.now)}
        on_duty = {agent.id for agent in roster.on_duty()}
        self.live.send([seat for seat in self.live.seats if seat.agent.id in on_duty], shown)

    def _typing(self, hint: Mapping[str, Any]) -> None:
        conversation_id, by = str(hint["conversation_id"]), hint.get("agent_id")
        seats = [seat for seat in self.live.followers(conversation_id) if seat.agent.id != by]
        self.live.send(seats, {"type": "typing", "conversation_id": conversation_id, "who": hint["who"]})

    def _viewing(self, hint: Mapping[str, Any]) -> None:
        conversation_id = str(hint["conversation_id"])
        self.viewing.heard(str(hint["gateway"]), conversation_id, hint["agents"])
        agents = self.viewing.of(conversation_id)
        frame = {"type": "viewers", "conversation_id": conversation_id, "agents": agents}
        self.live.send(self.live.followers(conversation_id), frame)
