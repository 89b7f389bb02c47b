"""Japanese time words: 昨日の午後8時半ごろ, 先週の金曜日, 三日前, 3日間, 月曜から, おととい.

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

_N = r"(?:\d{1,3}|[〇零一二三四五六七八九十]{1,4})"
_DAYS = {
    "今日": 0, "きょう": 0, "本日": 0, "昨日": -1, "きのう": -1, "さくじつ": -1, "一昨日": -2, "おととい": -2,
    "おとつい": -2, "一昨昨日": -3,
    "さきおととい": -3, "明日": 1, "あした": 1, "あす": 1, "明後日": 2, "あさって": 2,
}  # fmt: skip
_DAY_PARTS: dict[str, tuple[int, Part]] = {
    "今朝": (0, "morning"), "けさ": (0, "morning"), "今晩": (0, "evening"), "今夜": (0, "evening"),
    "昨夜": (-1, "evening"),
    "昨晩": (-1, "evening"), "ゆうべ": (-1, "evening"), "夕べ": (-1, "evening"), "一昨夜": (-2, "evening"),
    "昨朝": (-1, "morning"),
    "明朝": (1, "morning"), "明晩": (1, "evening"),
}  # fmt: skip
_PARTS: dict[str, Part] = {
    "未明": "dawn", "明け方": "dawn", "早朝": "morning", "朝方": "morning", "朝": "morning", "午前中": "morning",
    "お昼": "noon", "昼過ぎ": "afternoon",
    "昼間": "afternoon", "昼": "noon", "夕方": "evening", "夜中": "night", "真夜中": "night", "深夜": "night",
    "夜": "evening", "晩": "evening",
}  # fmt: skip
_WEEK = {"先々週": -2, "先週": -1, "今週": 0, "来週": 1, "再来週": 2}
_MONTHS = {"先々月": -2, "先月": -1, "今月": 0, "来月": 1}
_YEARS = {"一昨年": -2, "おととし": -2, "昨年": -1, "去年": -1, "今年": 0, "来年": 1}
_UNITS: dict[str, Unit] = {
    "分": "minute", "時間": "hour", "日": "day", "週間": "week", "か月": "month", "ヶ月": "month", "カ月": "month",
    "ヵ月": "month",
    "ケ月": "month", "箇月": "month", "年": "year",
}  # fmt: skip
_UNIT = r"(?P<unit>分|時間|日|週間|[かヶカヵケ箇]月|年)"
_WORD_DAYS = {"ふつか": 2, "二日": 2, "みっか": 3, "よっか": 4}
_AMOUNT = rf"(?P<amount>{_N}(?:\.\d)?|半)"
_ABOUT = r"(?:ほど|くらい|ぐらい|近く|以上)?"
_LASTING = r"(?:間|も|目|ずっと|続|つづ|ほど|くらい|ぐらい|以上|近く|経|たち|たっ|前から)"


def _length(match: re.Match[str]) -> tuple[float, Unit] | None:
    unit = _UNITS[match["unit"]]
    if match["amount"] == "半":
        return {"日": (0.5, "day"), "年": (6.0, "month"), "時間": (0.5, "hour")}.get(match["unit"])  # type: ignore[return-value]
    value = amount(match["amount"], "ja")
    return None if value is None else (value + (0.5 if match["half"] else 0), unit)


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
    year = number(match["year"], "ja")
    if match["reiwa"]:
        year = 2018 + (1 if match["reiwa"] == "元" else number(match["reiwa"], "ja") or 1)
    return calendar(_text(year), _text(number(match["month"], "ja")), _text(number(match["day"], "ja")))


def _clock(match: re.Match[str]) -> Facts | None:
    hour = number(match["hour"], "ja")
    if hour is None or hour > 24:
        return None
    minute = 30 if match["half"] else number(match["minute"], "ja")
    half = match["meridiem"]
    if half == "午後" and hour > 12:
        half = None
    return Facts(hour=hour, minute=minute, meridiem=None if half is None else "am" if half == "午前" else "pm")


def _weekday(match: re.Match[str]) -> Facts:
    rule = match["rule"]
    day = "月火水木金土日".index(match["day"])
    return Facts(weekday=day, weekday_rule=None if rule is None else "last" if rule == "前" else "next")


def _day(match: re.Match[str]) -> Facts | None:
    day = number(match["day"], "ja")
    return None if day is None or not 1 <= day <= 31 else Facts(day=day)


@lru_cache(maxsize=1)
def rules() -> RuleTable:
    """Make the table on first use."""
    named_hour = _N.replace("(?:", "(?P<hour>", 1)
    lasting_days = {
        f"{word}{tail}": Facts(span=(n, "day")) for word, n in _WORD_DAYS.items() for tail in ("間", "も", "かん", "目")
    }
    return RuleTable(
        [
            *common_rules(day_first=False),
            Rule(rf"{_AMOUNT}{_UNIT}(?P<half>半)?{_ABOUT}前(?!から)(?:に)?", _ago),
            Rule(rf"{_AMOUNT}{_UNIT}(?P<half>半)?後(?:に)?", _later),
            Rule(
                rf"(?<![第毎\d〇零一二三四五六七八九十月]){_AMOUNT}(?P<unit>時間|週間|[かヶカヵケ箇]月)(?P<half>半)?"
                rf"(?!以内|ごと|おき|に一|に1)(?:間|も|目|ほど|くらい|ぐらい|以上|近く|前から)?",
                _span,
            ),
            Rule(
                rf"(?<![第毎\d〇零一二三四五六七八九十月]){_AMOUNT}{_UNIT}(?P<half>半)?(?={_LASTING})(?:間|も|目|ほど"
                rf"|くらい|ぐらい|以上|近く|前から)?(?!以内|ごと|おき)",
                _span,
            ),
            words(lasting_days | {f"{word}前": Facts(ago=(n, "day")) for word, n in _WORD_DAYS.items()}),
            Rule(
                rf"(?:(?<!\d)(?P<year>\d{{4}}|[〇零一二三四五六七八九]{{4}})年|令和(?P<reiwa>{_N}|元)年)?\s?"
                rf"(?P<month>{_N})\s?月(?:\s?(?P<day>{_N})\s?日|(?:の)?(?:初め|末|上旬|中旬|下旬)?)(?!間)",
                _date,
            ),
            Rule(r"(?<!\d)(?P<year>20\d\d)年", lambda m: calendar(m["year"], None, None)),
            words(
                {
                    word: Facts(instant=True)
                    for word in ("さっき", "さきほど", "先ほど", "先程", "たった今", "ついさっき", "今しがた", "ただ今")
                }
            ),
            words(
                {word: Facts(day_shift=shift, part=part) for word, (shift, part) in _DAY_PARTS.items()},
                after="(?![食刊顔])",
            ),
            words({word: Facts(day_shift=shift) for word, shift in _DAYS.items()}),
            words({word: Facts(week_shift=shift) for word, shift in _WEEK.items()}, after="(?:末)?"),
            words(
                {word: Facts(month_shift=shift) for word, shift in _MONTHS.items()},
                after="(?:の?(?:初め|半ば|中頃)|末|上旬|中旬|下旬)?",
            ),
            words({word: Facts(year_shift=shift) for word, shift in _YEARS.items()}, after="(?!度)"),
            Rule(r"(?:(?P<rule>前|次)の)?(?P<day>[月火水木金土日])曜日?", _weekday),
            Rule(
                rf"(?P<meridiem>午前|午後)?(?:の)?\s?(?<![\d.]){named_hour}\s?時(?!間|代|期|刻)(?:(?P<half>半)|\s?"
                rf"(?P<minute>{_N})\s?分(?!間))?"
                r"(?:ごろ|頃|ころ|すぎ|過ぎ|くらい|ぐらい|前|ちょうど|丁度)?",
                _clock,
            ),
            words({"正午": Facts(hour=12, meridiem="pm"), "午前零時": Facts(hour=0), "零時": Facts(hour=0)}),
            Rule(rf"(?<![\d第毎〇零一二三四五六七八九十])(?P<day>{_N})日(?![本間目中前後ごお以曜常程記])", _day),
            words({"午前": Facts(part="morning", weak=True), "午後": Facts(part="afternoon", weak=True)}),
            words(
                {word: Facts(part=part, weak=True) for word, part in _PARTS.items()},
                after="(?:ごろ|頃)?(?![食刊顔礼市寝])",
            ),
            words(
                {"今": Facts(instant=True, weak=True), "いま": Facts(instant=True, weak=True)},
                after="(?![回度後年月週日])",
            ),
            words(
                {
                    "から": Facts(since=True, weak=True),
                    "以来": Facts(since=True, weak=True),
                    "以降": Facts(since=True, weak=True),
                }
            ),
        ],
        connector=r"[\s、,]{0,2}(?:の|は|に|で|だいたい|大体|約|たぶん|多分|ごろ|頃|です)?(?:の)?[\s、,]{0,2}(?:だいたい|大体|約|たぶん|多分)?",
    )
