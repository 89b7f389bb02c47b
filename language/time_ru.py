"""Russian time words: вчера около 8 вечера, в прошлую пятницу, 3 ноября, уже неделю, с понедельника.

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

_CARDINALS = (
    "один|одного|одну|одна|часу?|два|двух|две|тр(?:и|[её]х)|четыре|четыр[её]х|пят(?:ь|и)|шест(?:ь|и)|сем(?:ь|и)|восем"
    "(?:ь)|восьми"
    "|девят(?:ь|и)|десят(?:ь|и)|одиннадцат(?:ь|и)|двенадцат(?:ь|и)|тринадцат[ьи]|четырнадцат[ьи]|пятнадцат[ьи]"
    "|шестнадцат[ьи]"
    "|семнадцат[ьи]|восемнадцат[ьи]|девятнадцат[ьи]|(?:двадцат[ьи]|тридцат[ьи]|сорок|пятьдесят)(?: (?:один|два|двух"
    "|три|тр[её]х|четыре"
    "|пять|шесть|семь|восемь|девять))?"
)
_WORD_HOURS = _CARDINALS.replace("|часу?", "")
_N = rf"(?:\d{{1,3}}|{_WORD_HOURS})"
_ORDINALS = {
    "перв": 1, "втор": 2, "трет": 3, "четв[её]рт": 4, "пят": 5, "шест": 6, "седьм": 7, "восьм": 8, "девят": 9,
    "десят": 10,
    "одиннадцат": 11, "двенадцат": 12, "тринадцат": 13, "четырнадцат": 14, "пятнадцат": 15, "шестнадцат": 16,
    "семнадцат": 17, "восемнадцат": 18, "девятнадцат": 19, "двадцат": 20, "двадцать перв": 21, "двадцать втор": 22,
    "двадцать трет": 23, "двадцать четв[её]рт": 24, "двадцать пят": 25, "двадцать шест": 26, "двадцать седьм": 27,
    "двадцать восьм": 28, "двадцать девят": 29, "тридцат": 30, "тридцать перв": 31,
}  # fmt: skip
_ORDINAL = "(?:" + "|".join(sorted(_ORDINALS, key=len, reverse=True)) + ")(?:ого|ое|его|ье|ьего|ом|ьем)"
_HALF_HOUR = "(?:" + "|".join(stem for stem, value in _ORDINALS.items() if value <= 12) + ")(?:ого|ьего|его)"
_MONTHS = [
    "январ",
    "феврал",
    "март",
    "апрел",
    "ма[йяе]",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
]
_MONTH = (
    r"(?P<month>(?:январ|феврал|апрел|июн|июл|сентябр|октябр|ноябр|декабр)(?:я|ь|е)|(?:март|август)[ае]?|ма[йяе])\b"
)
_WEEKDAYS = (
    "понедельник(?:а|у)?", "вторник(?:а|у)?", "сред(?:а|у|ы)", "четверг(?:а|у)?", "пятниц(?:а|у|ы)", "суббот(?:а|у|ы)",
    "воскресень[еяю]",
)  # fmt: skip
_WEEKDAY = rf"(?P<day>{'|'.join(_WEEKDAYS)})\b"
_UNIT_NAMES: tuple[tuple[str, Unit], ...] = (
    ("минут", "minute"), ("час", "hour"), ("д", "day"), ("сут", "day"), ("недел", "week"), ("мес", "month"),
    ("год", "year"), ("лет", "year"),
)  # fmt: skip
_UNIT = r"(?P<unit>минут[уы]?|час(?:а|ов)?|день|дня|дней|сут(?:ки|ок)|недел[юяиь]|месяц(?:а|ев)?|года?|лет)\b"
_AMOUNT = rf"(?:(?P<amount>{_N}(?:[.,]\d)?|полтора|полторы|пол|пару|несколько)[ \-]?)?"
_PARTS: dict[str, Part] = {
    "ночью": "night", "утром": "morning", "рано утром": "morning", "с утра": "morning", "днём": "afternoon",
    "днем": "afternoon", "после обеда": "afternoon", "в обед": "noon", "вечером": "evening",
    "поздно вечером": "evening", "под утро": "dawn", "поздно ночью": "night", "среди ночи": "night",
    "под вечер": "evening",
}  # fmt: skip
_OF_DAY = {"утра": "am", "ночи": "night", "дня": "pm", "вечера": "pm", "пополудни": "pm"}
_OF = r"(?: (?P<of>утра|ночи|дня|вечера|пополудни)\b)?"
_AT = r"(?:в|во|около|часов в|примерно в|приблизительно в|где-то в|к|после|до|ближе к|с|от)"


def _ordinal(text: str) -> int | None:
    for stem, value in _ORDINALS.items():
        if re.fullmatch(f"(?:{stem})(?:ого|ое|его|ье|ьего|ом|ьем)", text):
            return value
    return None


def _date(match: re.Match[str]) -> Facts | None:
    month = next(i for i, stem in enumerate(_MONTHS, 1) if re.match(stem, match["month"]))
    day_text = match["day"] if "day" in match.re.groupindex else None
    day = (
        None if day_text is None else int(re.sub(r"\D", "", day_text)) if day_text[0].isdigit() else _ordinal(day_text)
    )
    return calendar(match["year"], str(month), None if day is None else str(day))


def _length(match: re.Match[str]) -> tuple[float, Unit] | None:
    unit = next(unit for start, unit in _UNIT_NAMES if match["unit"].startswith(start))
    text = match["amount"]
    vague = {None: 1.0, "полтора": 1.5, "полторы": 1.5, "пол": 0.5, "пару": 2.0, "несколько": 3.0}
    value = vague[text] if text in vague else amount(str(text).replace(",", "."), "ru")
    return None if value is None else (value, unit)


def _ago(match: re.Match[str]) -> Facts | None:
    length = _length(match)
    return None if length is None else Facts(ago=length)


def _later(match: re.Match[str]) -> Facts | None:
    length = _length(match)
    return None if length is None else Facts(ago=(-length[0], length[1]))


def _span(match: re.Match[str]) -> Facts | None:
    length = _length(match)
    return None if length is None else Facts(span=length)


def _nth(match: re.Match[str]) -> Facts | None:
    text = match["nth"]
    value = (
        int(re.sub(r"\D", "", text)) if text[0].isdigit() else _ordinal(re.sub("(?:ью|ья|ую|ий|ый|ой)$", "ого", text))
    )
    if value is None:
        value = {"третью": 3, "третий": 3, "третьи": 3, "вторые": 2, "вторую": 2}.get(text)
    unit = next(unit for start, unit in _UNIT_NAMES if match["unit"].startswith(start))
    return None if value is None else Facts(span=(value, unit))


def _weekday(match: re.Match[str]) -> Facts:
    day = next(i for i, name in enumerate(_WEEKDAYS) if re.fullmatch(name, match["day"]))
    rule = match["rule"]
    if rule is None or rule.startswith("эт"):
        return Facts(weekday=day)
    return Facts(weekday=day, weekday_rule="last" if rule.startswith("прошл") else "next")


def _shifted(match: re.Match[str]) -> Facts:
    shift = -1 if match["shift"].startswith(("прошл", "позапрошл")) else 0 if match["shift"].startswith("эт") else 1
    shift -= match["shift"].startswith("поза")
    unit = match["unit"]
    if unit.startswith("нед"):
        return Facts(week_shift=shift)
    return Facts(month_shift=shift) if unit.startswith("мес") else Facts(year_shift=shift)


def _of(hour: int, minute: int | None, of: str | None, weak: bool) -> Facts | None:
    if hour > 24 or (minute or 0) > 59:
        return None
    if of is None:
        return Facts(hour=hour, minute=minute, weak=weak)
    if of == "ночи":
        return Facts(hour=hour, minute=minute, meridiem="pm" if 8 <= hour <= 11 else "am")
    return Facts(hour=hour, minute=minute, meridiem="am" if of == "утра" else "pm")


def _hour(match: re.Match[str]) -> Facts | None:
    groups = match.re.groupindex
    hour_text = match["hour"] if "hour" in groups else "1"
    hour = 1 if hour_text in ("час", "часу") else number(hour_text, "ru")
    minute = number(match["minute"], "ru") if "minute" in groups else None
    return None if hour is None else _of(hour, minute, match["of"], weak="bare" in groups)


def _half(match: re.Match[str]) -> Facts | None:
    hour = _ordinal(match["hour"])
    return None if hour is None or hour > 12 else _of((hour - 1) or 12, 30, match["of"], False)


def _to(match: re.Match[str]) -> Facts | None:
    hour = 1 if match["hour"] == "час" else number(match["hour"], "ru")
    minutes = 15 if match["minutes"] == "четверти" else number(match["minutes"], "ru")
    if hour is None or minutes is None or not 1 <= minutes <= 59:
        return None
    return _of((hour - 1) or 12, 60 - minutes, match["of"], False)


def _dotted(match: re.Match[str]) -> Facts | None:
    if int(match["hour"]) > 24 or int(match["minute"]) > 59:
        return None
    return Facts(hour=int(match["hour"]), minute=int(match["minute"]))


@lru_cache(maxsize=1)
def rules() -> RuleTable:
    """Make the table on first use."""
    fixed = {
        "сегодня": Facts(day_shift=0), "вчера": Facts(day_shift=-1), "позавчера": Facts(day_shift=-2),
        "завтра": Facts(day_shift=1),
        "поза-вчера": Facts(day_shift=-2), "позапозавчера": Facts(day_shift=-3), "послезавтра": Facts(day_shift=2),
        "вчерашнего дня": Facts(day_shift=-1), "вчерашнего вечера": Facts(day_shift=-1, part="evening"),
        "прошлой ночью": Facts(day_shift=-1, part="evening"), "этой ночью": Facts(day_shift=-1, part="evening"),
        "сегодня ночью": Facts(day_shift=0, part="dawn"), "сегодня утром": Facts(day_shift=0, part="morning"),
        "вчера ночью": Facts(day_shift=-1, part="night"), "этим утром": Facts(day_shift=0, part="morning"),
        "сегодняшнего утра": Facts(day_shift=0, part="morning"), "сегодняшнего дня": Facts(day_shift=0),
        "только что": Facts(instant=True), "сейчас": Facts(instant=True, weak=True),
        "в полдень": Facts(hour=12, meridiem="pm"), "полдень": Facts(hour=12, meridiem="pm"),
        "в полночь": Facts(hour=0),
        "полночь": Facts(hour=0), "полчаса назад": Facts(ago=(0.5, "hour")), "уже полчаса": Facts(span=(0.5, "hour")),
        "полгода назад": Facts(ago=(6, "month")), "уже полгода": Facts(span=(6, "month")),

        "в прошлые выходные": Facts(week_shift=-1, weekday=5), "в выходные": Facts(weekday=5),
    }  # fmt: skip
    opens = {word: Facts(opens=True, since=True, weak=True) for word in ("с", "со", "начиная с", "с самого", "от")}
    return RuleTable(
        [
            *common_rules(day_first=True),
            words(fixed, before=r"\b", after=r"\b"),
            Rule(rf"\b{_AMOUNT}{_UNIT}(?: тому)? назад\b", _ago),
            Rule(rf"\bчерез {_AMOUNT}{_UNIT}", _later),
            Rule(
                rf"\b(?:уже|в течение|последни[ех]|вот уже|целы[йех]+|целую|больше|более|почти)(?: (?:уже|как|целую"
                rf"|больше|более|почти|около|с лишним)){{0,2}} {_AMOUNT}{_UNIT}",
                _span,
            ),
            Rule(rf"\b(?P<amount>{_N}|полтора|полторы) {_UNIT} (?:подряд|уже|как нет)", _span),
            Rule(
                r"\b(?:уже )?(?P<nth>втор(?:ой|ую)|трет(?:ий|ью)|четв[её]рт(?:ый|ую)|пят(?:ый|ую)|шест(?:ой|ую)|седьм"
                r"(?:ой|ую)|\d{1,2}-?(?:й|ю|ый|ую|ой)) (?P<unit>день|неделю|месяц|час|год)(?! назад)\b",
                _nth,
            ),
            Rule(rf"\b(?P<day>\d{{1,2}}(?:-?го)?|{_ORDINAL}) {_MONTH}(?:,? (?P<year>20\d\d)(?: года?| г\.)?)?", _date),
            Rule(rf"\b(?:в )?{_MONTH.replace('|ма[йяе]', '|мае')}(?: (?P<year>20\d\d)(?: года?)?)?", _date),
            Rule(
                rf"\b(?P<day>\d{{1,2}}(?:-?го)|{_ORDINAL}) числа\b",
                lambda m: Facts(day=int(re.sub(r"\D", "", m["day"])) if m["day"][0].isdigit() else _ordinal(m["day"])),
            ),
            Rule(
                rf"\b(?:в |во )?(?:(?P<rule>прошл(?:ый|ую|ое|ого|ой)|эт(?:от|у|о)|следующ(?:ий|ую|ее)) )?{_WEEKDAY}",
                _weekday,
            ),
            Rule(
                r"\b(?:на |в |с )?(?P<shift>(?:поза)?прошл(?:ой|ую|ом|ый|ого)|эт(?:ой|у|ом|от|ого)|следующ(?:ей|ую|ем"
                r"|ий)) (?P<unit>неделе|неделю|недели|месяце?а?|год[уа]?)\b",
                _shifted,
            ),
            Rule(rf"\b(?:{_AT} |часов )?(?:в )?пол(?:овин[уеы] )?(?P<hour>{_HALF_HOUR}){_OF}", _half),
            Rule(rf"\b(?:{_AT} )?без (?P<minutes>четверти|{_N})(?: минут)? (?P<hour>час|{_N}){_OF}", _to),
            Rule(rf"\b(?!(?:с|от) ){_AT} (?P<hour>\d{{1,2}})[.\-](?P<minute>[0-5]\d)(?![\d.]){_OF}", _hour),
            Rule(
                rf"\b(?:{_AT} )?(?P<hour>{_N}) час(?:а|ов|у)?(?: (?P<minute>{_N}) минут[аы]?)?{_OF}(?! назад|н)",
                _hour_checked,
            ),
            Rule(
                rf"\b(?:{_AT} )?(?P<hour>час|{_N})(?: (?P<minute>{_N}))? (?P<of>утра|ночи|дня|вечера|пополудни)\b",
                _hour,
            ),
            Rule(rf"\b{_AT} (?P<hour>час)(?P<of>)?\b(?! назад)", _hour_bare),
            Rule(
                rf"\b{_AT} (?P<hour>{_WORD_HOURS}|\d{{1,2}})(?P<bare>)(?= ?(?:$|[.,;!?)]|вчера|сегодня|или|и\b|до\b"
                rf"|когда))(?P<of>x)?",
                _hour,
            ),
            Rule(r"(?<![\d.,])(?P<first>[0-3]\d)\.(?P<second>[01]\d)(?![\d]|\.\d)", _day_month),
            Rule(
                r"(?<![\d.,])(?P<hour>[0-2]?\d)\.(?P<minute>[0-5]\d)(?= ?(?:$|[,;)]|утра|вечера|вчера|сегодня))",
                _dotted,
            ),
            words({word: Facts(part=part, weak=True) for word, part in _PARTS.items()}, before=r"\b", after=r"\b"),
            words(opens, before=r"\b", after=r"\b"),
        ],
        connector=r"[\s,]{0,2}(?:в|во|около|примерно|где-то|часов|это было|где-то в"
        r"|примерно в|кажется|числа|ближе к|был[оа]?)?[\s,]{0,2}",
    )


def _hour_checked(match: re.Match[str]) -> Facts | None:
    """Read "в 8 часов"; "три часа" without a preposition or part of the day is a length."""
    if match["of"] is None and not re.match(rf"{_AT} ", match.group()):
        hour = number(match["hour"], "ru")
        return None if hour is None or hour > 24 else Facts(hour=hour, minute=number(match["minute"], "ru"), weak=True)
    return _hour(match)


def _hour_bare(match: re.Match[str]) -> Facts:
    return Facts(hour=1, weak=True)


def _day_month(match: re.Match[str]) -> Facts | None:
    return calendar(None, match["second"], match["first"]) if int(match["second"]) <= 12 else _as_clock(match)


def _as_clock(match: re.Match[str]) -> Facts | None:
    hour, minute = int(match["first"]), int(match["second"])
    return Facts(hour=hour, minute=minute) if hour <= 24 and minute <= 59 else None
