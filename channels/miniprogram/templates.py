"""Templates of subscribe messages: which of WeChat's fields holds which of our values, cut to what a field takes.

Pure but for `load_templates`. WeChat refuses a message with 47003 when one field breaks its rule, so every value is
made to fit: https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from channels.miniprogram.errors import TemplatesInvalid

MOST = {
    "thing": 20,
    "short_thing": 5,
    "character_string": 32,
    "phrase": 5,
    "name": 10,
    "number": 32,
    "time": 30,
    "date": 30,
    "const": 20,
}
"""Characters that a kind of field takes."""
_FIELD = re.compile(r"([a-z_]+)[0-9]{1,2}")
_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]")
_NOT_ASCII = re.compile(r"[^\x20-\x7e]")
_NOTHING = {"thing": "—", "phrase": "有进展"}


@dataclass(frozen=True, slots=True)
class Template:
    """One template.

    Attributes:
        id: WeChat's id of it.
        page: the page of the mini-program that a tap opens; `{number}` and the like stand for values.
        fields: WeChat's field names, such as `thing2`, to our names of values.
    """

    id: str
    page: str
    fields: Mapping[str, str]

    def data(self, values: Mapping[str, str]) -> dict[str, str]:
        """The values as WeChat's fields."""
        return {field: fitted(field, values.get(name, "")) for field, name in self.fields.items()}

    def page_for(self, values: Mapping[str, str]) -> str:
        """The page with the values in it; a name without a value becomes nothing."""
        return re.sub(r"\{([a-z_]+)\}", lambda match: values.get(match[1], ""), self.page)


def fitted(field: str, value: str) -> str:
    """A value as a field such as `thing2` takes it: its characters and length, never empty."""
    match = _FIELD.fullmatch(field)
    kind = match[1] if match else "thing"
    clean = " ".join(value.split())
    if kind == "phrase":
        clean = _NOT_HAN.sub("", clean)
    elif kind in ("character_string", "number"):
        clean = _NOT_ASCII.sub("", clean)
    most = MOST.get(kind, 20)
    if len(clean) > most:
        clean = clean[:most] if kind != "thing" else clean[: most - 1] + "…"
    return clean or _NOTHING.get(kind, "-")


def load_templates(path: Path) -> dict[str, Template]:
    """The templates of a YAML file, by our key. Raises TemplatesInvalid, saying what is wrong."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TemplatesInvalid(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise TemplatesInvalid(f"{path} must hold templates by name")
    return {str(key): _template(str(key), value) for key, value in content.items()}


def _template(key: str, value: Any) -> Template:
    fields = value.get("fields") if isinstance(value, dict) else None
    if not isinstance(fields, dict) or not fields or not isinstance(value.get("id"), str):
        raise TemplatesInvalid(f"the template {key} needs an id and fields")
    for field in fields:
        match = _FIELD.fullmatch(str(field))
        if match is None or match[1] not in MOST:
            raise TemplatesInvalid(f"the template {key}: {field} is no field; write thing1, phrase2, date3 ...")
    return Template(value["id"], str(value.get("page") or ""), {str(k): str(v) for k, v in fields.items()})
