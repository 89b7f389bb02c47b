"""Tokens by the message's language: characters for Han, runs of kana, words elsewhere (`language.tokens`)."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from language.tokens import tokenize


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class FiveLanguageTokenizer(Tokenizer):
    """Rasa tokenizer on `language.tokens.tokenize`; offsets are those of the original text."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Gives Rasa's defaults for tokenizers."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FiveLanguageTokenizer:
        """Gives the component."""
        return cls(config)

    def tokenize(self, message: Message, attribute: Text) -> List[Token]:
        """Splits the message's text; a text without any token counts as one."""
        text = message.get(attribute)
        found = tokenize(text, message.get("language") or "en")
        return [Token(token.text, token.start, token.end) for token in found] or [Token(text, 0)]
