"""`hotline voice render`: speaks everything fixed ahead, so that it is on the line at once and without any engine.

Fixed are the line's own prompts and those clauses of the bot's replies that have no value in them. What is rendered
already by the same voice is left, so it goes on where it was broken off; what is said no more is removed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from voice.errors_speech import SpeechError
from voice.ports_speech import SpeechSynthesizer
from voice.prompts import Prompts, response_texts
from voice.speakable.rules import speakable
from voice.tts.clauses import clauses
from voice.tts.kokoro import KokoroVoice
from voice.tts.rendered import RenderedSpeech
from voice.tts.saying import paced
from voice.tts.speaker import pieces

Say = Callable[[str], None]
_FILING = ("complaint.yml",)


@dataclass(frozen=True)
class Rendered:
    """What came of a language."""

    language: str
    engine: str
    new: int
    kept: int
    failed: tuple[str, ...]


def quick_first(languages: Iterable[str], voices: Mapping[str, Sequence[SpeechSynthesizer]]) -> list[str]:
    """Languages in the order to render: what takes a minute does not wait behind what takes half an hour."""
    return sorted(languages, key=lambda language: voices[language][0].name == KokoroVoice.name)


def prompt_clauses(prompts: Prompts, language: str) -> list[str]:
    """The clauses of the line's own prompts that have no value in them."""
    return _fixed(prompts.texts[language].values(), language)


def reply_clauses(
    responses: Path,
    language: str,
    values: Mapping[str, Sequence[str]] | None = None,
    files: Collection[str] | None = None,
) -> list[str]:
    """The clauses of the bot's replies on the telephone that have no value in them, or one of a few known ones.

    Args:
        values: all that can stand in a place, as `first_category`: the names of the categories.
        files: only the replies in these files of responses.
    """
    texts = response_texts(responses, language, files)
    found = dict.fromkeys(_fixed(texts, language))
    for name, known in (values or {}).items():
        place = f"{{{name}}}"
        asked = [text for text in texts if place in text and text.count("{") == 1]
        filled = [text.replace(place, value) for text in asked for value in known]
        found |= dict.fromkeys(_fixed(filled, language))
    return list(found)


def number_pieces(prompts: Prompts, language: str) -> list[str]:
    """All ends a ticket's number can have, as the line says them: two groups of three digits each."""
    found: dict[str, None] = {}
    for group in range(1000):
        number = f"20260101{2 * f'{group:03}'}"
        for clause in clauses(prompts.text("ticket_number", language, number=number), language):
            cut = pieces(clause, language)
            found |= dict.fromkeys(cut[-2:] if len(cut) > 2 else ())
    return list(found)


def number_beginnings(prompts: Prompts, responses: Path, language: str, day: date) -> list[str]:
    """What is said before the last figures of a ticket that is filed on a day: the same for all tickets of it."""
    number = f"{day:%Y%m%d}000000"
    texts = [prompts.texts[language]["ticket_number"], *response_texts(responses, language, _FILING)]
    found: dict[str, None] = {}
    for text in texts:
        before: list[str] = []
        for clause in clauses(text, language):
            if "{number}" in clause and clause.count("{") == 1:
                found |= dict.fromkeys([*before, *pieces(clause.format(number=number), language)[:-2]])
            if "{" in clause:
                break
            before.append(clause)
    return list(found)


def render(
    texts: Sequence[str],
    language: str,
    voices: Sequence[SpeechSynthesizer],
    rendered: RenderedSpeech,
    again: bool = False,
    say: Say = lambda _: None,
    also_said: Collection[str] = (),
) -> Rendered:
    """Renders clauses with the first voice; a clause that it fails on is left to the next one.

    Args:
        texts: what is to be there afterwards, in the order it is made.
        again: also what is there.
        also_said: what stays when it is there, but is not made now; all else is removed.
    """
    first = voices[0] if voices else None
    new = kept = 0
    failed: list[str] = []
    rendered.keep_only(language, {*texts, *also_said})
    try:
        for number, text in enumerate(texts, 1):
            way = paced(first.voice(language), text, language) if first is not None else ""
            if first is not None and not again and rendered.has(text, language, first.name, way):
                kept += 1
                continue
            if _render_one(text, language, voices, rendered):
                new += 1
            else:
                failed.append(text)
            if new % 20 == 1:  # a line that is running takes it up from there
                rendered.save(language)
            say(f"{language}: {number} of {len(texts)}")
    finally:
        rendered.save(language)
    return Rendered(language, first.name if first else "none", new, kept, tuple(failed))


def _render_one(text: str, language: str, voices: Iterable[SpeechSynthesizer], rendered: RenderedSpeech) -> bool:
    for voice in voices:
        try:
            sound = voice.speak(speakable(text, language), language)
        except SpeechError:
            continue
        rendered.put(text, language, sound, voice.name, paced(voice.voice(language), text, language))
        return True
    return False


def _fixed(texts: Iterable[str], language: str) -> list[str]:
    found: dict[str, None] = {}
    for text in texts:
        for clause in clauses(text, language):
            if "{" not in clause and "}" not in clause:
                found[clause] = None
    return list(found)
