"""`POST /v1/transcribe`: what is taken, what is refused and how, with a recogniser that the test writes."""

from __future__ import annotations

import asyncio
import io
import threading
import wave
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from voice.audio.frames import AudioFrame
from voice.errors_speech import RecognitionFailed
from voice.ports_speech import Heard, Wanted, always
from voice.transcribing import AT_ONCE, LARGEST_BYTES, WAITING, Transcriber, add_transcribing

av = pytest.importorskip("av", reason="PyAV is not installed (make voice)")
pytestmark = pytest.mark.asyncio
TOKEN = "of-our-own-processes"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


class Stream:
    def __init__(self, recognizer: Recognizer, language: str) -> None:
        self.recognizer, self.language, self.seconds, self.loudest = recognizer, language, 0.0, 0

    def feed(self, frame: AudioFrame) -> Heard | None:
        self.seconds += frame.duration_seconds
        self.loudest = max(self.loudest, int(np.abs(frame.as_array()).max(initial=0)))
        return None

    def settle(self) -> None: ...

    def peek(self, wanted: Wanted = always) -> Heard:
        return self.finish()

    def finish(self) -> Heard:
        self.recognizer.waits.wait(10)
        if self.recognizer.broken:
            raise RecognitionFailed
        text = f"{self.seconds:.1f}" if self.loudest > 1_000 else ""
        return Heard(text, self.language, 0.9, True, "fake")

    def close(self) -> None:
        pass


class Recognizer:
    name, streams, languages = "fake", False, frozenset(("zh", "en"))

    def __init__(self) -> None:
        self.waits = threading.Event()
        self.waits.set()
        self.broken = False

    def warm(self, language: str) -> None:
        pass

    def open(self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None) -> Stream:
        return Stream(self, language)

    def identify(self, samples: object, among: Sequence[str]) -> dict[str, float]:
        return {"zh": 0.1, "en": 0.9}


Server = tuple[TestClient, Recognizer]


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    recognizer = Recognizer()
    with ThreadPoolExecutor(2) as pool:
        app = web.Application(client_max_size=LARGEST_BYTES)
        add_transcribing(app, Transcriber(recognizer, recognizer, pool, timeout_seconds=1.0), TOKEN)
        async with TestClient(TestServer(app)) as client:
            yield client, recognizer
            recognizer.waits.set()


def tone(seconds: float, rate_hz: int) -> np.ndarray:
    return (8_000 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate_hz)) / rate_hz)).astype(np.int16)


def wav(seconds: float = 1.0, rate_hz: int = 16_000) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, rate_hz, 0, "NONE", ""))
        file.writeframes(tone(seconds, rate_hz).tobytes())
    return out.getvalue()


def opus(container: str, seconds: float = 1.0) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream("libopus", rate=48_000, layout="mono")
        for at in range(0, round(seconds * 48_000), 960):
            frame = av.AudioFrame.from_ndarray(tone(seconds, 48_000)[None, at : at + 960], format="s16", layout="mono")
            frame.sample_rate, frame.pts = 48_000, at
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("audio/wav", wav()),
        ("audio/wav", wav(rate_hz=44_100)),
        ("audio/webm", opus("webm")),
        ("audio/ogg", opus("ogg")),
    ],
    ids=["wav", "wav-44100", "webm", "ogg"],
)
async def test_a_sound_of_each_kind_is_heard_at_its_length(server: Server, media_type: str, content: bytes) -> None:
    headers = {**AUTHORIZED, "Content-Type": f"{media_type}; codecs=opus"}
    answer = await server[0].post("/v1/transcribe?language=zh", data=content, headers=headers)
    assert answer.status == 200, await answer.text()
    body = await answer.json()
    assert body["language"] == "zh" and body["confidence"] == 0.9
    assert float(body["text"]) == pytest.approx(1.4, abs=0.11)  # with a little silence around it


async def test_without_a_language_it_is_told_from_the_sound(server: Server) -> None:
    answer = await server[0].post("/v1/transcribe", data=wav(), headers={**AUTHORIZED, "Content-Type": "audio/wav"})
    assert (await answer.json())["language"] == "en"


@pytest.mark.parametrize(
    ("headers", "query", "content", "status", "code"),
    [
        ({"Authorization": ""}, "", wav(), 401, "unauthorized"),
        ({"Authorization": "Bearer wrong"}, "", wav(), 401, "unauthorized"),
        ({"Content-Type": "text/plain"}, "", wav(), 415, "unsupported_media_type"),
        ({}, "?language=fr", wav(), 422, "invalid_field"),
        ({}, "", b"", 400, "invalid_body"),
        ({}, "", b"no sound at all" * 50, 422, "unreadable_sound"),
        ({}, "", opus("webm"), 422, "unreadable_sound"),
        ({"Content-Type": "audio/webm"}, "", wav(), 422, "unreadable_sound"),
        ({}, "", wav(61.0), 413, "sound_too_long"),
        ({}, "", bytes(LARGEST_BYTES + 1), 413, "body_too_large"),
    ],
    ids=[
        "no-token",
        "wrong-token",
        "type",
        "language",
        "empty",
        "noise",
        "webm-as-wav",
        "wav-as-webm",
        "long",
        "large",
    ],
)
async def test_what_cannot_be_heard_is_refused_with_a_problem_document(
    server: Server, headers: dict[str, str], query: str, content: bytes, status: int, code: str
) -> None:
    given = {**AUTHORIZED, "Content-Type": "audio/wav", **headers}
    answer = await server[0].post(f"/v1/transcribe{query}", data=content, headers=given)
    body = await answer.json(content_type="application/problem+json")
    assert (answer.status, body["code"], body["status"]) == (status, code, status)
    assert body["detail"].endswith(".")


async def test_a_body_without_a_length_is_cut_off_at_the_limit(server: Server) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(80):
            yield bytes(65_536)

    headers = {**AUTHORIZED, "Content-Type": "audio/wav"}
    answer = await server[0].post("/v1/transcribe", data=endless(), headers=headers)
    assert answer.status == 413 and (await answer.json(content_type=None))["code"] == "body_too_large"


async def test_beyond_the_queue_others_are_told_to_come_again_and_places_come_free(server: Server) -> None:
    client, recognizer = server
    recognizer.waits.clear()
    headers = {**AUTHORIZED, "Content-Type": "audio/wav"}
    asked = [
        asyncio.ensure_future(client.post("/v1/transcribe?language=zh", data=wav(), headers=headers))
        for _ in range(AT_ONCE + WAITING)
    ]
    await asyncio.sleep(0.3)
    refused = await client.post("/v1/transcribe?language=zh", data=wav(), headers=headers)
    assert refused.status == 503 and refused.headers["Retry-After"] == "3"
    assert (await refused.json(content_type=None))["code"] == "transcriber_busy"
    recognizer.waits.set()
    assert [answer.status for answer in await asyncio.gather(*asked)] == [200] * len(asked)
    assert (await client.post("/v1/transcribe?language=zh", data=wav(), headers=headers)).status == 200


async def test_a_recogniser_that_hangs_or_breaks_is_told_and_the_next_file_is_heard(server: Server) -> None:
    client, recognizer = server
    headers = {**AUTHORIZED, "Content-Type": "audio/wav"}
    recognizer.waits.clear()
    slow = await client.post("/v1/transcribe?language=zh", data=wav(), headers=headers)
    assert (slow.status, (await slow.json(content_type=None))["code"]) == (503, "transcriber_slow")
    recognizer.waits.set()
    recognizer.broken = True
    broken = await client.post("/v1/transcribe?language=zh", data=wav(), headers=headers)
    assert (broken.status, (await broken.json(content_type=None))["code"]) == (500, "recognition_failed")
    recognizer.broken = False
    assert (await client.post("/v1/transcribe?language=zh", data=wav(), headers=headers)).status == 200
