"""Chinese time words: 昨天晚上十一点多, 上周三, 11月3号, 三天了, 从周一开始.

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

_N = r"(?:\d{1,3}|[零〇一二两兩三四五六七八九十廿]{1,4})"
_DAYS = {
    "今天": 0, "今日": 0, "今儿": 0, "当天": 0, "昨天": -1, "昨日": -1, "昨儿": -1, "前天": -2, "前日": -2,
    "大前天": -3, "明天": 1, "明日": 1,
    "后天": 2, "後天": 2, "大后天": 3, "大後天": 3,
}  # fmt: skip
_PARTS: dict[str, Part] = {
    "凌晨": "dawn", "清晨": "morning", "一大早": "morning", "一早": "morning", "早上": "morning", "早晨": "morning",
    "上午": "morning",
    "早间": "morning", "中午": "noon", "正午": "noon", "下午": "afternoon", "午后": "afternoon", "傍晚": "evening",
    "晚上": "evening",
    "晚间": "evening", "夜里": "night", "夜裡": "night", "夜间": "night", "夜晚": "night", "半夜": "night",
    "大半夜": "night",
    "深夜": "night", "午夜": "night", "夜": "night",
}  # fmt: skip
_DAY_PARTS: dict[str, tuple[int, Part]] = {
    "今早": (0, "morning"), "今晨": (0, "morning"), "今晚": (0, "evening"), "今夜": (0, "night"),
    "昨晚": (-1, "evening"),
    "昨夜": (-1, "night"), "昨早": (-1, "morning"), "前晚": (-2, "evening"), "明早": (1, "morning"),
    "明晚": (1, "evening"),
}  # fmt: skip
_UNITS: dict[str, Unit] = {
    "分钟": "minute", "分鐘": "minute", "小时": "hour", "小時": "hour", "钟头": "hour", "鐘頭": "hour", "天": "day",
    "日": "day",
    "周": "week", "週": "week", "星期": "week", "礼拜": "week", "禮拜": "week", "月": "month", "年": "year",
}  # fmt: skip
_UNIT = r"(?P<unit>分钟|分鐘|小时|小時|钟头|鐘頭|天|周(?!年)|週|星期|礼拜|禮拜|(?<=[个個半多])月|年)"
_AMOUNT = rf"(?P<amount>{_N}(?:\.\d)?|半)\s?(?:来|多|几)?\s?(?P<half1>个半|個半|[个個])?(?:多)?(?P<half2>半)?"
_SHIFTS = {"上上": -2, "上": -1, "前": -1, "这": 0, "這": 0, "本": 0, "下": 1, "下下": 2}
_SHIFT = r"(?P<shift>上上|下下|[上下这這本])(?:一)?[个個]?"


def _length(match: re.Match[str]) -> tuple[float, Unit] | None:
    text = match["amount"]
    unit = _UNITS[match["unit"]]
    if text == "半":
        value: float | None = 0.5
    elif re.fullmatch("[一二两三四五六七八][二两三四五六七八九]", text):
        # 两三天, 三两天: the more it may be, the earlier it began
        value = max(amount(text[0], "zh") or 0, amount(text[1], "zh") or 0)
    else:
        value = amount(text, "zh")
    if value is None:
        return None
    half = "半" in (match["half1"] or "") or match["half2"] or match["half3"]
    value += 0.5 if half and text != "半" else 0
    if unit == "month" and value == 0.5:
        return 15, "day"
    return value, unit


def _ago(match: re.Match[str]) -> Facts | None:
    length = _length(match)
    return None if length is None else Facts(ago=length)


def _later(match: re.Match[str]) -> Facts | None:
    length = _length(match)
    return None if length is None else Facts(ago=(-length[0], length[1]))


def _span(match: re.Match[str]) -> Facts | None:
    length = _length(match)
    if length is None or (length[1] == "year" and length[0] > 50):
        return None
    habit = length in ((24, "hour"), (1, "day")) or length[1] in ("year", "minute")  # "open 24 hours", "once a day"
    return Facts(span=length, weak=habit and not match["done"])


def _date(match: re.Match[str]) -> Facts | None:
    year = number(match["year"], "zh")
    month, day = number(match["month"], "zh"), number(match["day"], "zh")
    return calendar(
        None if year is None else str(year), None if month is None else str(month), None if day is None else str(day)
    )


def _weekday(match: re.Match[str]) -> Facts | None:
    shift = match["shift"]
    day = "一二三四五六日天末".index(match["day"])
    return Facts(weekday={7: 6, 8: 5}.get(day, day), week_shift=None if shift is None else _SHIFTS[shift])


def _clock(match: re.Match[str]) -> Facts | None:
    hour = number(match["hour"], "zh")
    if hour is None or hour > 24:
        return None
    minute = 30 if match["half"] else number(match["minute"], "zh")
    if match["quarter"]:
        minute = 15 * (number(match["quarter"], "zh") or 1)
    vague = match["hour"] in ("一", "1") and not match["o"] and minute is None  # 一点 is also "a little"
    return Facts(hour=hour, minute=minute, weak=vague)


def _shifted(name: str) -> Rule:
    pattern = {"week": rf"{_SHIFT}(?:周|週|星期|礼拜|禮拜)(?!年)", "month": rf"{_SHIFT}月(?:份|初|底|中旬)?"}[name]

    def build(match: re.Match[str]) -> Facts:
        shift = _SHIFTS[match["shift"]]
        return Facts(week_shift=shift) if name == "week" else Facts(month_shift=shift)

    return Rule(pattern, build)


@lru_cache(maxsize=1)
def rules() -> RuleTable:
    """Make the table on first use."""
    day_parts = {word: Facts(day_shift=shift, part=part) for word, (shift, part) in _DAY_PARTS.items()}
    return RuleTable(
        [
            *common_rules(day_first=False),
            Rule(rf"{_AMOUNT}{_UNIT}(?P<half3>半)?(?:多)?\s?(?:以|之)?前(?![面门])", _ago),
            Rule(
                rf"(?:(?<![\d年])(?P<year>\d{{4}}|\d{{2}}|[〇零一二三四五六七八九]{{4}})\s?年)?\s?(?P<month>{_N})\s?月"
                rf"(?!份?[的]?票)份?"
                rf"(?:\s?(?P<day>{_N})(?:\s?[日号號]|(?![\d个個月点時时]))|(?:初|底|中旬)?(?P<none>))",
                _date,
            ),
            Rule(
                r"(?<!\d)(?P<year>20\d\d|二[〇零]二[〇零一二三四五六七八九])年(?!级)",
                lambda m: calendar(str(number(m["year"], "zh")), None, None),
            ),
            Rule(rf"(?<!第){_AMOUNT}{_UNIT}(?P<half3>半)?(?:以|之)?[后後](?!来|面)", _later),
            Rule(rf"(?<!第){_AMOUNT}{_UNIT}(?P<half3>半)?(?=[以之]?[内內])", lambda m: None),
            Rule(
                rf"(?<![第每隔\d零〇一二两三四五六七八九十]){_AMOUNT}{_UNIT}(?P<half3>半)?(?:多|左右)?(?P<done>了|啦"
                rf"|以来|以來)?"
                r"(?![\u4e00-\u9fff]?[一两]次|级|假|度|后|後|内|內|期|气|花|燃|到晚|中)",
                _span,
            ),
            words(
                {
                    "刚才": Facts(instant=True),
                    "刚刚": Facts(instant=True),
                    "剛才": Facts(instant=True),
                    "剛剛": Facts(instant=True),
                    "方才": Facts(instant=True),
                }
            ),
            words({"现在": Facts(instant=True, weak=True), "現在": Facts(instant=True, weak=True)}),
            words(day_parts, after="(?:上|间)?"),
            words({word: Facts(day_shift=shift) for word, shift in _DAYS.items()}),
            words(
                {
                    "今年": Facts(year_shift=0),
                    "去年": Facts(year_shift=-1),
                    "前年": Facts(year_shift=-2),
                    "明年": Facts(year_shift=1),
                }
            ),
            Rule(rf"(?:{_SHIFT})?(?:周|週|星期|礼拜|禮拜)(?P<day>[一二三四五六日天末])(?![个個年次])", _weekday),
            _shifted("week"),
            _shifted("month"),
            Rule(
                rf"(?<![\d路街道巷弄村线栋楼区院园苑城镇第里座期]){_N.replace('(?:', '(?P<day>', 1)}\s?(?:[号號]|日"
                rf"(?!常|报|本|语))"
                r"(?![线線楼院门門店出口车車机桌床房单元室栋码館馆厅井杆位工内內前以之灯樓])",
                lambda m: None if not 1 <= (number(m["day"], "zh") or 0) <= 31 else Facts(day=number(m["day"], "zh")),
            ),
            words({word: Facts(part=part, weak=True) for word, part in _PARTS.items()}),
            Rule(
                rf"(?<![\d.零〇一二三四五六七八九十第]){_N.replace('(?:', '(?P<hour>', 1)}\s?(?:点|點|时"
                rf"(?![间候段期常不而])|時(?![間候段期]))"
                rf"(?![点點儿建意要原疑问想内]|[建]议)(?P<o>钟|鐘|整)?(?:(?P<half>半)|(?P<quarter>[一三])刻|(?:过|零)?"
                rf"(?P<minute>{_N})(?:分(?!钟)|(?![\d个個天年月人块元])))?"
                r"(?:多|左右|前后|许|来钟)?",
                _clock,
            ),
            words(
                {
                    "从": Facts(opens=True, since=True, weak=True),
                    "自从": Facts(opens=True, since=True, weak=True),
                    "自": Facts(opens=True, since=True, weak=True),
                }
            ),
            words(
                {
                    "开始": Facts(since=True, weak=True),
                    "開始": Facts(since=True, weak=True),
                    "以来": Facts(since=True, weak=True),
                    "起": Facts(since=True, weak=True),
                    "到现在": Facts(since=True, weak=True),
                }
            ),
        ],
        connector=r"[\s,，、]{0,2}(?:的|大概|大约|大約|约|約|差不多|可能|应该是|是|在|那天|就|也就|左右|[(（])?[\s,，、]?(?:是|在)?[)）]?",
    )
