"""The speech models there are: what they are for, where they come from, whether they are here.

It reads the catalogue (data/voice/models.yml) and looks at folders; it fetches nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from voice.models.errors import UnknownModel


@dataclass(frozen=True)
class ArchiveSource:
    """A zip with one folder in it; `checksums_url` is the maker's list of MD5 sums."""

    url: str
    checksums_url: str | None


@dataclass(frozen=True)
class FilesSource:
    """Single files: address of each file name in the model's folder."""

    urls: Mapping[str, str]


@dataclass(frozen=True)
class PackagesSource:
    """Wheels that carry the model: their lock file and how they become the model."""

    lock: Path
    recipe: str


Source = ArchiveSource | FilesSource | PackagesSource


@dataclass(frozen=True)
class SpeechModel:
    """One row of the catalogue."""

    id: str
    title: str
    place: str
    languages: tuple[str, ...]
    megabytes: int
    licence: str
    needs: tuple[str, ...]
    default: bool
    heard: bool
    sources: tuple[Source, ...]

    def folder(self, root: Path) -> Path:
        return root / self.place

    def installed(self, root: Path) -> bool:
        """All files that it needs are in its folder."""
        folder = self.folder(root)
        return all(any(folder.glob(pattern)) for pattern in self.needs)


class Catalogue:
    """All models by id, in the order of the file."""

    def __init__(self, models: Mapping[str, SpeechModel]) -> None:
        self.models = models

    @classmethod
    def load(cls, file: Path, mirror: str | None = None) -> Catalogue:
        """Reads the catalogue.

        Args:
            mirror: an address that stands in for all makers' sites; a model's address is its path below it,
                with the maker's host as the first folder.
        """
        rows: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
        return cls({name: _model(name, row, file.parent / "packages", mirror) for name, row in rows.items()})

    def get(self, name: str) -> SpeechModel:
        """Gives a model.

        Raises:
            UnknownModel: no such id.
        """
        try:
            return self.models[name]
        except KeyError:
            raise UnknownModel(f"there is no model {name!r}; known are {', '.join(self.models)}") from None

    def defaults(self) -> list[SpeechModel]:
        """What is fetched when no name is given."""
        return [model for model in self.models.values() if model.default]


def _model(name: str, row: Mapping[str, Any], packages: Path, mirror: str | None) -> SpeechModel:
    return SpeechModel(
        id=name,
        title=row["title"],
        place=row["place"],
        languages=tuple(row["languages"]),
        megabytes=int(row["megabytes"]),
        licence=row["licence"],
        needs=tuple(row["needs"]),
        default=bool(row.get("default", False)),
        heard=bool(row.get("heard", False)),
        sources=tuple(_source(name, source, packages, mirror) for source in row["sources"]),
    )


def _source(name: str, source: Mapping[str, Any], packages: Path, mirror: str | None) -> Source:
    if "packages" in source:
        return PackagesSource(packages / f"{name}.lock", source["packages"])
    if "archive" in source:
        listing = source.get("list")
        return ArchiveSource(_at(source["archive"], mirror), _at(listing, mirror) if listing else None)
    return FilesSource({file: _at(source["base"] + path, mirror) for file, path in source["files"].items()})


def _at(url: str, mirror: str | None) -> str:
    if not mirror:
        return url
    parts = urlsplit(url)
    return f"{mirror.rstrip('/')}/{parts.netloc}{parts.path}"
