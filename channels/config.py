"""The gateway's configuration, built once from the settings.

Nothing else in `channels` reads the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from channels.desk.config import DeskConfig
from channels.handoff.config import HandoffConfig
from channels.limits import Rate
from channels.open311.config import Open311Config
from channels.open311.keys import parse_keys
from channels.phone.config import PhoneConfig
from channels.wechat.config import WeChatConfig
from hotline.settings import Settings, SettingsError
from tickets.config import TicketsConfig

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class GatewayConfig:
    """What a gateway needs to know; see hotline/settings.py for the meaning of each setting."""

    host: str
    port: int
    data_dir: Path
    tickets: TicketsConfig
    database_url: str = field(repr=False)
    redis_url: str | None = field(repr=False)
    bot_url: str | None
    actions_url: str | None
    internal_token: str | None = field(repr=False)
    bot_timeout_seconds: float
    message_rate: Rate
    open_rate: Rate
    allowed_origins: frozenset[str]
    trusted_proxies: tuple[Network, ...]
    wait_seconds_each: int
    handoff: HandoffConfig
    desk: DeskConfig
    open311: Open311Config
    wechat: WeChatConfig
    intake_dir: Path
    intake_secrets: Mapping[str, str] = field(repr=False)
    phone: PhoneConfig
    log_json: bool
    log_level: str

    @classmethod
    def from_settings(cls, settings: Settings) -> GatewayConfig:
        """Raises SettingsError when a value cannot be used."""
        try:
            return cls(
                host=settings.text("HTTP_HOST"),
                port=settings.integer("HTTP_PORT"),
                data_dir=settings.path("DATA_DIR"),
                tickets=TicketsConfig.from_settings(settings),
                database_url=settings.database_url,
                redis_url=_optional(settings, "REDIS_URL"),
                bot_url=_optional(settings, "BOT_URL"),
                actions_url=_optional(settings, "ACTIONS_URL"),
                internal_token=_optional(settings, "INTERNAL_TOKEN"),
                bot_timeout_seconds=settings.number("BOT_TIMEOUT_SECONDS"),
                message_rate=Rate(settings.number("RATE_PER_SECOND"), settings.integer("RATE_BURST")),
                open_rate=Rate(settings.number("OPEN_PER_MINUTE") / 60, settings.integer("OPEN_BURST")),
                allowed_origins=frozenset(_origin(item) for item in _listed(settings, "ALLOWED_ORIGINS")),
                trusted_proxies=tuple(ip_network(item) for item in _listed(settings, "TRUSTED_PROXIES")),
                wait_seconds_each=settings.integer("WAIT_SECONDS_EACH"),
                handoff=HandoffConfig.from_settings(settings),
                desk=DeskConfig.from_settings(settings),
                open311=Open311Config.from_settings(settings),
                wechat=WeChatConfig.from_settings(settings),
                intake_dir=settings.path("INTAKE_DIR"),
                intake_secrets=parse_keys(_optional(settings, "INTAKE_SECRETS"), "HOTLINE_INTAKE_SECRETS"),
                phone=PhoneConfig.from_settings(settings),
                log_json=settings.boolean("LOG_JSON"),
                log_level=settings.text("LOG_LEVEL"),
            )
        except SettingsError:
            raise
        except ValueError as error:
            raise SettingsError(f"a setting of the gateway cannot be used: {error}") from error


def _optional(settings: Settings, name: str) -> str | None:
    value = settings.get(name)
    return None if value is None else str(value)


def _listed(settings: Settings, name: str) -> list[str]:
    return [item.strip() for item in (_optional(settings, name) or "").split(",") if item.strip()]


def _origin(item: str) -> str:
    parts = urlsplit(item)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise ValueError(f"{item!r} is no origin; write https://host")
    return f"{parts.scheme}://{parts.netloc}".lower()
