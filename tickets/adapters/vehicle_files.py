"""The registry of cars as a file: vehicles.csv with plate, contact, language.

A city replaces it by its own registry behind the same port, `VehicleRegistry`.
"""

from __future__ import annotations

from pathlib import Path

from tickets.adapters.city_files import LANGUAGES, rows_of
from tickets.domain.cars import Owner, plate_in
from tickets.errors import CityDataInvalid


class CsvVehicleRegistry:
    """The `VehicleRegistry` of a file that is read once."""

    def __init__(self, owners: dict[str, Owner]) -> None:
        self._owners = owners

    @classmethod
    def load(cls, folder: Path) -> CsvVehicleRegistry:
        """Reads `folder`/vehicles.csv; without it, no owner is known.

        Raises:
            CityDataInvalid: a row cannot be used.
        """
        path = folder / "vehicles.csv"
        owners: dict[str, Owner] = {}
        for where, row in rows_of(path, ("plate", "contact", "language")) if path.exists() else ():
            plate = plate_in(row["plate"])
            if plate is None or plate in owners:
                raise CityDataInvalid(f"{where}: {row['plate']!r} is no car plate or is there twice")
            if row["language"] not in LANGUAGES:
                raise CityDataInvalid(f"{where}: language must be one of {', '.join(LANGUAGES)}")
            if not row["contact"]:
                raise CityDataInvalid(f"{where}: contact is empty: give the owner's telephone number")
            owners[plate] = Owner(plate, row["contact"], row["language"])
        return cls(owners)

    def owner_of(self, plate: str) -> Owner | None:
        return self._owners.get(plate)
