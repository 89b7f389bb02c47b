"""Whether somebody is in danger right now, and which kind: decided apart from the other intents, and first.

A miss may cost a life and a false alarm only a question, but too many false alarms and nobody listens. So danger has
a model of its own, trained on dangers and on sentences that only look like them, and a threshold chosen on held-out
sentences of both sorts. When it fires, `emergency` goes to the top of the ranking; when it does not, `emergency` leaves it.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Dict, List, Optional, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.intent_classifier import rank
from bot.components.sentence_vectors import shared_encoder
from language.text_model import TextModel, fit

logger = logging.getLogger(__name__)
EMERGENCY = "emergency"
_SAFE = "_safe"
_FILES = {"danger": "danger.npz", "kind": "kind.npz"}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerDetector(GraphComponent, IntentClassifier):
    """Moves `emergency` to the top or out of the ranking; sets `danger` {"probability", "kind"} on the message."""

    @classmethod
    def required_components(cls) -> List[type]:
        """Runs on the intent classifier's ranking."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`danger_threshold`: from this probability on it is danger; `threshold`: as the intent classifier's."""
        return {"danger_threshold": 0.5, "threshold": 0.4, "lookalike_weight": 2.0}

    def __init__(
        self,
        config: Dict[Text, Any],
        storage: ModelStorage,
        resource: Resource,
        danger: Optional[TextModel] = None,
        kind: Optional[TextModel] = None,
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._danger = danger
        self._kind = kind

    @classmethod
    def create(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> DangerDetector:
        """Gives an untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits danger against everything else, and the kinds among the dangers."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        texts = [example.get(TEXT) for example in examples]
        vectors = shared_encoder().encode_corpus(texts)
        labels = [EMERGENCY if example.get(INTENT) == EMERGENCY else _SAFE for example in examples]
        notes = [_note(example) for example in examples]
        heavy = np.array([self._config["lookalike_weight"] if note.get("lookalike") else 1.0 for note in notes])
        logger.info("danger: %d of %d examples", labels.count(EMERGENCY), len(labels))
        self._danger = fit(texts, labels, vectors, heavy)
        kinds = [index for index, note in enumerate(notes) if "kind" in note]
        self._kind = fit([texts[index] for index in kinds], [notes[index]["kind"] for index in kinds], vectors[kinds])
        with self._storage.write_to(self._resource) as folder:
            self._danger.save(Path(folder) / _FILES["danger"])
            self._kind.save(Path(folder) / _FILES["kind"])
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DangerDetector:
        """Gives the trained component."""
        with model_storage.read_from(resource) as folder:
            danger, kind = (TextModel.load(Path(folder) / file) for file in _FILES.values())
        return cls(config, model_storage, resource, danger, kind)

    def process(self, messages: List[Message]) -> List[Message]:
        """Decides on danger for each message."""
        if self._danger is None or self._kind is None:
            return messages
        for message in messages:
            text, vector = message.get(TEXT) or "", message.get("vector")[None, :]
            chance = float(self._danger.probabilities([text], vector)[0, self._danger.labels.index(EMERGENCY)])
            others = [entry for entry in message.get(INTENT_RANKING_KEY) if entry["name"] != EMERGENCY]
            if chance >= self._config["danger_threshold"]:
                kinds = self._kind.probabilities([text], vector)[0]
                kind = self._kind.labels[int(kinds.argmax())]
                message.set("danger", {"probability": chance, "kind": kind}, add_to_output=True)
                certain = max(chance, self._config["threshold"])
                rank(message, [{"name": EMERGENCY, "confidence": certain}, *others], self._config["threshold"])
            else:
                rank(message, others, self._config["threshold"])
        return messages


def _note(example: Message) -> Dict[Text, Any]:
    return (example.get("metadata") or {}).get("intent") or {}
