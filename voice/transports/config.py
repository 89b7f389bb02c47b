"""What the telephone line is told by the settings: addresses, ports, who may call, the account at an exchange."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

from hotline.settings import Settings, SettingsError
from voice.errors import InvalidTarget
from voice.protocol.addresses import Target, target_of
from voice.protocol.admission import Limits, Network, networks_of
from voice.protocol.digest import Credentials
from voice.protocol.registering import Account


@dataclass(frozen=True)
class SipConfig:
    """One SIP line.

    Attributes:
        advertised_host: address others reach us at, where it is not `host` (behind an address translator).
        trunk: where numbers are dialled to.
        account: ours at the trunk, when it wants us registered.
        goodbye_seconds: how long closing waits for the answers to our goodbyes.
    """

    host: str = "127.0.0.1"
    port: int = 5060
    advertised_host: str = ""
    user: str = "hotline"
    transports: tuple[str, ...] = ("udp", "tcp")
    rtp_ports: tuple[int, int] = (12_000, 12_999)
    allowed: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
    limits: Limits = field(default_factory=Limits)
    trunk: Target | None = None
    account: Account | None = None
    goodbye_seconds: float = 2.0


@dataclass(frozen=True)
class AudioSocketConfig:
    """The AudioSocket line; the same addresses may call as over SIP."""

    host: str
    port: int
    allowed: tuple[Network, ...]
    limits: Limits


def sip_config(settings: Settings) -> SipConfig:
    """Reads the SIP_* settings.

    Raises:
        SettingsError: one of them cannot be used.
    """
    trunk = _trunk(settings)
    user, password = settings.values["SIP_USER"], settings.values["SIP_PASSWORD"]
    account = None
    if password:
        if trunk is None or not user:
            raise SettingsError("HOTLINE_SIP_PASSWORD needs HOTLINE_SIP_USER and HOTLINE_SIP_TRUNK")
        domain = str(settings.values["SIP_DOMAIN"] or trunk.host)
        account = Account(domain, Credentials(str(user), str(password)), settings.integer("SIP_EXPIRES_SECONDS"))
    return SipConfig(
        host=settings.text("SIP_HOST"),
        port=settings.integer("SIP_PORT"),
        advertised_host=str(settings.values["SIP_ADVERTISED_HOST"] or ""),
        user=str(user or "hotline"),
        transports=_transports(settings.text("SIP_TRANSPORTS")),
        rtp_ports=_ports(settings.text("RTP_PORTS")),
        allowed=_networks(settings),
        limits=_limits(settings),
        trunk=trunk,
        account=account,
    )


def audiosocket_config(settings: Settings) -> AudioSocketConfig | None:
    """Reads the AUDIOSOCKET_* settings; None while the line is switched off (port 0)."""
    port = settings.integer("AUDIOSOCKET_PORT")
    if not port:
        return None
    return AudioSocketConfig(settings.text("AUDIOSOCKET_HOST"), port, _networks(settings), _limits(settings))


def _trunk(settings: Settings) -> Target | None:
    value = settings.values["SIP_TRUNK"]
    if not value:
        return None
    try:
        return target_of(str(value), None)
    except InvalidTarget as error:
        raise SettingsError("HOTLINE_SIP_TRUNK is written as sip:host[:port][;transport=tcp]") from error


def _transports(text: str) -> tuple[str, ...]:
    names = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not names or set(names) - {"udp", "tcp"}:
        raise SettingsError("HOTLINE_SIP_TRANSPORTS is udp, tcp or udp,tcp: TLS ends at the session border controller")
    return names


def _ports(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if not (first.strip().isdigit() and last.strip().isdigit() and 1_024 <= int(first) < int(last) <= 65_535):
        raise SettingsError("HOTLINE_RTP_PORTS is written as first-last, from 1024 to 65535")
    return int(first), int(last)


def _networks(settings: Settings) -> tuple[Network, ...]:
    try:
        return networks_of(settings.text("SIP_ALLOW"))
    except ValueError as error:
        raise SettingsError(f"HOTLINE_SIP_ALLOW: {error}") from error


def _limits(settings: Settings) -> Limits:
    return Limits(
        calls_most=settings.integer("CALLS_MOST"),
        calls_per_caller=settings.integer("CALLS_PER_CALLER"),
        invites_per_second=settings.number("CALLS_PER_SECOND"),
    )
