"""The one door into the bot: `POST /webhooks/hotline/turns`, called by the gateway alone.

It understands the text outside Rasa's event loop first (the sentence vector is computed in a thread, so other
conversations go on), keeps buttons and typed text apart, and answers with the replies, the language and the state of
the form. It refuses callers without the internal token; it is never exposed to the public.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Awaitable, Callable, Dict, List, Optional, Text

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.payloads import restored
from bot.phrases import Phrases

logger = logging.getLogger(__name__)
_PAYLOAD = re.compile(r"/([a-z_]+)(\{.*\})?", re.DOTALL)
_SKIPPED = "-"
ASK_BACK_BELOW = 0.75
"""The model's threshold marks doubt, and half of its mistakes; asking back costs every citizen a message, so a
conversation does it only below this confidence."""
QUESTION_FROM = 0.5
"""A question needs less: what no item answers is said to be not covered, so a wrong guess claims nothing."""
MERE_ANSWERS = ("inform", "affirm", "deny", "dont_know", "refuse_info", "correct_info")
"""Intents that mean little without a question before them, and that gibberish is taken for: never trusted in doubt."""
WANTS_VECTOR = (
    "consult",
    "file_complaint",
    "report_violation",
    "make_suggestion",
    "give_praise",
    "inform",
    "nlu_fallback",
)
"""Intents whose actions look for an item or a category, and so use the turn's sentence vector again."""

TOLD = (
    "nature",
    "category",
    "description",
    "location",
    "occurred_at",
    "contact_name",
    "contact_phone",
    "confidentiality",
    "ticket_number",
)
"""Slots that a person at the desk is shown; the gateway keeps them and masks what is personal."""


class BadTurn(ValueError):
    """A turn is a JSON object with conversation_id, message_id, channel and either text or payload."""


class TurnOutput(CollectingOutputChannel):
    """Collects the replies of one turn under the citizen's own channel name (web, wechat, phone)."""

    tracker: Optional[DialogueStateTracker] = None

    def __init__(self, channel: Text) -> None:
        super().__init__()
        self._channel = channel

    def name(self) -> Text:
        """Gives the channel that response variations are chosen by."""
        return self._channel

    async def send_response(self, recipient_id: Text, message: Dict[Text, Any]) -> None:
        """Keeps text, buttons and structure of one reply together (Rasa would send them one by one)."""
        self.messages.append({key: message[key] for key in ("text", "buttons", "custom") if message.get(key)})


class HotlineInput(InputChannel):
    """Rasa input channel with one route; see docs/architecture.md for the format of a turn.

    Args:
        token: what callers must send as bearer token.
        parse: understands a text; runs in a thread first to prime the sentence vector.
        encode: gives the sentence vector of a text, float32 (384,); blocking.
        phrases: fixed sayings that steer the conversation ("go on").
    """

    def __init__(
        self,
        token: Text,
        parse: Callable[[UserMessage], Awaitable[Dict[Text, Any]]],
        encode: Callable[[Text], Any],
        phrases: Phrases,
    ) -> None:
        self._token = token
        self._parse = parse
        self._encode = encode
        self._phrases = phrases
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="vector")

    @classmethod
    def name(cls) -> Text:
        """Gives the route's name."""
        return "hotline"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """Gives the routes `POST /turns` and `GET /healthz`."""
        door = Blueprint("hotline")

        @door.post("/turns")
        async def turns(request: Request) -> HTTPResponse:
            if not hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {self._token}"):
                return response.json({"error": "unauthorised"}, status=401)
            try:
                turn = _checked(request.json)
                answer = await self._answer(turn, on_new_message)
            except BadTurn as error:
                return response.json({"error": str(error)}, status=400)
            return response.json(answer)

        return door

    async def _answer(self, turn: Dict[Text, Any], on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Dict:
        output = TurnOutput(turn["channel"])
        metadata = turn.get("metadata") or {}
        message = UserMessage(
            turn.get("payload") or _as_typed(turn.get("text") or ""),
            output,
            turn["conversation_id"],
            input_channel=turn["channel"],
            message_id=turn["message_id"],
            metadata=metadata,
        )
        message.parse_data = await self._understood(message, turn, metadata)
        await on_new_message(message)
        tracker = output.tracker
        assert tracker is not None  # the processor always leaves it
        return {
            "language": tracker.get_slot("language") or metadata.get("language"),
            "messages": [_reply(sent) for sent in output.messages],
            "form": _form(tracker),
            "slots": _known(tracker),
        }

    async def _understood(self, message: UserMessage, turn: Dict[Text, Any], metadata: Dict[Text, Any]) -> Any:
        language = metadata.get("language")
        saying = self._phrases.intent_of(message.text)
        if turn.get("payload"):
            parsed = unpacked(turn["payload"])
        elif _PAYLOAD.fullmatch((turn.get("text") or "").strip()):
            parsed = _meaningless(message.text)  # a payload typed by hand steers nothing, whatever its words say
        elif metadata.get("other"):
            parsed = _certain(message.text, "unsupported_language", [])
        elif saying is not None:
            parsed = _certain(message.text, saying, [])
        else:
            vector = await asyncio.get_running_loop().run_in_executor(self._threads, self._encode, message.text)
            parsed = _trusted(await self._parse(message))
            if parsed["intent"]["name"] in WANTS_VECTOR:
                parsed["vector"] = base64.b64encode(vector.astype("float16").tobytes()).decode()
        entities = list(parsed["entities"])
        if language and not any(entity["entity"] == "language" for entity in entities):
            entities.append({"entity": "language", "value": language})
        return {**parsed, "text": message.text, "entities": entities}


def _trusted(parsed: Dict[Text, Any]) -> Dict[Text, Any]:
    """Takes the best intent although it missed the model's threshold, unless it is a mere guess."""
    best = (parsed.get("intent_ranking") or [parsed["intent"]])[0]
    doubted = parsed["intent"]["name"] == DEFAULT_NLU_FALLBACK_INTENT_NAME
    enough = QUESTION_FROM if best["name"] == "consult" else ASK_BACK_BELOW
    likely = best["confidence"] >= enough and best["name"] not in MERE_ANSWERS
    return {**parsed, "intent": best} if doubted and likely else parsed


def unpacked(payload: Text) -> Dict[Text, Any]:
    """Gives the parse of a button, `/intent{"entity": "value"}`.

    Raises:
        BadTurn: the payload is not of that form.
    """
    match = _PAYLOAD.fullmatch(payload)
    if match is None:
        raise BadTurn(f'a payload looks like /intent{{"entity": "value"}}, not {payload[:60]!r}')
    try:
        values = json.loads(match.group(2) or "{}")
    except ValueError as error:
        raise BadTurn(f"the payload's entities are not JSON: {error}") from error
    if not all(isinstance(value, (str, int, float, bool)) for value in values.values()):
        raise BadTurn("the payload's entities must be plain values")
    return _certain(payload, match.group(1), [{"entity": name, "value": value} for name, value in values.items()])


def _certain(text: Text, intent: Text, entities: List[Dict[Text, Any]]) -> Dict[Text, Any]:
    found = {"name": intent, "confidence": 1.0}
    return {"text": text, "intent": found, "intent_ranking": [found], "entities": entities}


def _meaningless(text: Text) -> Dict[Text, Any]:
    intent = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 1.0}
    return {"text": text, "intent": intent, "intent_ranking": [], "entities": []}


def _checked(turn: Any) -> Dict[Text, Any]:
    if not isinstance(turn, dict):
        raise BadTurn(BadTurn.__doc__)
    for name in ("conversation_id", "message_id", "channel"):
        if not isinstance(turn.get(name), str) or not turn[name]:
            raise BadTurn(f"{name} is missing")
    if not isinstance(turn.get("payload"), str) and not isinstance(turn.get("text"), str):
        raise BadTurn("either text or payload must be given")
    return turn


def _as_typed(text: Text) -> Text:
    """Keeps a typed text that starts with a slash from being taken for a button."""
    return "／" + text[1:] if text.startswith("/") else text


def _reply(sent: Dict[Text, Any]) -> Dict[Text, Any]:
    return {
        "text": sent.get("text"),
        "buttons": [
            {"title": button["title"], "payload": restored(button["payload"])} for button in sent.get("buttons") or []
        ],
        "custom": sent.get("custom"),
    }


def _known(tracker: DialogueStateTracker) -> Dict[Text, Text]:
    """Gives what the citizen told the forms, as text, for a person who takes the conversation over."""
    found = {}
    for slot in TOLD:
        value = tracker.get_slot(slot)
        if isinstance(value, dict):
            value = value.get("text") or value.get("value")
        if value not in (None, "", _SKIPPED) and isinstance(value, (str, int, float)):
            found[slot] = str(value)
    return found


def _form(tracker: DialogueStateTracker) -> Optional[Dict[Text, Any]]:
    name = tracker.active_loop_name
    if not name:
        return None
    asked = tracker.get_slot("form_slots") or []
    filled = [slot for slot in asked if tracker.get_slot(slot) not in (None, _SKIPPED)]
    return {"name": name, "requested_slot": tracker.get_slot("requested_slot"), "filled": filled}
