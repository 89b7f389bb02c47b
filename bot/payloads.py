"""Buttons' payloads on their way through Rasa's templates.

Rasa fills `{name}` in every text of a response, payloads included, and takes the braces of `/inform{"slot": ...}` for
one. Payloads are therefore kept with full-width braces inside Rasa and turned back when they leave it.
"""

from __future__ import annotations

from typing import Any, Dict, Text

_GUARD = str.maketrans("{}", "｛｝")
_RESTORE = str.maketrans("｛｝", "{}")


def guarded(variation: Dict[Text, Any]) -> Dict[Text, Any]:
    """Gives a response variation whose buttons' payloads Rasa leaves alone."""
    if not variation.get("buttons"):
        return dict(variation)
    buttons = [{**button, "payload": str(button["payload"]).translate(_GUARD)} for button in variation["buttons"]]
    return {**variation, "buttons": buttons}


def restored(payload: Text) -> Text:
    """Gives the payload as the texts' authors wrote it."""
    return payload.translate(_RESTORE)
