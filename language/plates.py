"""Chinese car plates: a province, a letter, five characters (six on electric cars), or a last character for a use.

The province may be written in traditional form, in pinyin or in Cyrillic letters; whether a plate is registered is
not known here.
"""

from __future__ import annotations

import re

from language.found import Found
from language.normalize import to_halfwidth

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_TRADITIONAL = str.maketrans("滬雲遼魯蘇贛晉陝閩貴粵寧瓊", "沪云辽鲁苏赣晋陕闽贵粤宁琼")
_IN_LATIN = {
    "jing": "京", "hu": "沪", "xiang": "湘", "wan": "皖", "lu": "鲁", "su": "苏", "zhe": "浙", "liao": "辽",
    "hei": "黑",
    "yue": "粤", "chuan": "川", "min": "闽", "qiong": "琼", "zang": "藏", "meng": "蒙", "shan": "陕", "ning": "宁",
    "цзин": "京", "ху": "沪", "сян": "湘", "юэ": "粤", "чуань": "川", "лу": "鲁", "су": "苏", "чжэ": "浙", "ляо": "辽",
}  # fmt: skip
_LOOKALIKES = str.maketrans("АВЕКМНРСТУХавекмнрстух", "ABEKMHPCTYXABEKMHPCTYX")
_HAN_DIGITS = str.maketrans(dict(zip("零〇一幺二两三四五六七八九", "0011223456789", strict=True)))
_TAIL = "警学港澳挂学領领使试試超"
_ANY = r"[A-Za-z0-9АВЕКМНРСТУХавекмнрстух零〇一幺二两三四五六七八九]"
_GAP = r"[ \-·.•]{0,2}"
_PLATE = re.compile(
    rf"(?:([{_PROVINCES}滬雲遼魯蘇贛晉陝閩貴粵寧瓊])|(?<![^\W\d_])({'|'.join(_IN_LATIN)})[ \-]?)"
    rf"{_GAP}([A-Za-zАВЕКМНРСТУХавекмнрстух]){_GAP}((?:{_ANY}[ \-·.]?){{3,5}}{_ANY}(?:[{_TAIL}]|{_ANY})?)"
    rf"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_BODY = re.compile(
    rf"[A-HJ-NP-Z0-9]{{5}}|[DFABCEGHJK][A-HJ-NP-Z0-9]\d{{4}}|\d{{5}}[DFABCEGHJK]|[A-HJ-NP-Z0-9]{{4}}[{_TAIL}]"
)


def find_plates(text: str) -> list[Found]:
    """Find car plates; the value is upper case, without separators, with the province's character: `粤B12345`."""
    found = []
    for match in _PLATE.finditer(to_halfwidth(text)):
        han, spelt, letter, body = match.groups()
        for candidate in dict.fromkeys((body, *_shorter(body))):
            value = _value(han or _IN_LATIN[spelt.lower()], letter, candidate)
            if value is None or (spelt and sum(c.isdigit() for c in value) < 3):
                continue
            found.append(Found("plate", value, match.start(), match.start(4) + len(candidate)))
            break
    return found


def _shorter(body: str) -> list[str]:
    """Give the body without what may belong to the next word: a last Han digit ("粤B12345一直停在") or a whole one."""
    shorter = [body.rsplit(" ", 1)[0]] if " " in body else []
    while body and body[-1] in "零〇一幺二两三四五六七八九 -·.":
        body = body[:-1]
        shorter.append(body)
    return shorter


def _value(province: str, letter: str, body: str) -> str | None:
    compact = re.sub(r"[ \-·.]", "", body).translate(_LOOKALIKES).translate(_HAN_DIGITS).upper()
    if _BODY.fullmatch(compact) is None:
        return None
    return province.translate(_TRADITIONAL) + letter.translate(_LOOKALIKES).upper() + compact


def normalize_plate(text: str) -> str | None:
    """Give the first plate of a text, None when there is none."""
    found = find_plates(text)
    return found[0].value if found else None
