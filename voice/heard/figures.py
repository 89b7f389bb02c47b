"""Numbers that were spoken, as figures: telephone and ticket numbers, plates, house numbers, days and hours.

Words that only look like numbers stay (一下, 一番, 이 동네, "one of them"): a small number becomes a figure only beside
a word that counts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from language.digits import digit_runs
from language.found import Found
from language.normalize import lower, split_words
from language.numbers import find_numbers
from language.phones import find_phones
from language.plates import find_plates
from language.ticket_numbers import find_ticket_numbers

_ZH_UNIT = re.compile(
    r"(?:号楼|号院|号|栋|幢|座|单元|室|层|楼|弄|房|路(?!口|灯|面|边|上|人)|月|日|点半|点|时|分(?!钟)|分钟|小时|年|块|元|公里|米|平方|户|度"
    r"|％|%|岁|个月|人|辆|国道|米深)"
)
_ZH_NOT = re.compile(
    r"(?:一(?:点点|点儿|座|人|时|年|分|路|度|户|日|点(?!钟|半|多|左右|\d)|层|块)|万一|统一|唯一|周[一二三四五六日]|星期.|第一时间)"
)
_JA_UNIT = re.compile(
    r"(?:丁目|番地|号室|号|階|棟|月|日|時|分|年|メートル|キロ|元|円|名|人|台|件|回|度|歳|番(?!組|目に))"
)
_JA_NOT = re.compile(r"(?:一番(?!地|\d)|一度|一時|一人|二人|一日中|一部|一回)")
_KO_UNIT = re.compile(
    r"\s?(?:호|층|번지|번길|길|동|월|일|년|시(?!장|청|민|설)|분|원|위안|미터|킬로|명|대|번|도|개월|주일|살)"
)
_KO_SINGLE = re.compile(r"\s?(?:호|층|번지|월)")
_EN_BEFORE = re.compile(
    r"(?:number|no|room|unit|building|block|apartment|floor|flat|suite|gate|line|bus|tower|phase)\s+$"
)
_EN_BEHIND = re.compile(
    r"\s+(?:a ?\.?m|p ?\.?m|o'?clock|street|road|avenue|lane|yuan|dollars?"
    r"|met(?:re|er)s?|kilomet(?:re|er)s?|per ?cent|floor)\b"
)
_RU_BEFORE = re.compile(
    r"(?:дом|дома|доме|квартир\w|корпус\w?|подъезд\w?|этаж\w?|номер\w?|строени\w|офис\w?|автобус\w?)\s+$"
)
_RU_BEHIND = re.compile(
    r"\s+(?:январ|феврал|март|апрел|ма[яй]\b|июн|июл|август|сентябр|октябр|ноябр|декабр|час|минут|рубл|юан|метр|километр|процент|этаж|числ)"
)
_ALONE = frozenset(
    split_words("hundred hundreds thousand thousands million тысяча тысячи тысяч тысячу миллион миллиона сто")
)
_HAN = "零〇一二三四五六七八九十百千万两幺"


def figures(text: str, language: str) -> str:
    """Writes the numbers of an utterance as figures.

    Args:
        text: what was heard, tidied by `writing.rewrite`.
        language: one of the five.
    """
    text = _replaced(text, _marked(text, language))
    if language in ("en", "ru"):
        return _word_figures(text, language)
    return _character_figures(text, language)


def _marked(text: str, language: str) -> list[Found]:
    """Long numbers with a form of their own; the surest first."""
    kept: list[Found] = []
    for found in (find_ticket_numbers(text, language), find_phones(text, language), find_plates(text)):
        kept += [one for one in found if all(one.end <= other.start or one.start >= other.end for other in kept)]
    return kept


def _replaced(text: str, found: Iterable[Found]) -> str:
    for one in sorted(found, key=lambda one: one.start, reverse=True):
        before = text[: one.start]
        if before[-1:].isascii() and before[-1:].isalnum():
            before += " "
        text = before + one.value + text[one.end :]
    return text


def _character_figures(text: str, language: str) -> str:
    unit = {"zh": _ZH_UNIT, "ja": _JA_UNIT, "ko": _KO_UNIT}[language]
    exceptions = {"zh": _ZH_NOT, "ja": _JA_NOT}.get(language)
    barred = [range(*found.span()) for found in exceptions.finditer(text)] if exceptions else []
    for number in reversed(find_numbers(text, language)):
        written = text[number.start : number.end]
        if written.isascii() or number.value != int(number.value) or any(number.start in one for one in barred):
            continue
        behind = text[number.end :]
        length = len(written.replace(" ", ""))
        if language == "ko" and length == 1 and not (_KO_SINGLE.match(behind) and _starts_word(text, number.start)):
            continue
        long = length >= 3 and all(c in _HAN for c in written) if language != "ko" else length >= 4
        if not (unit.match(behind) or long):
            continue
        text = text[: number.start] + _as_digits(written, int(number.value)) + behind
    return text


def _as_digits(written: str, value: int) -> str:
    """Keeps a leading zero that was spoken: 零二一 is 021."""
    if written[0] in "零〇" and not any(c in "十百千万" for c in written):
        return str(value).zfill(len(written))
    return str(value)


def _starts_word(text: str, start: int) -> bool:
    return start == 0 or not text[start - 1].isalnum()


def _word_figures(text: str, language: str) -> str:
    before, behind = (_EN_BEFORE, _EN_BEHIND) if language == "en" else (_RU_BEFORE, _RU_BEHIND)
    plain = lower(text)
    for run in reversed(digit_runs(text, language)):
        for group in reversed(run.groups):
            written = plain[group.start : group.end]
            if not any(c.isalpha() for c in written) or written in _ALONE:
                continue
            beside = before.search(plain[: group.start]) or behind.match(plain, group.end)
            if len(group.digits) < 2 and not beside:
                continue
            text = text[: group.start] + group.digits + text[group.end :]
    return text
