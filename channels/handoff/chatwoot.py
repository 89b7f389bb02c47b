"""Chatwoot as the desk, through an API channel: contact, conversation and messages by its application API.

Each conversation of the hotline is a contact of its own (named by its masked name), each hand-over a conversation in
Chatwoot. What the citizen says arrives there as incoming messages; the bot's and the system's words, and the
summary, as private notes. Chatwoot's API has no idempotency keys, so after a doubt this looks there first.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import orjson

from channels.handoff.config import ChatwootConfig
from channels.handoff.contract import Attachment, CloseReason, HandoffMessage, HandoffRequest
from channels.handoff.errors import DeskRefused, DeskUnavailable
from channels.handoff.webhook import bounded, judge
from channels.uploads import Uploads

_TOTAL_SECONDS = 20.0
_CONNECT_SECONDS = 3.0
_SURE_SECONDS = 20.0
_MOST_REMEMBERED = 10_000
_MOST_ANSWER_BYTES = 2_000_000
_PAGES = 4
_SOURCE = "hotline"
_NO_NAME = "12345"

ConversationOf = Callable[[str], Awaitable[str | None]]
"""The hotline's conversation of a reference in Chatwoot."""


class ChatwootDesk:
    """HandoffDesk on Chatwoot. `ref` is the conversation's number in its account."""

    name = "chatwoot"

    def __init__(
        self,
        config: ChatwootConfig,
        uploads: Uploads,
        conversation_of: ConversationOf,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._uploads = uploads
        self._conversation_of = conversation_of
        self._steady = steady
        self._session: aiohttp.ClientSession | None = None
        self._sure: OrderedDict[str, float] = OrderedDict()

    async def open(self, request: HandoffRequest) -> str:
        contact_id, source_id = await self._contact(request)
        known = await self._call("GET", f"contacts/{contact_id}/conversations")
        for conversation in parts_of(known.get("payload")):
            if part_of(conversation, "custom_attributes").get("hotline_handoff") == request.handoff_id:
                ref = str(conversation["id"])
                await self._introduce(ref, request, await self._known(ref, _PAGES))
                return ref
        made = await self._call(
            "POST",
            "conversations",
            {
                "source_id": source_id,
                "inbox_id": self._config.inbox_id,
                "contact_id": contact_id,
                "status": "open",
                "custom_attributes": {
                    "hotline_handoff": request.handoff_id,
                    "hotline_reason": request.reason,
                    "hotline_language": request.language,
                    "hotline_channel": request.channel,
                },
            },
        )
        ref = str(made["id"])
        if request.priority != "normal":
            urgency = "urgent" if request.priority == "emergency" else "high"
            await self._call("POST", f"conversations/{ref}/toggle_priority", {"priority": urgency})
        await self._introduce(ref, request, frozenset())
        return ref

    async def push(self, ref: str, message: HandoffMessage) -> None:
        known = frozenset() if self._is_sure(ref) else await self._known(ref, 1)
        conversation_id = await self._conversation_of(ref) if message.attachments else None
        await self._put(ref, message, known, conversation_id)

    async def typing(self, ref: str) -> None:
        """Chatwoot's application API can only say that an agent types: nothing is sent."""

    async def close(self, ref: str, reason: CloseReason) -> None:
        known = frozenset() if self._is_sure(ref) else await self._known(ref, 1)
        await self._note(ref, f"close:{reason}", f"[{reason}]", known)
        await self._call("POST", f"conversations/{ref}/toggle_status", {"status": "resolved"})
        self._sure.pop(ref, None)

    async def fetch(self, url: str, most_bytes: int) -> bytes:
        """A file that an agent sent; only from Chatwoot's own address.

        Raises:
            DeskRefused: another address, or too large; DeskUnavailable.
        """
        if not url.startswith(f"{self._config.url}/"):
            raise DeskRefused("The file is not at Chatwoot's address.")
        try:
            async with self._http().get(url, max_redirects=3) as response:
                judge(response.status, None)
                try:
                    return await bounded(response, most_bytes)
                except DeskUnavailable as error:  # another try would find it as large
                    raise DeskRefused("The file is too large.") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DeskUnavailable(f"Chatwoot cannot be reached: {type(error).__name__}") from error

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()

    async def _contact(self, request: HandoffRequest) -> tuple[int, str]:
        """The contact of a conversation, and its source id in our inbox; made when there is none."""
        identifier = f"{_SOURCE}:{request.conversation_id}"
        found = await self._call("GET", "contacts/search", query={"q": identifier})
        contact = next((one for one in parts_of(found.get("payload")) if one.get("identifier") == identifier), None)
        if contact is None:
            name = request.caller.masked_name or f"{_NO_NAME} {request.conversation_id[:8]}"
            made = await self._call(
                "POST",
                "contacts",
                {"inbox_id": self._config.inbox_id, "name": name, "identifier": identifier},
            )
            contact = part_of(part_of(made, "payload"), "contact")
            inbox = part_of(part_of(made, "payload"), "contact_inbox")
            if inbox.get("source_id"):
                return int(contact["id"]), str(inbox["source_id"])
        source_id = self._source_id(contact)
        if source_id is None:
            made = await self._call(
                "POST", f"contacts/{contact['id']}/contact_inboxes", {"inbox_id": self._config.inbox_id}
            )
            source_id = str(made["source_id"])
        return int(contact["id"]), source_id

    def _source_id(self, contact: Mapping[str, Any]) -> str | None:
        for one in parts_of(contact.get("contact_inboxes")):
            if part_of(one, "inbox").get("id") == self._config.inbox_id and one.get("source_id"):
                return str(one["source_id"])
        return None

    async def _introduce(self, ref: str, request: HandoffRequest, known: frozenset[str]) -> None:
        """The summary as a private note, then what was said so far."""
        lines = [request.summary, *(f"{ticket.number} {ticket.status}" for ticket in request.open_tickets)]
        await self._note(ref, "summary", "\n".join(lines), known)
        for message in request.history:
            await self._put(ref, message, known, request.conversation_id)

    async def _put(self, ref: str, message: HandoffMessage, known: frozenset[str], conversation_id: str | None) -> None:
        if message.sender != "citizen" and not message.text:
            return
        body: dict[str, Any] = {
            "content": message.text,
            "message_type": "incoming" if message.sender == "citizen" else "outgoing",
            "private": message.sender != "citizen",
        }
        files = message.attachments if conversation_id is not None else ()
        await self._message(ref, str(message.seq), body, known, conversation_id or "", files)

    async def _note(self, ref: str, key: str, text: str, known: frozenset[str]) -> None:
        await self._message(ref, key, {"content": text, "message_type": "outgoing", "private": True}, known)

    async def _message(
        self,
        ref: str,
        key: str,
        body: dict[str, Any],
        known: frozenset[str],
        conversation_id: str = "",
        files: tuple[Attachment, ...] = (),
    ) -> None:
        source_id = source_of(ref, key)
        if source_id in known:
            return
        self._sure.pop(ref, None)
        if files:
            form = await self._form(source_id, body, conversation_id, files)
            await self._call("POST", f"conversations/{ref}/messages", form=form)
        else:
            body |= {"source_id": source_id, "content_attributes": {"hotline": source_id}}
            await self._call("POST", f"conversations/{ref}/messages", body)
        self._be_sure(ref)

    async def _form(
        self, source_id: str, body: Mapping[str, Any], conversation_id: str, files: tuple[Attachment, ...]
    ) -> aiohttp.FormData:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("content", body["content"])
        form.add_field("message_type", body["message_type"])
        form.add_field("private", "true" if body["private"] else "false")
        form.add_field("source_id", source_id)
        for file in files:
            path = self._uploads.path(conversation_id, file.id)
            try:
                content = await asyncio.to_thread(path.read_bytes)
            except FileNotFoundError:
                raise DeskRefused("The file is gone.") from None
            form.add_field("attachments[]", content, filename=file.name or file.id, content_type=file.type)
        return form

    async def _known(self, ref: str, pages: int) -> frozenset[str]:
        """The marks of our own messages among the newest ones of a conversation (twenty a page)."""
        found: set[str] = set()
        before: dict[str, str] = {}
        for _ in range(pages):
            page = parts_of((await self._call("GET", f"conversations/{ref}/messages", query=before)).get("payload"))
            found.update(mark for one in page if (mark := mark_of(one)) is not None)
            if not page:
                break
            before = {"before": str(min(int(one["id"]) for one in page))}
        return frozenset(found)

    def _is_sure(self, ref: str) -> bool:
        """Nothing of this conversation is in doubt: the last call went well, here and a moment ago."""
        at = self._sure.get(ref)
        return at is not None and self._steady() - at < _SURE_SECONDS

    def _be_sure(self, ref: str) -> None:
        self._sure[ref] = self._steady()
        self._sure.move_to_end(ref)
        if len(self._sure) > _MOST_REMEMBERED:
            self._sure.popitem(last=False)

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        form: aiohttp.FormData | None = None,
    ) -> dict[str, Any]:
        url = f"{self._config.url}/api/v1/accounts/{self._config.account_id}/{path}"
        headers = {"api_access_token": self._config.token}
        data: Any = form
        if body is not None:
            data, headers["Content-Type"] = orjson.dumps(body), "application/json"
        try:
            async with self._http().request(
                method, url, data=data, headers=headers, params=query, allow_redirects=False
            ) as response:
                answer = await bounded(response, _MOST_ANSWER_BYTES)
                judge(response.status, response.headers.get("Retry-After"))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DeskUnavailable(f"Chatwoot cannot be reached: {type(error).__name__}") from error
        try:
            found = orjson.loads(answer) if answer else {}
        except orjson.JSONDecodeError as error:
            raise DeskUnavailable("Chatwoot's answer cannot be read") from error
        if isinstance(found, list):
            return {"payload": found}
        return found if isinstance(found, dict) else {}

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=_TOTAL_SECONDS, sock_connect=_CONNECT_SECONDS)
            self._session = aiohttp.ClientSession(timeout=timeout)
        return self._session


def source_of(ref: str, key: str) -> str:
    """The mark that a message of ours carries in Chatwoot."""
    return f"{_SOURCE}:{ref}:{key}"


def mark_of(message: Mapping[str, Any]) -> str | None:
    """The mark of one of our own messages, None for what people in Chatwoot wrote."""
    for mark in (message.get("source_id"), part_of(message, "content_attributes").get("hotline")):
        if isinstance(mark, str) and mark.startswith(f"{_SOURCE}:"):
            return mark
    return None


def part_of(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object under `name`; empty when there is none."""
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}


def parts_of(value: object) -> list[Mapping[str, Any]]:
    """The objects in a list, without whatever else stands there."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
