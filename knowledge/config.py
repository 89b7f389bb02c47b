"""What consultation needs to know of this installation.

Built from the project's settings; reads no environment by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from hotline.settings import ROOT, Settings


@dataclass(frozen=True)
class KnowledgeConfig:
    """Where the items are and how they are found.

    Attributes:
        database_url: of the edited versions and the gap list; kept out of the repr: it may hold a password.
        items_dir: folder of `<topic>/<language>.md`.
        models_dir: where ranker and index are kept.
        require_review: serve nothing that no person reviewed.
        encoder: "" for the carried model, a folder with an ONNX model, or an OpenAI-compatible address.
        encoder_model, encoder_key: name and key for that address.
        rewriter: address of an OpenAI-compatible chat model that may rephrase answers; "" is off.
        rewriter_model, rewriter_key: name and key for it.
        rewriter_seconds: how long it may take; afterwards the item's own words are said.
    """

    database_url: str = field(repr=False)
    items_dir: Path = ROOT / "data" / "knowledge"
    city_dir: Path = ROOT / "data" / "city"
    models_dir: Path = ROOT / "var" / "models"
    require_review: bool = False
    encoder: str = ""
    encoder_model: str = ""
    encoder_key: str = field(default="", repr=False)
    rewriter: str = ""
    rewriter_model: str = ""
    rewriter_key: str = field(default="", repr=False)
    rewriter_seconds: float = 4.0

    @classmethod
    def from_settings(cls, settings: Settings) -> KnowledgeConfig:
        return cls(
            database_url=settings.database_url,
            items_dir=settings.path("KNOWLEDGE_DIR"),
            city_dir=settings.path("CITY_DIR"),
            models_dir=settings.path("MODELS_DIR"),
            require_review=settings.boolean("KNOWLEDGE_REQUIRE_REVIEW"),
            encoder=str(settings.get("ENCODER") or ""),
            encoder_model=str(settings.get("ENCODER_MODEL") or ""),
            encoder_key=str(settings.get("ENCODER_KEY") or ""),
            rewriter=str(settings.get("REWRITER_URL") or ""),
            rewriter_model=str(settings.get("REWRITER_MODEL") or ""),
            rewriter_key=str(settings.get("REWRITER_KEY") or ""),
            rewriter_seconds=settings.number("REWRITER_SECONDS"),
        )
