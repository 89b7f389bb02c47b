"""The further questions of a service (`attribute[...]` of a report), in five languages, from data/open311.

All services ask the same three: what kind of matter it is, when it happened, and who may know the citizen. None is
required, so an app that knows nothing of them files complaints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from hotline.settings import ROOT

FOLDER = ROOT / "data" / "open311"
GENERAL = "general"
"""The service of who cannot tell which one it is; the text gives the category, or a person."""
CODES = ("nature", "occurred_at", "confidentiality")
LANGUAGES = ("zh", "en", "ja", "ko", "ru")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One question.

    Attributes:
        values: the key and the name of each answer; empty for an attribute that is no list.
    """

    code: str
    datatype: str
    description: str
    datatype_description: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """What the interface says by itself in one language.

    Attributes:
        service: a service's description; `{name}` and `{unit}` are put in.
        general, general_service: name and description of the service `general`.
        notice: what a receipt says; `{unit}` and `{due}` (a date) are put in.
    """

    service: str
    general: str
    general_service: str
    notice: str
    attributes: tuple[Attribute, ...]


def load_wordings(folder: Path = FOLDER) -> dict[str, Wording]:
    """The wording of each language.

    Raises:
        OSError, KeyError: a file or an entry is missing.
    """
    return {language: _wording(folder / f"{language}.yml") for language in LANGUAGES}


def _wording(file: Path) -> Wording:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    asked = content["attributes"]
    return Wording(
        content["service"],
        content["general"]["name"],
        content["general"]["service"],
        content["notice"],
        tuple(_attribute(code, asked[code]) for code in CODES),
    )


def _attribute(code: str, entry: Mapping[str, object]) -> Attribute:
    values = entry.get("values")
    named = {str(key): str(name) for key, name in values.items()} if isinstance(values, dict) else {}
    datatype = "singlevaluelist" if named else "datetime"
    return Attribute(code, datatype, str(entry["description"]), str(entry["datatype_description"]), named)


def definition(service_code: str, wording: Wording) -> dict[str, object]:
    """GeoReport's "service definition" of a service."""
    return {
        "service_code": service_code,
        "attributes": [
            {
                "variable": True,
                "code": one.code,
                "datatype": one.datatype,
                "required": False,
                "datatype_description": one.datatype_description,
                "order": order,
                "description": one.description,
                "values": [{"key": key, "name": name} for key, name in one.values.items()],
            }
            for order, one in enumerate(wording.attributes, start=1)
        ],
    }
