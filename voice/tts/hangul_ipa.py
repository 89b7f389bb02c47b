"""Korean as it is pronounced, in the phonemes Kokoro knows: liaison, assimilation, tense and aspirated sounds.

The rules are those of the standard pronunciation (표준 발음법); words whose sound cannot be told from their writing
(한자어 with ㄴ inserted, and the like) come out as written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from language.normalize import split_words

_ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_NUCLEI = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_CODAS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_CLUSTERS = {
    "ㄳ": ("ㄱ", "ㅅ"), "ㄵ": ("ㄴ", "ㅈ"), "ㄶ": ("ㄴ", "ㅎ"), "ㄺ": ("ㄹ", "ㄱ"), "ㄻ": ("ㄹ", "ㅁ"),
    "ㄼ": ("ㄹ", "ㅂ"), "ㄽ": ("ㄹ", "ㅅ"), "ㄾ": ("ㄹ", "ㅌ"), "ㄿ": ("ㄹ", "ㅍ"), "ㅀ": ("ㄹ", "ㅎ"),
    "ㅄ": ("ㅂ", "ㅅ"),
}  # fmt: skip
_BEFORE_CONSONANT = {
    "ㄳ": "ㄱ", "ㄵ": "ㄴ", "ㄶ": "ㄴ", "ㄺ": "ㄱ", "ㄻ": "ㅁ", "ㄼ": "ㄹ", "ㄽ": "ㄹ", "ㄾ": "ㄹ", "ㄿ": "ㅂ",
    "ㅀ": "ㄹ", "ㅄ": "ㅂ", "ㄲ": "ㄱ", "ㅋ": "ㄱ", "ㅅ": "ㄷ", "ㅆ": "ㄷ", "ㅈ": "ㄷ", "ㅊ": "ㄷ", "ㅌ": "ㄷ",
    "ㅎ": "ㄷ", "ㅍ": "ㅂ",
}  # fmt: skip
_ASPIRATED = {"ㄱ": "ㅋ", "ㄷ": "ㅌ", "ㅂ": "ㅍ", "ㅈ": "ㅊ"}
_TENSE = {"ㄱ": "ㄲ", "ㄷ": "ㄸ", "ㅂ": "ㅃ", "ㅅ": "ㅆ", "ㅈ": "ㅉ"}
_NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}
_ONSET_IPA = {
    "ㄱ": "k", "ㄲ": "k", "ㄴ": "n", "ㄷ": "t", "ㄸ": "t", "ㄹ": "ɾ", "ㅁ": "m", "ㅂ": "p", "ㅃ": "p", "ㅅ": "s",
    "ㅆ": "s", "ㅇ": "", "ㅈ": "ʨ", "ㅉ": "ʨ", "ㅊ": "ʨʰ", "ㅋ": "kʰ", "ㅌ": "tʰ", "ㅍ": "pʰ", "ㅎ": "h",
}  # fmt: skip
_VOICED = {"ㄱ": "ɡ", "ㄷ": "d", "ㅂ": "b", "ㅈ": "ʥ"}
# ㅓ is ʌ; the voice, taught Japanese, is understood better with ɔ (character error .09 instead of .17).
_NUCLEUS_IPA = dict(zip(_NUCLEI, split_words("a ɛ ja jɛ ɔ e jɔ je o wa wɛ we jo u wɔ we wi ju ɯ ɯi i"), strict=True))
_CODA_IPA = {"": "", "ㄱ": "k", "ㄴ": "n", "ㄷ": "t", "ㄹ": "l", "ㅁ": "m", "ㅂ": "p", "ㅇ": "ŋ"}
_WORD = re.compile(r"([\uac00-\ud7a3]+)")


@dataclass
class _Syllable:
    onset: str
    nucleus: str
    coda: str


def phonemes(text: str) -> str:
    """Writes Korean text as phonemes; what is no Hangul passes unchanged."""
    return "".join(_word(piece) if _WORD.fullmatch(piece) else piece for piece in _WORD.split(text))


def _word(word: str) -> str:
    syllables = [_taken_apart(character) for character in word]
    for left, right in zip(syllables, syllables[1:], strict=False):
        _meet(left, right)
    if syllables[-1].coda:
        syllables[-1].coda = _BEFORE_CONSONANT.get(syllables[-1].coda, syllables[-1].coda)
    written = ""
    for index, one in enumerate(syllables):
        written += _onset(one, index > 0 and syllables[index - 1].coda in ("", "ㄴ", "ㄹ", "ㅁ", "ㅇ"))
        written += "i" if one.nucleus == "ㅢ" and one.onset != "ㅇ" else _NUCLEUS_IPA[one.nucleus]
        written += _CODA_IPA[one.coda]
    return written.replace("lɾ", "ll")


def _taken_apart(character: str) -> _Syllable:
    code = ord(character) - 0xAC00
    return _Syllable(_ONSETS[code // 588], _NUCLEI[code % 588 // 28], _CODAS[code % 28])


def _onset(one: _Syllable, after_voiced: bool) -> str:
    soft = one.nucleus in "ㅣㅑㅕㅛㅠㅖㅒㅟ"
    if one.onset in "ㅅㅆ" and soft:
        return "ɕ"
    if after_voiced and one.onset in _VOICED:
        return _VOICED[one.onset]
    return _ONSET_IPA[one.onset]


def _meet(left: _Syllable, right: _Syllable) -> None:
    """Changes the end of one syllable and the beginning of the next as they are spoken together."""
    if not left.coda:
        return
    if right.onset == "ㅇ":
        _link(left, right)
        return
    if left.coda in ("ㅎ", "ㄶ", "ㅀ"):
        rest = {"ㅎ": "", "ㄶ": "ㄴ", "ㅀ": "ㄹ"}[left.coda]
        if right.onset in _ASPIRATED:
            right.onset, left.coda = _ASPIRATED[right.onset], rest
            return
        if right.onset == "ㅅ":
            right.onset, left.coda = "ㅆ", rest
            return
        left.coda = rest or ("ㄴ" if right.onset == "ㄴ" else "ㄷ")
    plain = _BEFORE_CONSONANT.get(left.coda, left.coda)
    if right.onset == "ㅎ" and plain in ("ㄱ", "ㄷ", "ㅂ"):
        if left.coda in ("ㅈ", "ㄵ"):
            right.onset, left.coda = "ㅊ", "ㄴ" if left.coda == "ㄵ" else ""
        else:
            right.onset = _ASPIRATED[plain]
            left.coda = {"ㄺ": "ㄹ", "ㄼ": "ㄹ"}.get(left.coda, "")
        return
    cluster_end = _CLUSTERS.get(left.coda, ("", ""))[1]
    if right.onset in _TENSE and (plain in ("ㄱ", "ㄷ", "ㅂ") or cluster_end in ("ㅈ", "ㅅ", "ㅌ")):
        right.onset = _TENSE[right.onset]
    left.coda = plain
    if right.onset == "ㄹ" and plain in ("ㅁ", "ㅇ", "ㄱ", "ㄷ", "ㅂ"):
        right.onset = "ㄴ"
    if right.onset in ("ㄴ", "ㅁ"):
        left.coda = _NASAL.get(left.coda, left.coda)
    if (left.coda, right.onset) in (("ㄴ", "ㄹ"), ("ㄹ", "ㄴ")):
        left.coda, right.onset = "ㄹ", "ㄹ"


def _link(left: _Syllable, right: _Syllable) -> None:
    """Carries a consonant over to a syllable that begins with a vowel."""
    if left.coda == "ㅇ":
        return
    stays, goes = _CLUSTERS.get(left.coda, ("", left.coda))
    if goes == "ㅎ":
        left.coda = stays
        if stays:
            right.onset, left.coda = stays, ""
        return
    if right.nucleus in ("ㅣ", "ㅕ") and goes in ("ㄷ", "ㅌ"):
        goes = {"ㄷ": "ㅈ", "ㅌ": "ㅊ"}[goes]
    left.coda, right.onset = stays, "ㅆ" if goes == "ㅅ" and stays in ("ㄱ", "ㅂ", "ㄹ") else goes
