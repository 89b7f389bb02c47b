"""Measures message posts a second against a running gateway: `measure_gateway.py HOST:PORT [clients] [seconds] [rate]`.

Not a test. Each client posts as soon as it is answered, or, with a rate, so that all together post that many a
second. It speaks HTTP over plain sockets, so that the measuring costs little; start the gateway with high
HOTLINE_RATE_* and HOTLINE_OPEN_* settings and any bot.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import sys
import time
import uuid

TEXT = "幸福路12号楼下的路灯坏了三天，晚上看不清路，请派人来修"


async def call(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, body: bytes, token: str
) -> tuple[int, bytes]:
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: gateway\r\n{authorization}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    header = await reader.readuntil(b"\r\n\r\n")
    length = int(header.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    return int(header[9:12]), await reader.readexactly(length)


async def client(host: str, port: int, until: float, pause: float, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    _, opened = await call(reader, writer, "/api/v1/conversations", b'{"channel":"web"}', "")
    conversation = json.loads(opened)
    path = f"/api/v1/conversations/{conversation['conversation_id']}/messages"
    due = time.perf_counter() + pause * random.random()
    while due < until:
        await asyncio.sleep(due - time.perf_counter())
        body = json.dumps({"message_id": str(uuid.uuid4()), "text": TEXT}).encode()
        started = time.perf_counter()
        status, answer = await call(reader, writer, path, body, conversation["token"])
        if status != 200 or b'"failed"' in answer:
            raise SystemExit(f"{status} {answer.decode()}")
        times.append(time.perf_counter() - started)
        due = max(due + pause, time.perf_counter())
    writer.close()


async def main() -> None:
    host, port = sys.argv[1].split(":")
    clients, seconds, rate = [int(value) for value in sys.argv[2:] + ["32", "10", "0"][len(sys.argv) - 2 :]]
    pause = clients / rate if rate else 0.0
    times: list[float] = []
    started = time.perf_counter()
    await asyncio.gather(*(client(host, int(port), started + seconds, pause, times) for _ in range(clients)))
    cuts = statistics.quantiles(times, n=100)
    spent = time.perf_counter() - started
    print(
        f"{clients} clients, {len(times)} posts, {len(times) / spent:.0f} a second, "
        f"p50 {cuts[49] * 1000:.1f} ms, p95 {cuts[94] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms"
    )


if __name__ == "__main__":
    asyncio.run(main())
