"""The hotline's side of one call, over HTTP: the gateway's addresses for the telephone line, by the internal token.

What is not answered in time is GatewayAway: nobody waits for long because of what is only nice to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

from voice.gateway_client import GatewayConversation, call
from voice.ports_office import Known, Unfinished

_SHORT = aiohttp.ClientTimeout(total=4.0, connect=2.0)
_LONG = aiohttp.ClientTimeout(total=12.0, connect=3.0)


class Gateway:
    """The gateway's addresses for our own processes.

    Args:
        token: of our own processes.
    """

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        self.http = http
        self.url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str) -> Mapping[str, Any]:
        """Raises GatewayAway."""
        return await call(self.http, "GET", f"{self.url}/internal/v1/phone/{path}", None, self._headers, _SHORT)

    async def post(self, path: str, body: Mapping[str, Any], *, patient: bool = False) -> Mapping[str, Any]:
        """Raises GatewayAway."""
        url, timeout = f"{self.url}/internal/v1/phone/{path}", _LONG if patient else _SHORT
        return await call(self.http, "POST", url, dict(body), self._headers, timeout)


class GatewayOffice:
    """One call at the gateway; see `voice.ports_office.Office`."""

    def __init__(self, gateway: Gateway, call_id: str, number: str) -> None:
        self._gateway = gateway
        self._call = {"call_id": call_id, "number": number}

    async def known(self) -> Known:
        answer = await self._gateway.post("calls", self._call)
        draft = answer.get("draft")
        return Known(
            Unfinished(str(draft["conversation_id"]), str(draft["language"])) if draft else None,
            tuple(str(one["number"]) for one in answer.get("tickets") or ()),
            answer.get("language"),
        )

    async def open(self, language: str, declined: str | None = None) -> GatewayConversation:
        return await self._opened({**self._call, "language": language, "declined": declined})

    async def resume(self, draft: Unfinished) -> GatewayConversation:
        return await self._opened({**self._call, "language": draft.language, "resume": draft.conversation_id})

    async def somebody_on_duty(self, language: str) -> bool:
        return bool((await self._gateway.get(f"people?language={language}")).get("on_duty"))

    async def send_number(self, conversation_id: str, number: str) -> bool:
        wish = {"conversation_id": conversation_id, "ticket_number": number}
        return bool((await self._gateway.post("ticket-number", wish)).get("sent"))

    async def _opened(self, body: Mapping[str, Any]) -> GatewayConversation:
        opened = await self._gateway.post("conversations", body, patient=True)
        return GatewayConversation(self._gateway.http, self._gateway.url, opened)
