"""Whether somebody is in danger right now, and which kind: decided apart from the other intents, and first.

A miss may cost a life and a false alarm only a question, but too many false alarms and nobody listens. So the score of
`emergency`, learned from dangers and from sentences that only look like them, has a threshold of its own, chosen on
held-out sentences of both sorts. When it is reached, `emergency` goes to the top of the ranking; else it leaves it.
"""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.components.intent_classifier import EMERGENCY, OTHER, HotlineIntentClassifier, rank


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DangerDetector(GraphComponent, IntentClassifier):
    """Moves `emergency` to the top or out of the ranking; sets `danger` {"score", "kind"} on the message."""

    @classmethod
    def required_components(cls) -> List[type]:
        """Runs on the intent classifier's scores."""
        return [HotlineIntentClassifier]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`danger_threshold`: from this value on it is danger; `margin_share`: how much the best other intent speaks
        against it; `threshold`: as the intent classifier's."""
        return {"danger_threshold": 0.2, "margin_share": 0.5, "threshold": 0.4}

    def __init__(self, config: Dict[Text, Any]) -> None:
        self._danger = float(config["danger_threshold"])
        self._margin_share = float(config["margin_share"])
        self._threshold = float(config["threshold"])

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DangerDetector:
        """Gives the component."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """Decides on danger for each message."""
        for message in messages:
            scores = dict(message.get("danger_scores") or {})
            score = scores.pop(EMERGENCY, 0.0)
            value = score - self._margin_share * scores.pop(OTHER, 0.0)
            others = [entry for entry in message.get(INTENT_RANKING_KEY) or [] if entry["name"] != EMERGENCY]
            if value >= self._danger:
                kind = max(scores, key=lambda name: scores[name])
                message.set("danger", {"score": score, "kind": kind}, add_to_output=True)
                certain = min(max(score, self._threshold), 1.0)
                rank(message, [{"name": EMERGENCY, "confidence": certain}, *others], self._threshold)
            elif others:
                rank(message, others, self._threshold)
        return messages
