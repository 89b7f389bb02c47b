"""Which of the 34 intents a message has, with a confidence that can be trusted, and the fallback below a threshold.

The best intent always stands in `intent_ranking`; `fallback` says whether the threshold was missed. In a conversation
a missed threshold becomes Rasa's `nlu_fallback` intent (the connector's callers see it as such); batch parsing reads
the ranking instead.
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
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.sentence_vectors import shared_encoder
from language.text_model import TextModel, fit

logger = logging.getLogger(__name__)
_FILE = "intents.npz"
RANKED = 5
EMERGENCY = "emergency"
OTHER = "_other"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class HotlineIntentClassifier(GraphComponent, IntentClassifier):
    """One model for all five languages on sentence vectors and character n-grams."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`threshold`: below it a message is not understood; `danger_weight`, `lookalike_weight`: how much more than
        others an example of danger counts, and a safe one that sounds dangerous."""
        return {"threshold": 0.4, "danger_weight": 4.0, "lookalike_weight": 4.0}

    def __init__(
        self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource, model: Optional[TextModel] = None
    ) -> None:
        self._threshold = float(config["threshold"])
        self._weights = float(config["danger_weight"]), float(config["lookalike_weight"])
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> HotlineIntentClassifier:
        """Gives an untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the model on all examples: their intents, and which kind of danger the emergencies are."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        texts = [example.get(TEXT) for example in examples]
        notes = [(example.get("metadata") or {}).get("intent") or {} for example in examples]
        logger.info("sentence vectors of %d examples", len(texts))
        vectors = shared_encoder().encode_corpus(texts, _report)
        kinds = sorted({note["kind"] for note in notes if "kind" in note})
        self._model = fit(
            texts,
            [example.get("language") for example in examples],
            vectors,
            [example.get(INTENT) for example in examples],
            extra={kind: np.array([note.get("kind") == kind for note in notes], dtype=np.float32) for kind in kinds},
            importance=np.array([self._importance(note) for note in notes]),
            progress=logger.info,
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(Path(folder) / _FILE)
        return self._resource

    def _importance(self, note: Dict[Text, Any]) -> float:
        danger, lookalike = self._weights
        return danger if "kind" in note else lookalike if note.get("lookalike") else 1.0

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> HotlineIntentClassifier:
        """Gives the trained component."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, TextModel.load(Path(folder) / _FILE))

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets `intent`, `intent_ranking`, `fallback`, and `danger_scores` for the component behind."""
        if self._model is None:
            return messages
        for message in messages:
            text, vector = message.get(TEXT) or "", message.get("vector")
            scores = self._model.scores([text], [message.get("language")], vector[None, :])
            chances = self._model.probabilities(scores)[0]
            best = chances.argsort()[::-1][:RANKED]
            ranking = [{"name": self._model.labels[index], "confidence": float(chances[index])} for index in best]
            message.set("danger_scores", self._danger_scores(scores[0]))
            rank(message, ranking, self._threshold)
        return messages

    def _danger_scores(self, scores: np.ndarray) -> Dict[Text, float]:
        """The raw scores of `emergency`, of the best other intent (`_other`), and of each kind of danger."""
        assert self._model is not None
        found = {kind: float(scores[len(self._model.labels) + at]) for at, kind in enumerate(self._model.extra)}
        intents = dict(zip(self._model.labels, map(float, scores), strict=False))
        emergency = intents.pop(EMERGENCY)
        return {**found, EMERGENCY: emergency, OTHER: max(intents.values())}


def rank(message: Message, ranking: List[Dict[Text, Any]], threshold: float) -> None:
    """Writes a ranking onto the message, with `nlu_fallback` as intent when its best misses the threshold."""
    missed = ranking[0]["confidence"] < threshold
    message.set("fallback", missed, add_to_output=True)
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
    fallback = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 1.0 - ranking[0]["confidence"]}
    message.set(INTENT, fallback if missed else ranking[0], add_to_output=True)


def _report(done: int, total: int) -> None:
    if done == total or done % 1024 == 0:
        logger.info("sentence vectors %d of %d", done, total)
