"""Three places where Rasa 3.6.21 works for nothing on every action call, done once or not at all instead.

Measured by profile: checking each answer of our own action server against a JSON schema took a twentieth of a turn's
CPU (half, before the schema itself was checked only once), walking all event classes for each event another. The
checks that matter stay. The third is a narrowing: an action call carries the events of the last few messages instead
of the whole conversation, which no action here reads.
`apply()` changes Rasa in this process and is harmless when called again.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

MESSAGES_TOLD = 4


def apply() -> None:
    """Replaces the two functions; Rasa must be importable (see `bot.lean.install`)."""
    import rasa
    from jsonschema import ValidationError
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core.events import Event
    from rasa.shared.core.trackers import EventVerbosity

    if getattr(RemoteAction, "hot_spots_applied", False):
        return

    def validate_action_result(self: Any, result: Any) -> bool:
        if not well_formed(result):
            raise ValidationError("the action server sent a malformed answer")
        return True

    stock_resolve, known = Event.resolve_by_type, {}

    def resolve_by_type(type_name: str, default: Optional[type] = None) -> Optional[type]:
        if type_name not in known:
            found = stock_resolve(type_name, default)
            if found is None or found is default:
                return found
            known[type_name] = found
        return known[type_name]

    def action_call_format(self: Any, tracker: Any, domain: Any) -> Dict[str, Any]:
        state = tracker.current_state(EventVerbosity.NONE)
        state["events"] = [event.as_dict() for event in last_events(tracker.events)]
        call = {
            "next_action": self._name,
            "sender_id": tracker.sender_id,
            "tracker": state,
            "version": rasa.__version__,
        }
        if domain.does_custom_action_explicitly_need_domain(self.name()):
            call["domain"] = domain.as_dict()
        return call

    RemoteAction._action_call_format = action_call_format
    RemoteAction._validate_action_result = validate_action_result
    Event.resolve_by_type = staticmethod(resolve_by_type)
    RemoteAction.hot_spots_applied = True


def well_formed(result: Any) -> bool:
    """Says whether it is `{"events": [{"event": name, ...}], "responses": [{...}]}`; Rasa checks each event again."""
    if not isinstance(result, dict):
        return False
    events, responses = result.get("events", []), result.get("responses", [])
    return (
        isinstance(events, list)
        and all(isinstance(event, dict) and isinstance(event.get("event"), str) for event in events)
        and isinstance(responses, list)
        and all(isinstance(response, dict) for response in responses)
    )


def last_events(events: Sequence[Any]) -> List[Any]:
    """Gives the events since the citizen's fourth-last message."""
    told: List[Any] = []
    heard = 0
    for event in reversed(events):
        told.append(event)
        heard += event.type_name == "user"
        if heard == MESSAGES_TOLD:
            break
    return told[::-1]
