"""Mandarin syllables as the phonemes Kokoro 1.0 was trained on.

A table only; words and tones come from pypinyin, word borders from jieba. Text that is not Chinese passes unchanged.
"""

from __future__ import annotations

import re
from typing import Any

from voice.errors_speech import EngineUnavailable

_INITIALS = {
    "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l", "g": "k", "k": "kʰ", "h": "x",
    "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "r": "ɻ", "z": "ʦ", "c": "ʦʰ", "s": "s", "": "",
}  # fmt: skip
# The tone follows the vowel: "0" marks its place.
_FINALS = {
    "a": "a0", "ai": "ai0", "an": "a0n", "ang": "a0ŋ", "ao": "au0", "e": "ɤ0", "ei": "ei0", "en": "ə0n", "eng": "ə0ŋ",
    "i": "i0", "ia": "ja0", "ian": "jɛ0n", "iang": "ja0ŋ", "iao": "jau0", "ie": "je0", "in": "i0n", "iou": "jou0",
    "ing": "i0ŋ", "iong": "jʊ0ŋ", "ong": "ʊ0ŋ", "ou": "ou0", "u": "u0", "uei": "wei0", "ua": "wa0", "uai": "wai0",
    "uan": "wa0n", "uen": "wə0n", "uang": "wa0ŋ", "ueng": "wə0ŋ", "uo": "wo0", "o": "wo0", "v": "y0", "ve": "ɥe0",
    "van": "ɥɛ0n", "vn": "y0n", "er": "ɚ0", "ê": "ɛ0",
}  # fmt: skip
_TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
_HAN = re.compile(r"([\u4e00-\u9fff]+)")
_MARKS = str.maketrans({
    "，": ", ", "、": ", ", "。": ". ", "！": "! ", "？": "? ", "：": ": ", "；": "; ", "“": "“", "”": "”", "（": " (",
    "）": ") ", "《": " “", "》": "” ", "「": " “", "」": "” ", "…": "…", "—": "—",
})  # fmt: skip


def phonemes(text: str) -> str:
    """Writes Chinese text as phonemes, words apart.

    Raises:
        EngineUnavailable: the package jieba is not installed.
    """
    written = []
    for piece in _HAN.split(text.translate(_MARKS)):
        if _HAN.fullmatch(piece):
            written.append(" ".join(_word(word) for word in _words(piece)))
        else:
            written.append(piece)
    return re.sub(r"\s+", " ", "".join(written)).strip()


def syllable(pinyin: str) -> str:
    """One syllable with its tone behind it (`zhong1`; ü as v) as phonemes; "" when there is no such syllable."""
    tone = pinyin[-1] if pinyin[-1:] in _TONES else "5"
    plain = pinyin.rstrip("12345")
    initial, final = _split(plain)
    if final == "i" and initial in ("zh", "ch", "sh", "r", "z", "c", "s"):
        return _INITIALS[initial] + "ɨ" + _TONES[tone]
    if final not in _FINALS or initial not in _INITIALS:
        return ""
    if final == "o" and not initial:
        return "ɔ" + _TONES[tone]
    return _INITIALS[initial] + _FINALS[final].replace("0", _TONES[tone])


def _split(plain: str) -> tuple[str, str]:
    """Parts a syllable into initial and final in their full, underlying spelling (wei: "" and uei)."""
    if plain.startswith("y"):
        rest = plain[1:]
        if rest.startswith("u"):
            return "", "v" + rest[1:]
        if rest in ("a", "an", "ang", "ao", "e", "ong", "ou"):
            return "", "i" + rest
        return "", rest
    if plain.startswith("w"):
        full = {"wu": "u", "wei": "uei", "wen": "uen", "weng": "ueng"}.get(plain)
        return "", full or "u" + plain[1:]
    for size in (2, 1):
        if plain[:size] in _INITIALS and plain[:size]:
            initial, final = plain[:size], plain[size:]
            break
    else:
        return "", plain
    if initial in ("j", "q", "x") and final.startswith("u"):
        final = "v" + final[1:]
    return initial, {"iu": "iou", "ui": "uei", "un": "uen"}.get(final, final)


def _word(word: str) -> str:
    from pypinyin import Style, lazy_pinyin

    spelled = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True)
    return "".join(syllable(one) for one in spelled)


def _words(text: str) -> list[str]:
    return list(_jieba().lcut(text))


def _jieba() -> Any:
    try:
        import jieba  # deferred: reads a dictionary of 5 MB on first use
    except ImportError as error:
        raise EngineUnavailable("the package jieba is not installed", "make voice") from error
    jieba.setLogLevel("WARNING")
    return jieba
