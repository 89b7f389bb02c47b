"""Reads the city's own rules: return_reasons.csv, escalation.csv, periods.csv, hours.csv; each may be missing.

A missing file leaves the usual rules. A row that cannot be used is an error with file, line and remedy; nothing is
guessed or skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tickets.adapters.city_files import load_calendar, names_of, new_id, rows_of
from tickets.domain.city import Catalogue
from tickets.domain.clocks import ClockRules
from tickets.domain.counters import EscalationStep
from tickets.domain.hours import OfficeHours
from tickets.domain.periods import USUAL, Measure, Period, Periods
from tickets.domain.returns import ReturnReason
from tickets.errors import CityDataInvalid

_NAMES = ("name_zh", "name_en", "name_ja", "name_ko", "name_ru")
_DAYS = {"workdays": False, "daily": True}
_IN_MINUTES = frozenset({"car", "emergency_response"})
_IN_DAYS = frozenset({"extension_longest", "suspension_longest", "handle_complaint", "handle_other"})
"""Periods that other rules count in days, or promise at any hour of the day."""


def with_rule_files(catalogue: Catalogue, folder: Path) -> Catalogue:
    """The catalogue with the city's reasons of returns and its escalation list.

    Raises:
        CityDataInvalid: a row cannot be used.
    """
    reasons, ladder = load_return_reasons(folder), load_ladder(folder)
    return replace(
        catalogue,
        return_reasons=reasons if reasons is not None else catalogue.return_reasons,
        ladder=ladder if ladder is not None else catalogue.ladder,
    )


def load_clock_rules(folder: Path, catalogue: Catalogue, usual_hours: OfficeHours) -> ClockRules:
    """What clocks are made by: calendar, periods, and the hours of each unit.

    Raises:
        CityDataInvalid: a row cannot be used.
    """
    calendar = load_calendar(folder / "holidays")
    return ClockRules(calendar, usual_hours, load_periods(folder), load_hours(folder, catalogue))


def load_return_reasons(folder: Path) -> dict[str, ReturnReason] | None:
    """The reasons of return_reasons.csv by id; None without the file."""
    path = folder / "return_reasons.csv"
    if not path.exists():
        return None
    reasons: dict[str, ReturnReason] = {}
    for where, row in rows_of(path, ("id", *_NAMES)):
        reason = ReturnReason(new_id(where, row, reasons), names_of(where, row))
        reasons[reason.id] = reason
    if not reasons:
        raise CityDataInvalid(f"{path}: there is no reason; write at least one, or remove the file")
    return reasons


def load_ladder(folder: Path) -> tuple[EscalationStep, ...] | None:
    """The steps of escalation.csv by their count; None without the file."""
    path = folder / "escalation.csv"
    if not path.exists():
        return None
    steps: dict[int, EscalationStep] = {}
    for where, row in rows_of(path, ("unmet", "step", *_NAMES)):
        unmet = _number(where, "unmet", row["unmet"])
        if steps and unmet <= max(steps):
            raise CityDataInvalid(f"{where}: unmet must rise from row to row, {unmet} does not")
        if not row["step"] or any(row["step"] == step.step for step in steps.values()):
            raise CityDataInvalid(f"{where}: the step {row['step']!r} is empty or there twice")
        steps[unmet] = EscalationStep(unmet, row["step"], names_of(where, row))
    return tuple(steps.values())


def load_periods(folder: Path) -> Periods:
    """The periods of periods.csv; the usual ones without the file."""
    path = folder / "periods.csv"
    if not path.exists():
        return Periods()
    periods: dict[str, Period] = {}
    for where, row in rows_of(path, ("id", "amount", "measure", "source")):
        name = new_id(where, row, periods)
        if name not in USUAL:
            raise CityDataInvalid(f"{where}: the period {name!r} is unknown; known are {', '.join(USUAL)}")
        if row["measure"] not in set(Measure):
            raise CityDataInvalid(f"{where}: measure must be one of {', '.join(Measure)}, not {row['measure']!r}")
        period = Period(_number(where, "amount", row["amount"]), Measure(row["measure"]))
        needed = Measure.MINUTES if name in _IN_MINUTES else Measure.WORKING_DAYS if name in _IN_DAYS else None
        if needed is not None and period.measure is not needed:
            raise CityDataInvalid(f"{where}: {name} is counted in {needed}, not in {period.measure}")
        if not row["source"]:
            raise CityDataInvalid(f"{where}: source is empty; name the paper, or write: house rule")
        periods[name] = period
    return Periods(periods)


def load_hours(folder: Path, catalogue: Catalogue) -> Mapping[str, OfficeHours]:
    """The hours of hours.csv by unit; units that are not in it keep the city's usual hours."""
    path = folder / "hours.csv"
    hours: dict[str, OfficeHours] = {}
    if not path.exists():
        return hours
    for where, row in rows_of(path, ("unit", "days", "shifts")):
        unit = row["unit"]
        if unit not in catalogue.units or unit in hours:
            raise CityDataInvalid(f"{where}: the unit {unit!r} is not in units.csv or is there twice")
        if row["days"] not in _DAYS:
            raise CityDataInvalid(f"{where}: days must be one of {', '.join(_DAYS)}, not {row['days']!r}")
        try:
            hours[unit] = OfficeHours.parse(row["shifts"], daily=_DAYS[row["days"]])
        except ValueError as error:
            raise CityDataInvalid(f"{where}: shifts: {error}") from None
    return hours


def _number(where: str, column: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 100_000):
        raise CityDataInvalid(f"{where}: {column} must be a whole number from 1 to 100,000, not {text!r}")
    return int(text)
