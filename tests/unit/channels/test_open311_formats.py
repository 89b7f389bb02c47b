"""Answers in XML and JSON, against the shapes of the specification's examples."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog import Catalog
from channels.open311.attributes import CODES, definition, load_wordings
from channels.open311.errors import NotFoundHere
from channels.open311.formats import check_format, written
from channels.open311.reading import CONFIDENTIALITIES, NATURES

REQUEST = {"service_request_id": "638344", "status": "closed", "status_notes": None, "lat": 37.76, "metadata": True}


def test_requests_are_named_as_in_the_specification() -> None:
    root = fromstring(written("xml", "service_requests", [REQUEST]))
    assert root.tag == "service_requests"
    assert [child.tag for child in root] == ["request"]
    assert root.findtext("request/service_request_id") == "638344"
    assert root.findtext("request/status_notes") == ""
    assert root.findtext("request/metadata") == "true"
    assert orjson.loads(written("json", "service_requests", [REQUEST])) == [REQUEST]


def test_errors_are_a_list_of_code_and_description() -> None:
    root = fromstring(written("xml", "errors", [{"code": 403, "description": "no <key>"}]))
    assert (root.findtext("error/code"), root.findtext("error/description")) == ("403", "no <key>")


def test_xml_says_its_encoding() -> None:
    assert written("xml", "services", []).startswith(b'<?xml version="1.0" encoding="utf-8"?>')


def test_a_service_definition_lists_its_values() -> None:
    root = fromstring(written("xml", "service_definition", definition("noise", load_wordings()["en"])))
    assert [one.findtext("code") for one in root.findall("attributes/attribute")] == list(CODES)
    keys = [one.text for one in root.findall("attributes/attribute[1]/values/value/key")]
    assert keys == list(NATURES)


@given(st.text())
def test_any_text_becomes_xml_that_can_be_read(text: str) -> None:
    fromstring(written("xml", "services", [{"description": text}]))


def test_an_unknown_format_is_not_found() -> None:
    with pytest.raises(NotFoundHere, match="xml or .json"):
        check_format("yaml")


def test_all_five_languages_ask_the_same_and_name_the_same_answers() -> None:
    catalog = Catalog.load()
    for language, wording in load_wordings().items():
        nature, occurred_at, confidentiality = wording.attributes
        assert tuple(nature.values) == NATURES
        assert tuple(confidentiality.values) == CONFIDENTIALITIES
        assert not occurred_at.values
        for key, name in nature.values.items():
            assert name == catalog.text(f"utter_value_nature_{key}", language)
        assert "{name}" in wording.service
        assert "{due}" in wording.notice
