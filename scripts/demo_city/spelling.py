"""Spells Chinese names for the other four languages: pinyin, Palladius, Sino-Korean and Japanese readings.

For the demo city's names only; characters outside `readings.txt` are refused, never guessed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pypinyin import Style, lazy_pinyin

HERE = Path(__file__).parent
_OF_TWO = {"长": "chang", "朝": "chao", "乐": "le"}
"""Characters of two readings, as these names have them."""
_AT_FIRST = {"락": "낙", "려": "여", "류": "유", "륭": "융", "룡": "용", "록": "녹", "로": "노"}
_AT_FIRST |= {"린": "인", "란": "난", "람": "남", "림": "임", "리": "이"}
_SHINJITAI = str.maketrans(
    "业东丽乐书云兰关兴农凤刘创务华团园场复张桥树滨绿绣红纪结胜蓝设谊谐贸赵车软达际陈银锦长门阳风马鸣鹅鹤鹭龙晖机枫广铁镇庆体学榆",
    "業東麗楽書雲蘭関興農鳳劉創務華団園場復張橋樹浜緑繍紅紀結勝藍設誼諧貿趙車軟達際陳銀錦長門陽風馬鳴鵝鶴鷺龍暉機楓広鉄鎮慶体学楡",
)
_INITIALS = (
    ("zh", "чж"), ("ch", "ч"), ("sh", "ш"), ("b", "б"), ("p", "п"), ("m", "м"), ("f", "ф"), ("d", "д"), ("t", "т"),
    ("n", "н"), ("l", "л"), ("g", "г"), ("k", "к"), ("h", "х"), ("j", "цз"), ("q", "ц"), ("x", "с"), ("r", "ж"),
    ("z", "цз"), ("c", "ц"), ("s", "с"),
)  # fmt: skip
_FINALS = {
    "a": "а", "ai": "ай", "an": "ань", "ang": "ан", "ao": "ао", "e": "э", "ei": "эй", "en": "энь", "eng": "эн",
    "er": "эр", "i": "и", "ia": "я", "ian": "янь", "iang": "ян", "iao": "яо", "ie": "е", "in": "инь", "ing": "ин",
    "iong": "юн", "iu": "ю", "o": "о", "ong": "ун", "ou": "оу", "u": "у", "ua": "уа", "uai": "уай", "uan": "уань",
    "uang": "уан", "ui": "уй", "un": "унь", "uo": "о", "v": "юй", "ve": "юэ", "van": "юань", "vn": "юнь",
}  # fmt: skip
_WHOLE = {
    "yi": "и", "ya": "я", "yan": "янь", "yang": "ян", "yao": "яо", "ye": "е", "yin": "инь", "ying": "ин",
    "yong": "юн", "you": "ю", "yu": "юй", "yuan": "юань", "yue": "юэ", "yun": "юнь", "wu": "у", "wa": "ва",
    "wai": "вай", "wan": "вань", "wang": "ван", "wei": "вэй", "wen": "вэнь", "weng": "вэн", "wo": "во", "er": "эр",
    "an": "ань", "ao": "ао", "e": "э", "hui": "хуэй",
}  # fmt: skip


@cache
def _readings() -> dict[str, tuple[str, str]]:
    lines = (HERE / "readings.txt").read_text("utf-8").splitlines()
    rows = (line.split() for line in lines if line and not line.startswith("#"))
    return {character: (korean, japanese) for character, korean, japanese in rows}


def syllables(name: str) -> list[str]:
    """Pinyin without tones, ü as v."""
    found = lazy_pinyin(name, style=Style.NORMAL, v_to_u=False)
    known = (_OF_TWO.get(name[at] if at < len(name) else "", each) for at, each in enumerate(found))
    return list(known)


def english(name: str) -> str:
    """`解放东` is `Jiefang East`; other names are one word."""
    sides = {"东": "East", "西": "West", "南": "South", "北": "North", "中": "Middle"}
    if len(name) == 3 and name[-1] in sides:
        return f"{english(name[:-1])} {sides[name[-1]]}"
    return "".join(syllables(name)).replace("v", "u").capitalize()


def russian(name: str) -> str:
    """The Palladius system."""
    spelt = "".join(_palladius(each) for each in syllables(name))
    return spelt.capitalize()


def _palladius(pinyin: str) -> str:
    if pinyin in _WHOLE:
        return _WHOLE[pinyin]
    for latin, cyrillic in _INITIALS:
        if pinyin.startswith(latin):
            final = pinyin.removeprefix(latin)
            if latin in ("j", "q", "x") and final.startswith("u"):
                final = "v" + final[1:]
            if latin in ("zh", "ch", "sh", "r", "z", "c", "s") and final == "i":
                return cyrillic + ("ы" if latin in ("z", "c", "s") else "и")
            return cyrillic + _FINALS[final]
    raise ValueError(f"no Palladius spelling of {pinyin!r}")


def korean(name: str) -> str:
    """Sino-Korean readings; ㄹ and ㄴ before certain vowels change at the beginning of a word."""
    read = [_reading(each)[0] for each in name]
    read[0] = _AT_FIRST.get(read[0], read[0])
    return "".join(read)


def kana(name: str) -> str:
    """Japanese on readings."""
    return "".join(_reading(each)[1] for each in name)


def _reading(character: str) -> tuple[str, str]:
    try:
        return _readings()[character]
    except KeyError:
        raise ValueError(f"readings.txt has no line for {character!r}") from None


def japanese(name: str) -> str:
    """Kanji as Japan writes them."""
    return name.translate(_SHINJITAI)
