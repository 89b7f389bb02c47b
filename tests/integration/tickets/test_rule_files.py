"""The city's rule files: the demo's are usable, a missing one changes nothing, a bad row is named."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from hotline.settings import ROOT
from tests.unit.tickets.ticket_samples import catalogue
from tickets.adapters.city_files import load_catalogue
from tickets.adapters.rule_files import (
    load_clock_rules,
    load_hours,
    load_ladder,
    load_periods,
    load_return_reasons,
    with_rule_files,
)
from tickets.domain.hours import OfficeHours
from tickets.domain.periods import USUAL
from tickets.errors import CityDataInvalid

CITY = ROOT / "data" / "city"
_NAMES = "name_zh,name_en,name_ja,name_ko,name_ru"


def test_the_demo_city_says_each_rule_and_names_its_source() -> None:
    city = with_rule_files(load_catalogue(CITY), CITY)
    rules = load_clock_rules(CITY, city, OfficeHours.until(time(18, 0)))
    assert set(rules.periods.set_by_city) == set(USUAL)
    assert rules.unit_hours["hotline"].always and len(rules.unit_hours["government_service"].shifts) == 2
    assert [step.step for step in city.ladder][:2] == ["urge", "supervise"]
    for named in (*city.return_reasons.values(), *city.ladder):
        assert set(named.names) == {"zh", "en", "ja", "ko", "ru"}


def test_without_the_files_the_usual_rules_hold(tmp_path: Path) -> None:
    city = with_rule_files(catalogue(), tmp_path)
    assert city == catalogue()
    assert load_periods(tmp_path)["handle_complaint"] == USUAL["handle_complaint"]
    assert load_hours(tmp_path, city) == {}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("return_reasons.csv", f"id,{_NAMES}\n,a,a,a,a,a\n", "csv:2: the id '' is empty"),
        ("return_reasons.csv", f"id,{_NAMES}\nlazy,,a,a,a,a\n", "csv:2: name_zh is empty"),
        ("return_reasons.csv", f"id,{_NAMES}\n", "at least one"),
        ("escalation.csv", f"unmet,step,{_NAMES}\n2,urge,a,,,,\n2,supervise,a,,,,\n", "csv:3: unmet must rise"),
        ("escalation.csv", f"unmet,step,{_NAMES}\nzwei,urge,a,,,,\n", "csv:2: unmet must be a whole number"),
        ("escalation.csv", f"unmet,step,{_NAMES}\n2,urge,a,,,,\n3,urge,a,,,,\n", "csv:3: the step 'urge'"),
        ("periods.csv", "id,amount,measure,source\ntea,1,minutes,x\n", "csv:2: the period 'tea' is unknown"),
        ("periods.csv", "id,amount,measure,source\ncar,0,minutes,x\n", "csv:2: amount must be a whole number"),
        ("periods.csv", "id,amount,measure,source\ncar,10,hours,x\n", "csv:2: measure must be one of"),
        ("periods.csv", "id,amount,measure,source\ncar,1,working_days,x\n", "csv:2: car is counted in minutes"),
        ("periods.csv", "id,amount,measure,source\ncar,10,minutes,\n", "csv:2: source is empty"),
        ("hours.csv", "unit,days,shifts\nmoon,daily,00:00-24:00\n", "csv:2: the unit 'moon'"),
        ("hours.csv", "unit,days,shifts\nhotline,sundays,09:00-12:00\n", "csv:2: days must be one of"),
        ("hours.csv", "unit,days,shifts\nhotline,daily,22:00-06:00\n", "csv:2: shifts: a shift opens before"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_file_line_and_remedy(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CityDataInvalid) as caught:
        load_return_reasons(tmp_path)
        load_ladder(tmp_path)
        load_periods(tmp_path)
        load_hours(tmp_path, catalogue())
    assert said in str(caught.value) and name in str(caught.value)
