"""The files of the demo city, and what is said of files that cannot be used."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from hotline.settings import ROOT
from tickets.adapters.city_files import LANGUAGES, load_calendar, load_catalogue
from tickets.domain.clocks import AcceptClass
from tickets.errors import CityDataInvalid

CITY = ROOT / "data" / "city"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    shutil.copytree(CITY, tmp_path / "city")
    return tmp_path / "city"


def test_the_demo_city_has_its_categories_and_units_named_in_five_languages() -> None:
    catalogue = load_catalogue(CITY)
    of_the_city = [unit for unit in catalogue.units.values() if unit.area is None]
    assert (len(catalogue.categories), len(of_the_city)) == (66, 37)
    for named in (*catalogue.categories.values(), *catalogue.units.values()):
        assert set(named.names) == set(LANGUAGES), named.id
    for language in LANGUAGES:
        names = [category.names[language] for category in catalogue.categories.values()]
        assert len(set(names)) == len(names), language


def test_a_category_knows_its_unit_and_how_fast_it_is_taken_up() -> None:
    catalogue = load_catalogue(CITY)
    assert catalogue.unit_of("dangling_cable") == "telecom_operators" and catalogue.unit_of(None) == "hotline"
    assert catalogue.categories["dangling_cable"].assist_units == ("urban_management", "power_company")
    assert catalogue.accept_class_of("heating") is AcceptClass.UTILITY
    assert catalogue.category_name("street_light", "ko") == "가로등 고장"
    assert catalogue.unit_name("hotline", "fr") == "12345热线中心"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("urban_management,,normal,normal,150", "nobody,,normal,normal,150", r"categories\.csv:2: the unit 'nobody'"),
        (",normal,normal,150", ",normal,quick,150", r"categories\.csv:2: accept_class must be one of"),
        (",normal,normal,150", ",soon,normal,150", r"categories\.csv:2: urgency must be one of"),
        (",normal,normal,150", ",normal,normal,near", r"categories\.csv:2: duplicate_radius_m"),
        (",normal,normal,150", ",normal,normal", r"categories\.csv:2: the row has more or fewer cells"),
        ("road_damage,", "street_light,", r"categories\.csv:3: the id 'street_light'"),
        ("路灯故障", " ", r"categories\.csv:2: name_zh is empty"),
        ("accept_class", "acceptance", r"categories\.csv: missing columns: accept_class"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(city: Path, old: str, new: str, message: str) -> None:
    path = city / "categories.csv"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(CityDataInvalid, match=message):
        load_catalogue(city)


def test_without_the_hotline_itself_a_city_cannot_be_used(city: Path) -> None:
    path = city / "units.csv"
    path.write_text(path.read_text("utf-8").replace("hotline,", "centre,", 1), "utf-8")
    with pytest.raises(CityDataInvalid, match="hotline"):
        load_catalogue(city)


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CityDataInvalid, match=r"units\.csv: cannot be read"):
        load_catalogue(tmp_path)


def test_a_notice_written_down_by_the_city_is_followed_and_settles_its_year(tmp_path: Path) -> None:
    (tmp_path / "2099.csv").write_text(
        "date,kind,name\n2099-01-05,holiday,元旦\n2099-01-10,workday,调休\n2098-12-27,workday,调休\n", "utf-8"
    )
    calendar = load_calendar(tmp_path)
    assert not calendar.is_workday(date(2099, 1, 5)) and calendar.is_workday(date(2099, 1, 10))
    assert calendar.is_workday(date(2098, 12, 27)) and not calendar.is_provisional(date(2099, 1, 5))


@pytest.mark.parametrize(
    ("name", "row", "message"),
    [
        ("2099.csv", "2099-13-01,holiday,x", r"2099\.csv:2: '2099-13-01' is no date"),
        ("2099.csv", "2099-01-01,free,x", r"2099\.csv:2: kind must be one of"),
        ("2099.csv", "2097-01-01,holiday,x", "does not belong"),
        ("next.csv", "2099-01-01,holiday,x", "must be a year"),
    ],
)
def test_a_bad_holiday_is_named_by_file_and_line(tmp_path: Path, name: str, row: str, message: str) -> None:
    (tmp_path / name).write_text(f"date,kind,name\n{row}\n", "utf-8")
    with pytest.raises(CityDataInvalid, match=message):
        load_calendar(tmp_path)


def test_without_holiday_files_the_notices_alone_decide(tmp_path: Path) -> None:
    assert load_calendar(tmp_path / "none").is_workday(date(2026, 2, 14))
