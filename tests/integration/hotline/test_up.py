"""`hotline up` as a process: checks before the start, a clean end, no orphans. Runs the parts that need no model."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.conversation import call
from tests.system import ROOT, System, gone, plain_environ

PARTS = ("--only", "gateway,worker")


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[System]:
    """Gateway and worker under a supervisor."""
    system = System(tmp_path / "data", *PARTS)
    try:
        yield system.wait_until_up(60)
    finally:
        system.stop(signal.SIGKILL)


def up(data_dir: Path, port: int = 0) -> subprocess.CompletedProcess[str]:
    environ = {**plain_environ(), "HOTLINE_DATA_DIR": str(data_dir), "HOTLINE_HTTP_PORT": str(port)}
    command = [sys.executable, "-m", "hotline.cli", "up", *PARTS]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False)


def assert_one_sentence(done: subprocess.CompletedProcess[str], words: str) -> None:
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("hotline: ")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_end_everything_within_ten_seconds(tmp_path: Path, number: signal.Signals) -> None:
    system = System(tmp_path, *PARTS).wait_until_up(60)
    children = system.children()
    assert set(children) == {"channels.gateway", "hotline.worker"}
    started = time.monotonic()
    assert system.stop(number) == 0
    assert time.monotonic() - started < 10
    assert all(gone(pid) for pid in children.values())


def test_a_killed_supervisor_leaves_no_orphans_and_the_folder_free(parts: System) -> None:
    children = parts.children()
    parts.process.kill()
    parts.process.wait()
    assert all(gone(pid) for pid in children.values())
    again = System(parts.data_dir, *PARTS)
    try:
        again.wait_until_up(60)
    finally:
        assert again.stop() == 0


def test_a_crashed_gateway_comes_back_at_the_same_address(parts: System) -> None:
    before = parts.children()["channels.gateway"]
    subprocess.run(["kill", "-9", str(before)], check=True)
    deadline = time.monotonic() + 20
    while parts.children().get("channels.gateway") in (None, before):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    while True:
        try:
            assert call("GET", f"{parts.url}/healthz") == {"status": "ok"}
            return
        except Exception:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_second_start_on_the_same_folder_is_refused(parts: System) -> None:
    assert_one_sentence(up(parts.data_dir), f"in use by another running system (process {parts.process.pid})")


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_one_sentence(up(tmp_path, port), f"port {port} on 127.0.0.1 is in use by another program")


@pytest.mark.parametrize("folder", ["/proc/hotline", "file/data"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert_one_sentence(up(tmp_path / folder), "cannot be written")


def test_an_unknown_setting_is_named(tmp_path: Path) -> None:
    environ = {**plain_environ(), "HOTLINE_DATA_DIR": str(tmp_path), "HOTLINE_HTP_PORT": "1"}
    command = [sys.executable, "-m", "hotline.cli", "up"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert_one_sentence(done, "unknown setting HOTLINE_HTP_PORT")


def test_log_lines_are_json_when_asked(tmp_path: Path) -> None:
    system = System(tmp_path, *PARTS, "--json").wait_until_up(60)
    assert system.stop() == 0
    assert system.errors
    assert all(line.startswith(('{"at": "', '{"at":"')) for line in system.errors)
