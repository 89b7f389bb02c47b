"""What delivery needs to know of this installation."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from channels.delivery.quiet import Quiet
from channels.mail.addresses import clean_address
from channels.mail.smtp import Server
from hotline.settings import Settings, SettingsError

_MOST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class DeliveryConfig:
    """See hotline/settings.py for the meaning of each setting.

    Attributes:
        mail: "off" (citizens are offered none), "smtp", "http", or "console" for trying out on this machine.
        public_url: where the links in e-mails lead; without one there are no e-mails.
    """

    mail: str = "off"
    server: Server | None = None
    mail_url: str = ""
    mail_secret: str = field(default="", repr=False)
    sender: str = "noreply@localhost.localdomain"
    seconds: float = 10.0
    public_url: str | None = None
    quiet: Quiet = field(default_factory=lambda: Quiet.parse("21:00", "08:00"))
    kept_days: int = 30

    @classmethod
    def from_settings(cls, settings: Settings) -> DeliveryConfig:
        """Raises SettingsError when a server of e-mails is named and something is missing, or cannot be used."""
        url, seconds = settings.text("MAIL_URL"), settings.number("MAIL_SECONDS")
        if not 0 < seconds <= _MOST_SECONDS:
            raise SettingsError(f"HOTLINE_MAIL_SECONDS must be above 0 and at most {_MOST_SECONDS:.0f}")
        public = settings.get("PUBLIC_URL")
        public_url = None if public is None else str(public).rstrip("/")
        kind = {"smtp": "smtp", "smtps": "smtp", "http": "http", "https": "http"}.get(urlsplit(url).scheme, url)
        if kind == "console":
            public_url = _own_url(settings, public_url)
        common = {
            "public_url": public_url,
            "quiet": _quiet(settings),
            "kept_days": settings.integer("NOTICES_KEPT_DAYS"),
        }
        if kind in ("console", "off"):
            return cls(mail=kind, seconds=seconds, **common)  # type: ignore[arg-type]
        if kind not in ("smtp", "http"):
            raise SettingsError("HOTLINE_MAIL_URL must be console, off, smtp://, smtps://, or an http address")
        if public_url is None:
            raise SettingsError("HOTLINE_MAIL_URL needs HOTLINE_PUBLIC_URL: links in e-mails lead there")
        sender = _address(settings, "MAIL_FROM")
        if kind == "smtp":
            server = _server(settings, url, sender, seconds)
            return cls(mail=kind, server=server, sender=sender, seconds=seconds, **common)  # type: ignore[arg-type]
        secret = settings.text("MAIL_SECRET")
        return cls(
            mail=kind, mail_url=url, mail_secret=secret, sender=sender, seconds=seconds, **common  # type: ignore[arg-type]
        )  # fmt: skip


def _own_url(settings: Settings, public_url: str | None) -> str:
    """Where links lead that only the log shows; who reaches this gateway from elsewhere must not be offered any."""
    host, port = settings.text("HTTP_HOST"), settings.integer("HTTP_PORT")
    if public_url is not None or not _is_loopback(host) or not port:
        raise SettingsError(
            "HOTLINE_MAIL_URL=console sends nothing: it is for trying out with HOTLINE_HTTP_HOST on this machine, "
            "a HOTLINE_HTTP_PORT that links can name, and without HOTLINE_PUBLIC_URL"
        )
    return f"http://127.0.0.1:{port}"


def _quiet(settings: Settings) -> Quiet:
    start, dash, end = settings.text("QUIET_HOURS").partition("-")
    try:
        return Quiet.parse(start.strip(), end.strip() if dash else "")
    except ValueError:
        raise SettingsError("HOTLINE_QUIET_HOURS must look like 21:00-08:00 (00:00-00:00: none)") from None


def _server(settings: Settings, url: str, sender: str, seconds: float) -> Server:
    parts = urlsplit(url)
    implicit = parts.scheme == "smtps"
    tls = "implicit" if implicit else "starttls" if settings.boolean("MAIL_STARTTLS") else "none"
    host, user, password = parts.hostname, settings.get("MAIL_USER"), settings.get("MAIL_PASSWORD")
    if not host or parts.username or parts.path not in ("", "/"):
        raise SettingsError("HOTLINE_MAIL_URL must be smtp://host:port or smtps://host:port, without a name in it")
    if tls == "none" and not _is_loopback(host):
        raise SettingsError("HOTLINE_MAIL_STARTTLS=false is for a mail server on this machine only")
    if (user is None) != (password is None):
        raise SettingsError("HOTLINE_MAIL_USER and HOTLINE_MAIL_PASSWORD belong together")
    ca_file = settings.get("MAIL_CA")
    if ca_file is not None and not Path(str(ca_file)).is_file():
        raise SettingsError("HOTLINE_MAIL_CA must be the path of a file with certificates")
    return Server(
        host=host,
        port=parts.port or (465 if implicit else 587),
        sender=sender,
        envelope=_address(settings, "MAIL_BOUNCES") if settings.get("MAIL_BOUNCES") else sender,
        tls=tls,
        user=None if user is None else str(user),
        password=None if password is None else str(password),
        ca_file=None if ca_file is None else str(ca_file),
        seconds=seconds,
    )


def _address(settings: Settings, name: str) -> str:
    try:
        return clean_address(settings.text(name))
    except ValueError as error:
        raise SettingsError(f"HOTLINE_{name} cannot be used: {error}") from None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
