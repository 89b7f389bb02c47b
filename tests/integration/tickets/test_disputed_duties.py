"""Past tickets searched for disputed duties, and corrections taken over, by the commands' own functions."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from hotline.cli import main
from hotline.settings import ROOT
from language.encoder import HashEncoder
from tests.unit.tickets.ticket_samples import AGENT, NOON, advance_command, desk, file_command
from tickets.adapters.boundary_search import Asked, search
from tickets.adapters.category_classifier import TrainedCategoryClassifier
from tickets.adapters.city_files import load_catalogue
from tickets.domain.duties import Duty
from tickets.domain.people import Actor
from tickets.domain.vocabulary import Role
from tickets.service.desk import TicketDesk

ROWS = "".join(
    f"{category},{word}{tail}\n"
    for category, word in (("street_light", "路灯不亮"), ("water_supply", "停水没水"), ("gas_supply", "燃气漏气"))
    for tail in ("了", "三天了", "没人管", "请处理", "怎么办", "在小区里")
)
DUTY = Duty("D-1", "street_light", "", "", "urban_management", (), "照明规定第四条", date(2024, 1, 1))


@pytest.fixture
def classifier(tmp_path: Path) -> TrainedCategoryClassifier:
    (tmp_path / "zh.csv").write_text("category,text\n" + ROWS, "utf-8")
    city = load_catalogue(ROOT / "data" / "city")
    return TrainedCategoryClassifier(city, HashEncoder(), tmp_path, tmp_path / "models")


def handled(tickets: TicketDesk, key: str, description: str, unit: str) -> str:
    number = tickets.file(file_command(key, description=description, conversation_id=key)).number
    tickets.advance(advance_command(number, "dispatch", by=AGENT, unit=unit))
    tickets.advance(advance_command(number, "accept", by=Actor(Role.UNIT, "somebody", unit)))
    return number


def test_alike_tickets_that_went_to_two_units_are_found_with_the_clause_and_a_draft(
    classifier: TrainedCategoryClassifier,
) -> None:
    tickets = desk()
    inside = [
        handled(tickets, f"key-{place}", f"小区里面的路灯不亮了{place}", unit)
        for place, unit in enumerate(("urban_management", "water_company", "urban_management"))
    ]
    handled(tickets, "another", "公园草坪喷泉边上那盏高杆灯歪倒", "water_company")
    asked = Asked(NOON - timedelta(days=1), alike=0.6)
    ((boundary, entry, bases),) = search(tickets, [DUTY], classifier, asked, date(2026, 11, 25))
    assert {case.number for case in boundary.cases} == set(inside)
    assert (boundary.majority, entry.lead_unit, entry.legal_basis) == (
        "urban_management",
        "urban_management",
        "照明规定第四条",
    )
    assert [duty.id for duty in bases] == ["D-1"]


def test_tickets_before_the_time_asked_for_are_left_out(classifier: TrainedCategoryClassifier) -> None:
    tickets = desk()
    for place, unit in enumerate(("urban_management", "water_company")):
        handled(tickets, f"key-{place}", "小区里面的路灯不亮了", unit)
    assert search(tickets, [], classifier, Asked(NOON + timedelta(hours=1)), date(2026, 11, 25)) == []


def test_corrections_are_counted_without_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE_DATABASE_URL", f"sqlite:///{tmp_path / 'hotline.db'}")
    monkeypatch.setenv("HOTLINE_MODELS_DIR", str(tmp_path / "models"))
    assert main(["dispatch", "retrain", "--dry-run"]) == 0
    assert capsys.readouterr().out == "corrections: 0, of 0 tickets\n"
    assert not (tmp_path / "models" / "category-corrections.csv").exists()
