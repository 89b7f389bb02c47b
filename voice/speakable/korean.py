"""How Korean says figures: 십이월 사일 십팔 시; 두 번, 세 시간 with native numbers before native counters."""

from __future__ import annotations

import re

from voice.speakable.cardinals import korean, korean_native
from voice.speakable.parts import Clock, Date, Speech

# Native numbers stand before these; 번 only when it counts times (두 번), not as a label (1번 출구).
_NATIVE = re.compile(
    r"\s?(?:시간|시(?![장청민설])|개(?!월)|명|곳|가지|달|살|번째|마리|대(?![로학])|군데|배(?!송)|장|채|잔|권|통|그루|사람)"
)
_UNITS = {
    "km": "킬로미터", "m²": "제곱미터", "㎡": "제곱미터", "m": "미터", "cm": "센티미터", "kg": "킬로그램",
    "℃": "도", "dB": "데시벨",
}  # fmt: skip
_UNIT = re.compile(rf"(?<=\d) ?({'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?![A-Za-z])")
_MONTHS = {6: "유", 10: "시"}


def _date(date: Date, before: str) -> str:
    year = f"{korean(date.year)}년 " if date.year else ""
    month = f"{_MONTHS.get(date.month) or korean(date.month)}월"
    return f"{year}{month}" + (f" {korean(date.day)}일" if date.day else "")


def _clock(clock: Clock, before: str) -> str:
    hour = korean(clock.hour) if clock.hour > 12 or clock.hour == 0 else korean_native(clock.hour)
    return f"{hour} 시" + (f" {korean(clock.minute)} 분" if clock.minute else "")


def _number(number: int, before: str, behind: str) -> str:
    if 0 < number < 100 and _NATIVE.match(behind):
        space = "" if behind.startswith(" ") else " "
        return korean_native(number) + space
    return korean(number)


def _decimal(whole: str, fraction: str) -> str:
    return f"{korean(int(whole))} 점 " + " ".join(korean(int(one)) for one in fraction)


SPEECH = Speech(
    date=_date,
    clock=_clock,
    number=_number,
    decimal=_decimal,
    joint="에서 ",
    first=(
        (re.compile(r"(?<=\d) ?[%％]"), "퍼센트"),
        (re.compile(r"[¥￥] ?(\d[\d,]*(?:\.\d+)?)"), r"\1위안"),
        (_UNIT, lambda found: _UNITS[found[1]]),
        (re.compile(r"№ ?|No\. ?(?=\d)"), "번호 "),
    ),
    last=((re.compile(r"\s?\("), ", "), (re.compile(r"\)(?=[이가은는을를의에로도.,])"), ""), (re.compile(r"\)"), ", ")),
)
