"""Talks to the actions as Rasa would: rules, form loop and follow-ups, without Rasa and without a network.

What the bot would understand of a sentence (intent, names, places, danger) is said by the test; what has a fixed shape
(telephone numbers, times, ticket numbers) is found by `language`, as in the bot. Rasa's own form loop is written out in
`Conversation._form`, short enough to be compared with the original.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions import dangers, deps, words
from bot.catalog import Catalog
from bot.phrases import Phrases
from language.entities import find_patterns
from tests.unit.tickets.ticket_samples import RULES, Clock
from tickets.adapters.city_files import load_catalogue
from tickets.adapters.memory_store import MemoryTicketStore, MemoryTransaction
from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.city import Catalogue
from tickets.domain.ticket import Ticket
from tickets.errors import StoreUnavailable
from tickets.service.desk import TicketDesk
from tickets.service.ports import Candidate, TicketFilter

ROOT = Path(__file__).resolve().parents[3]
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
_PAYLOAD = re.compile(r"/([a-z_]+)(\{.*\})?", re.DOTALL)


@cache
def texts() -> Catalog:
    return Catalog.load()


@cache
def city() -> Catalogue:
    return load_catalogue(ROOT / "data" / "city")


@cache
def word_lists() -> dict[str, words.Words]:
    return words.load(ROOT / "data" / "words")


@cache
def danger_table() -> dict[str, dangers.Danger]:
    return dangers.load(ROOT / "data" / "city" / "dangers.csv")


@cache
def phrases() -> Phrases:
    return Phrases.load(ROOT / "data" / "phrases")


@cache
def rules() -> tuple[dict[str, str], dict[str, str]]:
    """What each intent leads to outside forms, and what each form's end leads to."""
    starts: dict[str, str] = {}
    ends: dict[str, str] = {}
    for file in sorted((ROOT / "data" / "rules").glob("*.yml")):
        for rule in yaml.safe_load(file.read_text("utf-8"))["rules"]:
            steps = rule["steps"]
            if "intent" in steps[0]:
                starts[steps[0]["intent"]] = next(step["action"] for step in steps if "action" in step)
            else:
                ends[steps[0]["action"]] = steps[-1]["action"]
    return starts, ends


@cache
def required_slots() -> dict[str, list[str]]:
    domain = yaml.safe_load((ROOT / "bot" / "domain" / "forms" / "forms.yml").read_text("utf-8"))
    return {name: form["required_slots"] for name, form in domain["forms"].items()}


@cache
def known_actions() -> dict[str, Action]:
    executor = ActionExecutor()
    executor.register_package("actions")
    return {name: function.__self__ for name, function in executor.actions.items()}


class KeywordClassifier:
    """Suggests by keyword: sure (0.9) for one listed as sure, likely (0.6) for others, else nothing in particular."""

    SURE = {"路灯": "street_light", "streetlight": "street_light", "井盖": "manhole_cover"}
    LIKELY = {"噪音": "construction_noise", "noise": "construction_noise", "垃圾": "garbage_collection"}

    def suggest(self, text: str, vector: Any = None, limit: int = 5) -> list[Candidate]:
        sure = [self.SURE[word] for word in self.SURE if word in text.lower()]
        likely = [self.LIKELY[word] for word in self.LIKELY if word in text.lower()]
        rest = [name for name in ("water_supply", "road_damage", "street_light") if name not in sure + likely]
        scored = [(name, 0.9) for name in sure] + [(name, 0.6) for name in likely] + [(name, 0.05) for name in rest]
        return [Candidate(name, city().categories[name].lead_unit, score) for name, score in scored[:limit]]

    def suggest_many(self, texts: Any, vectors: Any = None, limit: int = 5) -> list[list[Candidate]]:
        return [self.suggest(text, None, limit) for text in texts]


class ClosableStore(MemoryTicketStore):
    """The store in memory, with a switch that makes it as a database that is down."""

    def __init__(self) -> None:
        super().__init__()
        self.down = False

    def _reached(self) -> None:
        if self.down:
            raise StoreUnavailable()

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        self._reached()
        with super().transaction() as transaction:
            yield transaction

    def get(self, number: str) -> Ticket | None:
        self._reached()
        return super().get(number)

    def find(self, filters: TicketFilter) -> list[Ticket]:
        self._reached()
        return super().find(filters)

    def failed_lookups(self, number: str, since: datetime) -> int:
        self._reached()
        return super().failed_lookups(number, since)


class Office:
    """The tickets behind one or more conversations."""

    def __init__(self) -> None:
        self.store = ClosableStore()
        self.clock = Clock()
        numbers = count(1)
        self.consultant: Any = None
        self.duplicates: Any = None
        self.desk = TicketDesk(self.store, city(), RULES, self.clock, lambda: next(numbers))

    def tickets(self) -> list[Ticket]:
        return self.desk.list()

    def install(self) -> None:
        deps.install(
            deps.Deps(
                desk=self.desk,
                classifier=KeywordClassifier(),
                texts=texts(),
                words=word_lists(),
                dangers=danger_table(),
                now=lambda: self.clock().astimezone(LOCAL_ZONE),
                consultant=self.consultant,
                duplicates=self.duplicates,
            )
        )


@dataclass(frozen=True)
class Said:
    """One reply: the response's key (None for a literal text), what the citizen reads, buttons and structure."""

    key: str | None
    text: str
    buttons: tuple[tuple[str, str], ...]
    custom: dict[str, Any] = field(compare=False)


class Turned(list[Said]):
    """The replies of one turn."""

    @property
    def keys(self) -> list[str | None]:
        return [said.key for said in self]

    @property
    def asked(self) -> str | None:
        return self[-1].key if self else None

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return next(said for said in self if said.key == key)
        return super().__getitem__(key)

    def custom(self, name: str) -> Any:
        return next((said.custom[name] for said in self if name in said.custom), None)


class Conversation:
    """One citizen's conversation.

    Args:
        office: shared with other conversations; a new one by default.
    """

    def __init__(
        self, language: str = "zh", office: Office | None = None, name: str = "conversation-1", channel: str = "web"
    ) -> None:
        self.office = office or Office()
        self.office.install()
        self.language, self.name, self.channel = language, name, channel
        self.slots: dict[str, Any] = {}
        self.form: str | None = None
        self.events: list[dict[str, Any]] = []
        self.latest: dict[str, Any] = {}
        self._messages = count(1)

    @property
    def requested(self) -> str | None:
        return self.slots.get("requested_slot") if self.form else None

    @property
    def memo(self) -> dict[str, Any]:
        return self.slots.get("memo") or {}

    def say(
        self,
        text: str,
        intent: str = "inform",
        confidence: float = 0.9,
        *,
        language: str | None = None,
        danger: str | None = None,
        ranking: Iterable[str] = (),
        **entities: str,
    ) -> Turned:
        """Types a sentence. `entities` are words of the text, such as `location="解放路15号"`."""
        self.language = language or self.language
        fixed = phrases().intent_of(text)
        intent, confidence = (fixed, 1.0) if fixed else (intent, confidence)
        best = "emergency" if danger else intent
        ranked = [{"name": name, "confidence": confidence} for name in (best, *ranking)]
        low = confidence < 0.4 or best == "nlu_fallback"
        found = [
            {"entity": item.entity, "value": item.value, "start": item.start, "end": item.end}
            for item in find_patterns(text, self.language, self.office.clock().astimezone(LOCAL_ZONE))
        ]
        for entity, surface in entities.items():
            start = text.index(surface)
            found.append({"entity": entity, "value": surface, "start": start, "end": start + len(surface)})
        parsed = {
            "text": text,
            "intent": {"name": "nlu_fallback", "confidence": 0.3} if low else ranked[0],
            "intent_ranking": [entry for entry in ranked if entry["name"] != "nlu_fallback"],
            "entities": found,
            **({"danger": {"kind": danger, "score": 0.9}} if danger else {}),
        }
        return self._turn(parsed)

    def press(self, payload: str, message_id: str | None = None) -> Turned:
        """Presses a button."""
        match = _PAYLOAD.fullmatch(payload)
        assert match, payload
        intent = {"name": match.group(1), "confidence": 1.0}
        values = json.loads(match.group(2) or "{}")
        found = [{"entity": name, "value": value} for name, value in values.items()]
        parsed = {"text": payload, "intent": intent, "intent_ranking": [intent], "entities": found}
        return self._turn(parsed, message_id)

    def press_titled(self, turned: Turned, title: str) -> Turned:
        """Presses the button of that title among the replies given."""
        return self.press(next(payload for said in turned for name, payload in said.buttons if name == title))

    def _turn(self, parsed: dict[str, Any], message_id: str | None = None) -> Turned:
        self.office.install()
        parsed["entities"].append({"entity": "language", "value": self.language})
        self.slots["language"] = self.language
        self.latest = parsed
        self.events.append(
            {
                "event": "user",
                "text": parsed["text"],
                "parse_data": parsed,
                "input_channel": self.channel,
                "message_id": message_id or f"m{next(self._messages)}",
            }
        )
        said = Turned()
        starts, _ = rules()
        action: str | None = self.form or starts[parsed["intent"]["name"]]
        followed = False
        for _step in range(8):
            if action in (None, "action_listen"):
                return said
            if action.endswith("_form"):
                action, followed = self._form(action, said), False
                continue
            following = self._run(action, said)
            assert following or not followed, f"after {action} Rasa finds no rule and takes the turn back"
            action, followed = following, following is not None
        raise AssertionError(f"the turn does not end: {said.keys}")

    def _form(self, form: str, said: Turned) -> str | None:
        """One run of Rasa's form action; gives what runs next."""
        self.form = form
        before = len(self.events)
        self._run(f"validate_{form}", said)
        wishes = [
            event["value"]
            for event in self.events[before:]
            if event["event"] == "slot" and event["name"] == "requested_slot"
        ]
        if wishes and wishes[-1] is None:
            return self._ended(form)
        missing = (slot for slot in required_slots()[form] if self.slots.get(slot) is None)
        slot = wishes[0] if wishes else next(missing, None)
        if slot is None:
            return self._ended(form)
        self.slots["requested_slot"] = slot
        custom = f"action_ask_{form}_{slot}"
        self._run(custom if custom in known_actions() else f"utter_ask_{form}_{slot}", said)
        return None

    def _ended(self, form: str) -> str:
        self.form, self.slots["requested_slot"] = None, None
        return rules()[1][form]

    def _run(self, name: str, said: Turned) -> str | None:
        """Runs an action or says a response; gives the follow-up."""
        if name.startswith("utter_"):
            self._utter({"response": name}, said)
            return None
        dispatcher = CollectingDispatcher()
        tracker = Tracker(self.name, dict(self.slots), self.latest, self.events, False, None, {}, None)
        events = asyncio.run(known_actions()[name].run(dispatcher, tracker, {}))
        for message in dispatcher.messages:
            self._utter(message, said)
        following = None
        for event in events:
            self.events.append(dict(event))
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            if event["event"] == "followup":
                following = event["name"]
        json.dumps(self.slots)  # what is stored must be JSON
        self.language = self.slots["language"]
        return following

    def _utter(self, message: dict[str, Any], said: Turned) -> None:
        key, buttons = message.get("response"), list(message.get("buttons") or [])
        language = self.slots["language"]
        if key:
            values = {name: value for name, value in message.items() if isinstance(value, str)}
            text = texts().text(key, language, self.channel, **{**values, "text": "{text}"})
            buttons = [*texts().buttons(key, language, self.channel), *buttons]
        else:
            text = str(message.get("text") or "")
        if text and key:
            template = texts().text(key, language, self.channel)
            left = set(_PLACEHOLDER.findall(text)) & set(_PLACEHOLDER.findall(template))
            assert not left, f"{key} was said with {left} unfilled"
        custom = dict(message.get("custom") or {})
        pairs = tuple((button["title"], button["payload"]) for button in buttons)
        said.append(Said(key, text, pairs, custom))
        data = {"buttons": [{"title": title, "payload": payload} for title, payload in pairs] or None, "custom": custom}
        self.events.append({"event": "bot", "text": text, "data": data, "metadata": {"utter_action": key}})
