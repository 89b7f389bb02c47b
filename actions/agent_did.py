"""Says what a person did for the citizen before the bot went on."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.forms.draft import LISTEN, Draft, then

SLOT = "agent_did"


class AgentDid(Action):
    """`action_agent_did`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_agent_did"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Tells it, outside of forms."""
        draft = Draft.of(tracker)
        tell(draft, dispatcher)
        return [*draft.events(), *then(LISTEN)]


def tell(draft: Draft, dispatcher: CollectingDispatcher) -> None:
    """One message: who it was, what was done, which tickets."""
    did: dict[str, Any] = draft.get(SLOT) or {}
    done = [line for line in (did.get("summary"), " ".join(did.get("tickets") or [])) if line]
    if not did:
        dispatcher.utter_message(response="utter_agent_did_nothing")
    elif not done:
        dispatcher.utter_message(response="utter_agent_did", agent=did["agent"])
    else:
        dispatcher.utter_message(response="utter_agent_did_summary", agent=did["agent"], summary="\n".join(done))
