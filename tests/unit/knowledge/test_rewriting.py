"""A language model may shorten an item's words and never add to them."""

from __future__ import annotations

import pytest

from knowledge.rewriting import accepted, added

ZH = "带身份证到全国任一派出所申请，20日内领证，工本费20元。"
EN = "Bring your ID card to any police station. It takes 20 days and costs 20 yuan."


@pytest.mark.parametrize(
    ("passage", "rewriting"),
    [
        (ZH, "您带身份证到任一派出所申请，工本费20元。"),
        (EN, "It costs 20 yuan. Bring your ID card to any police station."),
    ],
)
def test_a_shorter_saying_of_the_same_is_accepted(passage: str, rewriting: str) -> None:
    assert accepted(passage, rewriting) == rewriting


@pytest.mark.parametrize(
    ("passage", "rewriting"),
    [
        (ZH, "带身份证到派出所申请，15日内领证。"),
        (ZH, "带身份证到派出所申请，工本费二十五元。"),
        (ZH, "带身份证到市民服务中心申请，20日内领证。"),
        (ZH, "保证20日内领证。"),
        (ZH, "周六也可以带身份证申请。"),
        (EN, "It takes 20 days. Ask at Tianhe office."),
        (EN, "It takes five days."),
        (EN, "See https://example.org for the fee of 20 yuan."),
        (EN, "You will definitely get it in 20 days."),
        (EN, "Come in March, it costs 20 yuan."),
        ("Срок 20 дней.", "Срок 20 дней, приходите в Пудун."),
        ("20일 걸립니다.", "20일 걸리며 월요일에 오십시오."),
        ("手数料は20元です。", "手数料は20元です。ローソンでも払えます。"),
    ],
)
def test_what_adds_a_number_a_name_a_date_or_a_promise_is_refused(passage: str, rewriting: str) -> None:
    assert added(passage, rewriting)
    assert accepted(passage, rewriting) is None


def test_nothing_and_far_too_much_are_refused() -> None:
    assert accepted(EN, "") is None
    assert accepted(EN, "bring it " * 60) is None
