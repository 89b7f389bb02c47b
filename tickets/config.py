"""What the tickets need to know of this installation.

Built from the project's settings; reads no environment by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from pathlib import Path

from hotline.settings import ROOT, Settings


@dataclass(frozen=True)
class TicketsConfig:
    """Where the tickets live and what describes the city.

    Attributes:
        database_url: SQLAlchemy URL; `postgresql://` means psycopg 3. Kept out of the repr: it may hold a password.
        city_dir: folder of categories.csv, units.csv and holidays/.
        examples_dir: folder of <language>.csv with examples of each category, for the classifier.
        duplicates_dir: folder of decision.json, what the search for duplicates was fitted to.
        audit_dir: folder of what the audit of replies looks for.
        models_dir: where trained classifiers are kept.
        office_closes_at: local time at which a deadline day ends.
        actions_url: where the actions are, which have the model of the categories loaded; None: not known.
    """

    database_url: str = field(repr=False)
    city_dir: Path = ROOT / "data" / "city"
    examples_dir: Path = ROOT / "data" / "categories"
    duplicates_dir: Path = ROOT / "data" / "duplicates"
    models_dir: Path = ROOT / "var" / "models"
    audit_dir: Path = ROOT / "data" / "audit"
    office_closes_at: time = time(18, 0)
    actions_url: str | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> TicketsConfig:
        return cls(
            database_url=settings.database_url,
            city_dir=settings.path("CITY_DIR"),
            models_dir=settings.path("MODELS_DIR"),
            office_closes_at=time.fromisoformat(settings.text("OFFICE_CLOSES_AT")),
            actions_url=settings.text("ACTIONS_URL") if settings.get("ACTIONS_URL") else None,
        )
