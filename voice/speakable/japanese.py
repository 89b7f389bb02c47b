"""How Japanese says figures: 十二月四日十八時; counters are read by the voice, which knows よっか and はつか."""

from __future__ import annotations

import re

from voice.speakable.cardinals import japanese
from voice.speakable.parts import Clock, Date, Speech

_DIGIT = "零一二三四五六七八九"
_UNITS = {
    "km": "キロメートル", "m²": "平方メートル", "㎡": "平方メートル", "m": "メートル", "cm": "センチ",
    "kg": "キログラム", "℃": "度", "dB": "デシベル",
}  # fmt: skip
_UNIT = re.compile(rf"(?<=\d) ?({'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?![A-Za-z])")


def _date(date: Date, before: str) -> str:
    year = f"{japanese(date.year)}年" if date.year else ""
    return f"{year}{japanese(date.month)}月" + (f"{japanese(date.day)}日" if date.day else "")


def _clock(clock: Clock, before: str) -> str:
    return f"{japanese(clock.hour)}時" + (f"{japanese(clock.minute)}分" if clock.minute else "")


def _number(number: int, before: str, behind: str) -> str:
    return japanese(number)


def _decimal(whole: str, fraction: str) -> str:
    return f"{japanese(int(whole))}点" + "".join(_DIGIT[int(one)] for one in fraction)


SPEECH = Speech(
    date=_date,
    clock=_clock,
    number=_number,
    decimal=_decimal,
    joint="から",
    first=(
        (re.compile(r"(?<=\d) ?[%％]"), "パーセント"),
        (re.compile(r"[¥￥] ?(\d[\d,]*(?:\.\d+)?)"), r"\1元"),
        (_UNIT, lambda found: _UNITS[found[1]]),
        (re.compile(r"№ ?|No\. ?(?=\d)"), "番号"),
    ),
    last=((re.compile(r"[（(]"), "、"), (re.compile(r"[）)](?![。、])"), "、"), (re.compile(r"[）)]"), "")),
)
