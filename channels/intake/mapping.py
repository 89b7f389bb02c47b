"""How a source names things: a YAML file a source, with its fields, categories and words in ours.

Read once and checked whole; a mapping that names an unknown field or category is refused with file and key. Nothing of
a source stands in code.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import yaml

from channels.intake.errors import MappingInvalid, SourceUnknown
from hotline.settings import ROOT

FOLDER = ROOT / "data" / "intake"
FIELDS = (
    "id", "origin", "description", "category", "nature", "language", "location", "latitude", "longitude", "name",
    "phone", "occurred_at", "confidentiality",
)  # fmt: skip
NATURES = ("consultation", "complaint", "help", "report", "suggestion", "praise")
CONFIDENTIALITIES = ("public", "unit_hidden", "anonymous")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KEYS = {
    "title", "encoding", "delimiter", "fields", "categories", "natures", "confidentialities", "date_formats",
    "defaults",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """One source.

    Attributes:
        fields: ours to theirs, the first that is filled counts; dots lead into nested JSON.
        categories: their category to ours; `*` for all others, null (None) for "the text says, or a person".
        date_formats: strptime formats of times without zone, local time; ISO 8601 is always understood.
        defaults: values of ours for what they leave empty.
    """

    name: str
    title: str
    fields: Mapping[str, tuple[str, ...]]
    categories: Mapping[str, str | None] = field(default_factory=dict)
    natures: Mapping[str, str] = field(default_factory=dict)
    confidentialities: Mapping[str, str] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "utf-8-sig"
    delimiter: str = ","


def load_mapping(name: str, categories: Sequence[str] | Mapping[str, object], folder: Path = FOLDER) -> SourceMapping:
    """The mapping of a source.

    Args:
        categories: the city's category ids.

    Raises:
        SourceUnknown: there is no such file.
        MappingInvalid: the file names file, key and remedy.
    """
    file = folder / f"{name}.yml"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise SourceUnknown(f"there is no source {name[:40]!r}; {folder} holds one file a source")
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingInvalid(f"{file.name} is no YAML in UTF-8: {error}") from error
    return _Reader(file.name).mapping(name, content, set(categories))


def source_names(folder: Path = FOLDER) -> list[str]:
    """All sources there are, by name."""
    return sorted(file.stem for file in folder.glob("*.yml") if _NAME.fullmatch(file.stem))


class _Reader:
    def __init__(self, file: str) -> None:
        self._file = file

    def mapping(self, name: str, content: object, categories: set[str]) -> SourceMapping:
        if not isinstance(content, dict):
            self._fail("it must hold keys such as fields and categories")
        self._known(content, _KEYS, "")
        fields = {
            str(ours): tuple(str(one) for one in (theirs if isinstance(theirs, list) else [theirs]))
            for ours, theirs in self._object(content, "fields").items()
        }
        self._known(fields, set(FIELDS), "fields.")
        for needed in ("id", "description"):
            if needed not in fields:
                self._fail(f"fields.{needed} is missing: say what they call it")
        mapped = {
            str(theirs).strip(): None if ours is None else str(ours)
            for theirs, ours in self._object(content, "categories").items()
        }
        for theirs, ours in mapped.items():
            if ours is not None and ours not in categories:
                self._fail(f"categories.{theirs}: {ours!r} is no category of the city")
        defaults = self._words(content, "defaults", None)
        self._known(defaults, set(FIELDS) - {"id", "description", "origin"}, "defaults.")
        formats = content.get("date_formats") or []
        encoding, delimiter = str(content.get("encoding") or "utf-8-sig"), str(content.get("delimiter") or ",")
        try:
            codecs.lookup(encoding)
        except LookupError:
            self._fail(f"encoding: {encoding!r} is not known; write utf-8-sig, gb18030 ...")
        if len(delimiter) != 1:
            self._fail(f"delimiter: {delimiter!r} must be one character")
        return SourceMapping(
            name=name,
            title=str(content.get("title") or name),
            fields=fields,
            categories=mapped,
            natures=self._words(content, "natures", NATURES),
            confidentialities=self._words(content, "confidentialities", CONFIDENTIALITIES),
            date_formats=tuple(str(one) for one in formats),
            defaults=defaults,
            encoding=encoding,
            delimiter=delimiter,
        )

    def _words(self, content: Mapping[str, object], key: str, allowed: Sequence[str] | None) -> dict[str, str]:
        words = {str(theirs).strip(): str(ours) for theirs, ours in self._object(content, key).items()}
        for theirs, ours in words.items():
            if allowed is not None and ours not in allowed:
                self._fail(f"{key}.{theirs}: {ours!r} is not one of {', '.join(allowed)}")
        return words

    def _object(self, content: Mapping[str, object], key: str) -> Mapping[object, object]:
        value = content.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._fail(f"{key} must hold names and values")
        return dict(value)

    def _known(self, given: Mapping[str, object], known: set[str], before: str) -> None:
        unknown = sorted(set(given) - known)
        if unknown:
            self._fail(f"{before}{unknown[0]} is not known; known are {', '.join(sorted(known))}")

    def _fail(self, message: str) -> NoReturn:
        raise MappingInvalid(f"{self._file}: {message}")
