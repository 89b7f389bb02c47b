"""`python -m benchmarks.speech`: how well and at what cost the engines of this machine hear and speak each language.

Writes docs/benchmarks-speech.md. Errors are measured on recordings of people (hearing) and by hearing the voices back
(speaking); what has no model here is left out, and the document says what was measured.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks import machine, speech_measures
from hotline.settings import ROOT, load
from voice.bootstrap_speech import DATA, voices, vosk_folders
from voice.ports_speech import SpeechRecognizer
from voice.prompts import LANGUAGES, Prompts
from voice.stt.two_pass import TwoPassRecognizer
from voice.stt.vosk_recognizer import VoskRecognizer
from voice.stt.whisper_recognizer import WhisperRecognizer

RESULTS = ROOT / "benchmarks" / "results" / "speech.json"
DOCUMENT = ROOT / "docs" / "benchmarks-speech.md"
CLIPS = ROOT.parent / "shared" / "clips"
QUALITIES = ("clean", "phone")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark; gives the exit status."""
    parser = argparse.ArgumentParser(prog="benchmarks.speech", description="Measures hearing and speaking.")
    parser.add_argument(
        "--clips", type=Path, default=CLIPS, help="folders zh, en ... of wav files with txt beside them"
    )
    parser.add_argument("--no-keep", dest="keep", action="store_false", help="print only")
    parser.add_argument("--memory", choices=("vosk", "whisper", "kokoro", "piper", "openjtalk"), help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.memory:
        print(json.dumps(_memory(arguments.memory)))
        return 0
    measured = _measured(arguments.clips)
    text = document(measured)
    if arguments.keep:
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        RESULTS.write_text(json.dumps(measured, ensure_ascii=False, indent=1) + "\n", "utf-8")
        DOCUMENT.write_text(text, "utf-8")
        print(DOCUMENT)
    else:
        print(text)
    return 0


def _recognizers() -> dict[str, SpeechRecognizer]:
    settings = load()
    root = settings.path("SPEECH_DIR")
    found: dict[str, SpeechRecognizer] = {}
    folders = vosk_folders(root)
    whisper = WhisperRecognizer(root / "whisper" / settings.text("STT_WHISPER"), settings.integer("STT_THREADS"))
    if folders:
        found["vosk"] = VoskRecognizer(folders)
    if whisper.languages:
        found["whisper"] = whisper
    if folders and whisper.languages:
        found["vosk+whisper"] = TwoPassRecognizer(found["vosk"], whisper)
    return found


def _measured(folder: Path) -> dict[str, Any]:
    recognizers = _recognizers()
    whisper = recognizers.get("whisper")
    hearing: list[dict[str, Any]] = []
    spoken = {language: speech_measures.clips(folder, language) for language in LANGUAGES}
    for name, recognizer in recognizers.items():
        for language in sorted(recognizer.languages, key=LANGUAGES.index):
            for quality in QUALITIES:
                if spoken[language]:
                    _say(f"{name} hears {language}, {quality}")
                    row = asdict(speech_measures.hearing(recognizer, language, spoken[language], quality))
                    hearing.append({**row, "engine": name})
    speaking: list[dict[str, Any]] = []
    right = (0, 0)
    if isinstance(whisper, WhisperRecognizer):
        prompts = Prompts.load(DATA / "prompts")
        for language, order in voices(load(), keep=False).chain.voices.items():
            for voice in order:
                _say(f"{voice.name} speaks {language}")
                found = speech_measures.speaking(voice, language, prompts, whisper)
                if found is not None:
                    speaking.append(asdict(found))
        right = speech_measures.identified(whisper, folder, LANGUAGES)
    first = next((clips[0].samples for clips in spoken.values() if clips), None)
    activity = speech_measures.activity_microseconds(first) if first is not None else (0.0, 0.0)
    sounds = [(language, clip.samples) for language, found in spoken.items() for clip in found]
    return {
        "day": datetime.now().astimezone().date().isoformat(),
        "machine": machine.describe(),
        "hearing": hearing,
        "speaking": speaking,
        "identified": {"right": right[0], "of": right[1]},
        "together": _together(sounds) if whisper is not None and sounds else [],
        "activity_microseconds": {"voice": activity[0], "silence": activity[1]},
        "memory": [used for name in ("vosk", "whisper", "kokoro", "piper", "openjtalk") if (used := _in_process(name))],
    }


def _together(sounds: list[tuple[str, speech_measures.Samples]]) -> list[dict[str, Any]]:
    """Whisper with one and with two cores an utterance."""
    _say("whisper, several utterances at once")
    folder = load().path("SPEECH_DIR") / "whisper" / load().text("STT_WHISPER")
    cores = os.cpu_count() or 1
    shares = ((1, cores), (2, max(1, cores // 2)))
    return [asdict(speech_measures.together(folder, sounds, threads, workers)) for threads, workers in shares]


def _in_process(name: str) -> dict[str, Any] | None:
    """Measures an engine's memory in a process of its own; None when it is not here."""
    _say(f"memory of {name}")
    command = [sys.executable, "-m", "benchmarks.speech", "--memory", name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    return dict(json.loads(done.stdout)) if done.returncode == 0 and done.stdout.strip() else None


def _memory(name: str) -> dict[str, Any]:
    from voice.audio.frames import silence

    settings = load()
    if name in ("vosk", "whisper"):
        recognizer = _recognizers()[name]
        language = sorted(recognizer.languages)[0] if name == "vosk" else "zh"
        quiet = speech_measures.Clip(silence(3).as_array().astype("float32"), "")
        [clip, *_] = speech_measures.clips(CLIPS, language) or [quiet]
        loaded, used = speech_measures.memory_of(
            lambda: recognizer.warm(language), lambda: speech_measures.heard(recognizer, clip.samples, language)
        )
    else:
        prompts = Prompts.load(DATA / "prompts")
        wanted = {"kokoro": "kokoro-1.0", "piper": "piper", "openjtalk": "open-jtalk"}[name]
        chains = voices(settings, keep=False).chain.voices
        language, voice = next((one, two) for one, order in chains.items() for two in order if two.name == wanted)
        loaded, used = speech_measures.memory_of(
            lambda: voice.warm(language), lambda: voice.speak(prompts.text("not_heard", language), language)
        )
    return {"engine": name, "language": language, "loaded_mb": round(loaded), "use_mb": round(used)}


def document(measured: dict[str, Any]) -> str:
    """The figures as a page."""
    lines = [
        _INTRODUCTION.format(
            day=measured["day"], machine=", ".join(f"{name}: {value}" for name, value in measured["machine"].items())
        ),
        "## Hearing\n",
    ]
    lines += ["| engine | language | clips | error clean | error phone | CPU s a second of speech | answer after |"]
    lines += ["|---|---|--:|--:|--:|--:|--:|"]
    rows = {(row["engine"], row["language"], row["quality"]): row for row in measured["hearing"]}
    for engine, language, quality in rows:
        if quality == "clean":
            clean, phone = rows[engine, language, "clean"], rows[engine, language, "phone"]
            lines.append(
                f"| {engine} | {language} | {clean['clips']} | {clean['error']:.2f} | {phone['error']:.2f} "
                f"| {phone['cpu_factor']:.2f} | {phone['seconds_median']:.2f} s |"
            )
    told, activity = measured["identified"], measured["activity_microseconds"]
    lines.append(
        f"\nLanguage told rightly by Whisper at telephone quality: {told['right']} of {told['of']} clips. "
        f"Voice activity: {activity['voice']:.0f} µs a frame of 20 ms while someone speaks (gate and confirmation), "
        f"{activity['silence']:.0f} µs in silence (gate alone).\n"
    )
    lines += [
        f"Whisper, cores for an utterance: {row['threads']}, utterances at once: {row['workers']}; a clip takes "
        f"{row['seconds_alone']:.2f} s alone; when four wait, {row['utterances_a_second']:.1f} a second are done.\n"
        for row in measured.get("together", [])
    ]
    lines += [
        "## Speaking\n",
        "| language | voice | error phone | worst clause | CPU s a second | short clause, CPU s |",
    ]
    lines += ["|---|---|--:|--:|--:|--:|"]
    for row in measured["speaking"]:
        lines.append(
            f"| {row['language']} | {row['engine']} ({row['voice']}) | {min(1.0, row['error']):.2f} "
            f"| {min(1.0, row['worst_error']):.2f} | {row['cpu_factor']:.2f} | {row['short_clause_cpu_seconds']:.2f} |"
        )
    lines += ["\n## Memory\n", "| engine | language | loaded | after one use |", "|---|---|--:|--:|"]
    for row in measured["memory"]:
        lines.append(f"| {row['engine']} | {row['language']} | {row['loaded_mb']} MB | +{row['use_mb']} MB |")
    return "\n".join([*lines, _METHOD])


_INTRODUCTION = """# Hearing and speaking: measured

Written by `.venv/bin/python -m benchmarks.speech` on {day}. {machine}.
Only engines whose models are on the machine are in the tables; what was never heard here is listed in
[hearing and speaking](howto/speech.md).
"""
_METHOD = """
## How it is measured

- **Error** is the character error rate without punctuation, spaces and case, after the tidying that the assistant's
  input gets (figures, simplified characters). "Phone" is 8 kHz and G.711 A-law.
- **Hearing** is measured on one or two public recordings of people a language: enough to see that an engine works and
  which is better, not enough for a second decimal.
- **Speaking** is measured by hearing ten of the line's prompts back with Whisper at telephone quality. It counts
  Whisper's mistakes too; no person listened.
- **CPU** is processor time of the process and its programs, so that other load does not count (festival stays resident
  and is not in it: 0.05 to 0.1 s a second by the clock). "Answer after" is the median time on the clock for a whole
  clip fed at once; on a call Vosk hears along, so that only Whisper's part remains.
- **Memory** is the resident set of a process of its own: after loading, and what one utterance adds.
"""


def _say(text: str) -> None:
    print(f"benchmarks: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
