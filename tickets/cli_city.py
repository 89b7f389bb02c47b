"""`hotline tickets check-data`: whether a city's files fit together, and `hotline tickets place`: where an address is.

Nothing is stored, and no server is needed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from hotline import settings
from tickets.bootstrap import check_city, open_city
from tickets.config import TicketsConfig
from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.place import Place
from tickets.errors import TicketError

FOUND, FAILED = 1, 2


def mount(actions: Any) -> None:
    """Adds `check-data` and `place` to `hotline tickets`."""
    check = actions.add_parser("check-data", help="find gaps and contradictions in a city's files")
    check.add_argument("folder", nargs="?", type=Path, help="the city's folder (default: HOTLINE_CITY_DIR)")
    check.add_argument("--json", action="store_true", help="JSON instead of lines to read")
    check.set_defaults(run=lambda arguments: _reported(lambda: _check(arguments)))
    place = actions.add_parser("place", help="say where an address is and who is responsible there")
    place.add_argument("text", help="the address in any of the five languages, or a component's number")
    place.add_argument("--category", help="an id of categories.csv, to name the unit in charge")
    place.set_defaults(run=lambda arguments: _reported(lambda: _place(arguments)))


def _reported(run: Callable[[], int]) -> int:
    try:
        return run()
    except (TicketError, settings.SettingsError, OSError) as error:
        print(f"hotline: {error}", file=sys.stderr)
        return FAILED


def _check(arguments: argparse.Namespace) -> int:
    folder = arguments.folder or settings.load().path("CITY_DIR")
    findings = check_city(folder, datetime.now(LOCAL_ZONE).date())
    if arguments.json:
        rows = [{"where": one.where, "what": one.what, "remedy": one.remedy} for one in findings]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for one in findings:
            print(one)
        print(f"{folder}: {'nothing wrong' if not findings else f'{len(findings)} to put right'}")
    return FOUND if findings else 0


def _place(arguments: argparse.Namespace) -> int:
    placing = open_city(TicketsConfig.from_settings(settings.load()))
    placed = placing.place(Place(arguments.text), arguments.text, arguments.category, datetime.now(LOCAL_ZONE))
    located = placed.located
    shown = {
        "district": located.areas.district,
        "street": located.areas.street,
        "community": located.areas.community,
        "grid": located.areas.grid,
        "component": located.component,
        "latitude": located.spot.latitude if located.spot else None,
        "longitude": located.spot.longitude if located.spot else None,
        "confidence": located.confidence,
        "clear": located.clear,
        "candidates": [placing.gazetteer.name_of(one, "zh") for one in located.candidates],
        "unit": placed.unit,
        "assist_units": list(placed.assist_units),
        "rule": placed.duty.id if placed.duty else None,
        "legal_basis": placed.duty.legal_basis if placed.duty else None,
    }
    print(json.dumps(shown, ensure_ascii=False, indent=2))
    return 0 if located.confidence else FOUND
