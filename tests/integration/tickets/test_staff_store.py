"""What staff needs of real databases: searches in scope, notes, the access log, audits, and figures by SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hotline.settings import ROOT
from language.encoder import HashEncoder
from tests.integration.tickets.databases import DATABASES, database
from tests.unit.tickets.ticket_samples import NOON, Clock, advance_command, desk, file_command
from tickets.adapters.audit_files import load_audit
from tickets.adapters.engine import make_engine
from tickets.adapters.migrate import migrate_database
from tickets.adapters.sql_staff import SqlStaffStore
from tickets.adapters.sql_store import SqlTicketStore
from tickets.domain.people import Actor, Contact
from tickets.domain.visibility import Position, Viewer
from tickets.domain.vocabulary import Role
from tickets.errors import InvalidTicket, NotForYou, TicketNotFound
from tickets.service.audit import ReplyAuditor
from tickets.service.commands import RateTicket
from tickets.service.parts_commands import AddParts
from tickets.service.staff_doing import do
from tickets.service.staff_office import StaffOffice
from tickets.service.staff_ports import Access, AccessFilter, SentAudit, Sight, StaffFilter, StaffNote

LIGHT, WATER = "urban_management", "water_company"
AGENT = Viewer("li", "Li", Position.AGENT)
CHIEF = Viewer("chief", "Chief", Position.SUPERVISOR, rank=2)


@pytest.fixture(params=DATABASES)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StaffOffice]:
    with database(request.param, tmp_path) as url:
        engine = make_engine(url)
        migrate_database(engine)
        clock = Clock()
        auditor = ReplyAuditor(load_audit(ROOT / "data" / "audit"), HashEncoder())
        made = StaffOffice(desk(SqlTicketStore(engine), clock), SqlStaffStore(make_engine(url)), auditor, clock)
        yield made
        made.close()


def clock_of(office: StaffOffice) -> Clock:
    clock = office.now
    assert isinstance(clock, Clock)
    return clock


def file(office: StaffOffice, key: str, **changes: Any) -> str:
    return office.desk.file(file_command(key, **changes)).number


def numbers(office: StaffOffice, filters: StaffFilter) -> list[str]:
    return [one.number for one in office.store.search(filters, office.now())]


def test_a_sight_holds_own_tickets_their_parts_and_what_the_unit_has_a_part_in(office: StaffOffice) -> None:
    mine, other = file(office, "a"), file(office, "b", category="water_supply")
    office.desk.advance(advance_command(mine, "dispatch"))
    office.desk.add_parts(
        AddParts(idempotency_key="p", number=mine, units=("gas_company",), by=Actor(Role.AGENT, "li"), reason="help")
    )
    (part,) = numbers(office, StaffFilter(parent=mine))
    assert set(numbers(office, StaffFilter(sight=Sight(LIGHT)))) == {mine, part}
    assert set(numbers(office, StaffFilter(sight=Sight("gas_company")))) == {mine, part}
    assert numbers(office, StaffFilter(sight=Sight(WATER))) == [other]
    assert office.store.family(part, mine).parent_unit == LIGHT
    assert office.store.family(mine, None).part_units == {"gas_company"}
    helper = Viewer("g", "G", Position.UNIT, "gas_company")
    assert office.show(helper, mine)["number"] == mine
    with pytest.raises(NotForYou):
        do(office, helper, "accept", mine, {"reason": "x"}, key="k")
    with pytest.raises(TicketNotFound):
        office.show(helper, other)


def test_overdue_and_due_first_are_found_by_the_clock_to_the_answer(office: StaffOffice) -> None:
    slow, fast = file(office, "a"), file(office, "b", nature="help", category="water_supply")
    assert numbers(office, StaffFilter(order="due")) == [fast, slow]
    assert numbers(office, StaffFilter(overdue=True)) == []
    clock_of(office).at = NOON + timedelta(days=7)
    assert numbers(office, StaffFilter(overdue=True)) == [fast]


def test_a_telephone_is_found_however_it_was_written(office: StaffOffice) -> None:
    written = ["138 1234 5678", "+86 138-1234-5678", "13812345678"]
    found = {file(office, f"k{at}", contact=Contact("王", phone)) for at, phone in enumerate(written)}
    file(office, "other", contact=Contact("李", "13912345678"))
    assert set(numbers(office, StaffFilter(phone="13812345678"))) == found


def test_texts_are_searched_by_words_and_signs_of_the_pattern_language_are_plain(office: StaffOffice) -> None:
    one = file(office, "a", description="解放路 100% 路灯_坏了")
    file(office, "b", description="停水了")
    assert numbers(office, StaffFilter(text="路灯 解放")) == [one]
    assert numbers(office, StaffFilter(text="100%")) == [one] and numbers(office, StaffFilter(text="灯_坏")) == [one]
    assert numbers(office, StaffFilter(text="停%了")) == []


def test_a_note_is_written_once_a_key_and_read_in_order(office: StaffOffice) -> None:
    number = file(office, "a")
    by = Actor(Role.UNIT, "zhang", LIGHT)
    assert office.store.add_note(number, "k1", StaffNote(NOON, by, "first"))
    assert not office.store.add_note(number, "k1", StaffNote(NOON, by, "again"))
    assert office.store.add_note(number, "k2", StaffNote(NOON, by, "second"))
    assert office.store.notes(number) == [StaffNote(NOON, by, "first"), StaffNote(NOON, by, "second")]


def test_the_access_log_is_read_newest_first_page_by_page_and_filtered(office: StaffOffice) -> None:
    lines = [Access(NOON, f"p{at % 2}", "agent", "hotline", "reveal", f"2026112500000{at}", "why") for at in range(5)]
    office.store.log_access(lines)
    first = office.store.accesses(AccessFilter(limit=3))
    rest = office.store.accesses(AccessFilter(limit=3, before_id=first[-1][0]))
    assert [line for _, line in first + rest] == lines[::-1]
    assert len(office.store.accesses(AccessFilter(person="p0"))) == 3
    assert len(office.store.accesses(AccessFilter(ticket="20261125000001"))) == 1
    assert office.store.accesses(AccessFilter(since=NOON + timedelta(1))) == []


def test_the_audit_of_a_sent_reply_is_kept_once(office: StaffOffice) -> None:
    number = file(office, "a")
    audit = SentAudit(NOON, "chief", LIGHT, "zh", ("evasion",), "known to the citizen")
    assert office.store.add_audit(number, "k", audit) and not office.store.add_audit(number, "k", audit)
    assert office.store.audits(number) == [audit]


def test_figures_count_what_units_did_and_what_was_unjustified(office: StaffOffice) -> None:
    solved, unsolved, undone, dropped = (file(office, key) for key in ("a", "b", "c", "d"))
    for number in (solved, unsolved, undone):
        for step in ("dispatch", "accept", "reply"):
            office.desk.advance(advance_command(number, step))
        office.desk.rate(RateTicket(idempotency_key=f"r-{number}", number=number, solved=True, satisfied=True))
        office.desk.advance(advance_command(number, "close"))
    office.desk.rate(RateTicket(idempotency_key="late", number=unsolved, solved=False))
    office.desk.advance(advance_command(undone, "reopen"))
    do(office, AGENT, "withdraw", dropped, {}, key="w")
    late = file(office, "late", category="water_supply")
    clock_of(office).at = NOON + timedelta(days=30)
    counts = {one.unit: one for one in office.figures(CHIEF, NOON - timedelta(1), NOON + timedelta(1))}
    light, water = counts[LIGHT], counts[WATER]
    assert (light.filed, light.dropped, light.closed, light.closed_unsolved) == (4, 1, 2, 1)
    assert (light.closing_rate, light.honest_closing_rate) == (0.6667, 0.3333)
    assert (light.reopened_after_closing, light.unjustified_closings) == (1, 2)
    assert (light.answered_solved, light.said_solved) == (3, 2)
    assert light.answered_in_time == 3
    assert (water.filed, water.overdue, water.on_time_rate) == (1, 1, 0.0)
    own = Viewer("z", "Z", Position.UNIT, WATER)
    assert [one.unit for one in office.figures(own, NOON - timedelta(1), NOON + timedelta(1))] == [WATER]
    assert office.desk.get(late).is_open


def test_a_refused_return_is_unjustified_for_the_unit_that_returned(office: StaffOffice) -> None:
    number = file(office, "a")
    office.desk.advance(advance_command(number, "dispatch"))
    unit = Viewer("zhang", "Zhang", Position.UNIT, LIGHT)
    reasons = office.desk.catalogue.return_reasons
    if not reasons:
        pytest.skip("the small city of the tests has no reasons for returns")
    do(office, unit, "return", number, {"code": next(iter(reasons)), "reason": "not ours"}, key="r")
    do(office, AGENT, "refuse_return", number, {"reason": "it is"}, key="f")
    (counts,) = office.figures(CHIEF, NOON - timedelta(1), NOON + timedelta(1), LIGHT)
    assert (counts.returns, counts.unjustified_returns) == (1, 1)


def test_periods_that_mean_nothing_are_refused(office: StaffOffice) -> None:
    for since, until in ((NOON, NOON), (NOON, NOON - timedelta(1)), (NOON - timedelta(500), NOON)):
        with pytest.raises(InvalidTicket):
            office.figures(CHIEF, since, until)


def test_an_export_walks_all_pages_in_order(office: StaffOffice) -> None:
    for at in range(7):
        clock_of(office).at = NOON + timedelta(seconds=at // 2)
        file(office, f"k{at}")
    from tickets.service import staff_office

    small = replace(StaffFilter(), limit=1)
    before, staff_office._PAGE = staff_office._PAGE, 2
    try:
        rows = list(office.export(CHIEF, small))
    finally:
        staff_office._PAGE = before
    assert len({row["number"] for row in rows}) == 7
    assert [row["filed_at"] for row in rows] == sorted((row["filed_at"] for row in rows), reverse=True)
