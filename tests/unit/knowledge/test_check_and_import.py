"""What is wrong with the items as a whole, and rows of a spreadsheet turned into items."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.check import check, errors, figures_of
from knowledge.errors import StepNotAllowed
from knowledge.importing import Refused, items_of
from knowledge.library import Library
from knowledge.versions import AFTER, State, Step, Version, state_after
from language.identify import LANGUAGES
from tests.unit.knowledge.item_texts import item

TODAY = date(2026, 5, 1)
ROW = {
    "id": "dog_licence",
    "language": "en",
    "title": "Dog licence",
    "unit": "public_security",
    "sources": "动物防疫法, 第三十条; 养犬管理条例",
    "questions": "|".join(f"dog licence question {number}" for number in range(10)),
    "short": "Register your dog within 30 days.",
    "how": "Go to the police station.",
}


def problems(*items_: object, today: date = TODAY) -> list[str]:
    found = check(Library.of(items_), ["id_card"], ["public_security"], today)  # type: ignore[arg-type] # items
    return [f"{each.topic}/{each.language} {each.problem}" for each in errors(found)]


def test_a_missing_language_is_an_error() -> None:
    every = [item(language=language) for language in LANGUAGES]
    assert problems(*every) == []
    assert problems(*every[:-1]) == ["id_card/ru is missing in this language"]


def test_late_reviews_and_expired_items_are_errors() -> None:
    every = [item(language=language, valid_to="2026-12-31") for language in LANGUAGES]
    late = problems(*every, today=date(2027, 7, 1))
    assert any("was to be reviewed" in each for each in late) and any("expired" in each for each in late)


def test_a_figure_that_differs_between_languages_is_an_error() -> None:
    every = [item(language=language) for language in LANGUAGES]
    wrong = item(language="ko")
    sections = {**wrong.sections, "cost": "30 yuan."}
    every[LANGUAGES.index("ko")] = type(wrong)(
        **{**{n: getattr(wrong, n) for n in wrong.__slots__}, "sections": sections}
    )
    assert problems(*every) == ["id_card/ko cost lacks 20 and alone says 30"]


def test_figures_are_compared_without_list_marks_and_thousands_separators() -> None:
    assert figures_of("1. 1,500 yuan\n2. １５ days") == {"1500", "15"}
    assert figures_of("罚款1.5万元，24小时") == figures_of("a fine of 15,000 yuan, 24 hours") == {"15000", "24"}


def test_a_row_becomes_a_draft_with_its_sources() -> None:
    ((number, made),) = items_of([ROW], TODAY, {"en": dict.fromkeys(("who", "bring", "time", "cost", "phone"), "Ask.")})
    assert number == 2 and not isinstance(made, Refused)
    assert (made.status, made.sources[0].article, made.sources[1].name) == ("draft", "第三十条", "养犬管理条例")
    assert made.sections["cost"] == "Ask." and made.sections["speak"] == ROW["short"]


@pytest.mark.parametrize(
    ("changed", "named"),
    [({"title": ""}, "`title`"), ({"language": "fr"}, "`language`"), ({"questions": "one"}, "`questions`"),
     ({"valid_to": "31st"}, "`valid_to`"), ({"id": "Dog licence"}, "`id`")],
)  # fmt: skip
def test_a_bad_row_is_refused_by_its_number_and_takes_no_other_with_it(changed: dict[str, str], named: str) -> None:
    missing = {"en": dict.fromkeys(("who", "bring", "time", "cost", "phone"), "Ask.")}
    found = list(items_of([ROW | changed, ROW], TODAY, missing))
    refused, taken = found[0][1], found[1][1]
    assert isinstance(refused, Refused) and refused.row == 2 and named in refused.problem
    assert not isinstance(taken, Refused)


STATES: tuple[State, ...] = ("draft", "reviewed", "published", "withdrawn", "replaced")
STEPS: tuple[Step, ...] = ("review", "publish", "withdraw", "restore")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_allowed_or_refused_as_the_table_says(state: State, step: Step) -> None:
    from datetime import UTC, datetime

    version = Version("id_card", "en", "", "Li", datetime(2026, 1, 1, tzinfo=UTC), 1, state)
    if (state, step) in AFTER:
        assert state_after(version, step, "Wang") == AFTER[state, step]
    else:
        with pytest.raises(StepNotAllowed):
            state_after(version, step, "Wang")


def test_nobody_reviews_what_he_wrote() -> None:
    from datetime import UTC, datetime

    version = Version("id_card", "en", "", "Li", datetime(2026, 1, 1, tzinfo=UTC), 1, "draft")
    with pytest.raises(StepNotAllowed, match="another person"):
        state_after(version, "review", "Li")
