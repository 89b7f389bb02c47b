"""`hotline parse` and its worker processes: order, streaming, a worker that dies."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from pathlib import Path

import pytest

from hotline.batch import NotUtf8
from hotline.parse import SECOND_WORKER_FROM, WorkerDied, WorkerPool, parse, worker_pool

WORKER = [sys.executable, str(Path(__file__).parent / "fake_worker.py")]


def answers(raw: bytes, pool: WorkerPool) -> list[dict[str, object]]:
    out = io.StringIO()
    parse(io.BytesIO(raw), out, pool)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_few_texts_start_one_worker_and_many_start_two() -> None:
    with worker_pool(WORKER, dict(os.environ), 2) as pool:
        assert [answer["text"] for answer in answers("一\n\nthree".encode(), pool)] == ["一", "", "three"]
        assert len(pool._workers) == 1
        texts = [f"text {number} {'x' * (number % 7)}" for number in range(SECOND_WORKER_FROM + 50)]
        assert [answer["text"] for answer in answers("\n".join(texts).encode(), pool)] == texts
        assert len(pool._workers) == 2
    assert all(worker.returncode is not None for worker in pool._workers)


def test_an_answer_comes_before_the_input_ends() -> None:
    reading, writing = os.pipe()
    answered = threading.Event()

    class Out(io.StringIO):
        def flush(self) -> None:
            answered.set()

    with worker_pool(WORKER, dict(os.environ), 1) as pool, open(reading, "rb", buffering=0) as texts:
        thread = threading.Thread(target=parse, args=(io.BufferedReader(texts), Out(), pool))  # type: ignore[type-var]
        thread.start()
        os.write(writing, b"hello\n")
        assert answered.wait(10)
        os.close(writing)
        thread.join(10)
        assert not thread.is_alive()


def test_a_worker_that_dies_ends_the_command_with_one_sentence() -> None:
    with worker_pool(WORKER, dict(os.environ), 1) as pool, pytest.raises(WorkerDied):
        answers(b"hello\ndie\nhello\nhello\n", pool)


def test_a_line_that_is_not_utf8_comes_after_the_answers_before_it() -> None:
    out = io.StringIO()
    with worker_pool(WORKER, dict(os.environ), 1) as pool, pytest.raises(NotUtf8, match="line 2"):
        parse(io.BytesIO(b"hello\n\xff\nhello\n"), out, pool)
    assert len(out.getvalue().splitlines()) == 1
