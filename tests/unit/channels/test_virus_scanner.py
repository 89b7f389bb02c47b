"""The virus scanner: what it finds is not kept, and while it is away nothing is."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from channels.errors import FileInfected, ScannerUnavailable
from channels.kinds import Kind
from channels.scanning import Clamd
from channels.uploads import Uploads

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Daemon(socketserver.StreamRequestHandler):
    """Speaks clamd's INSTREAM and finds EICAR."""

    def handle(self) -> None:
        daemon = cast("Daemon", self.server)
        if daemon.silent.is_set():
            daemon.go_on.wait(10)
            return
        command = self._until_nul()
        if command == b"zPING":
            self.wfile.write(b"PONG\0")
            return
        assert command == b"zINSTREAM"
        content = b""
        while size := int.from_bytes(self.rfile.read(4)):
            content += self.rfile.read(size)
            if daemon.most is not None and len(content) > daemon.most:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        daemon.seen.append(len(content))
        self.wfile.write(b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0")

    def _until_nul(self) -> bytes:
        read = b""
        while (one := self.rfile.read(1)) not in (b"\0", b""):
            read += one
        return read


class Daemon(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Daemon)
        self.seen: list[int] = []
        self.most: int | None = None
        self.silent, self.go_on = threading.Event(), threading.Event()

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


@contextmanager
def running_daemon() -> Iterator[Daemon]:
    with Daemon() as daemon:
        thread = threading.Thread(target=daemon.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield daemon
        finally:
            daemon.go_on.set()
            daemon.shutdown()
            thread.join()


def keep(uploads: Uploads, content: bytes) -> None:
    upload = uploads.begin("c")
    try:
        upload.write(content)
        upload.keep(Kind("ogg"))
    finally:
        upload.discard()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.parent.name != ".incoming"]


def test_a_clean_file_is_kept_and_an_infected_one_is_not(tmp_path: Path) -> None:
    with running_daemon() as daemon:
        scanner = Clamd.at(daemon.url, 10)
        scanner.ping()
        uploads = Uploads(tmp_path, scanner)
        keep(uploads, b"OggS" + bytes(1_000_000))
        assert len(files(tmp_path)) == 1 and daemon.seen == [1_000_004]
        with pytest.raises(FileInfected):
            keep(uploads, b"OggS" + EICAR)
        assert len(files(tmp_path)) == 1


def test_while_the_scanner_is_away_silent_or_confused_nothing_is_kept(tmp_path: Path) -> None:
    with running_daemon() as daemon:
        uploads = Uploads(tmp_path, Clamd.at(daemon.url, 10))
        daemon.most = 1000
        with pytest.raises(ScannerUnavailable) as refused:
            keep(uploads, b"OggS" + bytes(5_000_000))
        assert "size limit" in str(refused.value.__cause__) or isinstance(refused.value.__cause__, OSError)
        daemon.silent.set()
        with pytest.raises(ScannerUnavailable):
            keep(Uploads(tmp_path, Clamd.at(daemon.url, 0.2)), b"OggS")
        gone = daemon.url
    with pytest.raises(ScannerUnavailable):
        keep(Uploads(tmp_path, Clamd.at(gone, 10)), b"OggS")
    with pytest.raises(ScannerUnavailable):
        Clamd.at(f"unix://{tmp_path}/nobody", 10).ping()
    assert files(tmp_path) == []


@pytest.mark.parametrize("url", ["clamd", "http://a:1", "tcp://", "unix://host/x", "tcp://h:99999"])
def test_an_address_that_is_none_is_refused_at_start(url: str) -> None:
    with pytest.raises(ValueError):
        Clamd.at(url, 10)


def test_both_kinds_of_address_are_read() -> None:
    assert Clamd.at("tcp://scanner", 1).address == ("scanner", 3310)
    assert Clamd.at("tcp://[::1]:99", 1).address == ("::1", 99)
    assert Clamd.at("unix:///run/clamd.ctl", 1).address == "/run/clamd.ctl"
