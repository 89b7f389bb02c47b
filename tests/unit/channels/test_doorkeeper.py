"""The doorkeeper closes connections that ask for nothing in time, and no others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

from channels.doorkeeper import Doorkeeper


class Connection:
    def __init__(self) -> None:
        self.transport: Any = Mock()

    @property
    def closed(self) -> bool:
        return bool(self.transport.abort.called)


def test_only_who_never_asked_in_time_is_cut_off() -> None:
    keeper, silent, asking, late = Doorkeeper(20), Connection(), Connection(), Connection()
    keeper.close_silent([silent, asking], 100.0)
    keeper.heard(SimpleNamespace(protocol=asking))  # type: ignore[arg-type]
    keeper.close_silent([silent, asking, late], 119.9)
    assert not (silent.closed or asking.closed or late.closed)
    keeper.close_silent([silent, asking, late], 120.0)
    assert silent.closed and not asking.closed and not late.closed
    keeper.close_silent([asking], 500.0)
    assert not asking.closed and keeper._since == {} and keeper._asked == {asking}
    keeper.close_silent([], 600.0)
    assert keeper._asked == set()
