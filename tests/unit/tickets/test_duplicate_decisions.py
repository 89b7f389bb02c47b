"""Whether two matters are one: what speaks for it, what rules it out, and what is certain enough."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tickets.adapters.duplicate_index import DuplicateIndex, Entry
from tickets.domain.duplicates import Decision, GramWeights, Matter, Verdict, compare, grams_of, words_of
from tickets.domain.geography import Spot

DECISION = Decision(-11.0, 13.0, -2.5, 11.0, 7.5, 0.5, 5.0, 0.45, 0.9)
WEIGHTS = GramWeights(["路灯不亮", "路灯坏了", "垃圾没人收", "street light out"])
HERE = Spot(32.0, 118.0)
NEAR, FAR_OFF = Spot(32.0003, 118.0), Spot(32.02, 118.0)


def matter(text: str, spot: Spot | None = HERE, category: str | None = "street_light", group: str = "urban") -> Matter:
    grams, opening = words_of(text)
    return Matter(grams, opening, category, group if category else None, 150, spot)


def verdict(one: Matter, other: Matter, meaning: float) -> Verdict:
    return compare(one, other, meaning, WEIGHTS, DECISION).verdict


def test_the_same_words_at_the_same_spot_are_certain() -> None:
    assert verdict(matter("路灯不亮三天了"), matter("路灯不亮三天了"), 1.0) is Verdict.CERTAIN


def test_other_words_near_by_are_asked_about_and_never_joined_at_once() -> None:
    assert verdict(matter("晚上黑漆漆的", NEAR), matter("路灯坏了"), 0.5) is Verdict.LIKELY


def test_another_script_at_the_same_spot_is_asked_about_sooner() -> None:
    decision = replace(DECISION, other_script=1.5)
    for words, sooner in (("Street light out", True), ("晚上黑漆漆的", False)):
        one, other = matter(words, NEAR), matter("路灯坏了")
        before, after = (compare(one, other, 0.2, WEIGHTS, each).probability for each in (DECISION, decision))
        assert (after > before) is sooner


def test_the_same_words_far_off_are_another_matter() -> None:
    assert verdict(matter("路灯不亮三天了", FAR_OFF), matter("路灯不亮三天了"), 1.0) is Verdict.OTHER


def test_without_a_place_nothing_is_certain() -> None:
    assert verdict(matter("路灯不亮三天了", None), matter("路灯不亮三天了"), 1.0) is Verdict.LIKELY


def test_another_district_rules_it_out_where_no_point_is_known() -> None:
    one, other = (replace(matter("路灯不亮", None), district=each) for each in ("d_east", "d_west"))
    assert verdict(one, other, 1.0) is Verdict.OTHER


def test_two_numbered_lamps_are_two_matters_and_one_lamp_is_one() -> None:
    one, other = (replace(matter("路灯不亮", None), component=each) for each in ("LD-0001", "LD-0002"))
    assert verdict(one, other, 1.0) is Verdict.OTHER
    assert verdict(one, replace(other, component="LD-0001"), 1.0) is Verdict.CERTAIN


def test_another_category_of_the_group_at_the_same_spot_is_another_matter() -> None:
    assert verdict(matter("门口有人摆摊", category="street_vendor"), matter("门口路灯不亮"), 0.55) is Verdict.OTHER


def test_another_group_is_always_another_matter() -> None:
    assert verdict(matter("路灯不亮", category="noise", group="environment"), matter("路灯不亮"), 1.0) is Verdict.OTHER


def test_the_probability_grows_with_meaning_and_is_the_same_both_ways() -> None:
    one, other = matter("路灯不亮"), matter("路灯坏了", NEAR)
    rising = [compare(one, other, step / 10, WEIGHTS, DECISION).probability for step in range(11)]
    assert rising == sorted(rising)
    assert compare(one, other, 0.4, WEIGHTS, DECISION) == compare(other, one, 0.4, WEIGHTS, DECISION)


@pytest.mark.parametrize(
    ("text", "grams"),
    [("路灯坏了", {"路灯", "灯坏", "坏了"}), ("Street lights", {"street", "lights"}), ("!?", set()), ("灯", {"灯"})],
)
def test_words_are_cut_by_the_script(text: str, grams: set[str]) -> None:
    assert grams_of(text) == grams


def test_rare_words_weigh_more_than_usual_ones() -> None:
    assert WEIGHTS.of("丽发") > WEIGHTS.of("路灯") and WEIGHTS.overlap(grams_of("路灯"), grams_of("垃圾")) == 0


def entry(number: int, vector: np.ndarray, group: str | None = "urban", spot: Spot | None = HERE) -> Entry:
    return Entry(f"{number:014d}", vector, group, spot)


def test_the_index_finds_the_nearest_by_meaning_place_and_group() -> None:
    made = np.random.default_rng(1)
    centre, base = np.zeros(384), made.normal(size=384)
    index = DuplicateIndex(centre)
    index.add([entry(number, made.normal(size=384)) for number in range(3000)])
    index.add(
        [entry(5001, base + made.normal(size=384) * 0.3), entry(5002, base, spot=FAR_OFF), entry(5003, base, "x")]
    )
    index.add([entry(5004, base, None, None), entry(5001, made.normal(size=384))])
    assert index.nearest(base, "urban", HERE, 450, limit=3)[:2] == ["00000000005004", "00000000005001"]
    assert index.nearest(base, None, None, 0, limit=4)[:3] == ["00000000005002", "00000000005003", "00000000005004"]
    assert len(index) == 3004 and "00000000005004" in index and "00000000009999" not in index


def test_an_empty_index_finds_nothing() -> None:
    assert DuplicateIndex(np.zeros(384)).nearest(np.ones(384), "urban", HERE, 100) == []
