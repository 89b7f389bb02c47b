"""Names of the city that callers say and engines mishear: asked of the gateway, which knows the city; else read here.

It corrects nothing; `voice.heard.correct` does, with what is learnt here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence

from voice.gateway_client import GatewayAway
from voice.heard.correct import Vocabulary
from voice.heard.sounds import SOUNDS
from voice.office import Gateway
from voice.prompts import LANGUAGES

log = logging.getLogger(__name__)
_AGAIN_SECONDS = 15.0
_KINDS = ("units", "places")


class CityWords:
    """The vocabulary of each language.

    Args:
        names: what is known without the gateway.
    """

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._vocabularies = {one: Vocabulary.of(list(names.get(one, ())), one, SOUNDS[one]) for one in LANGUAGES}

    def of(self, language: str) -> Vocabulary | None:
        return self._vocabularies.get(language)

    async def learn(self, gateway: Gateway, again_seconds: float = _AGAIN_SECONDS) -> None:
        """Asks the gateway for its names, until it has answered for every language."""
        missing = list(LANGUAGES)
        while missing:
            for language in list(missing):
                try:
                    hints = await gateway.get(f"hints?language={language}")
                except GatewayAway as away:
                    log.info("the names of the city cannot be asked yet: %s", away)
                    break
                names = [str(name) for kind in _KINDS for name in hints.get(kind) or ()]
                if names:
                    made = await asyncio.to_thread(Vocabulary.of, names, language, SOUNDS[language])
                    self._vocabularies[language] = made
                missing.remove(language)
            if missing:
                await asyncio.sleep(again_seconds)
        log.info("names of the city are known in %d languages", len(LANGUAGES))
