"""Strings of digits read one by one: telephone and ticket numbers, plates, service numbers.

A comma is a short pause for every voice, so groups are set apart by it; no language marks groups otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from language.normalize import split_words

_NAMES: Mapping[str, Sequence[str]] = {
    "zh": split_words("零 幺 二 三 四 五 六 七 八 九"),
    # Two and five as long as the others; in katakana and apart, since a voice reads はちごー as わちごー.
    "ja": split_words("ゼロ イチ ニー サン ヨン ゴー ロク ナナ ハチ キュー"),
    "ko": split_words("공 일 이 삼 사 오 육 칠 팔 구"),
    "en": split_words("zero one two three four five six seven eight nine"),
    "ru": split_words("ноль один два три четыре пять шесть семь восемь девять"),
}
_BETWEEN = {"zh": "", "ja": " ", "ko": " ", "en": " ", "ru": " "}
_PAUSE = {"zh": "，", "ja": "。", "ko": ", ", "en": ", ", "ru": ", "}
_DICTATED = {"ja": "、"}
"""Between the digits of a ticket's number, which is written down: a Japanese voice runs them together otherwise."""
_GROUP = {
    language: re.compile(rf"(?:(?:{'|'.join(names)})[ 、]?){{3,4}}(?:です|입니다)?[。.,，?？]?")
    for language, names in _NAMES.items()
}
_PLUS = {"zh": "加", "ja": "プラス", "ko": "플러스", "en": "plus", "ru": "плюс"}
_YI = "一"
_LETTERS: Mapping[str, Sequence[str]] = {
    "zh": split_words(
        "诶 必 西 迪 伊 艾弗 吉 艾尺 艾 杰 开 艾勒 艾姆 恩 欧 批 丘 阿 艾丝 提 优 维 达不溜 艾克斯 歪 贼"
    ),
    "ko": split_words(
        "에이 비 씨 디 이 에프 지 에이치 아이 제이 케이 엘 엠 엔 오 피 큐 알 에스 티 유 브이 더블유 엑스 와이 제트"
    ),
    "ru": split_words("а бэ цэ дэ е эф гэ аш и йот ка эль эм эн о пэ ку эр эс тэ у вэ дубль-вэ икс игрек зет"),
}
"""Names of the Latin letters where a voice does not know them; the others do."""
_PROVINCES = dict(
    zip(
        "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼",
        split_words(
            "Jing Jin Hu Yu Ji Yu Yun Liao Hei Xiang Wan Lu Xin Su Zhe Gan E Gui Gan Jin Meng Shaan Ji Min Gui Yue "
            "Qing Zang Chuan Ning Qiong"
        ),
        strict=True,
    )
)


def digits(text: str, language: str, telephone: bool = True) -> str:
    """Reads a string of digits one by one, without a pause; what is no digit is left out.

    Args:
        telephone: Chinese says 幺 for one, as in every telephone number; False: 一, as in a year or a room.
    """
    names = list(_NAMES[language])
    if language == "zh" and not telephone:
        names[1] = _YI
    return _BETWEEN[language].join(names[int(one)] for one in text if one.isdecimal())


def grouped(groups: Sequence[str], language: str, telephone: bool = True) -> str:
    """Reads groups of digits with a pause between them."""
    return _PAUSE[language].join(digits(group, language, telephone) for group in groups if group)


def phone(number: str, language: str) -> str:
    """Reads a telephone number as people of the language group it; masked digits become a pause.

    Args:
        number: as `language.phones` writes it, or as shown (`138****8000`, `+7 916 123-45-67`).
    """
    plus = ""
    if number.lstrip().startswith("+"):
        plus = _PLUS[language] + (" " if language in ("en", "ru", "ko") else "")
    groups: list[str] = []
    for part in re.split(r"[*•xX]{2,}", number):
        compact = re.sub(r"[^\d\-]", "", part)
        groups += _phone_groups(compact)
    return plus + grouped(groups, language)


def _phone_groups(compact: str) -> list[str]:
    plain = compact.replace("-", "")
    if len(plain) == 11 and plain[0] in "78":
        return [plain[0], plain[1:4], plain[4:7], plain[7:9], plain[9:]]
    if "-" in compact:
        groups: list[str] = []
        for part in compact.split("-"):
            groups += _fours(part) if len(part) > 5 else [part]
        return groups
    if len(compact) == 11 and compact[0] == "1":
        return [compact[:3], compact[3:7], compact[7:]]
    if len(compact) == 12 and compact.startswith(("81", "82")):
        return [compact[:2], compact[2:4], compact[4:8], compact[8:]]
    if len(compact) == 10 and compact[:3] in ("400", "800"):
        return [compact[:3], compact[3:6], compact[6:]]
    return [compact] if len(compact) <= 5 else _fours(compact)


def _fours(text: str) -> list[str]:
    """Groups of four, the first one shorter or as long as five."""
    head = len(text) % 4
    if head == 1 and len(text) > 4:
        head = 5
    return [text[:head]] * bool(head) + [text[at : at + 4] for at in range(head, len(text), 4)]


def ticket_number(number: str, language: str) -> str:
    """Reads a ticket number slowly: year, day, and the rest in threes."""
    return _PAUSE[language].join(ticket_number_groups(number, language))


def ticket_number_groups(number: str, language: str) -> list[str]:
    """The groups of `ticket_number`; year and day are the same for all tickets of a day."""
    if len(number) != 14:
        return [digits(group, language) for group in _fours(number) if group]
    groups = (number[:4], number[4:8], number[8:11], number[11:])
    between = _DICTATED.get(language, _BETWEEN[language])
    return [between.join(digits(one, language) for one in group) for group in groups]


def is_dictated(text: str, language: str) -> bool:
    """Whether a text is nothing but a group of digits, and at most the end of its sentence ("です。")."""
    return _GROUP[language].fullmatch(text.strip()) is not None


def letters(text: str, language: str) -> str:
    """Names Latin letters one by one; in English and Japanese the voice does."""
    names = _LETTERS.get(language)
    if names is None:
        return text
    return ("" if language == "zh" else " ").join(
        names[ord(one) - ord("A")] for one in text.upper() if "A" <= one <= "Z"
    )


def plate(number: str, language: str) -> str:
    """Reads a car plate: province, then letters and figures one by one; no province where nobody knows its sign."""
    parts = [digits(one, language, telephone=False) if one.isdecimal() else one for one in number[1:]]
    if language == "zh":
        return number[0] + "".join(parts)
    province = {"ja": number[0], "en": _PROVINCES.get(number[0], "")}.get(language, "")
    return " ".join([province, *parts]).strip()
