"""First component: which of the five languages a message is in.

The gateway's decision (`metadata.language`) wins; without one (training data, batch parsing) the text decides, by
`language.identify`. It sets `language` and `other` on the message and never changes the text.
"""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from language.identify import identify


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class LanguageIdentifier(GraphComponent):
    """Sets `language` (zh, en, ja, ko, ru) and `other` (a confident sixth, ISO 639-1, or None)."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageIdentifier:
        """Gives the component; it has no configuration."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Marks the training examples, which carry no hint."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Marks each message."""
        for message in messages:
            metadata = message.get("metadata") or {}
            found = identify(message.get(TEXT) or "", hint=metadata.get("language"))
            message.set("language", found.language, add_to_output=True)
            message.set("other", found.other, add_to_output=True)
        return messages
