"""Hearing and speaking as they are on this machine: which engines there are, wired by the settings.

The only place that names engines to others. Nothing is loaded here; engines load on first use or when warmed.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from hotline.settings import ROOT, Settings, SettingsError
from voice.endpointing import Expectation
from voice.errors_speech import EngineUnavailable
from voice.heard.answers import YesAndNo
from voice.heard.inventions import folded
from voice.heard.person_wish import PersonWish
from voice.heard.sounds import SOUNDS, joined_hangul
from voice.heard.words import CallerWords
from voice.ports_speech import Heard, SpeechRecognizer, SpeechSynthesizer
from voice.prompts import LANGUAGES, Prompts
from voice.stt.by_language import RecognizerByLanguage
from voice.stt.two_pass import TwoPassRecognizer
from voice.stt.vosk_recognizer import VoskRecognizer
from voice.stt.whisper_recognizer import WhisperRecognizer
from voice.tts.chain import VoiceChain
from voice.tts.edge import EdgeVoice
from voice.tts.espeak import UNDERSTOOD, EspeakVoice
from voice.tts.festival import FestivalVoice
from voice.tts.flite import FliteVoice
from voice.tts.kept import KeptSpeech
from voice.tts.kokoro import KokoroVoice
from voice.tts.openjtalk import OpenJTalkVoice, reading
from voice.tts.piper import PiperVoice
from voice.tts.rendered import RenderedSpeech

DATA = ROOT / "data" / "voice"
RESPONSES = ROOT / "bot" / "responses"
# Best first, by what was measured (docs/benchmarks-speech.md): understood at telephone quality, then speed.
ORDER: Mapping[str, Sequence[str]] = {
    "zh": ("piper", "kokoro", "edge", "espeak"),
    "en": ("piper", "kokoro", "flite", "edge", "espeak"),
    "ja": ("openjtalk", "kokoro", "edge", "espeak"),
    "ko": ("piper", "kokoro", "edge", "espeak"),
    "ru": ("piper", "festival", "edge", "espeak"),
}


@dataclass(frozen=True)
class Hearing:
    """The recognisers of this machine.

    Attributes:
        recognizer: hears every language that any engine hears.
        whisper: tells languages apart; None when its model is not here.
        engines: which engine hears each language, as `vosk+whisper`.
        at_once: finished utterances that are worked out at the same time; others wait.
    """

    recognizer: RecognizerByLanguage
    whisper: WhisperRecognizer | None
    engines: Mapping[str, str]
    at_once: int = 1


def hearing(settings: Settings) -> Hearing:
    """Chooses a recogniser for each language: Vosk with Whisper behind it, else what there is."""
    root = settings.path("SPEECH_DIR")
    threads = settings.integer("STT_THREADS")
    inventions = yaml.safe_load((DATA / "inventions.yml").read_text("utf-8"))
    vosk = VoskRecognizer(vosk_folders(root))
    workers = max(1, (os.cpu_count() or 1) // threads)
    whisper = WhisperRecognizer(root / "whisper" / settings.text("STT_WHISPER"), threads, inventions, workers)
    chosen: dict[str, SpeechRecognizer] = {}
    for language in LANGUAGES:
        if language in vosk.languages:
            second = settings.boolean("STT_SECOND_PASS") and language in whisper.languages
            chosen[language] = TwoPassRecognizer(vosk, whisper if second else None)
        elif language in whisper.languages:
            chosen[language] = whisper
    return Hearing(
        RecognizerByLanguage(chosen),
        whisper if whisper.languages else None,
        {language: one.name for language, one in chosen.items()},
        workers,
    )


def vosk_folders(root: Path) -> dict[str, Path]:
    """The model folder of each language: the large one where someone fetched it."""
    found = {}
    for language in LANGUAGES:
        for name in (f"{language}-large", language):
            if (root / "vosk" / name / "am" / "final.mdl").exists():
                found[language] = root / "vosk" / name
                break
    return found


@dataclass(frozen=True)
class Voices:
    """The voices of this machine.

    Attributes:
        chain: speaks.
        rendered: what is rendered ahead.
        prompts: what the line says by itself.
    """

    chain: VoiceChain
    rendered: RenderedSpeech
    prompts: Prompts


def voices(settings: Settings, keep: bool = True) -> Voices:
    """Builds the chain of each language.

    Args:
        keep: remember spoken texts on disk.

    Raises:
        SettingsError: HOTLINE_TTS_ENGINES or HOTLINE_TTS_EDGE names something unknown.
    """
    root = settings.path("SPEECH_DIR")
    threads = settings.integer("TTS_THREADS")
    edge = edge_languages(settings)
    engines: dict[str, SpeechSynthesizer] = {
        "piper": PiperVoice(root / "piper", threads),
        "kokoro": KokoroVoice(root / "kokoro", threads),
        "openjtalk": OpenJTalkVoice(),
        "festival": FestivalVoice(),
        "flite": FliteVoice(),
        "edge": EdgeVoice(edge),
        "espeak": EspeakVoice(),
    }
    chains: dict[str, list[SpeechSynthesizer]] = {}
    for language, names in order_of(settings).items():
        # what an operator switched on stands before the voices of this machine
        names = ["edge", *(one for one in names if one != "edge")] if language in edge else names
        chains[language] = [engines[name] for name in names if language in engines[name].languages]
    prompts = Prompts.load(DATA / "prompts")
    rendered = RenderedSpeech(
        root / "rendered", root / "recorded", {language: prompts.fixed(language) for language in LANGUAGES}
    )
    kept = KeptSpeech(root / "kept", settings.integer("TTS_CACHE_MB") * 1_000_000) if keep else None
    last = frozenset((EspeakVoice.name, language) for language in LANGUAGES if language not in UNDERSTOOD)
    return Voices(VoiceChain(chains, rendered, kept, last), rendered, prompts)


def order_of(settings: Settings) -> dict[str, list[str]]:
    """The voices of each language in order, by name.

    Raises:
        SettingsError: HOTLINE_TTS_ENGINES cannot be read.
    """
    order = {language: list(names) for language, names in ORDER.items()}
    known = {name for names in ORDER.values() for name in names}
    given = settings.get("TTS_ENGINES")
    for part in str(given).split(";") if given else ():
        first, _, names = part.partition("=")
        language = first.strip()
        wanted = [name.strip() for name in names.split(",") if name.strip()]
        if language not in order or not wanted or not set(wanted) <= known:
            raise SettingsError(
                f"HOTLINE_TTS_ENGINES: {part!r} is not like zh=piper,kokoro; voices are {', '.join(sorted(known))}"
            )
        order[language] = wanted
    return order


def edge_languages(settings: Settings) -> frozenset[str]:
    """Languages that edge-tts speaks: the setting, else what the operator answered to `make voice`.

    Raises:
        SettingsError: HOTLINE_TTS_EDGE names no language.
    """
    given = settings.get("TTS_EDGE")
    if given is None:
        answer = settings.path("SPEECH_DIR") / "edge-tts.json"
        return frozenset(json.loads(answer.read_text("utf-8"))["languages"]) if answer.exists() else frozenset()
    wanted = frozenset(one.strip() for one in str(given).split(",")) - {"none", ""}
    if not wanted <= set(LANGUAGES):
        raise SettingsError(f"HOTLINE_TTS_EDGE={given!r} is not like ko,ja or none")
    return wanted


def city_names(settings: Settings, language: str) -> list[str]:
    """Names that callers say and engines mishear: units, and the places of a gazetteer where the city has one.

    Both are data of the city: units.csv and, where it is there, gazetteer.csv; column `name_<language>` or `name`.
    """
    names: list[str] = []
    for file in ("units.csv", "gazetteer.csv"):
        path = settings.path("CITY_DIR") / file
        if not path.exists():
            continue
        with path.open(encoding="utf-8-sig", newline="") as rows:
            for row in csv.DictReader(rows):
                name = (row.get(f"name_{language}") or row.get("name") or "").strip()
                if name:
                    names.append(name)
    return list(dict.fromkeys(names))


def reply_values(settings: Settings, language: str) -> dict[str, list[str]]:
    """What can stand in a reply and is known ahead: the names of the categories (categories.csv of the city)."""
    names = []
    with (settings.path("CITY_DIR") / "categories.csv").open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            names.append((row.get(f"name_{language}") or row.get("name") or "").strip())
    return {"first_category": list(dict.fromkeys(filter(None, names)))}


def caller_words() -> CallerWords:
    """What callers say to the line itself."""
    return CallerWords.load(DATA / "words")


class Answers:
    """Puts misheard answers right, by what was asked: a yes, a no, the wish for a person."""

    def __init__(self, words: CallerWords) -> None:
        sounds = {**SOUNDS, "ko": joined_hangul, "ja": _japanese}
        sayings = {language: {kind: rows[kind] for kind in ("yes", "no")} for language, rows in words.phrases.items()}
        self._words = words
        self._person = PersonWish({language: rows["human"] for language, rows in words.phrases.items()}, sounds)
        self._ways = (YesAndNo(sayings, sounds), self._person)

    def right(self, heard: Heard, expectation: Expectation) -> Heard:
        """The answer put right. Blocks a little on its first use in a language."""
        for way in self._ways:
            heard = way.right(heard, expectation)
        return heard

    def asks_for_person(self, heard: Heard) -> bool:
        """Whether an utterance to which nothing was asked is the wish for a person, misheard or not."""
        text = self._person.right(heard, Expectation()).text
        return self._words.is_saying(text, "human", heard.language)

    def warm(self, language: str) -> None:
        """Works out how the sayings of a language sound."""
        for way in self._ways:
            way.warm(language)


def _japanese(text: str) -> list[str]:
    """How a text is read aloud; without the dictionary, as it is written."""
    try:
        return [folded(reading(text))]
    except EngineUnavailable:
        return list(SOUNDS["ja"](text))
