"""Where an address is: exact, by sound, mistyped, in five languages, ambiguous, and not at all."""

from __future__ import annotations

import pytest

from tests.unit.tickets.small_city import gazetteer
from tickets.domain.gazetteer import SURE
from tickets.domain.geography import NOWHERE, Spot

GAZETTEER = gazetteer()


@pytest.mark.parametrize(
    "text",
    [
        "解放路20号门口",
        "20 Jiefang Road",
        "No. 20, Jiefang Rd",
        "解放路20番地の前",
        "해방로 20호 앞",
        "на улице Цзефан, дом 20",
        "ул. Цзефан 20",
        "東区じゃない、解放路２０号",
    ],
)
def test_a_house_number_leads_to_one_cell_in_each_language(text: str) -> None:
    found = GAZETTEER.locate(text.removeprefix("東区じゃない、"))
    assert (found.areas.grid, found.areas.community, found.areas.street) == ("g_1", "c_one", "s_west")
    assert found.clear and found.confidence >= SURE and found.spot is not None


@pytest.mark.parametrize(
    ("text", "grid"),
    [
        ("姐放路20号", "g_1"),  # written as it sounds
        ("20 Jiefamg Road", "g_1"),
        ("Народном парке", "g_1"),
        ("인민공원 앞", "g_1"),
    ],
)
def test_homophones_slips_and_endings_are_forgiven(text: str, grid: str) -> None:
    found = GAZETTEER.locate(text)
    assert found.areas.district == "d_west"
    assert found.areas.grid == grid


def test_what_is_heard_less_surely_is_less_sure() -> None:
    exact, sound, slip = (GAZETTEER.locate(text).confidence for text in ("解放路20号", "姐放路20号", "20 Jiefamg Road"))
    assert exact > sound > slip > 0


def test_a_road_without_a_number_gives_what_all_its_parts_have_in_common() -> None:
    along = GAZETTEER.locate("解放路")
    assert along.areas == NOWHERE and not along.clear  # it runs through both districts
    assert GAZETTEER.locate("人民路").areas.community == "c_one"


def test_namesakes_are_candidates_until_the_district_is_named() -> None:
    several = GAZETTEER.locate("幸福路36号")
    assert not several.clear and {one.areas.district for one in several.candidates} == {"d_west", "d_east"}
    assert [GAZETTEER.name_of(one, "zh") for one in several.candidates] == ["河西街道幸福路", "河东街道幸福路"]
    assert GAZETTEER.locate("东区幸福路36号").areas.district == "d_east"


def test_two_roads_meet_in_one_point() -> None:
    found = GAZETTEER.locate("解放路和人民路交叉口")
    assert found.areas.grid == "g_1" and found.spot == Spot(32.005, 118.005) and found.clear


def test_a_place_outside_the_area_that_is_named_is_doubted() -> None:
    found = GAZETTEER.locate("东区人民公园")
    assert found.areas.grid == "g_1" and not found.clear


def test_a_map_point_wins_over_the_text_and_a_components_number_over_both() -> None:
    spot = Spot(32.005, 118.035)
    assert GAZETTEER.locate("人民公园", spot).areas.grid == "g_4"
    numbered = GAZETTEER.locate("人民公园旁边灯杆LD-0001不亮", spot)
    assert (numbered.component, numbered.areas.grid) == ("LD-0001", "g_3")


@pytest.mark.parametrize("text", ["", "就在我家楼下", "here", "🙂", "LD-9999", "1"])
def test_what_names_no_place_gives_none(text: str) -> None:
    found = GAZETTEER.locate(text)
    assert found.areas == NOWHERE and found.confidence == 0 and found.spot is None


def test_a_point_outside_the_city_lies_nowhere_and_the_text_counts() -> None:
    assert GAZETTEER.locate("", Spot(40.0, 118.0)).areas == NOWHERE
    assert GAZETTEER.locate("人民公园", Spot(40.0, 118.0)).areas.grid == "g_1"


def test_a_number_that_the_road_has_not_is_no_point() -> None:
    assert GAZETTEER.locate("解放路9999号").spot is None


@pytest.mark.parametrize(
    "text",
    [
        "解放路3盏路灯不亮",
        "解放路12月起一直在挖",
        "解放路3点钟还在施工",
        "解放路2号线出口",
        "6月5号解放路的路灯坏了",
        "昨晚22:15解放路有人施工",
        "해방로 3개가 고장 났어요",
    ],
)
def test_what_is_counted_and_when_it_was_is_no_house_number(text: str) -> None:
    found = GAZETTEER.locate(text)
    assert found.names == ("r_long",) and found.spot is None


@pytest.mark.parametrize(
    "text", ["解放路20", "解放路20，路灯坏了", "解放路20旁边", "해방로 20에서", "улица Цзефан 20а"]
)
def test_a_bare_number_after_the_road_is_of_a_house(text: str) -> None:
    assert GAZETTEER.locate(text).areas.grid == "g_1"
