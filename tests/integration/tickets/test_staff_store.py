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
from tickets.errors import IdempotencyKeyReused, InvalidTicket, NotForYou, ReplyBlocked, TicketNotFound
from tickets.service import staff_city
from tickets.service.audit import ReplyAuditor
from tickets.service.commands import RateTicket
from tickets.service.parts_commands import AddParts
from tickets.service.ports import Candidate, EvidenceExample, EvidenceWord, Suggestion
from tickets.service.staff_doing import do
from tickets.service.staff_office import StaffOffice
from tickets.service.staff_ports import Access, AccessFilter, SentAudit, Sight, StaffFilter, StaffNote
from tickets.service.staff_views import whole

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


def test_what_waits_for_a_category_is_found_until_a_person_gives_it_one_and_that_is_learnt(office: StaffOffice) -> None:
    known, waiting = file(office, "a"), file(office, "b", category=None, description="楼道里有煤气味")
    assert numbers(office, StaffFilter(categorised=False)) == [waiting]
    assert numbers(office, StaffFilter(categorised=True)) == [known]
    do(office, AGENT, "correct_category", waiting, {"category": "gas_supply"}, key="k")
    assert numbers(office, StaffFilter(categorised=False)) == []
    (learnt,) = office.desk.corrections()
    assert (learnt.before, learnt.after, learnt.text) == (None, "gas_supply", "楼道里有煤气味")


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


UNIT_CHIEF = Viewer("zhang", "Zhang", Position.UNIT_LEADER, LIGHT, rank=2)


def test_a_unit_finds_nobody_by_telephone_in_an_export_or_a_text_either(office: StaffOffice) -> None:
    file(
        office,
        "a",
        contact=Contact("王", "13812345678"),
        description="请打 138 1234 5678",
        confidentiality="unit_hidden",
    )
    by_phone, by_text = StaffFilter(phone="13812345678"), StaffFilter(text="138 1234 5678")
    for filters in (by_phone, by_text):
        with pytest.raises(NotForYou):
            office.page(UNIT_CHIEF, filters)
        with pytest.raises(NotForYou):
            list(office.export(UNIT_CHIEF, filters))
    assert office.store.accesses(AccessFilter()) == []
    assert len(list(office.export(CHIEF, by_phone))) == 1 and len(office.page(AGENT, by_text)[0]) == 1
    assert [(line.person, line.deed) for _, line in office.store.accesses(AccessFilter())] == [
        ("li", "phone_search"),
        ("chief", "phone_search"),
    ]


def test_a_command_whose_answer_was_lost_may_be_repeated_though_the_ticket_has_moved_on(office: StaffOffice) -> None:
    number = file(office, "a")
    unit = Viewer("zhang", "Zhang", Position.UNIT, LIGHT)
    asked = {"category": "water_supply", "reason": "no lamp"}
    first = do(office, unit, "correct_category", number, asked, key="k", expected_version=1)
    do(office, AGENT, "dispatch", number, {"unit": WATER, "reason": "theirs"}, key="d")
    with pytest.raises(TicketNotFound):
        office.show(unit, number)
    again = do(office, unit, "correct_category", number, asked, key="k", expected_version=1)
    assert (first.created, again.created, again.ticket.unit) == (True, False, WATER)
    other = file(office, "b")
    with pytest.raises(IdempotencyKeyReused):
        do(office, unit, "correct_category", other, asked, key="k")


def test_the_audit_of_a_reply_that_a_crash_left_out_is_noted_by_the_repeat(office: StaffOffice) -> None:
    number = file(office, "a")
    office.desk.advance(advance_command(number, "accept"))
    given, noting = {"reason": "路灯已于11月25日修复。"}, office.store.add_audit
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office.store, "add_audit", _crash)
        with pytest.raises(ConnectionError):
            do(office, UNIT_CHIEF, "reply", number, given, key="k", expected_version=2)
    assert office.store.add_audit == noting and office.store.audits(number) == []
    assert not do(office, UNIT_CHIEF, "reply", number, given, key="k", expected_version=2).created
    assert len(office.store.audits(number)) == 1


def test_the_leads_own_wording_of_a_parts_answer_is_audited_like_its_reply(office: StaffOffice) -> None:
    number = file(office, "a")
    office.desk.advance(advance_command(number, "dispatch"))
    by = Actor(Role.AGENT, "li")
    office.desk.add_parts(AddParts(idempotency_key="p", number=number, units=(WATER,), by=by, reason="help"))
    (part,) = numbers(office, StaffFilter(parent=number))
    for one in (part, number):
        office.desk.advance(advance_command(one, "accept"))
    office.desk.advance(advance_command(part, "reply", reason="水管已于11月25日修复。"))
    given = {"reason": "路灯已于11月25日修复。", "quotes": {part: "已与邻居 13912345678 联系并于11月25日修复。"}}
    lead = Viewer("zhang", "Zhang", Position.UNIT, LIGHT)
    found = office.audit(lead, number, str(given["reason"]), tuple(given["quotes"].values()))  # type: ignore[attr-defined]
    assert found.blocked
    with pytest.raises(ReplyBlocked):
        do(office, lead, "reply", number, given, key="k")
    with pytest.raises(InvalidTicket, match="quotes"):
        do(office, lead, "reply", number, {**given, "quotes": {part: "长" * 4001}}, key="k")


def test_a_key_of_a_note_belongs_to_one_person(office: StaffOffice) -> None:
    number = file(office, "a")
    assert office.note(AGENT, number, "the caller is deaf", "1") and not office.note(AGENT, number, "x", "1")
    assert office.note(CHIEF, number, "write to him instead", "1")
    assert [note.text for note in office.store.notes(number)] == ["the caller is deaf", "write to him instead"]


def test_nested_details_and_reasons_of_audits_are_masked_too(office: StaffOffice) -> None:
    number = file(office, "a")
    ticket = office.desk.get(number)
    step = replace(ticket.history[-1], details={"parts": [{"unit": WATER, "reply": "王小明 13812345678"}]})
    audit = SentAudit(NOON, "chief", LIGHT, "zh", ("personal_data",), "王小明要求留13812345678")
    shown = whole(replace(ticket, history=(step,)), AGENT, office.desk.catalogue, revealed=False, audits=[audit])
    assert "13812345678" not in str(shown) and "王小明" not in str(shown)
    plain = {"into": "20261125000017", "until": "2026-12-01T18:00:00+00:00", "parts": {WATER: "20261125000025"}}
    step = replace(step, details=plain)
    shown = whole(replace(ticket, history=(step,)), AGENT, office.desk.catalogue, revealed=False)
    assert plain == shown["course"][0]["details"]  # type: ignore[index]


class Suggesting:
    """Suggests one category, and says what it was asked."""

    asked = ""

    def suggest_with_evidence(self, text: str) -> Suggestion:
        self.asked = text
        one = Candidate("street_light", LIGHT, 0.9, True)
        words = (EvidenceWord(text[:4], 0, 4, 0.5),)
        return Suggestion((one,), True, 0.5, words, (EvidenceExample("李四家的灯", "zh", "street_light", 0.8),))


def test_evidence_holds_no_piece_of_a_name_and_no_other_citizens_text_for_a_unit(office: StaffOffice) -> None:
    number = file(office, "a", description="王小明说路灯坏了，电话13812345678")
    found = Suggesting()
    office._classifier = found  # type: ignore[assignment]
    shown = staff_city.evidence(office, UNIT_CHIEF, number)
    assert "王" not in found.asked and "13812345678" not in found.asked and "路灯坏了" in found.asked
    assert shown["nearest"] == [] and shown["words"] == [{"text": "***说", "weight": 0.5}]
    assert len(staff_city.evidence(office, AGENT, number)["nearest"]) == 1  # type: ignore[arg-type]


def _crash(*_: object) -> bool:
    raise ConnectionError
