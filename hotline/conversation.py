"""One conversation over the HTTP interface (docs/api.md), with nothing but the standard library.

A message that could not be delivered may be sent again with the same id: the server does nothing twice. This client
keeps no texts; who calls decides about waiting and repeating.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from typing import Any

from hotline.errors import CommandFailed

TIMEOUT_SECONDS = 30.0
Message = dict[str, Any]


class ServerAway(CommandFailed):
    """The hotline does not answer."""

    code = "server_away"


class Refused(CommandFailed):
    """The hotline refused the message.

    Attributes:
        http_status: the status of the answer.
        retry_after: seconds to wait, when it says so.
    """

    code = "refused"

    def __init__(self, message: str, http_status: int, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.retry_after = retry_after


@dataclass
class Conversation:
    """A conversation and where it stands.

    Attributes:
        url: of the gateway, such as http://127.0.0.1:8080.
        last_seq: the number of the newest message that was seen.
    """

    url: str
    id: str
    token: str
    language: str
    owner: str = "bot"
    last_seq: int = 0

    @classmethod
    def open(cls, url: str, language: str | None = None, channel: str = "web") -> Conversation:
        """Opens one.

        Raises:
            ServerAway, Refused: it could not be opened.
        """
        url = url.rstrip("/")
        given = call("POST", f"{url}/api/v1/conversations", {"channel": channel, "language": language})
        return cls(url, given["conversation_id"], given["token"], given["language"])

    def say(self, text: str, message_id: str | None = None) -> list[Message]:
        """Sends a text; gives the replies to it. Raises as `open`."""
        return self._send({"text": text}, message_id)

    def press(self, payload: str, message_id: str | None = None) -> list[Message]:
        """Presses a button; gives the replies to it. Raises as `open`."""
        return self._send({"payload": payload}, message_id)

    def news(self) -> list[Message]:
        """Gives the messages after the newest seen one, the citizen's own left out. Raises as `open`."""
        answer = self._call("GET", f"messages?after={self.last_seq}")
        return self._seen([message for message in answer["messages"] if message["sender"] != "citizen"])

    def ticket(self, number: str) -> dict[str, Any]:
        """Gives what the citizen may see of a ticket of this conversation. Raises as `open`."""
        return dict(call("GET", f"{self.url}/api/v1/tickets/{number}", token=self.token))

    def _send(self, content: dict[str, str], message_id: str | None) -> list[Message]:
        answer = self._call("POST", "messages", {"message_id": message_id or str(uuid.uuid4()), **content})
        self.language, self.owner = answer["language"], answer["owner"]
        return self._seen(answer["messages"])

    def _seen(self, messages: list[Message]) -> list[Message]:
        self.last_seq = max([self.last_seq, *(message["seq"] for message in messages)])
        return messages

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        return call(method, f"{self.url}/api/v1/conversations/{self.id}/{path}", body, self.token)


def call(method: str, url: str, body: Any = None, token: str | None = None) -> Any:
    """Makes one call and gives its JSON.

    Raises:
        ServerAway: nobody answers; Refused: an answer that is no success, with the reason it gave.
    """
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    data = None if body is None else json.dumps(body).encode()
    try:
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise _refusal(error) from error
    except (OSError, ValueError) as error:
        raise ServerAway(f"{url.split('/api/')[0]} does not answer ({getattr(error, 'reason', error)})") from error


def _refusal(error: urllib.error.HTTPError) -> CommandFailed:
    try:
        problem = json.load(error)
        reason = problem.get("detail") or problem.get("title")
    except (ValueError, OSError, AttributeError):
        reason = None
    if error.code in (502, 503, 504):
        return ServerAway(reason)
    wait = error.headers.get("Retry-After", "")
    return Refused(str(reason or f"status {error.code}"), error.code, float(wait) if wait.isdigit() else None)
