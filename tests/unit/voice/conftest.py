"""Examples that take longer on a busy machine are no failures."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("voice", deadline=None)
settings.load_profile("voice")
