"""How Mandarin says figures: 十二月四日十八点, 两个, 二零一室, 百分之三."""

from __future__ import annotations

import re

from voice.speakable.cardinals import chinese
from voice.speakable.digits import digits
from voice.speakable.parts import Clock, Date, Speech

_HAN = "零一二三四五六七八九"
# Two is 两 before these; before others (号, 楼, 栋, 日, 月, 年级) it is 二.
_LIANG = "个位天次小时分钟周件条张家台辆名只份种项遍倍米斤公里吨句片块户间届段道岁晚"
_UNITS = {
    "km": "公里", "m²": "平方米", "㎡": "平方米", "m³": "立方米", "m": "米", "cm": "厘米", "kg": "公斤",
    "℃": "摄氏度", "°C": "摄氏度", "dB": "分贝", "kW": "千瓦", "kWh": "度", "h": "小时", "min": "分钟",
    "元/m³": "元每立方米",
}  # fmt: skip
_UNIT = re.compile(rf"(?<=\d) ?({'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?![A-Za-z])")


def _date(date: Date, before: str) -> str:
    year = digits(str(date.year), "zh", telephone=False) + "年" if date.year else ""
    return f"{year}{chinese(date.month)}月" + (f"{chinese(date.day)}日" if date.day else "")


def _clock(clock: Clock, before: str) -> str:
    hour = ("两" if clock.hour == 2 else chinese(clock.hour)) + "点"
    if not clock.minute:
        return hour
    return hour + ("零" if clock.minute < 10 else "") + chinese(clock.minute) + "分"


def _number(number: int, before: str, behind: str) -> str:
    after = behind.lstrip()
    if number >= 100 and re.match(r"(?:室|房|号房|国道|省道)", after):
        return digits(str(number), "zh", telephone=False)
    if number >= 1000 and re.search(r"[GSXK]$", before):
        return digits(str(number), "zh", telephone=False)
    if number == 2 and after[:1] and after[0] in _LIANG and not re.search(r"[第初周星期]$", before):
        return "两"
    return chinese(number)


def _decimal(whole: str, fraction: str) -> str:
    return chinese(int(whole)) + "点" + "".join(_HAN[int(one)] for one in fraction)


SPEECH = Speech(
    date=_date,
    clock=_clock,
    number=_number,
    decimal=_decimal,
    joint="到",
    first=(
        (re.compile(r"(\d+(?:\.\d+)?) ?[%％]"), r"百分之\1"),
        (re.compile(r"[¥￥] ?(\d[\d,]*(?:\.\d+)?)"), r"\1元"),
        (re.compile(r"(?<![\d])24/7"), "全天"),
        (_UNIT, lambda found: _UNITS[found[1]]),
        (re.compile(r"(?<=\d)[xX×](?=\d)"), "乘"),
        (re.compile(r"№ ?|No\. ?(?=\d)"), "编号"),
        (re.compile(r"(?<=\d)#(?!\d)"), "号"),
    ),
    last=(
        (re.compile(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])"), ""),
        (re.compile(r"[（(]"), "，"),
        (re.compile(r"[）)]"), "，"),
        (re.compile(r"，(?=[，。！？；])"), ""),
    ),
)
