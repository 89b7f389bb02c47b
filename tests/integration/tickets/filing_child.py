"""A process that files one ticket and, if told so, dies on the way: python -m ... URL KEY [STEP]."""

from __future__ import annotations

import os
import sys

from tests.unit.tickets.ticket_samples import file_command
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig


def main() -> None:
    url, key, *rest = sys.argv[1:]
    last = rest[0] if rest else ""

    def checkpoint(step: str) -> None:
        if step == last:
            os._exit(9)  # nothing is flushed, closed or rolled back

    tickets = open_tickets(TicketsConfig(url), checkpoint=checkpoint)
    receipt = tickets.file(file_command(key))
    print(receipt.number, receipt.created)


if __name__ == "__main__":
    main()
