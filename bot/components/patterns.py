"""Entities that have a grammar: phone, ticket number, plate, money, time (`language.entities.find_patterns`).

What a pattern finds wins over what the statistical extractor guessed at the same place; places and names are left to
the latter.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, Text
from zoneinfo import ZoneInfo

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from language.entities import find_patterns

CITY_ZONE = ZoneInfo("Asia/Shanghai")
BY_PATTERN = ("phone", "ticket_number", "plate", "money", "time")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PatternExtractor(GraphComponent, EntityExtractorMixin):
    """Adds pattern entities and drops statistical ones that overlap them or are of a pattern's kind."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PatternExtractor:
        """Gives the component; it has no configuration."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Completes the entities of each message."""
        for message in messages:
            text, language = message.get(TEXT) or "", message.get("language") or "en"
            found = [
                {"entity": item.entity, "value": item.value, "start": item.start, "end": item.end}
                for item in find_patterns(text, language, datetime.now(CITY_ZONE))
            ]
            guessed = [entity for entity in message.get(ENTITIES, []) if entity["entity"] not in BY_PATTERN]
            kept = [entity for entity in guessed if not _covered(entity, found)]
            ordered = sorted(kept + self.add_extractor_name(found), key=lambda entity: entity.get("start", 0))
            message.set(ENTITIES, ordered, add_to_output=True)
        return messages


def _covered(entity: Dict[Text, Any], found: List[Dict[Text, Any]]) -> bool:
    """Says whether a pattern covers at least half of the guessed entity ("8号楼" inside an address does not)."""
    length = max(entity["end"] - entity["start"], 1)
    overlap = sum(max(0, min(entity["end"], item["end"]) - max(entity["start"], item["start"])) for item in found)
    return overlap * 2 >= length
