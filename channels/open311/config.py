"""What the Open311 interface needs to know of this installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from channels.open311.keys import parse_keys
from hotline.settings import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class Open311Config:
    """See hotline/settings.py for the meaning of each setting.

    Attributes:
        keys: names of apps to their keys; empty: one key is made in the data folder.
        public: everybody may read what came by Open311.
    """

    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    jurisdiction: str | None = None
    public: bool = False

    @classmethod
    def from_settings(cls, settings: Settings) -> Open311Config:
        """Raises SettingsError when the keys cannot be read."""
        given, jurisdiction = settings.get("OPEN311_KEYS"), settings.get("OPEN311_JURISDICTION")
        try:
            keys = parse_keys(None if given is None else str(given))
        except ValueError as error:
            raise SettingsError(str(error)) from error
        return cls(keys, None if jurisdiction is None else str(jurisdiction), settings.boolean("OPEN311_PUBLIC"))
