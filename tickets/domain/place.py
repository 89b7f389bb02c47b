"""Where the matter is, in the citizen's words and perhaps as a point.

The text is not geocoded or corrected here; `unclear` says that the citizen could not give more.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Place:
    """A place; latitude and longitude are WGS 84 degrees and come together or not at all."""

    text: str = field(default="", repr=False)
    unclear: bool = False
    latitude: float | None = None
    longitude: float | None = None


NO_PLACE = Place()
