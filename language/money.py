"""Amounts of money in figures and words, with their currency: 三百块, 3万5, ¥300, 300위안, триста юаней.

The value is `300 CNY`; nothing is converted, and a number without a currency is no amount.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from language.found import Found
from language.normalize import lower, to_halfwidth
from language.numbers import Number, find_numbers, parse_number

_WON_ENDS = "[을은이에의도만]\\b|짜리|정도|씩|쯤|으로|인데|입니다|이에요|이나|밖|어치"
_AFTER: dict[str, str] = {
    "USD": r"美元|美金|米ドル|ドル|달러|usd\b|(?:us )?dollars?\b|долл(?:ар(?:а|ов|ы)?)?\b",
    "JPY": r"日元|日圆|日円|円|엔(?![가-힣])|jpy\b|yen\b|[ий]ен[аы]?\b",
    "KRW": rf"韩元|韓元|ウォン|won\b|krw\b|вон[аы]?\b|원(?=$|[^가-힣]|{_WON_ENDS})",
    "RUB": r"卢布|ルーブル|루블|rub(?:les?)?\b|руб(?:л[а-я]{1,3}|\.)?(?![а-я])|₽",
    "EUR": r"欧元|歐元|ユーロ|유로|eur(?:os?)?\b|евро\b|€",
    "HKD": r"港币|港幣|港元|hkd\b",
    "CNY": r"人民币|人民幣|人民元|(?:中国)?元(?![素旦宵首年])|圆(?!形|圈)|塊錢?|위안(?:화)?|인민폐|rmb\b|cny\b|yuans?\b"
    r"|kuai\b|юан[а-я]{1,3}\b|¥|块(?=钱|$|[^\w]|[\d一二三四五六七八九]|[的了多左都吧呢啊给就已还也才工押上学罚停房租物维运退])(?:钱)?",
}
_BEFORE = re.compile(r"(¥|\$|€|₽|rmb|cny|usd|hkd|eur|人民币|人民幣|人民元)\s?$")
_BEFORE_CURRENCY = {"$": "USD", "€": "EUR", "₽": "RUB", "usd": "USD", "hkd": "HKD", "eur": "EUR"}
_VAGUE = r"\s?(?:多|来|來|余|几|幾|여|k\b)?\s?(?:万|萬)?\s?"
_TAIL = re.compile(r"\s?([一二三四五六七八九\d])(?:毛|角|(?![\w]))")
_SCALE = re.compile(r"\s?(k|万|萬|천|만|тыс\.?)(?![a-z])")
_LONGEST_GROUPS = 12
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})* $")
_SMALL = re.compile(r"\s?(?:毛|角)(?:钱|(?![\w]))")


@lru_cache(maxsize=1)
def _after() -> re.Pattern[str]:
    return re.compile(rf"({_VAGUE})(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _AFTER.items()) + ")")


def find_money(text: str, language: str) -> list[Found]:
    """Find amounts of money; values such as `300 CNY` or `3.5 CNY`, vague ones (300多块) by their number."""
    plain = lower(to_halfwidth(text))
    found: list[Found] = []
    for number in find_numbers(plain, language):
        amount = _amount(plain, number, language)
        if amount is not None and (not found or amount.start >= found[-1].end):
            found.append(amount)
    return found


def _amount(plain: str, number: Number, language: str) -> Found | None:
    value, start, end = number.value, number.start, number.end
    if language == "ru" and re.fullmatch(r"\d{3}", plain[start:end]):  # "2 300" is one number in Russian
        groups = _THOUSANDS.search(plain, max(0, start - _LONGEST_GROUPS), start)
        if groups is not None:
            start = groups.start()
            value = Decimal(plain[start:end].replace(" ", ""))
    after = _after().match(plain, end)
    before = _BEFORE.search(plain, max(0, start - 4), start)
    if after is not None:
        currency = str(after.lastgroup)
        word = plain[start:end]
        if currency == "KRW" and value < 10 and not word.isdecimal():
            return None  # 이 원 is "this ..." more often than two won
        if word == "一" and after.group() == "块":
            return None  # 一块: together
        value = _scaled(value, after.group(1))
        end = after.end()
        tail = (
            _TAIL.match(plain, end)
            if currency == "CNY" and language in ("zh", "en") and "块" in after.group()
            else None
        )
        if tail is not None:
            tenths = parse_number(tail.group(1), "zh")
            value, end = value + (tenths or Decimal(0)) / 10, tail.end()
        if before is not None:
            start = before.start()
        return Found("money", _written(value, currency), start, end)
    if before is not None:
        scale = _SCALE.match(plain, end)
        if scale:
            value, end = _scaled(value, scale.group(1)), scale.end()
        return Found("money", _written(value, _BEFORE_CURRENCY.get(before.group(1), "CNY")), before.start(), end)
    small = _SMALL.match(plain, end) if language == "zh" else None
    if small is not None:
        return Found("money", _written(value / 10, "CNY"), start, small.end())
    return None


def _scaled(value: Decimal, scale: str) -> Decimal:
    if "万" in scale or "萬" in scale or "만" in scale:
        return value * 10000
    return value * 1000 if "k" in scale or "천" in scale or "тыс" in scale else value


def _written(value: Decimal, currency: str) -> str:
    text = f"{value:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {currency}"


def normalize_money(text: str, language: str) -> str | None:
    """Give the first amount of a text; `300 CNY` and a bare number (a form asked how much) are read too."""
    found = find_money(text, language)
    if found:
        return found[0].value
    number = parse_number(text, language)
    return _written(number, "CNY") if number is not None else None
