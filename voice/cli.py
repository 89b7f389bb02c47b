"""`hotline voice doctor|render|timeline|recordings`: the telephone line's hearing and speaking on this machine.

Engines are imported by the commands that need them, so that `hotline` itself stays quick.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
import time
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

from hotline.errors import CommandFailed
from hotline.settings import load
from voice import recordings_cli

_LANGUAGES = ("zh", "en", "ja", "ko", "ru")
_SAYS_EVERY_SECONDS = 30.0


def mount(subparsers: Any) -> None:
    """Adds `voice` to the command."""
    parser = subparsers.add_parser("voice", help="check the telephone line's hearing and speaking, render its prompts")
    commands = parser.add_subparsers(dest="voice_command", required=True, metavar="COMMAND")
    doctor = commands.add_parser("doctor", help="which engine hears and speaks each language, how fast and how well")
    doctor.add_argument("--language", action="append", choices=_LANGUAGES, help="only these")
    doctor.add_argument("--quick", action="store_true", help="only the first voice of each language")
    doctor.add_argument("--json", action="store_true", help="one JSON object a language")
    doctor.set_defaults(run=_doctor)
    render = commands.add_parser("render", help="speak all fixed texts ahead")
    render.add_argument("--language", action="append", choices=_LANGUAGES, help="only these")
    render.add_argument("--prompts", action="store_true", help="only the line's own prompts, not the bot's replies")
    render.add_argument(
        "--numbers", action="store_true", help="also all groups of digits of ticket numbers (2,000 a language)"
    )
    render.add_argument("--again", action="store_true", help="also what is rendered already")
    render.set_defaults(run=_render)
    timeline = commands.add_parser("timeline", help="what happened in a call, and how long each answer took")
    timeline.add_argument("call", metavar="CALL", help="its name, the beginning of it, or its timeline.json")
    timeline.add_argument("--svg", metavar="FILE", help="draw it as a picture")
    timeline.add_argument("--json", action="store_true", help="all events as JSON")
    timeline.set_defaults(run=_timeline)
    recordings_cli.mount(commands)


def _doctor(arguments: argparse.Namespace) -> int:
    from voice.bootstrap_speech import hearing, voices
    from voice.doctor import examine, report

    settings = load()
    checks = []
    ears, mouths = hearing(settings), voices(settings, keep=False)
    for language in arguments.language or _LANGUAGES:
        print(f"examining {language} ...", file=sys.stderr, flush=True)
        checks += examine(ears, mouths, [language], arguments.quick)
    if arguments.json:
        for one in checks:
            print(json.dumps(one.as_row(), ensure_ascii=False))
    else:
        print(report(checks))
    return 0 if all(one.usable for one in checks) else 1


def _render(arguments: argparse.Namespace) -> int:
    from hotline.file_lock import file_lock
    from voice.bootstrap_speech import RESPONSES, reply_values, voices
    from voice.prompts import SAID_FIRST
    from voice.render import number_pieces, prompt_clauses, quick_first, render, reply_clauses

    settings = load()
    made = voices(settings, keep=False)
    failed = 0
    languages = []
    for language in arguments.language or _LANGUAGES:
        if made.chain.voices[language]:
            languages.append(language)
            continue
        print(f"hotline: no voice of {language} is installed: hotline voice doctor", file=sys.stderr)
        failed += 1
    languages = quick_first(languages, made.chain.voices)
    rounds = ["prompts"] if arguments.prompts else ["all"]
    if not arguments.prompts and not arguments.again:
        rounds.insert(0, "first")  # what nearly every call says, in all languages, before the slow voices say the rest
    rounds += ["numbers"] if arguments.numbers else []
    for wanted, language in product(rounds, languages):
        values = reply_values(settings, language)
        replies, numbers = reply_clauses(RESPONSES, language, values), number_pieces(made.prompts, language)
        texts = {
            "prompts": [],
            "first": reply_clauses(RESPONSES, language, values, SAID_FIRST),
            "all": replies,
            "numbers": numbers,
        }[wanted]
        texts = list(dict.fromkeys([*prompt_clauses(made.prompts, language), *texts]))
        order = made.chain.voices[language]
        with file_lock(settings.path("SPEECH_DIR") / "rendered" / f"{language}.lock"):
            done = render(texts, language, order, made.rendered, arguments.again, _Progress(), [*replies, *numbers])
        print(
            f"{language}: {done.new} rendered by {done.engine}, {done.kept} were there, {len(done.failed)} failed",
            flush=True,
        )
        failed += len(done.failed)
    if failed:
        raise CommandFailed("some texts could not be rendered; the lines above say which language")
    return 0


def _timeline(arguments: argparse.Namespace) -> int:
    from voice.timeline import Timeline, find, replies
    from voice.timeline_picture import picture

    path = find(load(), arguments.call)
    if path is None:
        raise CommandFailed(f"no call of that name is kept: {arguments.call}")
    _noted(path)
    timeline = Timeline.load(path)
    if arguments.svg:
        Path(arguments.svg).write_text(picture(timeline), "utf-8")
        print(arguments.svg)
    elif arguments.json:
        print(json.dumps(timeline.to_json(), ensure_ascii=False, indent=1))
    else:
        for event in timeline.events:
            values = " ".join(f"{name}={value}" for name, value in event.values.items())
            print(f"{event.at_seconds:8.2f} s  {event.kind:<18} {values}")
        for reply in replies(timeline.events):
            print(
                f"answer after {reply.whole:.2f} s: pause {reply.pause:.2f}, recognition {reply.recognition:.2f}, "
                f"thinking {reply.thinking:.2f}, voice {reply.voice:.2f}"
            )
    return 0


def _noted(path: Path) -> None:
    """What was said stands in a timeline, so reading one is written down like listening."""
    from voice.recordings import note_access
    from voice.timeline import calls_folder

    calls = calls_folder(load())
    if calls.resolve() in path.resolve().parents:
        row = {"by": getpass.getuser(), "reason": "timeline", "call": path.parent.name, "how": "timeline"}
        note_access(calls, {"at": datetime.now(UTC).isoformat(), **row})


class _Progress:
    """Says how far it is: on a terminal in one line that changes, else in a line every half minute."""

    def __init__(self) -> None:
        self._said_at = time.monotonic()

    def __call__(self, text: str) -> None:
        if sys.stderr.isatty():
            done, _, whole = text.partition(" of ")
            end = "\r\033[K" if done.rsplit(" ", 1)[-1] == whole else ""
            print(f"\r\033[K{text}{end}", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - self._said_at >= _SAYS_EVERY_SECONDS:
            self._said_at = time.monotonic()
            print(text, file=sys.stderr, flush=True)
