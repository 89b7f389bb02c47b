"""Reads `bot/responses/<lang>/*.yml` and makes each text a Rasa variation that only its own language gets.

Rasa 3.6 speaks one language a domain. Here each variation is given the condition `slot language = <lang>`, channel
variations too: Rasa prefers an unconditional channel variation to a conditional plain one, so a Chinese phone text
would else be spoken to an English caller. A plain text of the default language also stands without condition, for the
turn in which no language is known. Responses in the domain files themselves are not read: they belong to a language.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Union

import rasa.shared.utils.io
from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter

from bot.payloads import guarded

DEFAULT_LANGUAGE = "zh"
RESPONSES = Path(__file__).resolve().parent / "responses"


class MultilingualImporter(RasaFileImporter):
    """Rasa's file importer plus the responses of all languages."""

    def __init__(
        self,
        config_file: Optional[Text] = None,
        domain_path: Optional[Text] = None,
        training_data_paths: Optional[Union[List[Text], Text]] = None,
        responses_path: Optional[Text] = None,
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        self._responses = Path(responses_path) if responses_path else RESPONSES

    def get_domain(self) -> Domain:
        """Gives the domain of the files with every language's responses in it."""
        responses = conditional_responses(self._responses)
        stock = super().get_domain()
        actions = [key for key in responses if key not in stock.user_actions]
        return stock.merge(Domain.from_dict({"responses": responses, "actions": actions}))


def conditional_responses(root: Path) -> Dict[Text, List[Dict[Text, Any]]]:
    """Gives Rasa's `responses` with a language condition on every variation of the files below `root`."""
    merged: Dict[Text, List[Dict[Text, Any]]] = {}
    for file in sorted(root.glob("*/*.yml")):
        language = file.parent.name
        condition = [{"type": "slot", "name": "language", "value": language}]
        for key, variations in (rasa.shared.utils.io.read_yaml_file(file).get("responses") or {}).items():
            for variation in variations:
                merged.setdefault(key, []).append({**guarded(variation), "condition": condition})
                if language == DEFAULT_LANGUAGE and "channel" not in variation:
                    merged[key].append(guarded(variation))
    return merged
