"""Understands texts one by one: JSON lines `{"text"}` in, JSON lines out (`python -m bot.parse`, for `hotline parse`).

Each text stands alone: no conversation, no tracker, no length limit. It runs no action and answers nobody. The intent
is always the best of the ranking, never `nlu_fallback`; `fallback` says that the threshold was missed.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any, Awaitable, Callable, Dict, Text

from hotline.settings import SettingsError, load

Parse = Callable[[Text], Awaitable[Dict[Text, Any]]]


def answer(text: Text, parsed: Dict[Text, Any]) -> Dict[Text, Any]:
    """Gives the object for one text from what Rasa's pipeline made of it."""
    best = parsed["intent_ranking"][0]
    blank = not text.strip()
    return {
        "text": text,
        "language": parsed["language"],
        "other": parsed.get("other"),
        "intent": best["name"],
        "confidence": round(0.0 if blank else float(best["confidence"]), 4),
        "fallback": blank or bool(parsed["fallback"]),
        "entities": [
            {name: entity.get(name) for name in ("entity", "value", "start", "end")} for entity in parsed["entities"]
        ],
    }


def as_typed(text: Text) -> Text:
    """Keeps a text that starts with a slash from being taken for a button; its length stays."""
    return "／" + text[1:] if text.startswith("/") else text


def parser(model: Text) -> Parse:
    """Loads the trained model; gives what understands a text."""
    from bot import lean

    lean.install()
    from bot import hot_loading, hot_rules

    hot_rules.apply()
    hot_loading.apply()
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    agent = Agent.load(model)
    assert agent.processor is not None  # Agent.load raises when the model cannot be loaded
    processor = agent.processor

    async def parse(text: Text) -> Dict[Text, Any]:
        return dict(await processor.parse_message(UserMessage(as_typed(text))))

    return parse


async def serve(parse: Parse) -> None:
    """Answers standard input line by line until it ends."""
    for line in sys.stdin.buffer:
        text = json.loads(line)["text"]
        sys.stdout.write(json.dumps(answer(text, await parse(text))) + "\n")
        sys.stdout.flush()


def main() -> None:
    """Runs until standard input ends."""
    from bot import training
    from bot.logs import configure

    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    try:
        settings = load()
        configure(settings)
        model = training.trained_model(settings)
    except (SettingsError, training.ModelMissing) as error:
        sys.exit(f"bot.parse: {error}")
    asyncio.run(serve(parser(str(model))))


if __name__ == "__main__":
    main()
