"""A process that files tickets as fast as it can: `python -m benchmarks.ticket_filing URL SECONDS THREADS NAME`.

Prints one JSON object: the time of each filing in milliseconds, and the CPU time that all of them took.
"""

from __future__ import annotations

import json
import sys
import threading
import time

from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.domain.people import Contact
from tickets.domain.place import Place
from tickets.service.commands import FileTicket
from tickets.service.desk import TicketDesk


def main() -> None:
    url, seconds, threads, name = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    desk = open_tickets(TicketsConfig(url), migrate=False)
    desk.file(_command(f"{name}:warm"))
    times: list[float] = []
    print("ready", flush=True)
    sys.stdin.readline()
    end, cpu = time.perf_counter() + seconds, time.process_time()
    running = [threading.Thread(target=_file, args=(desk, f"{name}:{at}", end, times)) for at in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    cpu_seconds = time.process_time() - cpu
    print(json.dumps({"cpu_seconds": cpu_seconds, "ms": [round(one * 1000, 2) for one in times]}))


def _file(desk: TicketDesk, name: str, end: float, times: list[float]) -> None:
    count = 0
    while (started := time.perf_counter()) < end:
        desk.file(_command(f"{name}:{count}"))
        times.append(time.perf_counter() - started)
        count += 1


def _command(key: str) -> FileTicket:
    return FileTicket(
        idempotency_key=key,
        channel="web",
        language="zh",
        nature="complaint",
        description=f"小区门口的路灯坏了三天没有人来修，晚上出门看不见路（{key}）",
        category="street_light",
        conversation_id=f"bench:{key}",
        place=Place("解放路15号"),
        contact=Contact("王小明", "13812345678"),
    )


if __name__ == "__main__":
    main()
