"""Reports as city apps send them: what is taken, and what is refused with which words."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.open311.errors import BadReport
from channels.open311.keys import holder, own_key, parse_keys
from channels.open311.reading import read_report

SERVICES = {"street_light": object(), "noise": object()}
GOOD = {"service_code": "street_light", "description": "路灯坏了", "lat": "31.23", "long": "121.47"}


def read(**changes: str | None):
    fields = {**GOOD, **changes}
    return read_report([(name, value) for name, value in fields.items() if value is not None], SERVICES)


def test_a_point_and_a_description_are_enough() -> None:
    report = read()
    assert (report.latitude, report.longitude) == (31.23, 121.47)
    assert (report.nature, report.confidentiality) == ("complaint", "public")


def test_an_address_alone_says_where_it_is() -> None:
    assert read(lat=None, long=None, address_string="解放路12号").address == "解放路12号"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"service_code": None}, "service_code is missing"),
        ({"service_code": "moon"}, "not one of ours"),
        ({"description": None}, "description is missing"),
        ({"description": "  \n "}, "description is missing"),
        ({"description": "x" * 4001}, "4,001 characters"),
        ({"lat": None}, "lat and long come together"),
        ({"long": ""}, "lat and long come together"),
        ({"lat": "north"}, "decimal degrees"),
        ({"lat": "nan"}, "between -90 and 90"),
        ({"lat": "91"}, "between -90 and 90"),
        ({"long": "-180.5"}, "between -90 and 90"),
        ({"lat": None, "long": None}, "say where it is"),
        ({"phone": "call me"}, "phone is a telephone number"),
        ({"email": "nobody"}, "email is an address"),
        ({"media_url": "file:///etc/passwd"}, "http or https"),
        ({"media_url": "http://[bad"}, "http or https"),
        ({"first_name": "x" * 61}, "first_name has more than 60"),
        ({"attribute[nature]": "joke"}, "one of complaint"),
        ({"attribute[occurred_at]": "yesterday"}, "date and time with zone"),
        ({"attribute[occurred_at]": "2026-03-01T08:30:00"}, "date and time with zone"),
        ({"attribute[colour]": "red"}, "no attribute of this service"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_remedy(changes: dict[str, str | None], words: str) -> None:
    with pytest.raises(BadReport, match=words):
        read(**changes)


def test_4000_characters_are_taken() -> None:
    assert len(read(description="字" * 4000).description) == 4000


def test_a_tip_off_is_kept_from_the_unit_unless_its_author_says_otherwise() -> None:
    assert read(**{"attribute[nature]": "report"}).confidentiality == "unit_hidden"
    assert read(**{"attribute[nature]": "report", "attribute[confidentiality]": "public"}).confidentiality == "public"


def test_the_same_content_has_the_same_fingerprint_and_another_has_another() -> None:
    assert read().fingerprint == read(api_key="ignored").fingerprint
    assert read().fingerprint != read(description="路灯又坏了").fingerprint


FIELDS = [*GOOD, "attribute[nature]", "phone", "email", "media_url"]


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=30), max_size=4))
def test_any_form_is_read_or_refused_in_words(fields: dict[str, str]) -> None:
    try:
        read_report({**GOOD, **fields}.items(), SERVICES)
    except BadReport as error:
        assert str(error)


def test_keys_are_read_and_known_again() -> None:
    keys = parse_keys("fixmycity:0123456789abcdef, walk:fedcba9876543210")
    assert holder(keys, "fedcba9876543210") == "walk"
    assert holder(keys, "fedcba987654321") is None
    assert holder(keys, "ключ") is None


@pytest.mark.parametrize("text", ["nokey", "A:0123456789abcdef", "a:short", "a:0123456789abcdef,a:0123456789abcdeg"])
def test_keys_that_are_no_keys_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="key|KEYS"):
        parse_keys(text)


def test_an_installation_without_keys_makes_one_and_keeps_it(tmp_path) -> None:
    made = own_key(tmp_path / "data" / "open311-key.txt")
    assert own_key(tmp_path / "data" / "open311-key.txt") == made
    assert set(made["app"]) <= set(string.ascii_letters + string.digits + "_-")
    assert (tmp_path / "data" / "open311-key.txt").stat().st_mode & 0o077 == 0
    assert len(list((tmp_path / "data").iterdir())) == 1
