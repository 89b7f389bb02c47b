"""The hours in which nobody is woken. Pure; the city has one zone and no summer time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tickets.domain.calendar import LOCAL_ZONE


@dataclass(frozen=True, slots=True)
class Quiet:
    """From `start` until just before `end`, local time, over midnight where `end` is earlier; equal: never."""

    start: time
    end: time

    @classmethod
    def parse(cls, start: str, end: str) -> Quiet:
        """Raises ValueError: write HH:MM."""
        return cls(_minute(start), _minute(end))

    def over_at(self, at: datetime) -> datetime | None:
        """When the quiet hours that the aware `at` falls into are over; None: it is in none."""
        local = at.astimezone(LOCAL_ZONE)
        now = local.time()
        if self.start < self.end:
            inside = self.start <= now < self.end
        else:
            inside = self.start != self.end and (now >= self.start or now < self.end)
        if not inside:
            return None
        end = datetime.combine(local.date(), self.end, local.tzinfo)
        return end if end > local else end + timedelta(days=1)

    def wire(self) -> dict[str, str]:
        return {"from": self.start.isoformat("minutes"), "until": self.end.isoformat("minutes")}


def _minute(text: str) -> time:
    parsed = time.fromisoformat(text)
    if len(text) != 5 or parsed.tzinfo is not None:
        raise ValueError(f"{text!r} is no time of day: write HH:MM")
    return parsed
