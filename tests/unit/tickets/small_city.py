"""A city of four cells for tests: two districts, two streets of the same name, a lamp."""

from __future__ import annotations

from datetime import date

from shapely.geometry import LineString, Polygon

from tickets.domain.gazetteer import Gazetteer
from tickets.domain.geography import Cell, CityMap, Component, Named, Override, Road, Spot


def named(identifier: str, kind: str, parent: str, zh: str, en: str, **more: str) -> Named:
    aliases = tuple(alias for alias in more.pop("aliases", "").split(";") if alias)
    return Named(identifier, kind, parent, {"zh": zh, "en": en, **more}, aliases, Spot(32.0005, 118.0005))


def cell(identifier: str, community: str, west: float) -> Cell:
    east = round(west + 0.01, 3)
    return Cell(identifier, community, Polygon([(west, 32.0), (east, 32.0), (east, 32.01), (west, 32.01)]))


def city_map() -> CityMap:
    things = [
        named("city", "city", "", "示例市", "Shili City"),
        named("d_east", "district", "city", "东区", "East District", ja="東区", ko="동구", ru="район Дун"),
        named("d_west", "district", "city", "西区", "West District", ja="西区", ko="서구", ru="район Си"),
        named("s_east", "street", "d_east", "河东街道", "Hedong Subdistrict"),
        named("s_west", "street", "d_west", "河西街道", "Hexi Subdistrict"),
        named("c_one", "community", "s_west", "阳光社区", "Sunshine Community"),
        named("c_two", "community", "s_west", "桃源社区", "Taoyuan Community"),
        named("c_three", "community", "s_east", "明珠社区", "Mingzhu Community"),
        named("c_four", "community", "s_east", "康乐社区", "Kangle Community"),
        named(
            *("r_long", "road", "d_west", "解放路", "Jiefang Road"),
            ja="解放路",
            ko="해방로",
            ru="улица Цзефан",
            aliases="Jiefang Rd;ул. Цзефан",
        ),
        named("r_luck_west", "road", "d_west", "幸福路", "Xingfu Road"),
        named("r_luck_east", "road", "d_east", "幸福路", "Xingfu Road"),
        named("r_cross", "road", "d_west", "人民路", "Renmin Road", ru="улица Жэньминь"),
        named(
            "p_park", "place", "s_west", "人民公园", "People's Park", ja="人民公園", ko="인민공원", ru="Народный парк"
        ),
    ]
    lines = {
        "r_long": [(118.001, 32.005), (118.039, 32.005)],
        "r_luck_west": [(118.001, 32.002), (118.019, 32.002)],
        "r_luck_east": [(118.021, 32.002), (118.039, 32.002)],
        "r_cross": [(118.005, 32.001), (118.005, 32.009)],
    }
    cells = [cell(f"g_{at}", name, west) for at, (name, west) in enumerate(
        (("c_one", 118.0), ("c_two", 118.01), ("c_three", 118.02), ("c_four", 118.03)), start=1)]  # fmt: skip
    lamp = Component(
        "LD-0001",
        "street_lamp",
        "urban_management",
        Spot(32.0055, 118.0251),
        date(2024, 1, 1),
        overrides=(Override("water_company", date(2026, 11, 1), date(2026, 12, 1)),),
    )
    return CityMap(
        {one.id: one for one in things},
        {name: Road(name, LineString(line), 1, 381) for name, line in lines.items()},
        cells,
        {lamp.id: lamp},
    )


def gazetteer() -> Gazetteer:
    return Gazetteer(city_map())
