"""The trained domain from JSON instead of YAML: half of the bot's start was Rasa reading its own `domain.yml` twice.

Rasa 3.6.21 parses the file with a YAML reader in pure Python, checks it against a schema, and parses it again. Here
training keeps the same domain beside it in the model as `domain.json`, and loading reads that. A model without it is
loaded as Rasa does. Imported after `bot.lean.install` only; `apply()` changes Rasa in this process and is harmless
when called again.
"""

from __future__ import annotations

import json
from typing import Any, Dict, Text

from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain

_FILE = "domain.json"


def apply() -> None:
    """Replaces how the domain is kept and loaded."""
    if getattr(DomainProvider, "hot_spots_applied", False):
        return
    stock_persist, stock_load = DomainProvider._persist, DomainProvider.load.__func__

    def persist(self: Any, domain: Domain) -> None:
        stock_persist(self, domain)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(domain.as_dict(), ensure_ascii=False), "utf-8")

    def load(
        cls: Any,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **rest: Any,
    ) -> DomainProvider:
        with model_storage.read_from(resource) as folder:
            file = folder / _FILE
            if file.exists():
                return cls(model_storage, resource, Domain.from_dict(json.loads(file.read_text("utf-8"))))
        return stock_load(cls, config, model_storage, resource, execution_context, **rest)

    DomainProvider._persist = persist
    DomainProvider.load = classmethod(load)
    DomainProvider.hot_spots_applied = True
