"""The desk's configuration, a part of the gateway's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from channels.desk.clocks import DeskTimes
from channels.desk.oidc import OidcConfig
from channels.desk.rules import ASSIGNMENTS, DeskRules
from hotline.settings import ROOT, Settings, SettingsError


@dataclass(frozen=True, slots=True)
class DeskConfig:
    """What the desk needs to know; see hotline/settings.py for the meaning of each setting.

    Attributes:
        first_admin: make an administrator on a desk without anybody; only where everything runs on one machine.
    """

    rules: DeskRules = field(default_factory=lambda: DeskRules(DeskTimes()))
    session: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(hours=2)
    first_admin: bool = True
    oidc: OidcConfig | None = None
    canned_dir: Path = ROOT / "data" / "desk" / "canned"

    @classmethod
    def from_settings(cls, settings: Settings) -> DeskConfig:
        """Raises SettingsError when a value cannot be used."""
        return cls(
            rules=_rules(settings),
            session=timedelta(hours=settings.number("DESK_SESSION_HOURS")),
            idle=timedelta(minutes=settings.number("DESK_IDLE_MINUTES")),
            first_admin=not settings.get("DATABASE_URL"),
            oidc=_oidc(settings),
        )


def _rules(settings: Settings) -> DeskRules:
    try:
        times = DeskTimes(
            offer=settings.integer("DESK_OFFER_SECONDS"),
            escalate=settings.integer("DESK_ESCALATE_SECONDS"),
            warn=settings.integer("DESK_WARN_SECONDS"),
            relieve=settings.integer("DESK_RELIEVE_SECONDS"),
            tell=settings.integer("DESK_TELL_SECONDS"),
        )
    except ValueError as error:
        raise SettingsError(f"the desk's times (HOTLINE_DESK_*_SECONDS) cannot be used: {error}") from error
    wanted = settings.text("DESK_ASSIGNMENT")
    for kind in ASSIGNMENTS:
        if wanted == kind:
            return DeskRules(times, kind)
    raise SettingsError(f"HOTLINE_DESK_ASSIGNMENT={wanted!r} cannot be used: write one of {', '.join(ASSIGNMENTS)}")


def _oidc(settings: Settings) -> OidcConfig | None:
    issuer, client_id = settings.get("OIDC_ISSUER"), settings.get("OIDC_CLIENT_ID")
    if issuer is None:
        return None
    if client_id is None:
        raise SettingsError("single sign-on needs HOTLINE_OIDC_CLIENT_ID beside HOTLINE_OIDC_ISSUER")
    secret = settings.get("OIDC_CLIENT_SECRET")
    return OidcConfig(
        str(issuer), str(client_id), None if secret is None else str(secret), settings.text("OIDC_USERNAME_CLAIM")
    )
