"""The city's files about levels, duties and mediation: those of the demo city, and rows that cannot be used."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from hotline.settings import ROOT
from tickets.adapters.city_check import check
from tickets.adapters.city_files import load_catalogue
from tickets.adapters.parts_files import with_parts_files
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.domain.city import Catalogue
from tickets.domain.levels import GRASSROOTS
from tickets.errors import CityDataInvalid

CITY = ROOT / "data" / "city"
HEADERS = {
    "levels.csv": "category,straight_to",
    "duties.csv": "category,department,clause",
    "mediation.csv": "category,unit,legal_basis",
}


@pytest.fixture
def catalogue() -> Catalogue:
    return load_catalogue(CITY)


def test_the_demo_city_has_simple_matters_duties_and_mediators_that_fit_together(catalogue: Catalogue) -> None:
    city = with_parts_files(catalogue, CITY)
    assert city.levels.simple and city.levels.duties and city.mediators
    assert not city.levels.simple & set(city.levels.duties)
    for duty in city.levels.duties.values():
        assert city.level_of(duty.department) not in GRASSROOTS and "《" in duty.clause
    assert all("《" in body.legal_basis for body in city.mediators.values())


def test_the_duty_of_a_category_is_the_department_that_leads_or_supervises_it(catalogue: Catalogue) -> None:
    city = with_parts_files(catalogue, CITY)
    for name, duty in city.levels.duties.items():
        category = city.categories[name]
        assert duty.department in (category.lead_unit, *category.assist_units), name


def test_a_city_without_these_files_has_no_such_rules(catalogue: Catalogue, tmp_path: Path) -> None:
    city = with_parts_files(catalogue, tmp_path)
    assert (city.levels.simple, dict(city.levels.duties), dict(city.mediators)) == (frozenset(), {}, {})


@pytest.mark.parametrize(
    ("file", "rows", "expected"),
    [
        ("levels.csv", ["ufo,grid"], "levels.csv:2: the category 'ufo'"),
        ("levels.csv", ["shared_bike,street"], "levels.csv:2: straight_to"),
        ("levels.csv", ["shared_bike,grid", "shared_bike,grid"], "levels.csv:3: .* twice"),
        ("levels.csv", ["food_safety,grid"], "levels.csv:2: food_safety is a department's duty"),
        ("duties.csv", ["food_safety,nobody,《法》"], "duties.csv:2: the unit 'nobody'"),
        ("duties.csv", ["food_safety,market_regulation,"], "duties.csv:2: clause"),
        ("duties.csv", ["food_safety,street_jie_fang,《法》"], "duties.csv:2: department: .* is no department"),
        ("mediation.csv", ["social_noise,mediation,"], "mediation.csv:2: legal_basis"),
        ("mediation.csv", ["social_noise,mediation"], "mediation.csv:2: the row has more or fewer cells"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_file_and_line(
    catalogue: Catalogue, tmp_path: Path, file: str, rows: list[str], expected: str
) -> None:
    if file == "levels.csv":
        shutil.copy(CITY / "duties.csv", tmp_path)
    (tmp_path / file).write_text("\n".join([HEADERS[file], *rows, ""]), "utf-8")
    with pytest.raises(CityDataInvalid, match=expected):
        with_parts_files(catalogue, tmp_path)


def test_a_catalogue_that_gives_a_departments_duty_to_a_street_is_found_with_the_clause(tmp_path: Path) -> None:
    city = tmp_path / "city"
    shutil.copytree(CITY, city)
    path = city / "catalogue.csv"
    rows = path.read_text("utf-8").replace(
        "D-food_safety,food_safety,,,market_regulation", "D-food_safety,food_safety,,,street_jie_fang"
    )
    path.write_text(rows, "utf-8")
    [finding] = check(city, date(2026, 11, 26))
    assert "gives a duty of 'market_regulation' to 'street_jie_fang'" in finding.what
    assert "《食品安全法》" in finding.remedy and "catalogue.csv:" in finding.where


def test_a_bad_row_of_these_files_is_found_by_the_check_too(tmp_path: Path) -> None:
    city = tmp_path / "city"
    shutil.copytree(CITY, city)
    (city / "mediation.csv").write_text("category,unit,legal_basis\nufo,mediation,《法》\n", "utf-8")
    [finding] = check(city, date(2026, 11, 26))
    assert "mediation.csv:2" in finding.where and "ufo" in finding.what


def test_the_process_that_files_tickets_knows_the_rules(tmp_path: Path) -> None:
    desk = open_tickets(TicketsConfig(f"sqlite:///{tmp_path / 'a.db'}"))
    assert desk.catalogue.mediators and desk.catalogue.levels.duties
    desk.close()
