"""What the mini-program needs to know of this installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from channels.miniprogram.errors import TemplatesInvalid
from channels.miniprogram.templates import Template, load_templates
from channels.wechat.api import WECHAT
from hotline.settings import Settings, SettingsError

ORIGIN = "https://servicewechat.com"
"""What a mini-program may send as Origin when it opens a socket."""


@dataclass(frozen=True, slots=True)
class MiniProgramConfig:
    """The mini-program; see hotline/settings.py for the meaning of each setting. Without `appid` it is off."""

    appid: str | None = None
    secret: str = field(default="", repr=False)
    base: str = WECHAT
    templates: Mapping[str, Template] = field(default_factory=dict)

    @classmethod
    def from_settings(cls, settings: Settings) -> MiniProgramConfig:
        """Raises SettingsError when it is switched on and something is missing or wrong."""
        if settings.get("MINIPROGRAM_APPID") is None:
            return cls()
        templates: Mapping[str, Template] = {}
        if settings.get("MINIPROGRAM_TEMPLATES") is not None:
            try:
                templates = load_templates(settings.path("MINIPROGRAM_TEMPLATES"))
            except TemplatesInvalid as error:
                raise SettingsError(f"HOTLINE_MINIPROGRAM_TEMPLATES: {error}") from error
        return cls(
            appid=settings.text("MINIPROGRAM_APPID"),
            secret=settings.text("MINIPROGRAM_SECRET"),
            base=settings.text("WECHAT_URL"),
            templates=templates,
        )
