"""The line behind a real proxy and registrar: Kamailio with the very file that deploy/pbx offers."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from conftest import Opened, next_leg
from test_sip_sound import at_8k, listening

from hotline.settings import ROOT
from tests.phones import BARESIP, Baresip, free_block, piecewise, voice_like
from voice.audio.frames import AudioFrame
from voice.audio.tones import playable
from voice.protocol.addresses import target_of
from voice.protocol.digest import Credentials
from voice.protocol.registering import Account, RegistrationState
from voice.transports.sip_leg import SipLeg
from voice.transports.sip_line import SipLine

KAMAILIO = shutil.which("kamailio")
CONFIG = ROOT / "deploy" / "pbx" / "kamailio" / "kamailio.cfg"
pytestmark = [pytest.mark.asyncio, pytest.mark.skipif(KAMAILIO is None, reason="kamailio is not installed")]
needs_phone = pytest.mark.skipif(BARESIP is None, reason="baresip is not installed")


def command(port: int) -> list[str]:
    given = {
        "LISTEN_UDP": f"udp:127.0.0.1:{port}",
        "LISTEN_TCP": f"tcp:127.0.0.1:{port}",
        "HOTLINE_PASSWORD": '"line-secret"',
        "DESK_PASSWORD": '"desk-secret"',
    }
    return [
        str(KAMAILIO),
        "-f",
        str(CONFIG),
        *(part for name, value in given.items() for part in ("-A", f"{name}={value}")),
    ]


@pytest_asyncio.fixture
async def proxy(tmp_path: Path) -> AsyncIterator[int]:
    """A running Kamailio; its port."""
    port = free_block(1)
    options = [
        "-DD",
        "-E",
        "-m",
        "16",
        "-M",
        "4",
        "-P",
        str(tmp_path / "pid"),
        "-Y",
        str(tmp_path),
        "-w",
        str(tmp_path),
    ]
    with (tmp_path / "kamailio.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command(port), *options, stdout=log, stderr=log)
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            break
        assert process.returncode is None, (tmp_path / "kamailio.log").read_text()
        await asyncio.sleep(0.05)
    yield port
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 5)
    except TimeoutError:
        process.kill()
        await process.wait()


async def registered(open_line: Opened, proxy: int, password: str = "line-secret", transport: str = "udp") -> SipLine:
    line = await open_line(
        user="hotline",
        trunk=target_of(f"sip:127.0.0.1:{proxy};transport={transport}", None),
        account=Account("127.0.0.1", Credentials("hotline", password)),
        allowed=(),
    )
    async with asyncio.timeout(5):
        while line.registration in (RegistrationState.ASKING, RegistrationState.GONE):
            await asyncio.sleep(0.02)
    return line


async def test_the_example_is_free_of_syntax_errors() -> None:
    checked = subprocess.run([*command(25_060), "-c"], capture_output=True, text=True, timeout=30, check=False)
    assert checked.returncode == 0 and "config file ok" in checked.stderr + checked.stdout, checked.stderr


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_the_line_registers_with_its_password_and_not_with_another(
    open_line: Opened, proxy: int, transport: str
) -> None:
    assert (await registered(open_line, proxy, transport=transport)).registration is RegistrationState.REGISTERED
    assert (await registered(open_line, proxy, "wrong")).registration is RegistrationState.REFUSED


@needs_phone
async def test_calls_come_and_go_through_the_proxy(open_line: Opened, proxy: int, tmp_path: Path) -> None:
    line = await registered(open_line, proxy)
    caller = voice_like(5, seed=11)
    account = f"<sip:8001@127.0.0.1:{proxy}>;auth_user=8001;auth_pass=desk-secret;regint=60"
    async with Baresip(tmp_path / "phone", caller, account=account) as phone:
        async with asyncio.timeout(5):
            while "registered successfully" not in (phone.folder / "log").read_text():
                await asyncio.sleep(0.05)
        frames: list[AudioFrame] = []
        await phone.dial(proxy, user="12345")
        leg = await next_leg(line)
        assert leg.caller == "8001" and len(leg.call.dialog.route_set) == 1
        reading = asyncio.create_task(listening(leg, frames))
        assert (await leg.play(playable(voice_like(1.2)))).finished
        await leg.hang_up()
        await phone.saw("CALL_CLOSED")
        await reading
        assert float(np.median(piecewise(at_8k(frames), caller[:8_000]))) > 0.95

        second = await line.dial("8001", 5)
        assert isinstance(second, SipLeg)
        await asyncio.sleep(0.3)
        phone.command("hangup")
        await asyncio.wait_for(second.ended.wait(), 3)
        assert second.end_reason == "caller"

        third = await line.dial("8001", 5)
        await third.hang_up()
        await phone.saw("CALL_CLOSED", count=3)
