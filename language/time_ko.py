"""Korean time words: 어제 오후 여덟 시 반쯤, 지난주 금요일, 그저께, 사흘째, 3일 전, 월요일부터.

A table of rules for `times.py`; it resolves nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from language.time_facts import Facts, Part, Unit
from language.time_rules import (
    Rule,
    RuleTable,
    amount,
    calendar,
    common_rules,
    number,
    words,
)

_SINO = r"[영공일이삼사오육륙칠팔구십]{1,4}"
_NATIVE = r"(?:열\s?(?:한|두|하나|둘)|열|한|두|세|네|다섯|여섯|일곱|여덟|아홉|스물\s?네?)"
_N = rf"(?:\d{{1,3}}(?:\.\d)?|{_SINO}|{_NATIVE})"
_DAYS = {
    "오늘": 0, "금일": 0, "어제": -1, "어저께": -1, "그제": -2, "그저께": -2, "엊그제": -2, "엊그저께": -2,
    "그끄저께": -3, "그끄제": -3,
    "내일": 1, "모레": 2, "내일모레": 2, "글피": 3,
}  # fmt: skip
_DAY_PARTS: dict[str, tuple[int, Part]] = {
    "어젯밤": (-1, "evening"), "어제밤": (-1, "evening"), "간밤": (-1, "evening"), "지난밤": (-1, "evening"),
    "엊저녁": (-1, "evening"),
    "오늘밤": (0, "evening"), "오늘아침": (0, "morning"), "어제저녁": (-1, "evening"),
}  # fmt: skip
_PARTS: dict[str, Part] = {
    "새벽": "dawn", "이른 아침": "morning", "아침": "morning", "오전": "morning", "점심때": "noon", "점심": "noon",
    "낮": "noon", "한낮": "noon",
    "오후": "afternoon", "저녁": "evening", "초저녁": "evening", "밤": "evening", "밤늦게": "night", "한밤중": "night",
    "심야": "night",
}  # fmt: skip
_WEEK_SHIFTS = {"지지난": -2, "저저번": -2, "지난": -1, "저번": -1, "이번": 0, "금": 0, "다음": 1}
_NATIVE_DAYS = {
    "하루": 1,
    "이틀": 2,
    "사흘": 3,
    "나흘": 4,
    "닷새": 5,
    "엿새": 6,
    "이레": 7,
    "여드레": 8,
    "아흐레": 9,
    "열흘": 10,
    "보름": 15,
}
_UNITS: dict[str, Unit] = {
    "분": "minute", "시간": "hour", "일": "day", "주일": "week", "주": "week", "개월": "month", "달": "month",
    "년": "year", "해": "year",
}  # fmt: skip
_UNIT = r"(?P<unit>분|시간|일|주일|주|개월|달|년)"
_LASTING = (
    r"(?:째|\s?동안|\s?넘게|\s?이상|\s?정도\s?(?:됐|되었|지났)|이?나\s?(?:됐|되었|지났|지나|계속)|간(?!격)|이?\s?(?:됐"
    r"|되었|지났|지나|넘))"
)


def _length(match: re.Match[str]) -> tuple[float, Unit] | None:
    value = amount(match["amount"], "ko")
    return None if value is None else (value + (0.5 if match["half"] else 0), _UNITS[match["unit"]])


def _ago(match: re.Match[str]) -> Facts | None:
    length = _length(match)
    return None if length is None else Facts(ago=length)


def _later(match: re.Match[str]) -> Facts | None:
    length = _length(match)
    return None if length is None else Facts(ago=(-length[0], length[1]))


def _span(match: re.Match[str]) -> Facts | None:
    length = _length(match)
    return None if length is None else Facts(span=length)


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _date(match: re.Match[str]) -> Facts | None:
    month = {"유": 6, "시": 10}.get(match["month"]) or number(match["month"], "ko")
    return calendar(match["year"], _text(month), _text(number(match["day"], "ko")))


def _clock(match: re.Match[str]) -> Facts | None:
    hour = number(match["hour"].replace(" ", ""), "ko")
    if hour is None or hour > 24:
        return None
    return Facts(hour=hour, minute=30 if match["half"] else number(match["minute"], "ko"))


def _shifted(match: re.Match[str]) -> Facts:
    shift = _WEEK_SHIFTS[match["shift"]]
    return Facts(month_shift=shift) if match["unit"] == "달" else Facts(week_shift=shift)


def _weekday(match: re.Match[str]) -> Facts:
    rule = match["rule"]
    day = "월화수목금토일".index(match["day"])
    if rule is None or rule == "이번":
        return Facts(weekday=day)
    return Facts(weekday=day, weekday_rule="next" if rule == "다음" else "last")


def _day(match: re.Match[str]) -> Facts | None:
    day = number(match["day"], "ko")
    return None if day is None or not 1 <= day <= 31 else Facts(day=day)


@lru_cache(maxsize=1)
def rules() -> RuleTable:
    """Make the table on first use."""
    amounts = rf"(?<![가-힣\d.])(?P<amount>{_N}|반)\s?{_UNIT}(?P<half>\s?반)?"
    native: dict[str, Facts] = {}
    for word, days in _NATIVE_DAYS.items():
        native |= {f"{word} 전": Facts(ago=(days, "day")), f"{word}전": Facts(ago=(days, "day"))}
        native |= {
            f"{word}{tail}": Facts(span=(days, "day"))
            for tail in ("째", " 동안", "동안", "간", "이나", " 넘게", "나 됐", "이 지났")
        }
    native |= {


        "보름째": Facts(span=(15, "day")),
    }  # fmt: skip
    del native["하루이나"], native["하루이 지났"]
    instant = {word: Facts(instant=True) for word in ("방금 전", "방금", "아까", "조금 전", "좀 전", "금방 전")}
    years = {"작년": -1, "지난해": -1, "재작년": -2, "올해": 0, "금년": 0, "내년": 1}
    return RuleTable(
        [
            *common_rules(day_first=False),
            words(native),
            Rule(rf"{amounts}\s?(?:정도|쯤)?\s?전(?![기화체원])(?:에)?", _ago),
            Rule(rf"{amounts}\s?(?:후|뒤)(?:에)?", _later),
            Rule(rf"{amounts}{_LASTING}(?![기])", _span),
            Rule(
                rf"(?:(?<!\d)(?P<year>\d{{4}})\s?년)?\s?(?<![가-힣\d])(?P<month>\d{{1,2}}|[일이삼사오칠팔구]|유|시"
                rf"|십[일이]?)\s?월"
                rf"(?:\s?(?P<day>\d{{1,2}}|{_SINO})\s?일(?!째|간|동안|전)|(?=$|[\s에부초말,.]))(?:\s?(?:경|쯤))?",
                _date,
            ),
            Rule(r"(?<!\d)(?P<year>20\d\d)\s?년(?!째|간|전|\s전|\s동안)", lambda m: calendar(m["year"], None, None)),
            words(instant),
            words({word: Facts(day_shift=shift, part=part) for word, (shift, part) in _DAY_PARTS.items()}),
            words({word: Facts(day_shift=shift) for word, shift in _DAYS.items()}, before="(?<![가-힣])"),
            words({word: Facts(year_shift=shift) for word, shift in years.items()}),
            Rule(
                r"(?P<shift>지지난|저저번|지난|저번|이번|다음)\s?(?P<unit>주(?:말|일)?|달)(?![가-힣]{0,1}(?:인|민|차"
                r"|장))",
                _shifted,
            ),
            Rule(r"(?P<shift>금)(?P<unit>주)(?=$|\s)", _shifted),
            Rule(r"(?:(?P<rule>지난|저번|이번|다음)\s?)?(?P<day>[월화수목금토일])요일", _weekday),
            Rule(
                rf"(?<![가-힣\d.])(?P<hour>\d{{1,2}}|{_NATIVE}|{_SINO})\s?시(?=$|[^가-힣]|반|쯤|경|에|부터|까지|정도"
                rf"|이후|넘|이|가|께|즈음|였|인|로|의|{_SINO}\s?분)"
                rf"(?:\s?(?P<half>반)(?![가-힣])|\s?(?P<half2>반)(?=쯤|경|에|부터|정도|이|께|즈음)|\s?"
                rf"(?P<minute>\d{{1,2}}|{_SINO})\s?분(?!간|\s?동안))?(?:\s?(?:쯤|경|정도|께|즈음|넘어서?))?",
                _clock_either,
            ),
            words({"정오": Facts(hour=12, meridiem="pm"), "자정": Facts(hour=0)}),
            Rule(
                rf"(?<![가-힣\d.])(?P<day>\d{{1,2}}|{_SINO})\s?일(?=$|\s|[.,에날부경쯤])(?!\s?(?:전|동안|째|간|후|뒤"
                rf"|이내|넘게))",
                _day_strict,
            ),
            words({word: Facts(part=part, weak=True) for word, part in _PARTS.items()}, after="(?:에|쯤)?"),
            words({"지금": Facts(instant=True, weak=True), "현재": Facts(instant=True, weak=True)}),
            words(
                {
                    "부터": Facts(since=True, weak=True),
                    "이후로": Facts(since=True, weak=True),
                    "이래": Facts(since=True, weak=True),
                }
            ),
        ],
        connector=r"[\s,]{0,2}(?:에|의|쯤|경|약|한|대략|아마|그러니까)?[\s,]{0,2}(?:약|한|대략|아마)?\s?",
    )


def _clock_either(match: re.Match[str]) -> Facts | None:
    facts = _clock(match)
    if facts is not None and match["half2"]:
        return Facts(hour=facts.hour, minute=30)
    return facts


def _day_strict(match: re.Match[str]) -> Facts | None:
    """Read a day of the month in figures; in words alone (이 일: "this matter") only behind a month."""
    return _day(match) if match["day"].isdigit() else None
