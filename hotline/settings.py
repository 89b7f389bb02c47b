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
    Setting("EMBED_ORIGINS", None, _text, "Sites that may show the page in a frame, as https://host, by comma."),
    Setting("VOICE_URL", None, _text, "Where the gateway has spoken messages heard; `hotline up` sets it."),
    Setting("TRUSTED_PROXIES", None, _text, "Networks whose X-Forwarded-For is believed, as 10.0.0.0/8, by comma."),
    Setting("RATE_PER_SECOND", "10", _number, "Messages a second of one conversation, and of one address."),
    Setting("RATE_BURST", "60", _integer, "Messages at once of one conversation, and of one address."),
    Setting("OPEN_PER_MINUTE", "60", _number, "New conversations a minute of one address."),
    Setting("OPEN_BURST", "100", _integer, "New conversations at once of one address."),
    Setting("CHALLENGE_WORK", "100000", _integer, "Hashes at most of a challenge to who goes beyond a rate; 0: none."),
    Setting("CHALLENGE_MINUTES", "10", _number, "How long a solved challenge gives a conversation a rate of its own."),
    Setting("CLAMD", None, _text, "Virus scanner, as tcp://host:3310 or unix:///path; default: none."),
    Setting("CLAMD_SECONDS", "30", _number, "How long each wait for the virus scanner may take."),
    Setting("BOT_TIMEOUT_SECONDS", "15", _number, "How long the gateway waits for the bot's answer to a message."),
    Setting("WAIT_SECONDS_EACH", "180", _integer, "Waiting time told for each person before in the queue."),
    # people (gateway)
    Setting("HANDOFF_DESK", "own", _text, "Where people answer: own, webhook, chatwoot or none."),
    Setting("HANDOFF_SECRET", None, _text, "Secret of the signatures between gateway and a webhook desk."),
    Setting("HANDOFF_WEBHOOK_URL", None, _text, "Where a webhook desk is told of hand-overs."),
    Setting("HANDOFF_ACCEPT_SECONDS", "600", _integer, "After this wait for a person a call-back is offered."),
    Setting("HANDOFF_LEAVE_SECONDS", "14400", _integer, "After this wait without a word the citizen is gone."),
    Setting("HANDOFF_TRIES", "12", _integer, "Failed deliveries to a desk before it goes to the dead letters."),
    Setting("BOT_FAILURES_TO_PEOPLE", "2", _integer, "Failures of the bot in a row that bring a person in."),
    Setting(
        "BOT_FAILING_SECONDS", "20", _number, "And how long ago the first of them must be: a restart is no failure."
    ),
    Setting("PUBLIC_URL", None, _text, "The gateway's public address: links in e-mails lead there, and a desk's."),
    Setting("CHATWOOT_URL", None, _text, "Chatwoot's address; with HOTLINE_HANDOFF_DESK=chatwoot."),
    Setting("CHATWOOT_ACCOUNT", None, _integer, "Chatwoot's account id."),
    Setting("CHATWOOT_INBOX", None, _integer, "Id of the API channel's inbox."),
    Setting("CHATWOOT_TOKEN", None, _text, "Access token of an agent or a bot of that account."),
    Setting("CHATWOOT_SECRET", None, _text, "Secret of the API channel's webhook signatures (Chatwoot 4.13 or newer)."),
    Setting("TRANSLATOR", "off", _text, "Machine translation on the desk: off, openai or libretranslate."),
    Setting("TRANSLATOR_URL", None, _text, "Address of the translator, such as http://127.0.0.1:5000."),
    Setting("TRANSLATOR_KEY", None, _text, "Key of the translator, where it wants one."),
    Setting("TRANSLATOR_MODEL", None, _text, "Model of an OpenAI-compatible translator."),
    Setting("TRANSLATOR_TIMEOUT_SECONDS", "10", _number, "How long a translation may take."),
    # desk (gateway)
    Setting("DESK_ASSIGNMENT", "offer", _text, "Waiting conversations: offer (asks a person), assign (gives), or off."),
    Setting("DESK_OFFER_SECONDS", "20", _integer, "How long a person may take to accept an offered conversation."),
    Setting("DESK_ESCALATE_SECONDS", "180", _integer, "Wait after which more people are asked; twice that, all."),
    Setting("DESK_WARN_SECONDS", "120", _integer, "Unanswered time after which the person who has it is warned."),
    Setting("DESK_RELIEVE_SECONDS", "240", _integer, "Unanswered time after which it goes back to the queue."),
    Setting("DESK_TELL_SECONDS", "120", _integer, "How often who waits is told place and expected wait in words."),
    Setting("DESK_SESSION_HOURS", "12", _number, "How long a sign-in at the desk lasts at most."),
    Setting("DESK_IDLE_MINUTES", "120", _number, "How long a sign-in at the desk lasts without use."),
    Setting("OIDC_ISSUER", None, _text, "Single sign-on of the desk: the provider's issuer; default: none."),
    Setting("OIDC_CLIENT_ID", None, _text, "The desk's client id at the provider."),
    Setting("OIDC_CLIENT_SECRET", None, _text, "The desk's client secret at the provider, if it has one."),
    Setting("OIDC_USERNAME_CLAIM", "preferred_username", _text, "Claim that names the account at the first sign-in."),
    # Open311 (gateway)
    Setting("OPEN311_KEYS", None, _text, "Keys of city apps, as name:key, by comma; default: one in open311-key.txt."),
    Setting("OPEN311_JURISDICTION", None, _text, "Our jurisdiction_id; another one in a call is then refused."),
    Setting("OPEN311_PUBLIC", "false", _boolean, "Everybody may read what came by Open311, without names and numbers."),
    # upstream intake (gateway, commands)
    Setting("INTAKE_DIR", str(ROOT / "data" / "intake"), _path, "How other platforms name things: one file a source."),
    Setting("INTAKE_SECRETS", None, _text, "Secrets of sources that use the webhook, as source:secret, by comma."),
    # WeChat official account (gateway)
    Setting("WECHAT_APPID", None, _text, "The official account's AppID; default: no account."),
    Setting("WECHAT_SECRET", None, _text, "The account's AppSecret."),
    Setting("WECHAT_TOKEN", None, _text, "The token set for the account's server address."),
    Setting("WECHAT_AES_KEY", None, _text, "The EncodingAESKey set there (safe mode), 43 characters."),
    Setting("WECHAT_URL", "https://api.weixin.qq.com", _text, "Address of WeChat's servers; tests have a stand-in."),
    Setting("MINIPROGRAM_APPID", None, _text, "The mini-program's AppID; default: no mini-program."),
    Setting("MINIPROGRAM_SECRET", None, _text, "The mini-program's AppSecret."),
    Setting("MINIPROGRAM_TEMPLATES", None, _path, "File of the mini-program's templates of subscribe messages."),
    # bot and actions
    Setting("BOT_URL", None, _text, "Where the gateway reaches the bot; `hotline up` sets it."),
    Setting("BOT_PORT", "0", _port, "Port of the bot on loopback; 0: a free one."),
    Setting("ACTIONS_URL", None, _text, "Where the bot and the gateway reach the actions; `hotline up` sets it."),
    Setting("ACTIONS_PORT", "0", _port, "Port of the actions on loopback; 0: a free one."),
    # tickets (actions, gateway, worker)
    Setting("CITY_DIR", str(ROOT / "data" / "city"), _path, "The city: categories.csv, units.csv, holidays/."),
    Setting("OFFICE_CLOSES_AT", "18:00", _time_of_day, "Local time at which the day of a deadline ends."),
    Setting("DUPLICATES", "true", _boolean, "Whether citizens are shown an open ticket on the same matter."),
    # knowledge (actions, commands)
    Setting("KNOWLEDGE_DIR", str(ROOT / "data" / "knowledge"), _path, "Consultation items: <topic>/<language>.md."),
    Setting("KNOWLEDGE_REQUIRE_REVIEW", "false", _boolean, "Serve no consultation item that no person has reviewed."),
    Setting("ENCODER", None, _text, "Sentence encoder of consultations: an ONNX folder or an API address."),
    Setting("ENCODER_MODEL", None, _text, "Model name at that address."),
    Setting("ENCODER_KEY", None, _text, "Key for that address."),
    Setting("REWRITER_URL", None, _text, "OpenAI-compatible address that may rephrase answers; default: none."),
    Setting("REWRITER_MODEL", None, _text, "Model name at that address."),
    Setting("REWRITER_KEY", None, _text, "Key for that address."),
    Setting("REWRITER_SECONDS", "4", _number, "How long it may take; then the item's own words are said."),
    # worker
    Setting("GATEWAY_URL", None, _text, "Where the worker reaches the gateway; `hotline up` sets it."),
    Setting("WORKER_PORT", "0", _port, "Port of the worker's /healthz and /metrics on loopback; 0: a free one."),
    Setting("REVISIT_AFTER_MINUTES", "120", _integer, "So long after an answer the citizen is asked, by day."),
    Setting("REVISIT_OPENS_AT", "08:00", _time_of_day, "Local time from which citizens are asked about an answer."),
    Setting("REVISIT_CLOSES_AT", "20:00", _time_of_day, "And until which; the same as it opens: at any time."),
    # voice
    Setting("SIP_HOST", "127.0.0.1", _text, "Address of the telephone line."),
    Setting("SIP_PORT", "5060", _port, "Port of the telephone line."),
    Setting("SIP_TRANSPORTS", "udp,tcp", _text, "What SIP is spoken over: udp, tcp or both."),
    Setting("SIP_ADVERTISED_HOST", None, _text, "Address others reach the line at, behind an address translator."),
    Setting("SIP_ALLOW", "127.0.0.0/8,::1/128", _text, "Networks that may call, by comma; the trunk may always."),
    Setting("SIP_TRUNK", None, _text, "Exchange that numbers are dialled at, as sip:host[:port][;transport=tcp]."),
    Setting("SIP_USER", None, _text, "Our name at the exchange."),
    Setting("SIP_PASSWORD", None, _text, "Our password there; when set, the line registers and answers challenges."),
    Setting("SIP_DOMAIN", None, _text, "Domain of our account; default: the exchange's host."),
    Setting("SIP_EXPIRES_SECONDS", "300", _integer, "How long a registration is asked for."),
    Setting("RTP_PORTS", "12000-12999", _text, "Ports for sound, two a call."),
    Setting("CALLS_MOST", "30", _integer, "Calls at once; beyond it the exchange is told to try elsewhere (503)."),
    Setting("CALLS_PER_CALLER", "2", _integer, "Calls at once of one number (486 beyond it)."),
    Setting("CALLS_PER_SECOND", "20", _number, "New calls a second of one address (503 beyond it)."),
    Setting("AUDIOSOCKET_HOST", "127.0.0.1", _text, "Address of the AudioSocket line, for Asterisk without SIP."),
    Setting("AUDIOSOCKET_PORT", "0", _port, "Port of the AudioSocket line; 0: off."),
    Setting("VOICE_PORT", "0", _port, "Port of the telephone line's /healthz on loopback; 0: a free one."),
    Setting("CALL_DESK", None, _text, "Whom callers are connected with: sip:desk@host or a number; default: nobody."),
    Setting("CALL_BLIND", "false", _boolean, "Ask the exchange to transfer (REFER) where our own call fails."),
    Setting("CALL_QUEUE_SECONDS", "120", _number, "How long a caller waits for a person at the desk."),
    Setting("CALL_DRAFT_HOURS", "24", _number, "How long a complaint that broke off is offered to its caller again."),
    Setting("CALL_MOST_MINUTES", "45", _number, "After this a call is brought to its end; what was said is kept."),
    Setting("BUSY_ANNOUNCEMENT", "false", _boolean, "Answer and say that all lines are busy, instead of a plain 503."),
    Setting("EMERGENCY_TARGETS", None, _text, "Whom to dial in danger, as 119=sip:119@10.0.0.10,110=110; else nobody."),
    Setting("CALL_RECORDING", "false", _boolean, "Record calls, and tell callers so."),
    Setting("CALL_KEPT_DAYS", "30", _integer, "Days for which recordings and timelines of calls are kept."),
    # text messages (gateway)
    Setting("SMS_URL", None, _text, "Where text messages are posted to, see phone-line.md; default: none are sent."),
    Setting("SMS_SECRET", None, _text, "Secret of the signatures of text messages."),
    Setting("SMS_SECONDS", "5", _number, "How long posting a text message may take."),
    # news of tickets beside the conversation (gateway)
    Setting("QUIET_HOURS", "21:00-08:00", _text, "Local time in which no notice is sent unless it is urgent."),
    Setting("NOTICES_KEPT_DAYS", "30", _integer, "Days for which notices that were sent or given up are kept."),
    Setting("MAIL_URL", "off", _text, "E-mails, see delivery.md: off, smtp://host:587, smtps://host:465, https://..."),
    Setting("MAIL_FROM", None, _text, "The address that e-mails come from, such as noreply@city.gov.cn."),
    Setting("MAIL_BOUNCES", None, _text, "The address that undeliverable e-mails go back to; default: MAIL_FROM."),
    Setting("MAIL_USER", None, _text, "Our name at the mail server; default: it lets us in without."),
    Setting("MAIL_PASSWORD", None, _text, "Our password there."),
    Setting("MAIL_STARTTLS", "true", _boolean, "Encrypt before all else at smtp://; false only on this machine."),
    Setting("MAIL_CA", None, _text, "File with the certificates of the mail server's own authority."),
    Setting("MAIL_SECRET", None, _text, "Secret of the signatures of e-mails that are posted to an http address."),
    Setting("MAIL_SECONDS", "10", _number, "How long each step of handing in an e-mail may take, at most 30."),
    # voice: hearing and speaking
    Setting("SPEECH_DIR", str(ROOT / "var" / "speech"), _path, "Speech models, rendered prompts, spoken texts kept."),
    Setting("SPEECH_MIRROR", None, _text, "Address that stands in for the makers' sites of speech models."),
    Setting("STT_SECOND_PASS", "true", _boolean, "Whisper works finished utterances out again where Vosk heard along."),
    Setting("STT_WHISPER", "base", _text, "Which Whisper model hears: base, or small (better, three times slower)."),
    Setting("STT_THREADS", "1", _integer, "Cores for one utterance; as many at once as that goes into the machine's."),
    Setting("TTS_ENGINES", None, _text, "Voices in order, as zh=piper,kokoro;en=flite; default: the best there is."),
    Setting("TTS_EDGE", None, _text, "Languages that Microsoft's service speaks, by comma, or none; see speech.md."),
    Setting("TTS_THREADS", "2", _integer, "Cores for one sentence of a voice."),
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
