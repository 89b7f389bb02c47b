"""What WeChat needs to know of this installation."""

from __future__ import annotations

from dataclasses import dataclass, field

from channels.wechat.api import WECHAT
from hotline.settings import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class WeChatConfig:
    """The official account; see hotline/settings.py for the meaning of each setting. Without `appid` it is off."""

    appid: str | None = None
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    aes_key: str = field(default="", repr=False)
    base: str = WECHAT

    @classmethod
    def from_settings(cls, settings: Settings) -> WeChatConfig:
        """Raises SettingsError when the account is switched on and something is missing."""
        if settings.get("WECHAT_APPID") is None:
            return cls()
        config = cls(
            appid=settings.text("WECHAT_APPID"),
            secret=settings.text("WECHAT_SECRET"),
            token=settings.text("WECHAT_TOKEN"),
            aes_key=settings.text("WECHAT_AES_KEY"),
            base=settings.text("WECHAT_URL"),
        )
        if len(config.aes_key) != 43:
            raise SettingsError("HOTLINE_WECHAT_AES_KEY has 43 letters and digits, as WeChat's page shows it")
        return config
