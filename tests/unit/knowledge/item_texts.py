"""Items for tests: small, whole, in any language."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.items import Item
from knowledge.markdown import parse_item

ITEM = """---
id: {id}
language: {language}
title: {title}
unit: public_security
sources:
  - name: 居民身份证法
    article: 第十条
valid_from: {valid_from}
valid_to: {valid_to}
reviewed_on: {reviewed_on}
reviewers: {reviewers}
review_due: 2027-06-30
status: {status}
secrecy: public
region: national
related: []
questions:
{questions}
follow_ups:
  - {{title: Fee, section: cost}}
{fork}---
## short
Bring your card to any police station. It takes 20 days.

## speak
Bring your card to any police station.

## who
Everyone aged 16.

## bring
1. Your old card
2. A photo (taken there)

## how
Go to any police station. See https://example.org/map for one. They take a photo. You sign.

## time
20 days.

## cost
20 yuan.

## phone
12345
"""


def item_text(topic: str = "id_card", language: str = "en", questions: Sequence[str] = (), **fields: str) -> str:
    asked = questions or [f"{topic} question number {number}" for number in range(12)]
    values = {
        "title": topic.replace("_", " "),
        "valid_from": "2024-01-01",
        "valid_to": "null",
        "reviewed_on": "null",
        "reviewers": "[]",
        "status": "demo",
        "fork": "",
    } | fields
    lines = "\n".join(f"  - {question}" for question in asked)
    return ITEM.format(id=topic, language=language, questions=lines, **values)


def item(topic: str = "id_card", language: str = "en", questions: Sequence[str] = (), **fields: str) -> Item:
    return parse_item(item_text(topic, language, questions, **fields), f"{topic}/{language}.md")
