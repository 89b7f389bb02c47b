"""The hand-over's configuration, a part of the gateway's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from hotline.settings import Settings, SettingsError

DeskKind = Literal["own", "webhook", "chatwoot", "none"]
TranslatorKind = Literal["off", "openai", "libretranslate"]
DESKS: tuple[DeskKind, ...] = ("own", "webhook", "chatwoot", "none")
TRANSLATORS: tuple[TranslatorKind, ...] = ("off", "openai", "libretranslate")


@dataclass(frozen=True, slots=True)
class ChatwootConfig:
    """Where Chatwoot is, and the API channel's inbox that the hotline speaks through."""

    url: str
    account_id: int
    inbox_id: int
    token: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TranslatorConfig:
    kind: TranslatorKind = "off"
    url: str | None = None
    key: str | None = field(default=None, repr=False)
    model: str | None = None
    timeout_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class HandoffConfig:
    """What the hand-over needs to know; see hotline/settings.py for the meaning of each setting."""

    desk: DeskKind = "own"
    secret: str | None = field(default=None, repr=False)
    webhook_url: str | None = None
    accept_seconds: int = 600
    leave_seconds: int = 14_400
    tries: int = 12
    bot_failures: int = 2
    bot_failing_seconds: float = 20.0
    public_url: str | None = None
    chatwoot: ChatwootConfig | None = None
    translator: TranslatorConfig = field(default_factory=TranslatorConfig)

    @classmethod
    def from_settings(cls, settings: Settings) -> HandoffConfig:
        """Raises SettingsError when something that the chosen desk needs is missing."""
        desk = settings.text("HANDOFF_DESK")
        if desk not in DESKS:
            raise SettingsError(f"HOTLINE_HANDOFF_DESK={desk!r} cannot be used: write one of {', '.join(DESKS)}")
        secret, webhook_url = _optional(settings, "HANDOFF_SECRET"), _optional(settings, "HANDOFF_WEBHOOK_URL")
        if desk == "webhook" and not (secret and webhook_url):
            raise SettingsError("a webhook desk needs HOTLINE_HANDOFF_WEBHOOK_URL and HOTLINE_HANDOFF_SECRET")
        return cls(
            desk=desk,
            secret=secret,
            webhook_url=webhook_url,
            accept_seconds=_positive(settings, "HANDOFF_ACCEPT_SECONDS"),
            leave_seconds=_positive(settings, "HANDOFF_LEAVE_SECONDS"),
            tries=_positive(settings, "HANDOFF_TRIES"),
            bot_failures=_positive(settings, "BOT_FAILURES_TO_PEOPLE"),
            bot_failing_seconds=settings.number("BOT_FAILING_SECONDS"),
            public_url=_optional(settings, "PUBLIC_URL"),
            chatwoot=_chatwoot(settings) if desk == "chatwoot" else None,
            translator=_translator(settings),
        )


def _chatwoot(settings: Settings) -> ChatwootConfig:
    names = ("CHATWOOT_URL", "CHATWOOT_ACCOUNT", "CHATWOOT_INBOX", "CHATWOOT_TOKEN", "CHATWOOT_SECRET")
    missing = [f"HOTLINE_{name}" for name in names if settings.get(name) is None]
    if missing:
        raise SettingsError(f"Chatwoot as desk needs {', '.join(missing)}")
    return ChatwootConfig(
        url=settings.text("CHATWOOT_URL").rstrip("/"),
        account_id=settings.integer("CHATWOOT_ACCOUNT"),
        inbox_id=settings.integer("CHATWOOT_INBOX"),
        token=settings.text("CHATWOOT_TOKEN"),
        secret=settings.text("CHATWOOT_SECRET"),
    )


def _translator(settings: Settings) -> TranslatorConfig:
    kind = settings.text("TRANSLATOR")
    if kind not in TRANSLATORS:
        raise SettingsError(f"HOTLINE_TRANSLATOR={kind!r} cannot be used: write one of {', '.join(TRANSLATORS)}")
    url = _optional(settings, "TRANSLATOR_URL")
    if kind != "off" and url is None:
        raise SettingsError("a translator needs HOTLINE_TRANSLATOR_URL")
    model = _optional(settings, "TRANSLATOR_MODEL")
    if kind == "openai" and model is None:
        raise SettingsError("an OpenAI-compatible translator needs HOTLINE_TRANSLATOR_MODEL")
    return TranslatorConfig(
        kind,
        url.rstrip("/") if url else None,
        _optional(settings, "TRANSLATOR_KEY"),
        model,
        settings.number("TRANSLATOR_TIMEOUT_SECONDS"),
    )


def _optional(settings: Settings, name: str) -> str | None:
    value = settings.get(name)
    return None if value is None else str(value)


def _positive(settings: Settings, name: str) -> int:
    value = settings.integer(name)
    if value < 1:
        raise SettingsError(f"HOTLINE_{name} must be 1 or more")
    return value
