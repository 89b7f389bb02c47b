"""The gateway's configuration, built once from the settings.

Nothing else in `channels` reads the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from channels.challenges import MOST_WORK
from channels.delivery.config import DeliveryConfig
from channels.desk.config import DeskConfig
from channels.handoff.config import HandoffConfig
from channels.limits import Rate
from channels.miniprogram.config import ORIGIN, MiniProgramConfig
from channels.open311.config import Open311Config
from channels.open311.keys import parse_keys
from channels.phone.config import PhoneConfig
from channels.scanning import Clamd
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
    challenge_work: int
    challenge_seconds: float
    scanner: Clamd | None
    allowed_origins: frozenset[str]
    embed_origins: tuple[str, ...]
    voice_url: str | None
    trusted_proxies: tuple[Network, ...]
    wait_seconds_each: int
    handoff: HandoffConfig
    desk: DeskConfig
    open311: Open311Config
    wechat: WeChatConfig
    miniprogram: MiniProgramConfig
    intake_dir: Path
    intake_secrets: Mapping[str, str] = field(repr=False)
    phone: PhoneConfig
    delivery: DeliveryConfig
    log_json: bool
    log_level: str

    @classmethod
    def from_settings(cls, settings: Settings) -> GatewayConfig:
        """Raises SettingsError when a value cannot be used."""
        try:
            miniprogram = MiniProgramConfig.from_settings(settings)
            own: frozenset[str] = frozenset() if miniprogram.appid is None else frozenset({ORIGIN})
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
                challenge_work=_work(settings.integer("CHALLENGE_WORK")),
                challenge_seconds=60 * settings.number("CHALLENGE_MINUTES"),
                scanner=_scanner(settings),
                allowed_origins=own | {_origin(item) for item in _listed(settings, "ALLOWED_ORIGINS")},
                embed_origins=tuple(sorted({_origin(item) for item in _listed(settings, "EMBED_ORIGINS")})),
                voice_url=_optional(settings, "VOICE_URL"),
                trusted_proxies=tuple(ip_network(item) for item in _listed(settings, "TRUSTED_PROXIES")),
                wait_seconds_each=settings.integer("WAIT_SECONDS_EACH"),
                handoff=HandoffConfig.from_settings(settings),
                desk=DeskConfig.from_settings(settings),
                open311=Open311Config.from_settings(settings),
                wechat=WeChatConfig.from_settings(settings),
                miniprogram=miniprogram,
                intake_dir=settings.path("INTAKE_DIR"),
                intake_secrets=parse_keys(_optional(settings, "INTAKE_SECRETS"), "HOTLINE_INTAKE_SECRETS"),
                phone=PhoneConfig.from_settings(settings),
                delivery=DeliveryConfig.from_settings(settings),
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


def _scanner(settings: Settings) -> Clamd | None:
    address = _optional(settings, "CLAMD")
    return None if address is None else Clamd.at(address, settings.number("CLAMD_SECONDS"))


def _work(hashes: int) -> int:
    if not 0 <= hashes <= MOST_WORK:
        raise ValueError(f"HOTLINE_CHALLENGE_WORK must be a number from 0 to {MOST_WORK}")
    return hashes


def _listed(settings: Settings, name: str) -> list[str]:
    return [item.strip() for item in (_optional(settings, name) or "").split(",") if item.strip()]


def _origin(item: str) -> str:
    parts = urlsplit(item)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise ValueError(f"{item!r} is no origin; write https://host")
    return f"{parts.scheme}://{parts.netloc}".lower()
