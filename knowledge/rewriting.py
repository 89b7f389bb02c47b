"""Lets a language model say an item's words for one question, and refuses whatever it adds.

Pure. A rewriting that holds a number, a name, a date, an address or a promise that the passage lacks is thrown away,
and the item's own words are said. A model can only leave out and reorder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.lexical import folded

LENGTH_FACTOR = 1.5
"""A rewriting longer than this times the passage says more than the passage."""
_NUMBERS = re.compile(r"\d+(?:[.,:/-]\d+)*")
_WRITTEN_NUMBERS = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿]+(?=[天日月年元个岁周时分折倍%号])|(?:하루|이틀|사흘|나흘|열흘|보름)"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|sixty|ninety|hundred|thousand)\b"
    r"|\b(?:один|одного|два|двух|три|трёх|трех|четыре|пять|пяти|шесть|семь|семи|восемь|девять|десять|десяти|тридцать|сто)\b"
)
_QUOTED = re.compile(r"[《〈「『“\"«]([^》〉」』”\"»]{2,60})[》〉」』”\"»]")
_LATIN_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-ZА-ЯЁ][\w’'-]+", re.MULTILINE)
_KATAKANA = re.compile(r"[ァ-ヺー]{3,}")
_HAN_NAME = re.compile(
    r"[\u4e00-\u9fff]{2}(?:局|厅|部|委|中心|法|条例|办法|规定|银行|医院|派出所|平台|街道|路|窗口|公司)"
)
_KOREAN_NAME = re.compile(r"[가-힣]{2,10}(?:청|국|센터|법|조례|은행|병원|파출소|플랫폼|창구)")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.\w+")
_WEEKDAYS = re.compile(
    r"(?:周|星期|礼拜)[一二三四五六日天]|[月火水木金土日]曜|[월화수목금토일]요일"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:понедельник|вторник|сред[ау]|четверг|пятниц|суббот|воскресен)\w*"
)
_MONTHS = re.compile(
    r"\b(?:january|february|march|april|june|july|august|september|october|november|december)\b"
    r"|\b(?:январ|феврал|март|апрел|июн|июл|август|сентябр|октябр|ноябр|декабр)\w+"
)
_PROMISES = re.compile(
    r"保证|一定能|肯定能|包您|guarantee|definitely|certainly will|必ず|保証|보장|반드시|гарантир|обязательно получ",
    re.IGNORECASE,
)
_ALL = (_NUMBERS, _WRITTEN_NUMBERS, _QUOTED, _LATIN_NAME, _KATAKANA, _HAN_NAME, _KOREAN_NAME, _ADDRESS, _WEEKDAYS)


def added(passage: str, rewriting: str) -> list[str]:
    """What the rewriting says that the passage does not: each number, name, date, address and promise, as written."""
    known = _plain(passage)
    return [found for found in _claims(rewriting) if _plain(found) not in known]


def accepted(passage: str, rewriting: str | None) -> str | None:
    """The rewriting when it may be said, else None."""
    if rewriting is None or not rewriting.strip():
        return None
    if len(rewriting) > LENGTH_FACTOR * max(len(passage), 40) or added(passage, rewriting):
        return None
    return rewriting.strip()


def _claims(text: str) -> Iterator[str]:
    lowered = text.lower()
    for pattern in _ALL:
        for match in pattern.finditer(text):
            yield match.group(1) if pattern is _QUOTED else match.group()
    for pattern in (_MONTHS, _WEEKDAYS, _WRITTEN_NUMBERS, _PROMISES):
        yield from (match.group() for match in pattern.finditer(lowered))


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", folded(text))
