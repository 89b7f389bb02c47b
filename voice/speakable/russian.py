"""How Russian says figures: до восемнадцати часов, четвёртого декабря, две минуты, улица Ленина, дом пять.

Case is told by the preposition in front; without one a number stands in the nominative.
"""

from __future__ import annotations

import re

from language.normalize import split_words
from voice.speakable.digits import digits
from voice.speakable.parts import Clock, Date, Speech
from voice.speakable.russian_numbers import Gender, cardinal, form, ordinal_genitive

_MONTHS = split_words(
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
)  # fmt: skip
_GENITIVE = re.compile(
    r"(?:^|[\s(])(?:до|от|с|со|после|около|более|менее|не позднее|не позже|в течение|из|для|без|у|больше|меньше|свыше"
    r"|кроме|возле|напротив|ранее|раньше|позже|позднее)\s$",
    re.IGNORECASE,
)
_FEMININE = re.compile(
    r"\s?(?:минут|секунд|недел|заяв|квартир|тысяч|копе|улиц|жалоб|попыт|линии|линия|линий|цифр|групп|единиц|тонн|точ|ссыл"
    r"|страниц|комнат|остан|смен|полос|очеред)",
    re.IGNORECASE,
)
_NEUTER = re.compile(
    r"\s?(?:обращени|сообщени|окн|числ|мест|дел[оа]|слов|здани|лиц[оа]|рабоч(?:ее|их) мест)", re.IGNORECASE
)
_UNITS = {
    "км": ("километр", "километра", "километров"), "м²": ("квадратный метр", "квадратных метра", "квадратных метров"),
    "м": ("метр", "метра", "метров"), "см": ("сантиметр", "сантиметра", "сантиметров"),
    "кг": ("килограмм", "килограмма", "килограммов"), "руб.": ("рубль", "рубля", "рублей"),
    "мин": ("минута", "минуты", "минут"), "мин.": ("минута", "минуты", "минут"), "ч": ("час", "часа", "часов"),
    "ч.": ("час", "часа", "часов"), "дБ": ("децибел", "децибела", "децибел"), "℃": ("градус", "градуса", "градусов"),
    "°C": ("градус", "градуса", "градусов"), "%": ("процент", "процента", "процентов"),
}  # fmt: skip
_UNIT = re.compile(
    rf"(\d+(?:[.,]\d+)?) ?({'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?![а-яёa-z²])"
)
_WORDS = (
    (r"ул\.", "улица"), (r"д\.(?= ?\d)", "дом"), (r"кв\.(?= ?\d)", "квартира"), (r"стр\.(?= ?\d)", "строение"),
    (r"корп\.", "корпус"), (r"пер\.", "переулок"), (r"пр-т\.?|просп\.", "проспект"), (r"пл\.", "площадь"),
    (r"г\.(?= ?[А-ЯЁ])", "город"), (r"обл\.", "область"), (r"им\.", "имени"), (r"тел\.", "телефон"),
    (r"т\. ?е\.", "то есть"), (r"т\. ?к\.", "так как"), (r"и т\. ?д\.", "и так далее"),
    (r"и т\. ?п\.", "и тому подобное"),
    (r"тыс\.", "тысяч"), (r"млн\.?", "миллионов"), (r"р-н", "район"), (r"эт\.", "этаж"), (r"под\.(?= ?\d)", "подъезд"),
)  # fmt: skip


def _date(date: Date, before: str) -> str:
    year = f" {ordinal_genitive(date.year)} года" if date.year else ""
    day = f"{ordinal_genitive(date.day)} " if date.day else ""
    return f"{day}{_MONTHS[date.month - 1]}{year}"


def _clock(clock: Clock, before: str) -> str:
    genitive = bool(_GENITIVE.search(before)) or bool(re.search(r"(?:до|после|с|от) \S+ \S+ (?:\S+ )*года,? $", before))
    hour_forms = ("часа", "часов", "часов") if genitive else ("час", "часа", "часов")
    minute_forms = ("минуты", "минут", "минут") if genitive else ("минута", "минуты", "минут")
    said = f"{cardinal(clock.hour, 'm', genitive)} {form(clock.hour, *hour_forms)}"
    if clock.minute:
        said += f" {cardinal(clock.minute, 'f', genitive)} {form(clock.minute, *minute_forms)}"
    return said


def _number(number: int, before: str, behind: str) -> str:
    if re.match(r"-?(?:го|ого|его)\b", behind):
        return ordinal_genitive(number)
    gender: Gender = "f" if _FEMININE.match(behind) else "n" if _NEUTER.match(behind) else "m"
    return cardinal(number, gender, bool(_GENITIVE.search(before)))


def _decimal(whole: str, fraction: str) -> str:
    if fraction == "5" and whole != "0":
        return f"{cardinal(int(whole))} с половиной"
    return f"{cardinal(int(whole))} и {digits(fraction, 'ru') if fraction.startswith('0') else cardinal(int(fraction))}"


def _unit(found: re.Match[str]) -> str:
    genitive = bool(_GENITIVE.search(found.string[: found.start()]))
    one, few, many = _UNITS[found[2]]
    if not found[1].isdecimal():
        return f"{found[1]} {few}"
    return f"{found[1]} {form(int(found[1]), few, many, many) if genitive else form(int(found[1]), one, few, many)}"


SPEECH = Speech(
    date=_date,
    clock=_clock,
    number=_number,
    decimal=_decimal,
    joint=" до ",
    first=(
        (re.compile(r"[¥￥] ?(\d[\d,]*)"), r"\1 юаней"),
        (re.compile(r"№ ?|No\. ?(?=\d)"), "номер "),
        *(
            (re.compile(rf"(?<![А-Яа-яё.]){pattern}", 0 if "А-Я" in pattern else re.IGNORECASE), f"{word} ")
            for pattern, word in _WORDS
        ),
        (_UNIT, _unit),
        (re.compile(r"\b24/7\b"), "круглосуточно"),
    ),
    last=(
        (re.compile(r"(?<=го)-(?:го|ого|его)\b"), ""),
        (re.compile(r" ?\("), ", "),
        (re.compile(r"\)(?=[.,;:!?])"), ""),
        (re.compile(r"\)"), ","),
        (re.compile(r" +(?=[.,;:!?])"), ""),
    ),
)
