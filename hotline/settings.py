"""Every `HOTLINE_*` name that any process knows, with its default and its meaning.

One table serves all processes: a name known to one is accepted by all, an unknown name is refused, so that a
misspelt setting is found at start and not at three in the morning. This module reads nothing by itself: callers
pass the environment in. It imports nothing of the project and runs on Python 3.10 as well.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path

PREFIX = "HOTLINE_"
ROOT = Path(__file__).resolve().parent.parent
Value = str | int | float | bool | Path | None


class SettingsError(ValueError):
    """A HOTLINE_* setting is unknown or has a value that cannot be used."""

    code = "settings_invalid"


def _text(value: str) -> str:
    return value


def _integer(value: str) -> int:
    return int(value)


def _number(value: str) -> float:
    return float(value)


def _port(value: str) -> int:
    port = int(value)
    if not 0 <= port <= 65535:
        raise ValueError("a port is a number from 0 to 65535")
    return port


def _boolean(value: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    try:
        return words[value.strip().lower()]
    except KeyError:
        raise ValueError("write true or false") from None


def _time_of_day(value: str) -> str:
    return time.fromisoformat(value).isoformat("minutes")


def _path(value: str) -> Path:
    return Path(value).expanduser()


@dataclass(frozen=True)
class Setting:
    """One known name: `HOTLINE_` + `name`, its default as text (None: unset) and what it does."""

    name: str
    default: str | None
    parse: Callable[[str], Value]
    doc: str


TABLE: tuple[Setting, ...] = (
    # every process
    Setting("DATA_DIR", "./var", _path, "State: database, uploads, caches, logs."),
    Setting("MODELS_DIR", str(ROOT / "var" / "models"), _path, "Trained and fetched models."),
    Setting("DATABASE_URL", None, _text, "SQLAlchemy URL; default: SQLite file hotline.db in the data folder."),
    Setting("REDIS_URL", None, _text, "Redis for several copies of a process; default: none, one copy each."),
    Setting("AMQP_URL", None, _text, "RabbitMQ for events to other systems; default: none."),
    Setting("INTERNAL_TOKEN", None, _text, "Secret between our own processes; `hotline up` makes one if unset."),
    Setting("LOG_JSON", "false", _boolean, "One JSON object a log line instead of readable lines."),
    Setting("LOG_LEVEL", "INFO", _text, "DEBUG, INFO, WARNING or ERROR."),
    # gateway
    Setting("HTTP_HOST", "127.0.0.1", _text, "Address the gateway listens on."),
    Setting("HTTP_PORT", "8080", _port, "Port the gateway listens on."),
    Setting("ALLOWED_ORIGINS", None, _text, "Further origins whose pages may connect, as https://host, by comma."),
    Setting("TRUSTED_PROXIES", None, _text, "Networks whose X-Forwarded-For is believed, as 10.0.0.0/8, by comma."),
    Setting("RATE_PER_SECOND", "10", _number, "Messages a second of one conversation, and of one address."),
    Setting("RATE_BURST", "60", _integer, "Messages at once of one conversation, and of one address."),
    Setting("OPEN_PER_MINUTE", "60", _number, "New conversations a minute of one address."),
    Setting("OPEN_BURST", "100", _integer, "New conversations at once of one address."),
    Setting("BOT_TIMEOUT_SECONDS", "15", _number, "How long the gateway waits for the bot's answer to a message."),
    Setting("WAIT_SECONDS_EACH", "180", _integer, "Waiting time told for each person before in the queue."),
    # bot and actions
    Setting("BOT_URL", None, _text, "Where the gateway reaches the bot; `hotline up` sets it."),
    Setting("BOT_PORT", "0", _port, "Port of the bot on loopback; 0: a free one."),
    Setting("ACTIONS_URL", None, _text, "Where the bot reaches the actions; `hotline up` sets it."),
    Setting("ACTIONS_PORT", "0", _port, "Port of the actions on loopback; 0: a free one."),
    # tickets (actions, gateway, worker)
    Setting("CITY_DIR", str(ROOT / "data" / "city"), _path, "The city: categories.csv, units.csv, holidays/."),
    Setting("OFFICE_CLOSES_AT", "18:00", _time_of_day, "Local time at which the day of a deadline ends."),
    # knowledge (actions, commands)
    Setting("KNOWLEDGE_DIR", str(ROOT / "data" / "knowledge"), _path, "Consultation items: <topic>/<language>.md."),
    Setting("KNOWLEDGE_REQUIRE_REVIEW", "false", _boolean, "Serve no consultation item that no person has reviewed."),
    Setting("ENCODER", None, _text, "Sentence encoder of consultations: folder with an ONNX model, or address of an API."),
    Setting("ENCODER_MODEL", None, _text, "Model name at that address."),
    Setting("ENCODER_KEY", None, _text, "Key for that address."),
    Setting("REWRITER_URL", None, _text, "OpenAI-compatible address that may rephrase answers; default: none."),
    Setting("REWRITER_MODEL", None, _text, "Model name at that address."),
    Setting("REWRITER_KEY", None, _text, "Key for that address."),
    Setting("REWRITER_SECONDS", "4", _number, "How long it may take; then the item's own words are said."),
    # worker
    Setting("GATEWAY_URL", None, _text, "Where the worker reaches the gateway; `hotline up` sets it."),
    Setting("WORKER_PORT", "0", _port, "Port of the worker's /healthz on loopback; 0: a free one."),
    # voice
    Setting("SIP_HOST", "127.0.0.1", _text, "Address of the telephone line."),
    Setting("SIP_PORT", "5060", _port, "Port of the telephone line."),
    # voice: hearing and speaking
    Setting("SPEECH_DIR", str(ROOT / "var" / "speech"), _path, "Speech models, rendered prompts, spoken texts kept."),
    Setting("SPEECH_MIRROR", None, _text, "Address that stands in for the makers' sites of speech models."),
    Setting("STT_SECOND_PASS", "true", _boolean, "Whisper works finished utterances out again where Vosk heard along."),
    Setting("STT_WHISPER", "base", _text, "Which Whisper model hears: base, or small (better, three times slower)."),
    Setting("STT_THREADS", "2", _integer, "Cores for recognition."),
    Setting("TTS_ENGINES", None, _text, "Voices in order, as zh=piper,kokoro;en=flite; default: the best that is there."),
    Setting("TTS_EDGE", None, _text, "Languages that Microsoft's service speaks, by comma, or none; see voice.md."),
    Setting("TTS_CACHE_MB", "200", _integer, "Spoken texts kept on disk, in megabytes."),
)
KNOWN: Mapping[str, Setting] = {PREFIX + setting.name: setting for setting in TABLE}


@dataclass(frozen=True)
class Settings:
    """Parsed settings; `get("HTTP_PORT")` gives the value in the type the table names."""

    values: Mapping[str, Value]

    def get(self, name: str) -> Value:
        return self.values[name]

    def text(self, name: str) -> str:
        value = self.values[name]
        if value is None:
            raise SettingsError(f"{PREFIX}{name} is not set: {KNOWN[PREFIX + name].doc}")
        return str(value)

    def integer(self, name: str) -> int:
        value = self.values[name]
        if not isinstance(value, int):
            raise SettingsError(f"{PREFIX}{name} must be a whole number")
        return value

    def number(self, name: str) -> float:
        value = self.values[name]
        if not isinstance(value, (int, float)):
            raise SettingsError(f"{PREFIX}{name} must be a number")
        return float(value)

    def boolean(self, name: str) -> bool:
        return self.values[name] is True

    def path(self, name: str) -> Path:
        value = self.values[name]
        if not isinstance(value, Path):
            raise SettingsError(f"{PREFIX}{name} must be a folder")
        return value

    @property
    def database_url(self) -> str:
        """The database of tickets and conversations: the given URL, else SQLite in the data folder."""
        given = self.values["DATABASE_URL"]
        return str(given) if given else f"sqlite:///{self.path('DATA_DIR').resolve() / 'hotline.db'}"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Parses all `HOTLINE_*` names of `environ` (default: the process' environment).

    Raises:
        SettingsError: a name is unknown, or a value cannot be parsed; the message says which and what to write.
    """
    environ = os.environ if environ is None else environ
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in KNOWN)
    if unknown:
        raise SettingsError(f"unknown setting {', '.join(unknown)}: see docs/howto/settings.md for the known names")
    values: dict[str, Value] = {}
    for full_name, setting in KNOWN.items():
        raw = environ.get(full_name, setting.default)
        try:
            values[setting.name] = None if raw is None or raw == "" else setting.parse(raw)
        except ValueError as error:
            raise SettingsError(f"{full_name}={raw!r} cannot be used: {error}") from error
    return Settings(values)
