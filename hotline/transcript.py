"""How a message looks in a terminal: text, numbered answers, the card of a ticket. Pure; knows nothing of the network.

Columns are counted as terminals do, where a Chinese character takes two.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from hotline.settings import ROOT

_WORDS = ROOT / "channels" / "web" / "static" / "i18n"
_CARD = ("number", "status", "nature", "category", "unit", "accept_by", "due_at")
_SENDERS = {"bot": "🤖", "agent": "👤", "system": "ℹ️ "}


@cache
def words(language: str) -> Mapping[str, Any]:
    """Gives the words of the citizen page in a language, with the city's names under `city`."""
    first, more, city = (
        json.loads((_WORDS / folder / f"{language}.json").read_text("utf-8")) for folder in ("", "more", "city")
    )
    return {**first, **more, "city": city}


def width(text: str) -> int:
    """Gives how many columns a text takes."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def shown(message: Mapping[str, Any]) -> str:
    """Gives a message as lines."""
    language = message.get("language") or "zh"
    data = message.get("data") or {}
    lines = []
    if message.get("text"):
        name = (data.get("agent") or {}).get("name") if message["sender"] == "agent" else None
        head = f"{_SENDERS.get(message['sender'], '')} " + (f"{name}: " if name else "")
        lines.append(head + message["text"].replace("\n", "\n   "))
    if data.get("ticket"):
        lines += card(data["ticket"], language)
    if data.get("emergency"):
        numbers = "  ".join(str(number) for number in data["emergency"].get("numbers", []))
        lines.append(f"   ☎ {words(language)['emergency_title']}: {numbers}")
    return "\n".join(lines)


def choices(buttons: Sequence[Mapping[str, str]]) -> str:
    """Gives the quick replies with the numbers to type."""
    return "\n".join(f"   [{number}] {button['title']}" for number, button in enumerate(buttons, start=1))


def card(ticket: Mapping[str, Any], language: str) -> list[str]:
    """Gives a ticket in a box."""
    known = words(language)
    rows = [(known[f"ticket_{name}"], _value(name, ticket[name], known)) for name in _CARD if ticket.get(name)]
    left = max(width(label) for label, _ in rows)
    lines = [f"{label}{' ' * (left - width(label))}  {value}" for label, value in rows]
    inner = max(width(line) for line in lines)
    edge = "─" * (inner + 2)
    body = [f"   │ {line}{' ' * (inner - width(line))} │" for line in lines]
    return [f"   ┌{edge}┐", *body, f"   └{edge}┘"]


def _value(name: str, value: Any, known: Mapping[str, Any]) -> str:
    if name in ("status", "nature"):
        return str(known.get(f"{name}_{value}", value))
    if name == "category":
        return str(known["city"].get("categories", {}).get(value, value))
    if name == "unit":
        return str(known["city"].get("units", {}).get(value, value))
    if name.endswith(("_by", "_at")):
        return str(known["city_time"]).format(time=str(value)[:16].replace("T", " "))
    return str(value)
