"""Makes the demo city's map: data/city/{gazetteer,area_units,components}.csv, grid.geojson and roads.geojson.

Always the same from the same names (scripts/demo_city/): a rectangle is cut into districts, streets, communities and
grid cells, roads are drawn through it and components set along them. A name is put right there, not in the files: a
test compares them. A real city replaces the files, not this script.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts" / "demo_city"))
import spelling  # noqa: E402 - beside this script, not a package

CITY = ROOT / "data" / "city"
HERE = ROOT / "scripts" / "demo_city"
WEST, SOUTH, EAST, NORTH = 118.0, 32.0, 118.15, 32.1
LANGUAGES = ("zh", "en", "ja", "ko", "ru")
METRES_A_DEGREE = 111_320.0
METRES_A_NUMBER = 9.0
KINDS = ("路", "大道", "街", "大街")
# kind of component: unit that owns it, how many; what stands on a road all along comes first
COMPONENTS = {
    "street_lamp": ("urban_management", 90),
    "manhole_sewer": ("water_affairs", 45),
    "manhole_water": ("water_company", 35),
    "manhole_gas": ("gas_company", 20),
    "manhole_telecom": ("telecom_operators", 25),
    "manhole_power": ("power_company", 15),
    "traffic_light": ("traffic_police", 25),
    "bus_stop": ("bus_company", 20),
    "fire_hydrant": ("water_company", 15),
    "cable_pole": ("telecom_operators", 15),
    "street_tree": ("parks", 15),
}
PREFIX = {
    "street_lamp": "LD", "manhole_sewer": "JS", "manhole_water": "JG", "manhole_gas": "JR", "manhole_telecom": "JT",
    "manhole_power": "JD", "traffic_light": "XH", "bus_stop": "GJ", "fire_hydrant": "XF", "cable_pole": "XG",
    "street_tree": "SM",
}  # fmt: skip

_GENITIVE = {"район": "района", "микрорайон": "микрорайона", "посёлок": "посёлка", "квартал": "квартала"}

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """An area: west, south, east, north in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def centre(self) -> Point:
        return round((self.west + self.east) / 2, 6), round((self.south + self.north) / 2, 6)

    def cut(self, shares: list[float]) -> Iterator[Box]:
        """Cuts across the longer side; neighbours share their edge exactly."""
        across = (self.east - self.west) * 0.85 >= self.north - self.south
        low, high = (self.west, self.east) if across else (self.south, self.north)
        total, edge, done = sum(shares), low, 0.0
        for at, share in enumerate(shares):
            done += share
            until = high if at == len(shares) - 1 else round(low + (high - low) * done / total, 6)
            yield Box(edge, self.south, until, self.north) if across else Box(self.west, edge, self.east, until)
            edge = until

    def ring(self) -> list[list[float]]:
        corners = [(self.west, self.south), (self.east, self.south), (self.east, self.north), (self.west, self.north)]
        return [list(corner) for corner in (*corners, corners[0])]


@dataclass
class Map:
    """What is made."""

    random: random.Random
    rows: list[dict[str, Any]] = field(default_factory=list)
    units: list[dict[str, Any]] = field(default_factory=list)
    cells: list[dict[str, Any]] = field(default_factory=list)
    roads: list[dict[str, Any]] = field(default_factory=list)
    boxes: dict[str, Box] = field(default_factory=dict)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)


def main() -> None:
    """Asks where the files are to be written."""
    parser = argparse.ArgumentParser(description="Make the demo city's map.")
    parser.add_argument("--out", type=Path, default=CITY, metavar="FOLDER", help="where to write (data/city)")
    make(parser.parse_args().out)


def make(folder: Path) -> None:
    """Writes the files."""
    names = yaml.safe_load((HERE / "names.yml").read_text("utf-8"))
    words = yaml.safe_load((HERE / "words.yml").read_text("utf-8"))
    made = Map(random.Random(12345))
    _areas(made, names, words)
    _roads(made, names, words)
    _places(made, names, words)
    columns = ["id", "kind", "parent", *(f"name_{one}" for one in LANGUAGES), "aliases", "latitude", "longitude"]
    _write_csv(folder / "gazetteer.csv", columns, made.rows)
    _write_csv(folder / "area_units.csv", ["id", "area", "level", *(f"name_{one}" for one in LANGUAGES)], made.units)
    _write_csv(
        folder / "components.csv",
        ["id", "kind", "owner_unit", "road", "latitude", "longitude", "valid_from", "valid_until"],
        _components(made),
    )
    _write_json(folder / "grid.geojson", made.cells)
    _write_json(folder / "roads.geojson", made.roads)


def _areas(made: Map, names: Mapping[str, Any], words: Mapping[str, Any]) -> None:
    whole = Box(WEST, SOUTH, EAST, NORTH)
    city = _add(made, "city", names["city"], "city", "", whole.centre, words)
    made.boxes[city] = whole
    communities = iter(names["communities"])
    columns = list(whole.cut([1.0, 1.1, 0.95]))
    halves = [half for column in columns for half in column.cut([0.9 + made.random.random() * 0.2, 1.0])]
    for (district_name, streets), district_box in zip(names["districts"].items(), halves, strict=True):
        district = _add(made, "district", district_name, "district", city, district_box.centre, words)
        made.boxes[district] = district_box
        _unit(made, words, district, "district", "政府", " Government", "政府", "청", "Администрация")
        for street_name, street_box in zip(streets, _tiles(district_box, made.random), strict=True):
            street = _add(made, "street", street_name, "street", district, street_box.centre, words)
            made.boxes[street] = street_box
            _unit(made, words, street, "street", "办事处", " Office", "弁事処", " 사무소", "Управа")
            for community_box in street_box.cut([0.8 + made.random.random() * 0.4 for _ in range(3)]):
                community = _add(made, "community", next(communities), "community", street, community_box.centre, words)
                made.boxes[community] = community_box
                _unit(
                    made,
                    words,
                    community,
                    "community",
                    "居委会",
                    " Residents' Committee",
                    "居民委員会",
                    " 주민위원회",
                    "Комитет жителей",
                )
                _cells(made, community, community_box)
    # An enclave: the first cell of one street's edge belongs to a community of the street beside it.
    made.cells[40]["properties"]["community"] = made.cells[52]["properties"]["community"]


def _tiles(box: Box, chance: random.Random) -> list[Box]:
    """Five areas: two rows, of three and of two."""
    first, second = box.cut([0.55, 0.45])
    three = list(first.cut([0.8 + chance.random() * 0.4 for _ in range(3)]))
    return [*three, *second.cut([0.9 + chance.random() * 0.2, 1.0])]


def _cells(made: Map, community: str, box: Box) -> None:
    for number, cell in enumerate(box.cut([1.0] * made.random.choice((2, 3, 3, 3))), start=1):
        identifier = f"{community.removeprefix('c_')}_{number:02d}"
        made.cells.append(_feature("Polygon", [cell.ring()], {"id": f"g_{identifier}", "community": community}))
        row = made.rows[-1]
        made.units.append(
            {
                "id": f"grid_{identifier}",
                "area": f"g_{identifier}",
                "level": "grid",
                "name_zh": f"{row['name_zh']}第{number}网格",
                "name_en": f"{row['name_en']}, grid {number}",
                "name_ja": f"{row['name_ja']}第{number}グリッド",
                "name_ko": f"{row['name_ko']} 제{number}그리드",
                "name_ru": f"{row['name_ru']}, участок {number}",
            }
        )


def _roads(made: Map, names: Mapping[str, Any], words: Mapping[str, Any]) -> None:
    street_of = {name: made.ids["street", name] for streets in names["districts"].values() for name in streets}
    for kind, roads in names["roads"].items():
        for key, street_name in roads.items():
            name, _, twin = key.partition("@")
            line = _line(made, made.boxes[street_of[street_name]], _heading(name, made.random))
            district = next(row["parent"] for row in made.rows if row["id"] == street_of[street_name])
            identifier = _add(
                made, "road", name, kind, district, line[0], words, suffix=f"_{street_name}" if twin else ""
            )
            last = int(_metres(line) / METRES_A_NUMBER)
            made.roads.append(
                _feature(
                    "LineString",
                    [list(point) for point in line],
                    {"id": identifier, "first_number": 1, "last_number": last},
                )
            )


def _heading(name: str, chance: random.Random) -> float:
    """Roads called after a side of the town lead there; others anywhere, along the compass rather than across."""
    sides = {"东": 0.0, "北": 90.0, "西": 180.0, "南": 270.0}
    return sides.get(name[-1], chance.choice((0.0, 90.0, 180.0, 270.0))) + chance.uniform(-12, 12)


def _line(made: Map, box: Box, heading: float) -> list[Point]:
    """A road of 1.5 to 4 km that begins in the box, bends twice and ends at the city's edge at the latest."""
    chance = made.random
    at = (
        box.west + (box.east - box.west) * chance.uniform(0.2, 0.8),
        box.south + (box.north - box.south) * chance.uniform(0.2, 0.8),
    )
    line = [(round(at[0], 6), round(at[1], 6))]
    for _ in range(3):
        step = chance.uniform(500, 1300)
        east = step * math.cos(math.radians(heading)) / (METRES_A_DEGREE * math.cos(math.radians(at[1])))
        at = (at[0] + east, at[1] + step * math.sin(math.radians(heading)) / METRES_A_DEGREE)
        heading += chance.uniform(-15, 15)
        inside = WEST + 0.001 < at[0] < EAST - 0.001 and SOUTH + 0.001 < at[1] < NORTH - 0.001
        if not inside:
            break
        line.append((round(at[0], 6), round(at[1], 6)))
    return line if len(line) > 1 else _line(made, box, heading + 180)


def _metres(line: list[Point]) -> float:
    wide = math.cos(math.radians((SOUTH + NORTH) / 2))
    return sum(
        math.hypot((two[0] - one[0]) * wide, two[1] - one[1]) * METRES_A_DEGREE
        for one, two in zip(line, line[1:], strict=False)
    )


def _places(made: Map, names: Mapping[str, Any], words: Mapping[str, Any]) -> None:
    for kind, places in names["places"].items():
        for name, street_name in places.items():
            street = made.ids["street", street_name]
            box = made.boxes[street]
            spot = (
                round(box.west + (box.east - box.west) * made.random.uniform(0.15, 0.85), 6),
                round(box.south + (box.north - box.south) * made.random.uniform(0.15, 0.85), 6),
            )
            _add(made, "place", name, kind, street, spot, words)


def _add(
    made: Map, kind: str, name: str, word: str, parent: str, spot: Point, words: Mapping[str, Any], suffix: str = ""
) -> str:
    forms = words[word]
    plain = {
        "zh": name,
        "en": spelling.english(name),
        "ja": spelling.japanese(name),
        "ko": spelling.korean(name),
        "ru": spelling.russian(name),
    }
    full = {language: forms[language].format(plain[language]) for language in LANGUAGES}
    aliases = [
        pattern.format(plain[language])
        for language, patterns in forms.get("aliases", {}).items()
        for pattern in patterns.split(";")
    ]
    if kind in ("road", "place") and word in (*KINDS, "公园", "小区", "花园"):
        aliases.append(
            spelling.kana(name)
            + {
                "路": "ろ",
                "大道": "だいどう",
                "街": "がい",
                "大街": "だいがい",
                "公园": "こうえん",
                "小区": "しょうく",
                "花园": "かえん",
            }[word]
        )
    given = words["names"].get(full["zh"], {})
    full |= {language: given[language] for language in LANGUAGES if language in given}
    aliases += [each for each in given.get("aliases", "").split(";") if each]
    letter = {"city": "city", "district": "d", "street": "s", "community": "c", "road": "r", "place": "p"}[kind]
    stem = "_".join(spelling.syllables(name)).replace("v", "u") + (
        f"_{''.join(spelling.syllables(word))}" if kind in ("road", "place") else ""
    )
    identifier = "city" if kind == "city" else f"{letter}_{stem}{''.join(spelling.syllables(suffix)) if suffix else ''}"
    made.ids[kind, name] = identifier
    made.rows.append(
        {
            "id": identifier,
            "kind": kind,
            "parent": parent,
            **{f"name_{language}": full[language] for language in LANGUAGES},
            "aliases": ";".join(dict.fromkeys(each for each in aliases if each not in full.values())),
            "latitude": f"{spot[1]:.6f}",
            "longitude": f"{spot[0]:.6f}",
        }
    )
    return identifier


def _unit(made: Map, words: Mapping[str, Any], area: str, level: str, *titles: str) -> None:
    row = made.rows[-1]
    zh, en, ja, ko, ru = titles
    called = words["offices"].get(row["name_zh"] + zh, {})
    made.units.append(
        {
            "id": {"district": "district_", "street": "street_", "community": "community_"}[level] + area[2:],
            "area": area,
            "level": level,
            "name_zh": row["name_zh"] + zh,
            "name_en": row["name_en"] + en,
            "name_ja": row["name_ja"] + ja,
            "name_ko": row["name_ko"] + ko,
            "name_ru": f"{ru} {_of_area(row['name_ru'])}",
            **{f"name_{language}": name for language, name in called.items()},
        }
    )


def _of_area(name: str) -> str:
    """The Russian genitive of an area: `район Чжуншань` is `района Чжуншань`; the name itself stays."""
    kind, _, rest = name.partition(" ")
    return f"{_GENITIVE[kind]} {rest}"


def _components(made: Map) -> list[dict[str, Any]]:
    found = []
    for kind, (owner, count) in COMPONENTS.items():
        for number in range(1, count + 1):
            road = made.random.choice(made.roads)
            line = road["geometry"]["coordinates"]
            at = made.random.randrange(len(line) - 1)
            share, aside = made.random.random(), made.random.uniform(-0.00006, 0.00006)
            one, two = line[at], line[at + 1]
            found.append(
                {
                    "id": f"{PREFIX[kind]}-{number:04d}",
                    "kind": kind,
                    "owner_unit": owner,
                    "road": road["properties"]["id"],
                    "latitude": f"{one[1] + (two[1] - one[1]) * share + aside:.6f}",
                    "longitude": f"{one[0] + (two[0] - one[0]) * share + aside:.6f}",
                    "valid_from": "2024-01-01",
                    "valid_until": "",
                }
            )
    return found


def _feature(kind: str, coordinates: object, properties: Mapping[str, object]) -> dict[str, Any]:
    return {"type": "Feature", "properties": dict(properties), "geometry": {"type": kind, "coordinates": coordinates}}


def _write_csv(path: Path, columns: list[str], rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_json(path: Path, features: list[dict[str, Any]]) -> None:
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', "utf-8")


if __name__ == "__main__":
    main()
