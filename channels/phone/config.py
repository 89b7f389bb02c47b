"""The telephone line's part of the gateway's configuration."""

from __future__ import annotations

from dataclasses import dataclass, field

from hotline.settings import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class PhoneConfig:
    """See hotline/settings.py for the meaning of each setting."""

    draft_hours: float = 24.0
    kept_days: int = 30
    sms_url: str | None = None
    sms_secret: str | None = field(default=None, repr=False)
    sms_seconds: float = 5.0

    @classmethod
    def from_settings(cls, settings: Settings) -> PhoneConfig:
        """Raises SettingsError when a provider of text messages has no secret to sign with."""
        url, secret = settings.get("SMS_URL"), settings.get("SMS_SECRET")
        if url is not None and secret is None:
            raise SettingsError("HOTLINE_SMS_URL needs HOTLINE_SMS_SECRET, with which each message is signed")
        return cls(
            draft_hours=settings.number("CALL_DRAFT_HOURS"),
            kept_days=settings.integer("CALL_KEPT_DAYS"),
            sms_url=None if url is None else str(url),
            sms_secret=None if secret is None else str(secret),
            sms_seconds=settings.number("SMS_SECONDS"),
        )
