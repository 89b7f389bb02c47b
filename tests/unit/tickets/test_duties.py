"""Which rule of the catalogue holds: by place, component and day; and where rules contradict each other."""

from __future__ import annotations

from datetime import date

from tests.unit.tickets.small_city import gazetteer
from tests.unit.tickets.ticket_samples import NOON, catalogue
from tickets.domain.duties import Duty, DutyCatalogue
from tickets.domain.geography import Areas
from tickets.domain.place import Place
from tickets.service.placing import Placing

TODAY = date(2026, 11, 25)
HERE = Areas("d_west", "s_west", "c_one", "g_1")


def duty(identifier: str, lead: str, **more: object) -> Duty:
    given: dict[str, object] = {"area": "", "component_kind": "", "valid_from": date(2024, 1, 1), "valid_until": None}
    given |= more
    return Duty(identifier, "street_light", lead_unit=lead, assist_units=(), legal_basis="§", **given)  # type: ignore[arg-type]


def test_the_most_specific_rule_wins_component_before_area_before_all() -> None:
    rules = [duty("all", "a"), duty("district", "b", area="d_west"), duty("street", "c", area="s_west")]
    known = DutyCatalogue(rules)
    found = known.find("street_light", HERE, None, TODAY)
    assert found is not None and found.id == "street"
    lamps = DutyCatalogue([*rules, duty("lamp", "d", component_kind="street_lamp")])
    assert (lamps.find("street_light", HERE, "street_lamp", TODAY) or rules[0]).id == "lamp"
    assert (lamps.find("street_light", HERE, "manhole", TODAY) or rules[0]).id == "street"
    assert (lamps.find("street_light", Areas("d_east"), None, TODAY) or rules[1]).id == "all"


def test_a_rule_holds_from_its_first_day_until_the_day_before_its_last() -> None:
    old = duty("old", "a", valid_until=date(2026, 1, 1))
    known = DutyCatalogue([old, duty("new", "b", valid_from=date(2026, 1, 1))])
    days = {date(2025, 12, 31): "old", date(2026, 1, 1): "new", date(2023, 12, 31): None}
    for day, expected in days.items():
        found = known.find("street_light", HERE, None, day)
        assert (found.id if found else None) == expected
    assert known.contradictions() == []


def test_two_rules_of_the_same_scope_at_once_contradict_each_other() -> None:
    known = DutyCatalogue([duty("one", "a"), duty("two", "b", valid_from=date(2026, 1, 1)), duty("far", "c", area="x")])
    assert [(one.id, other.id) for one, other in known.contradictions()] == [("one", "two")]


def test_a_ruling_added_later_wins_over_the_file() -> None:
    known = DutyCatalogue([duty("file", "a")]).with_rulings([duty("ruling", "b", valid_from=date(2026, 11, 1))])
    found = known.find("street_light", HERE, None, TODAY)
    assert found is not None and found.id == "ruling"


def test_a_component_goes_to_its_owner_and_to_the_temporary_one_while_there_is_one() -> None:
    placing = Placing(gazetteer(), DutyCatalogue([duty("all", "urban_management")]), catalogue())
    placed = placing.place(Place("人民公园"), "灯杆LD-0001不亮", "street_light", NOON)
    assert (placed.unit, placed.located.component) == ("water_company", "LD-0001")
    later = NOON.replace(month=12)
    assert placing.place(Place(""), "灯杆LD-0001不亮", "street_light", later).unit == "urban_management"


def test_without_a_rule_the_categorys_own_unit_answers() -> None:
    placing = Placing(gazetteer(), DutyCatalogue([]), catalogue())
    assert placing.place(Place("解放路20号"), "停水", "water_supply", NOON).unit == "water_company"
    assert placing.place(Place(""), "不知道", None, NOON).unit == "hotline"
