"""What the gateway needs from the outside, as protocols; adapters and fakes implement them.

No implementation stands here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from channels.conversations import Answer, Button, Conversation, Draft, Message, Owner, Stored
from channels.ownership import ASKED, Asked, Why


@dataclass(frozen=True, slots=True)
class FinishedTurn:
    """The result of a bot turn, to be stored in one transaction.

    Attributes:
        seqs: the citizen's messages that are answered by it (two when "try again" was pressed).
        reply_to: the `seq` under which the replies are kept.
        language: the conversation's language from now on, None: as it is.
        asked: the change of owner that the bot asked for, and `why`.
        slots: what the bot's forms know now, None: as it was.
    """

    seqs: tuple[int, ...]
    reply_to: int
    drafts: tuple[Draft, ...]
    language: str | None = None
    asked: Asked | None = None
    why: Why = ASKED
    slots: Mapping[str, str] | None = None


class ConversationStore(Protocol):
    """The one table of messages that is the truth. Each method is one transaction; `seq` is dense."""

    async def create(self, conversation: Conversation) -> None: ...

    async def conversation(self, conversation_id: str) -> Conversation:
        """Raises ConversationNotFound."""
        ...

    async def add_citizen(
        self, conversation_id: str, message_id: str, draft: Draft, at: datetime, turn_of: int | None = None
    ) -> Stored:
        """Stores a citizen's message once; the conversation takes the draft's language.

        Its turn is "pending", or "done" at once when an agent owns the conversation. A known `message_id` gives
        the stored message back with created=False. A pressed button without text gets the title it was shown with.
        """
        ...

    async def add(self, conversation_id: str, draft: Draft, at: datetime, message_id: str | None = None) -> Stored:
        """Stores a message of the bot, the system or an agent, once per `message_id` when one is given.

        Raises:
            BotOutOfTurn: the bot speaks while a person has the conversation; nothing is stored.
        """
        ...

    async def add_attachment(
        self, conversation_id: str, message_id: str, draft: Draft, at: datetime, limit: int
    ) -> Stored:
        """Like `add`, but counted. Raises TooManyAttachments beyond `limit`."""
        ...

    async def finish_turn(self, conversation_id: str, turn: FinishedTurn, at: datetime) -> Answer:
        """Stores replies, owner, language and the done mark; a turn that is done already gives its old answer."""
        ...

    async def fail_turn(self, conversation_id: str, seqs: tuple[int, ...], notice: Draft, at: datetime) -> Answer:
        """Stores the notice and marks the turn failed; raises nothing when it is done already: gives that answer.

        When a person has the conversation by now, the turn is done without a word: the message is the person's.
        """
        ...

    async def find(self, conversation_id: str, message_id: str) -> Message | None: ...

    async def answer(self, message: Message) -> Answer:
        """The stored answer to a citizen's message whose turn is done."""
        ...

    async def messages_after(self, conversation_id: str, after: int, limit: int) -> list[Message]: ...

    async def set_owner(
        self, conversation_id: str, owner: Owner, expected_version: int, at: datetime, why: Why = ASKED
    ) -> Conversation:
        """Compare-and-set. Raises OwnerChanged when the version is another one."""
        ...

    async def queue_length(self) -> int:
        """How many conversations wait for a person."""
        ...

    async def unfinished(self, since: datetime, limit: int) -> list[Message]:
        """Citizens' messages since then whose turn is still pending, oldest first."""
        ...

    async def ping(self) -> None:
        """Raises StoreUnavailable."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Instead:
    """What is said, and who owns the conversation, instead of what the bot would say."""

    drafts: tuple[Draft, ...] = ()
    asked: Asked | None = None
    why: Why = ASKED


class FrontDesk(Protocol):
    """Decides around a turn whether people or the gateway itself answer."""

    async def greeting(self, conversation: Conversation) -> tuple[tuple[Draft, ...], Instead | None]:
        """What is said before any greeting, and what in place of the bot's (None: the bot greets)."""
        ...

    async def before_bot(self, conversation: Conversation, message: Message) -> Instead | None:
        """What happens instead of asking the bot; None: ask it."""
        ...

    async def after_failure(self, conversation: Conversation, message: Message) -> Instead | None:
        """What is done when the bot failed; None: the citizen hears that it did, and may try again."""
        ...

    async def after_answer(self, conversation: Conversation, asked: Asked | None) -> Instead | None:
        """What is said before the bot's answer, and the change of owner beside it."""
        ...

    async def waiting(self, conversation: Conversation) -> dict[str, Any]:
        """Place and wait, for who is put into the queue now."""
        ...

    async def agent_did(self, conversation: Conversation) -> tuple[str, Mapping[str, Any]] | None:
        """What a person did that the bot has not been told, with the id to give to `bot_told`."""
        ...

    async def bot_told(self, handoff_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class BotMessage:
    text: str
    buttons: tuple[Button, ...]
    custom: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BotReply:
    """The bot's answer to one turn."""

    language: str | None
    messages: tuple[BotMessage, ...]
    form: Mapping[str, Any] | None
    slots: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class BotTurn:
    """One turn for the bot; exactly one of `text` and `payload` is given.

    `agent_did`: what a person did with the conversation before it came back, told once.
    """

    conversation_id: str
    message_id: str
    channel: str
    language: str
    text: str | None = None
    payload: str | None = None
    other: str | None = None
    agent_did: Mapping[str, Any] | None = None


class Bot(Protocol):
    async def turn(self, turn: BotTurn) -> BotReply:
        """Raises BotUnavailable."""
        ...

    async def ping(self) -> None:
        """Raises BotUnavailable."""
        ...


class Sentences(Protocol):
    """The citizens' sentences by key and language (bot.catalog.Catalog)."""

    def text(self, key: str, language: str, channel: str = "web", **values: object) -> str:
        """Raises KeyError for an unknown key."""
        ...

    def buttons(self, key: str, language: str) -> list[dict[str, str]]: ...


class Identified(Protocol):
    """What language.identify found: one of the five, a confident sixth or None, and whether it is sure."""

    @property
    def language(self) -> str: ...
    @property
    def other(self) -> str | None: ...
    @property
    def sure(self) -> bool: ...


Identify = Callable[[str, str], Identified]
"""(text, current language) -> Identified."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks about a ticket: a conversation of it, or who knows the last four digits of its telephone."""

    conversation_id: str | None = None
    phone_last4: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CitizenWish:
    """What a citizen wants done with a ticket.

    Attributes:
        key: the same wish again has the same key, and does nothing twice.
        what: urge, supplement, withdraw or rate.
        text: what is added, missing or the reason; may be empty but for a supplement.
        solved, satisfied: the two answers of a judgement.
    """

    key: str
    what: str
    text: str = field(default="", repr=False)
    solved: bool | None = None
    satisfied: bool | None = None


class TicketViews(Protocol):
    """What a citizen may see of tickets and do with them."""

    async def of_conversation(self, conversation_id: str, number: str) -> Mapping[str, Any] | None: ...

    async def by_phone(self, number: str, phone_last4: str) -> Mapping[str, Any] | None: ...

    async def own(self, conversation_id: str) -> list[Mapping[str, Any]]:
        """The tickets that the conversation filed or follows, newest first."""
        ...

    async def carry_out(self, number: str, asker: Asker, wish: CitizenWish) -> Mapping[str, Any]:
        """The ticket after the wish. Raises TicketNotFound, TicketNotNow, InvalidField, TicketsUnavailable."""
        ...

    async def ping(self) -> None:
        """Raises TicketsUnavailable."""
        ...


class Places(Protocol):
    """The city's map, for who shows a place instead of naming it."""

    async def near(self, latitude: float, longitude: float, language: str) -> Mapping[str, Any]:
        """`{"inside","candidates":[{"text","kind","metres"}]}`, the likeliest first. Raises TicketsUnavailable."""
        ...

    async def map(self, language: str) -> Mapping[str, Any] | None:
        """What a sketch of the city is drawn from; None for a city without a map. Raises TicketsUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class SpokenText:
    """What was heard in a sound file; `text` is empty when nothing was said."""

    text: str = field(repr=False)
    language: str
    confidence: float


class Ears(Protocol):
    """Hears sound files."""

    async def languages(self) -> tuple[str, ...]:
        """What is heard at this moment; empty when nothing answers."""
        ...

    async def hear(self, sound: bytes, media_type: str, language: str | None) -> SpokenText:
        """Raises BodyTooLarge, UnsupportedMedia, InvalidField, SpeechUnavailable."""
        ...


class StreamTickets(Protocol):
    """One-use tickets for streams, 60 seconds each."""

    async def issue(self, conversation_id: str) -> str: ...

    async def take(self, ticket: str) -> str | None:
        """The conversation the ticket was for; None when it is unknown, used or too old."""
        ...


class Relay(Protocol):
    """Carries frames between gateways."""

    async def publish(self, conversation_id: str, frames: Sequence[bytes]) -> None: ...
    async def watch(self, conversation_id: str) -> None: ...
    async def unwatch(self, conversation_id: str) -> None: ...
    async def ping(self) -> None: ...
    async def close(self) -> None: ...


class TurnLocks(Protocol):
    """Makes the turns of one conversation strictly serial."""

    def hold(self, conversation_id: str) -> AbstractAsyncContextManager[bool]:
        """Gives whether it had to wait: then what was read before may be old.

        Raises TurnBusy when it cannot be had in time.
        """
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Check:
    """A part of the system; when `needed` and its probe raises, the gateway is not ready."""

    name: str
    needed: bool
    probe: Callable[[], Awaitable[None]]
