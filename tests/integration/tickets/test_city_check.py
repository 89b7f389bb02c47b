"""`hotline tickets check-data` on the demo city and on cities with one mistake each; the map as it is shipped."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from hotline.cli import main
from tickets.adapters.city_check import check
from tickets.adapters.gazetteer_files import load_duties, load_map
from tickets.domain.gazetteer import Gazetteer

CITY = Path(__file__).resolve().parents[3] / "data" / "city"
TODAY = date(2026, 11, 26)
Change = Callable[[Path], None]


@pytest.fixture
def city(tmp_path: Path) -> Path:
    shutil.copytree(CITY, tmp_path / "city")
    return tmp_path / "city"


def test_the_script_still_gives_the_map_as_it_is_shipped(tmp_path: Path) -> None:
    script = CITY.parents[1] / "scripts" / "make_demo_city.py"
    subprocess.run([sys.executable, script, "--out", tmp_path], check=True, timeout=60)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert sorted(made) == ["area_units.csv", "components.csv", "gazetteer.csv", "grid.geojson", "roads.geojson"]
    assert [name for name, content in made.items() if content != (CITY / name).read_bytes()] == []


def row(file: str, identifier: str, **values: str) -> Change:
    """Changes a row of a file."""

    def change(folder: Path) -> None:
        path = folder / file
        with path.open(encoding="utf-8", newline="") as read:
            rows = list(csv.DictReader(read))
        found = next(each for each in rows if identifier in (each.get("id"), each.get("component"), each.get("plate")))
        found.update(values)
        write(path, rows)

    return change


def added(file: str, **values: str) -> Change:
    """Adds a copy of the first row with other values."""

    def change(folder: Path) -> None:
        path = folder / file
        with path.open(encoding="utf-8", newline="") as read:
            rows = list(csv.DictReader(read))
        write(path, [*rows, {**rows[0], **values}])

    return change


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def shape(change: Callable[[list[dict[str, object]]], None]) -> Change:
    """Changes the features of the grid."""

    def on(folder: Path) -> None:
        path = folder / "grid.geojson"
        content = json.loads(path.read_text("utf-8"))
        change(content["features"])
        path.write_text(json.dumps(content), "utf-8")

    return on


def wider(features: list[dict[str, object]]) -> None:
    ring = features[60]["geometry"]["coordinates"][0]  # type: ignore[index]
    ring[2][0] += 0.001
    ring[1][0] += 0.001


def test_the_demo_city_has_nothing_to_put_right() -> None:
    assert check(CITY, TODAY) == []


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (row("catalogue.csv", "D-street_light", lead_unit="nobody"), "catalogue.csv:", "'nobody' is not known"),
        (
            row("catalogue.csv", "D-street_light", valid_until="2026-12-31"),
            "street_light",
            "no rule from 2026-12-31 on",
        ),
        (row("catalogue.csv", "D-street_light", valid_from="2027-01-01"), "street_light", "no rule for the whole city"),
        (row("catalogue.csv", "D-street_light", valid_from="soon"), "catalogue.csv:2", "is no date"),
        (row("catalogue.csv", "D-street_light", legal_basis=""), "catalogue.csv:", "no legal basis"),
        (row("catalogue.csv", "D-gx-garbage", area="d_nowhere"), "catalogue.csv:", "'d_nowhere' is not known"),
        (added("catalogue.csv", id="D-again"), "catalogue.csv:", "holds at the same time as 'D-street_light'"),
        (row("gazetteer.csv", "s_jie_fang", parent="c_yang_guang"), "s_jie_fang", "is no district"),
        (row("gazetteer.csv", "c_yang_guang", kind="village"), "gazetteer.csv:", "kind must be one of"),
        (row("area_units.csv", "street_jie_fang", area="d_zhong_shan"), "s_jie_fang", "has no office"),
        (row("components.csv", "LD-0001", latitude="33.0"), "LD-0001", "outside every grid cell"),
        (row("components.csv", "LD-0001", owner_unit="nobody"), "LD-0001", "'nobody' is not known"),
        (added("component_overrides.csv", valid_from="2026-10-01"), "LD-0007", "two temporary owners"),
        (row("vehicles.csv", "皖A12345", plate="no plate"), "vehicles.csv:", "is no car plate"),
        (shape(wider), "g_", "overlaps"),
        (shape(lambda features: features.pop(60)), "near 32.", "a hole of"),
        (shape(lambda features: features[0]["properties"].update(community="x")), "g_", "'x' is not known"),  # type: ignore[attr-defined]
    ],
)
def test_each_mistake_is_found_with_its_place_and_a_remedy(city: Path, change: Change, where: str, what: str) -> None:
    change(city)
    findings = check(city, TODAY)
    hit = [one for one in findings if what in one.what]
    assert hit, findings
    assert where in hit[0].where and len(hit[0].remedy) > 10


def test_the_command_says_what_is_wrong_and_its_status_too(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tickets", "check-data", str(city)]) == 0
    row("catalogue.csv", "D-street_light", lead_unit="nobody")(city)
    capsys.readouterr()
    assert main(["tickets", "check-data", str(city), "--json"]) == 1
    [found] = json.loads(capsys.readouterr().out)
    assert "catalogue.csv:2" in found["where"] and "units.csv" in found["remedy"]
    (city / "grid.geojson").write_text("{", "utf-8")
    assert main(["tickets", "check-data", str(city)]) == 1
    assert "GeoJSON" in capsys.readouterr().out


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(load_map(CITY))


def test_every_named_thing_is_found_by_its_name_in_each_language(gazetteer: Gazetteer) -> None:
    missed = []
    for one in gazetteer.city.named.values():
        for language, name in one.names.items():
            found = gazetteer.locate(name)
            if one.kind != "city" and one.id not in found.names:
                missed.append((one.id, language, name))
    assert missed == []


def test_every_component_and_house_number_lies_in_a_cell_whose_levels_are_known(gazetteer: Gazetteer) -> None:
    for component in gazetteer.city.components.values():
        areas = gazetteer.locate(component.id).areas
        assert areas.grid and areas.community and areas.street and areas.district
    for road in gazetteer.city.roads.values():
        for number in (road.first_number, road.last_number):
            spot = road.at_number(number)
            assert spot is not None and gazetteer.city.areas_at(spot).grid


def test_every_category_has_a_rule_with_a_legal_basis_today() -> None:
    duties = load_duties(CITY)
    with (CITY / "categories.csv").open(encoding="utf-8", newline="") as file:
        for category in csv.DictReader(file):
            held = [duty for duty in duties.duties if duty.category == category["id"] and duty.holds(TODAY)]
            assert held and all(duty.legal_basis for duty in held), category["id"]
