"""Records of other platforms in our words: mappings, matters, and what is refused."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.intake.errors import FileUnreadable, MappingInvalid, MatterRefused, SourceUnknown
from channels.intake.folder import records, waiting_files
from channels.intake.mapping import SourceMapping, load_mapping, source_names
from channels.intake.matter import read_matter
from tickets.domain.calendar import LOCAL_ZONE

CITY = {"street_light": 1, "water_supply": 1}
PLAIN = SourceMapping(
    name="app",
    title="App",
    fields={
        "id": ("no",),
        "description": ("text", "title"),
        "category": ("kind",),
        "nature": ("nature",),
        "latitude": ("at.lat",),
        "longitude": ("at.lng",),
        "phone": ("who.phone",),
        "occurred_at": ("when",),
        "confidentiality": ("secret",),
    },
    categories={"路灯": "street_light"},
    natures={"举报": "report"},
    confidentialities={"是": "unit_hidden"},
    date_formats=("%Y/%m/%d %H:%M",),
)
RECORD = {
    "no": "A-1",
    "text": "路灯坏了",
    "kind": "路灯",
    "at": {"lat": 31.2, "lng": "121.4"},
    "when": "2026/03/01 08:30",
}


def test_a_record_is_read_by_its_mapping() -> None:
    matter = read_matter(RECORD, PLAIN)
    assert (matter.foreign_id, matter.category, matter.nature) == ("A-1", "street_light", "complaint")
    assert (matter.latitude, matter.longitude) == (31.2, 121.4)
    assert matter.occurred_at == datetime(2026, 3, 1, 8, 30, tzinfo=LOCAL_ZONE)


def test_the_first_field_that_is_filled_counts() -> None:
    assert read_matter({**RECORD, "text": " ", "title": "灯"}, PLAIN).description == "灯"


def test_a_category_without_a_mapping_is_taken_and_named() -> None:
    matter = read_matter({**RECORD, "kind": "月球"}, PLAIN)
    assert (matter.category, matter.unmapped) == (None, "月球")


def test_a_tip_off_is_kept_from_the_unit() -> None:
    assert read_matter({**RECORD, "nature": "举报"}, PLAIN).confidentiality == "unit_hidden"


def test_a_badly_noted_telephone_is_left_out_and_the_matter_taken() -> None:
    assert read_matter({**RECORD, "who": {"phone": "见附件"}}, PLAIN).phone is None
    assert read_matter({**RECORD, "who": {"phone": 13812345678}}, PLAIN).phone == "13812345678"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"no": None}, "id_missing"),
        ({"no": "x" * 121}, "id_invalid"),
        ({"text": None}, "description_missing"),
        ({"text": "字" * 4001}, "description_too_long"),
        ({"nature": "笑话"}, "nature_unknown"),
        ({"secret": "也许"}, "confidentiality_unknown"),
        ({"at": {"lat": 31.2}}, "location_invalid"),
        ({"at": {"lat": 131.2, "lng": 1}}, "location_out_of_range"),
        ({"when": "昨天"}, "occurred_at_invalid"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(MatterRefused) as refused:
        read_matter({**RECORD, **changes}, PLAIN)
    assert refused.value.reason == reason


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["lat", "lng", "phone"]), inner),
    max_leaves=4,
)


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from([*RECORD, "nature", "secret", "who"]), VALUES))
def test_any_record_is_read_or_refused_in_words(changes: dict[str, object]) -> None:
    try:
        read_matter({**RECORD, **changes}, PLAIN)
    except MatterRefused as error:
        assert error.reason
        assert str(error)


def test_the_mappings_that_come_with_the_house_can_be_used() -> None:
    from tickets.adapters.city_files import load_catalogue
    from tickets.config import TicketsConfig

    city = load_catalogue(TicketsConfig(database_url="sqlite://").city_dir).categories
    assert len(source_names()) >= 5
    for name in source_names():
        assert load_mapping(name, city).fields["id"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a\n", "must hold keys"),
        ("fields: {id: no}\n", "fields.description is missing"),
        ("fields: {id: no, description: text, colour: c}\n", "fields.colour is not known"),
        ("fields: {id: no, description: text}\ncategories: {x: moon}\n", "'moon' is no category"),
        ("fields: {id: no, description: text}\nnatures: {x: joke}\n", "'joke' is not one of"),
        ("fields: {id: no, description: text}\nspeed: 3\n", "speed is not known"),
        ("fields: [\n", "is no YAML"),
        ("fields: {id: no, description: text}\nencoding: utf-9\n", "encoding: 'utf-9' is not known"),
        ("fields: {id: no, description: text}\ndelimiter: ';;'\n", "must be one character"),
    ],
)
def test_a_bad_mapping_is_refused_with_file_and_key(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "theirs.yml").write_text(text, encoding="utf-8")
    with pytest.raises(MappingInvalid, match=words) as refused:
        load_mapping("theirs", CITY, tmp_path)
    assert str(refused.value).startswith("theirs.yml")


@pytest.mark.parametrize("name", ["nobody", "../city/units", "", "A"])
def test_an_unknown_source_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourceUnknown):
        load_mapping(name, CITY, tmp_path)


# Files.


def test_a_table_in_another_encoding_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes('no,text\r\n7,"路灯\n坏了"\r\n'.encode("gb18030"))
    found = list(records(file, SourceMapping("a", "a", PLAIN.fields, encoding="gb18030")))
    assert found == [(3, {"no": "7", "text": "路灯\n坏了"})]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"number,text\n1,x\n", "no column no; its columns are number, text"),
        ("a.csv", "no,text\n1,路灯\n".encode("gb18030"), "not in utf-8-sig"),
        ("a.csv", b"", "no column no"),
        ("a.json", b"{", "is no JSON"),
        ("a.json", b'{"no": 1}', "a list of objects"),
        ("a.json", b"[" * 100_000, "is no JSON"),
        ("a.jsonl", b'{"no": 1}\n[1]\n', "a list of objects"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileUnreadable, match=words):
        list(records(tmp_path / name, PLAIN))


def test_a_line_separator_within_a_text_ends_no_json_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"no": 1, "text": "a\u2028b"}\n', encoding="utf-8")
    assert list(records(tmp_path / "a.jsonl", PLAIN)) == [(1, {"no": 1, "text": "a\u2028b"})]


def test_files_that_are_still_written_or_hidden_are_left_alone(tmp_path: Path) -> None:
    old = (datetime.now(LOCAL_ZONE) - timedelta(minutes=1)).timestamp()
    for name in ("b.csv", "a.json", ".hidden.csv", "c.csv.part", "fresh.csv"):
        (tmp_path / name).write_text("", encoding="utf-8")
        if name != "fresh.csv":
            os.utime(tmp_path / name, (old, old))
    (tmp_path / "done.csv").mkdir()
    assert [file.name for file in waiting_files(tmp_path)] == ["a.json", "b.csv"]
