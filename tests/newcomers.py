"""A newcomer's telephone: baresip, set up and started by what README.md says, literally, in a fresh home.

What a machine for tests lacks is put in: sound files for a sound card, and a way to tell it what to do. It understands
nothing of what is said.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import tempfile
import time
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hotline.settings import ROOT
from tests.phones import free_block
from voice.audio.recorder import StereoRecorder

Samples = NDArray[np.int16]
RATE_HZ, FRAME_SECONDS = 8_000, 0.02
AUDIBLE = 200
_HEADER_BYTES, _LOOK_SECONDS = 44, 0.02
_READY_SECONDS, _ANSWER_SECONDS, _LATE_SECONDS, _LAST_SECONDS = 10.0, 10.0, 10.0, 5.0
_HISS_SECONDS = 300
_HISS = np.random.default_rng(1).normal(0, 6, RATE_HZ * _HISS_SECONDS).astype("<i2")


def commands(page: str, heading: str) -> tuple[str, str]:
    """What a page says a newcomer with baresip types: once, and for each call."""
    section = (ROOT / page).read_text("utf-8").partition(f"## {heading}")[2].partition("\n## ")[0]
    lines = [line for line in "\n".join(re.findall(r"```sh\n(.*?)```", section, re.DOTALL)).splitlines() if line]
    *once, each = [line for line in lines if not line.startswith("make ")]
    return "\n".join(once), each


async def set_up(once: str, home: Path) -> Path:
    """Types what is typed once, in a fresh home; gives baresip's settings."""
    made = await asyncio.create_subprocess_shell(
        once,
        env={**os.environ, "HOME": str(home)},
        cwd=home,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        assert await asyncio.wait_for(made.wait(), 20) == 0
    except TimeoutError:
        made.kill()
        raise
    return home / ".baresip" / "config"


def without_sound_card(config: Path, source: Path, *more: str) -> None:
    """A file speaks, what is heard is recorded beside it."""
    text = re.sub(r"(audio_source|audio_alert)\s+alsa,default", rf"\1 aufile,{source}", config.read_text())
    text = re.sub(r"audio_player\s+alsa,default", f"audio_player aufile,{source.parent}/out.wav", text)
    added = [f"snd_path {source.parent}", "module sndfile.so", *more]  # the first word on a matter counts
    config.write_text("\n".join([*added, text.replace("alsa.so", "aufile.so")]))


def write_wav(path: Path, samples: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())


class NewcomersTelephone:
    """One call; made by `calling`. Times are the caller's: seconds of sound since the call began.

    Attributes:
        answered_after: seconds from dialling to the line's answer, the start of baresip included.
        ended: set when the call is over.
    """

    _writer: asyncio.StreamWriter

    def __init__(self, home: Path) -> None:
        self.answered_after = 0.0
        self.ended = asyncio.Event()
        self._call_id = ""
        self._home = home
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._kept: dict[str, bytes] = {}
        self._established = asyncio.Event()
        self._sayings = 0
        self._read = 0
        self._loud_at, self._quiet_seconds = -1.0, 0.0

    @classmethod
    @contextlib.asynccontextmanager
    async def calling(
        cls, line_port: int, number: str = "me", called: str = "12345"
    ) -> AsyncIterator[NewcomersTelephone]:
        """Sets the telephone up and dials as README.md says; the call is hung up at the end.

        Args:
            line_port: where the line listens, which README.md takes to be 5060.
            number: not told: a newcomer's account is named as README.md names it, which is no number.
        """
        assert number in ("me", "anonymous")
        home = Path(tempfile.mkdtemp(prefix="newcomer-"))
        phone = cls(home)
        try:
            await phone._dial(line_port, called)
            yield phone
        finally:
            await phone._close()
            shutil.rmtree(home, ignore_errors=True)

    async def _dial(self, line_port: int, called: str) -> None:
        port, control = free_block(2), free_block(1)
        once, each = (text.replace("5062", str(port)) for text in commands("README.md", "Call it"))
        config = await set_up(once, self._home)
        write_wav(self._home / "quiet.wav", _HISS)
        without_sound_card(
            config, self._home / "quiet.wav", "module_app ctrl_tcp.so", f"ctrl_tcp_listen 127.0.0.1:{control}"
        )
        began = time.perf_counter()
        with (self._home / "log").open("wb") as log:
            self._process = await asyncio.create_subprocess_shell(
                "exec " + each.replace("sip:12345@127.0.0.1", f"sip:{called}@127.0.0.1:{line_port}"),
                env={**os.environ, "HOME": str(self._home)},
                cwd=self._home,
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(_READY_SECONDS):
            while True:
                try:
                    reader, self._writer = await asyncio.open_connection("127.0.0.1", control)
                    break
                except OSError:
                    assert self._process.returncode is None, (self._home / "log").read_text()
                    await asyncio.sleep(_LOOK_SECONDS)
        self._reading = asyncio.create_task(self._events(reader))
        async with asyncio.timeout(_ANSWER_SECONDS):
            while not (
                self._established.is_set() or self._track("dec")
            ):  # it may have been answered before we listened
                await asyncio.sleep(_LOOK_SECONDS)
        self.answered_after = time.perf_counter() - began

    async def _events(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                size = await reader.readuntil(b":")
                event = json.loads((await reader.readexactly(int(size[:-1]) + 1))[:-1])
                self._call_id = event.get("id") or self._call_id
                if event.get("type") == "CALL_ESTABLISHED":
                    self._established.set()
                if event.get("type") == "CALL_CLOSED":
                    self.ended.set()
        self.ended.set()

    async def _close(self) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)  # it hangs up
        try:
            await asyncio.wait_for(self._process.wait(), _LAST_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        if self._reading is not None:
            self._reading.cancel()
            self._writer.close()
        self._kept = {side: self._track(side) for side in ("enc", "dec")}

    def _command(self, name: str, argument: str) -> None:
        data = json.dumps({"command": name, "params": argument}).encode()
        self._writer.write(b"%d:%s," % (len(data), data))

    @property
    def call_id(self) -> str:
        """The call's name, by which the line keeps its timeline."""
        return self._call_id

    # Sound.

    def _track(self, side: str, begin: int = 0) -> bytes:
        """What was recorded of a side so far, from a sample on: "enc" what was said, "dec" what was heard."""
        if side in self._kept:  # its home is gone
            return self._kept[side][2 * begin :]
        for path in self._home.glob(f"dump-*-{side}.wav"):
            with path.open("rb") as file:
                file.seek(_HEADER_BYTES + 2 * begin)
                return file.read()
        return b""

    def said(self) -> Samples:
        """The caller's side so far."""
        return _samples(self._track("enc"))

    def heard(self) -> Samples:
        """The line's side so far."""
        return _samples(self._track("dec"))

    @property
    def seconds(self) -> float:
        """How long the call has gone on."""
        sizes = [path.stat().st_size - _HEADER_BYTES for path in self._home.glob("dump-*-enc.wav")]
        return max(0, *sizes, 0) / 2 / RATE_HZ

    async def say(self, samples: Samples) -> tuple[float, float]:
        """Says a sound (8 kHz); comes back when the last of it went out, with when it began and ended."""
        self._sayings += 1
        path = self._home / f"say-{self._sayings}.wav"
        write_wav(path, np.concatenate([samples, _HISS]))
        began = self.seconds
        self._command("ausrc", f"aufile,{path}")
        ends = began + len(samples) / RATE_HZ
        async with asyncio.timeout(len(samples) / RATE_HZ + _LATE_SECONDS):
            while self.seconds < ends and not self.ended.is_set():
                await asyncio.sleep(_LOOK_SECONDS)
        return began, ends

    async def press(self, keys: str) -> None:
        """Presses keys, one after the other."""
        for key in keys:
            self._command("sndcode", key)
            await asyncio.sleep(0.3)

    async def spoken_to(self, after_seconds: float, quiet_seconds: float, most_seconds: float) -> bool:
        """Waits until the line has said something after a moment and has then been quiet; False when it did not."""
        until = time.monotonic() + most_seconds
        while not self.ended.is_set() and time.monotonic() < until:
            self._listen()
            if self._loud_at > after_seconds and self._quiet_seconds >= quiet_seconds:
                return True
            await asyncio.sleep(_LOOK_SECONDS)
        return False

    def _listen(self) -> None:
        fresh = _samples(self._track("dec", self._read))
        loud = np.flatnonzero(np.abs(fresh.astype(np.int32)) > AUDIBLE)
        if len(loud):
            self._loud_at = (self._read + int(loud[-1])) / RATE_HZ
            self._quiet_seconds = 0.0
        self._quiet_seconds += (len(fresh) - (int(loud[-1]) if len(loud) else 0)) / RATE_HZ
        self._read += len(fresh)

    def save(self, path: Path) -> None:
        """Writes both sides as a stereo wav: the caller on the left, the line on the right."""
        recorder = StereoRecorder(path)
        recorder.write(self._track("enc"), self._track("dec"))
        recorder.close()


def _samples(track: bytes) -> Samples:
    return np.frombuffer(track[: len(track) // 2 * 2], "<i2")
