"""A turn is a transaction: an action that fails ends the turn, and nothing of it is kept.

Stock Rasa swallows the failure of an action, drops its events and goes on to the next action of the rule, which would
tell the citizen that a ticket was filed when the action server was down. Here the failure leaves the turn; the
conversation stays where it was, the gateway says that it did not work, and the same message can be sent again.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.core.actions.action import (
    Action,
    ActionBotResponse,
    ActionExecutionRejection,
    ActionListen,
    RemoteAction,
)
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import (
    ActionExecutionRejected,
    BotUttered,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot import after_people

ONLY_READING = (ActionBotResponse, ActionListen, RemoteAction)
"""Actions that leave the tracker they are given as it is, and so need no copy of it."""


class TransactionalProcessor(MessageProcessor):
    """Rasa's processor, except that a failing action fails the turn and a repeated message is not run again."""

    async def handle_message(self, message: UserMessage) -> Optional[List[Dict[str, Any]]]:
        """Runs one turn, or gives the stored replies of the turn that this message id already had.

        The tracker after the turn is left on the output channel as `tracker`.
        """
        channel = message.output_channel
        tracker = await self.fetch_tracker_and_update_session(message.sender_id, channel, message.metadata)
        channel.tracker = tracker
        earlier = _replies_to(tracker, message.message_id)
        if earlier is not None:
            channel.messages = earlier
        else:
            for slot, value in after_people.changes(message.metadata or {}, tracker.get_slot("memo") or {}):
                tracker.update(SlotSet(slot, value))
            await self._handle_message_with_tracker(message, tracker)
            tracker = await self.run_action_extract_slots(channel, tracker)
            await self._run_prediction_loop(channel, tracker)
        await self.save_tracker(tracker)
        return list(channel.messages)

    async def _update_tracker_session(
        self, tracker: DialogueStateTracker, output_channel: OutputChannel, metadata: Optional[Dict] = None
    ) -> None:
        """As Rasa's, without working through all events when the last one shows that the session goes on."""
        last = tracker.events[-1] if tracker.events else None
        begun = last is not None and not isinstance(last, (Restarted, SessionStarted))
        if not begun or self._has_session_expired(tracker):
            await super()._update_tracker_session(tracker, output_channel, metadata)

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        seen = tracker
        if prediction.events or not isinstance(action, ONLY_READING):
            seen = tracker.copy()
            seen.update_with_events(prediction.events, self.domain)
        try:
            events: Any = await action.run(output_channel, nlg, seen, self.domain)
        except ActionExecutionRejection:
            tracker.update(ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence))
            return bool(self.should_predict_another_action(action.name()))
        self._log_action_on_tracker(tracker, action, events, prediction)
        await self.execute_side_effects(events, tracker, output_channel)
        return bool(self.should_predict_another_action(action.name()))


def _replies_to(tracker: DialogueStateTracker, message_id: str) -> Optional[List[Dict[str, Any]]]:
    """Gives what the bot said to the citizen's message of that id, or None when it was not heard yet."""
    replies: List[Dict[str, Any]] = []
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            replies.append(_as_sent(event))
        elif isinstance(event, UserUttered):
            if event.message_id == message_id:
                return replies[::-1]
            replies = []
    return None


def _as_sent(event: BotUttered) -> Dict[str, Any]:
    data = {key: value for key, value in event.data.items() if value and key in ("buttons", "custom")}
    return {**({"text": event.text} if event.text else {}), **data}
