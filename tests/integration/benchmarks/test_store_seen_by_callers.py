"""What callers' tests read of the store, from tables of the real shape."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from benchmarks.calls.store import Store
from channels.adapters import tables as conversations
from tickets.adapters import tables as tickets

AT = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
NUMBER = "20261126004711"


def filled(table: sa.Table, **values: object) -> dict[str, object]:
    """A row: what is given, and something in every other column that must have a value."""
    fillers: dict[type, object] = {bool: False, int: 0, str: "", datetime: AT}
    row = dict(values)
    for column in table.columns:
        if column.name not in row and not column.nullable and column.server_default is None:
            try:
                row[column.name] = fillers.get(column.type.python_type, [])
            except NotImplementedError:
                row[column.name] = AT
    return row


def store_with_a_call(folder: Path) -> Store:
    engine = sa.create_engine(f"sqlite:///{folder / 'hotline.db'}")
    conversations.metadata.create_all(engine)
    tickets.metadata.create_all(engine)
    form = {"form": {"name": "complaint_form", "requested_slot": "location", "filled": []}}
    rows = [("citizen", "路灯坏了", {}), ("bot", "事情发生在哪里？", form)]
    with engine.begin() as connection:
        for name, channel in (("by-phone", "phone"), ("by-web", "web")):
            row = filled(
                conversations.conversations, id=name, channel=channel, language="zh", owner="bot", created_at=AT
            )
            connection.execute(conversations.conversations.insert().values(row))
        for seq, (sender, text, data) in enumerate(rows, 1):
            message = filled(
                conversations.messages, conversation_id="by-phone", seq=seq, sender=sender, text=text, data=data, at=AT
            )
            connection.execute(conversations.messages.insert().values(message))
        ticket = filled(tickets.tickets, number=NUMBER, channel="phone", language="zh", nature="complaint", filed_at=AT)
        connection.execute(tickets.tickets.insert().values(ticket))
        contact = filled(tickets.contacts, ticket_number=NUMBER, name="王芳", phone="13812345678")
        connection.execute(tickets.contacts.insert().values(contact))
    engine.dispose()
    return Store(folder / "hotline.db")


def test_where_a_call_stands_is_what_the_assistant_asked_last(tmp_path: Path) -> None:
    store = store_with_a_call(tmp_path)
    assert store.phone_conversations() == ["by-phone"]
    stand = store.stand("by-phone")
    assert (stand.turns, stand.answered, stand.language, stand.slot, stand.ticket) == (1, True, "zh", "location", None)


def test_a_ticket_comes_with_who_filed_it(tmp_path: Path) -> None:
    ticket = store_with_a_call(tmp_path).ticket(NUMBER)
    assert (ticket["channel"], ticket["nature"], ticket["phone"], ticket["name"]) == (
        "phone", "complaint", "13812345678", "王芳",
    )  # fmt: skip
    assert {"description", "place_text"} <= ticket.keys()


def test_a_number_that_was_never_given_is_no_ticket(tmp_path: Path) -> None:
    assert store_with_a_call(tmp_path).ticket("20261126009999") == {}
