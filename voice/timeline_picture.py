"""A call's timeline as a picture: who spoke when, what was understood, what each answer took. SVG, no library.

It draws what the timeline holds; nothing is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from voice.timeline import Timeline, replies

_PIXELS_A_SECOND = 60
_LEFT, _ROW, _TOP = 90, 44, 40
_ROWS = ("caller", "understood", "assistant", "events")
_STAGES = (("pause", "#c8c8c8"), ("recognition", "#7aa6d8"), ("thinking", "#e0b060"), ("voice", "#7fbf7f"))
_OTHER = {"key", "silence", "transfer", "transferred", "hang_up", "prompt_stopped", "prompt_goes_on", "recording"}
_TEXT_MOST = 60
_WIDE_PIXELS, _NARROW_PIXELS = 12.0, 6.7


def picture(timeline: Timeline) -> str:
    """The picture."""
    last = max((event.at_seconds for event in timeline.events), default=0.0) + 1
    width, height = _LEFT + round(last * _PIXELS_A_SECOND) + 20, _TOP + _ROW * (len(_ROWS) + 1) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-size="12" '
        'font-family="sans-serif">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="8" y="18">{escape(timeline.call_id)} · {escape(timeline.caller)} · '
        f"{escape(timeline.started_at.isoformat(timespec='seconds'))}</text>",
        *_axis(last, height),
        *(f'<text x="8" y="{_y(row) + 20}" fill="#555">{row}</text>' for row in _ROWS),
        *_caller(timeline),
        *_assistant(timeline, last),
        *_others(timeline),
        *_replies(timeline),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(seconds: float) -> float:
    return round(_LEFT + seconds * _PIXELS_A_SECOND, 1)


def _y(row: str) -> int:
    return _TOP + _ROW * _ROWS.index(row)


def _axis(last: float, height: int) -> Iterator[str]:
    for second in range(int(last) + 1):
        x, label = _x(second), second % 5 == 0
        yield f'<line x1="{x}" y1="{_TOP - 8}" x2="{x}" y2="{height - 24}" stroke="{"#ddd" if label else "#f2f2f2"}"/>'
        if label:
            yield f'<text x="{x}" y="{height - 8}" fill="#777">{second} s</text>'


def _bar(row: str, start: float, end: float, colour: str, text: str = "") -> str:
    width = max(round((end - start) * _PIXELS_A_SECOND, 1), 2)
    title = f"<title>{escape(text)}</title>" if text else ""
    return f'<rect x="{_x(start)}" y="{_y(row)}" width="{width}" height="28" rx="3" fill="{colour}">{title}</rect>'


def _caption(row: str, at: float, text: str, until: float | None = None) -> str:
    """A text beginning at a moment; with `until` it is cut where its bar ends."""
    room = _TEXT_MOST if until is None else _fitting(text, (until - at) * _PIXELS_A_SECOND - 6)
    short = text if len(text) <= room else text[: max(0, room - 1)] + "…"
    return f'<text x="{_x(at) + 3}" y="{_y(row) + 19}">{escape(short)}</text>'


def _fitting(text: str, pixels: float) -> int:
    """How many characters of a text fit."""
    for count, character in enumerate(text):
        pixels -= _WIDE_PIXELS if character >= "\u2e80" else _NARROW_PIXELS
        if pixels < 0:
            return count
    return len(text)


def _caller(timeline: Timeline) -> Iterator[str]:
    began: float | None = None
    for event in timeline.events:
        if event.kind == "speech_began":
            began = float(event.values.get("began", event.at_seconds))
        elif event.kind == "speech_ended" and began is not None:
            yield _bar("caller", began, float(event.values.get("spoken_until", event.at_seconds)), "#5b8bd0")
            began = None
        elif event.kind == "heard":
            text = str(event.values.get("text", ""))
            yield _caption("understood", event.at_seconds, text or "(nothing)")


def _assistant(timeline: Timeline, last: float) -> Iterator[str]:
    text, sounding = "", None
    for event in timeline.events:
        if event.kind == "prompt":
            text = str(event.values.get("text", ""))
        elif event.kind == "prompt_heard" or (event.kind == "prompt_goes_on" and text):
            sounding = event.at_seconds
        elif event.kind in ("prompt_stopped", "prompt_finished", "prompt_interrupted") and sounding is not None:
            yield from _said(sounding, event.at_seconds, text)
            sounding = None
    if sounding is not None:
        yield from _said(sounding, last, text)


def _said(began: float, ended: float, text: str) -> Iterator[str]:
    yield _bar("assistant", began, ended, "#8cc78c80", text)
    yield _caption("assistant", began, text, ended)


def _others(timeline: Timeline) -> Iterator[str]:
    y = _y("events")
    for event in timeline.events:
        if event.kind not in _OTHER:
            continue
        details = [str(event.values[name]) for name in ("key", "target", "outcome", "reason") if name in event.values]
        text, x = " ".join([event.kind.replace("_", " "), *details]), _x(event.at_seconds)
        yield f'<line x1="{x}" y1="{y}" x2="{x}" y2="{y + 10}" stroke="#a33"/>'
        yield f'<text x="{x}" y="{y + 22}" fill="#a33" font-size="10">{escape(text)}</text>'


def _replies(timeline: Timeline) -> Iterator[str]:
    y = _TOP + _ROW * len(_ROWS)
    yield f'<text x="8" y="{y + 18}" fill="#555">answer</text>'
    for reply in replies(timeline.events):
        at = reply.at_seconds
        for stage, colour in _STAGES:
            took = float(getattr(reply, stage))
            width = max(round(took * _PIXELS_A_SECOND, 1), 0.5)
            yield (
                f'<rect x="{_x(at)}" y="{y}" width="{width}" height="24" fill="{colour}">'
                f"<title>{stage} {took:.2f} s</title></rect>"
            )
            at += took
        yield f'<text x="{_x(at) + 4}" y="{y + 17}">{reply.whole:.2f} s</text>'
