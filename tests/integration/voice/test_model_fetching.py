"""Models are fetched from a stand-in of the makers' sites: whole or not at all, continued, and checked."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hotline.cli import main
from hotline.settings import ROOT
from voice.models.catalogue import ArchiveSource, Catalogue, FilesSource, SpeechModel
from voice.models.download import fetch
from voice.models.errors import ChecksumMismatch, DownloadBroken, ModelError, SourceUnreachable, UnusableModel
from voice.models.store import ModelStore


class Maker:
    """A site with files; can break off, change, redirect and publish sums."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.moved: dict[str, str] = {}
        self.break_after: dict[str, int] = {}
        self.asked: list[tuple[str, str]] = []
        maker = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                maker.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path
        self.asked.append((path, request.headers.get("Range", "")))
        if path in self.moved:
            request.send_response(302)
            request.send_header("Location", self.url + self.moved[path])
            for name, value in self.headers.get(path, {}).items():
                request.send_header(name, value)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        if path not in self.files:
            request.send_error(404)
            return
        content, start = self.files[path], 0
        etag = f'"{hashlib.md5(content).hexdigest()}"'
        wanted = re.match(r"bytes=(\d+)-", request.headers.get("Range", ""))
        if wanted and request.headers.get("If-Range") == etag:
            start = int(wanted[1])
        request.send_response(206 if start else 200)
        request.send_header("ETag", etag)
        request.send_header("Content-Length", str(len(content) - start))
        for name, value in self.headers.get(path, {}).items():
            request.send_header(name, value)
        request.end_headers()
        end = self.break_after.pop(path, None)
        request.wfile.write(content[start:end])
        if end is not None:
            request.close_connection = True
            request.connection.shutdown(2)


@pytest.fixture
def maker() -> Iterator[Maker]:
    one = Maker()
    yield one
    one.server.shutdown()
    one.server.server_close()


def zipped(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, os.urandom(2_000))
    return content.getvalue()


def model(*sources: ArchiveSource | FilesSource, needs: tuple[str, ...] = ("am/final.mdl",)) -> SpeechModel:
    return SpeechModel("vosk-xx", "a test", "vosk/xx", ("zh",), 1, "none", needs, True, False, sources)


ARCHIVE = zipped("vosk-model-xx/am/final.mdl", "vosk-model-xx/conf/model.conf")


def test_an_archive_becomes_a_model_folder_and_is_fetched_once(maker: Maker, tmp_path: Path) -> None:
    maker.files["/xx.zip"] = ARCHIVE
    said: list[tuple[int, int | None]] = []
    store = ModelStore(tmp_path, progress=lambda done, total: said.append((done, total)))
    one = model(ArchiveSource(f"{maker.url}/xx.zip", None))
    assert (store.fetch(one) / "am" / "final.mdl").exists()
    assert said[-1] == (len(ARCHIVE), len(ARCHIVE))
    store.fetch(one)
    assert len(maker.asked) == 1
    assert not list(tmp_path.glob("downloads/*")) and not list(tmp_path.glob(".*"))


def test_a_download_that_broke_off_goes_on_where_it_stopped(maker: Maker, tmp_path: Path) -> None:
    maker.files["/big"] = os.urandom(3_000_000)
    maker.break_after["/big"] = 2_000_000
    fetched = fetch(f"{maker.url}/big", tmp_path / "big", wait_seconds=0.0)
    assert fetched.file.read_bytes() == maker.files["/big"]
    assert maker.asked[0] == ("/big", "")
    assert re.match(r"bytes=\d{6,}-", maker.asked[1][1])


def test_a_part_of_another_version_is_not_continued(maker: Maker, tmp_path: Path) -> None:
    maker.files["/big"] = b"new" * 1000
    (tmp_path / "big.part").write_bytes(b"old")
    (tmp_path / "big.part.version").write_text('"other"')
    assert fetch(f"{maker.url}/big", tmp_path / "big").file.read_bytes() == b"new" * 1000


def test_a_site_that_always_breaks_off_leaves_the_part_for_later(maker: Maker, tmp_path: Path) -> None:
    maker.files["/big"] = os.urandom(50_000)

    class Always(dict[str, int]):
        def pop(self, *_: object) -> int:  # type: ignore[override]
            return 10_000

    maker.break_after = Always()
    with pytest.raises(DownloadBroken, match="where it stopped"):
        fetch(f"{maker.url}/big", tmp_path / "big", wait_seconds=0.0)
    assert (tmp_path / "big.part").stat().st_size == 10_000
    maker.break_after = {}
    assert fetch(f"{maker.url}/big", tmp_path / "big").file.stat().st_size == 50_000


def test_the_makers_published_sum_is_held_to(maker: Maker, tmp_path: Path) -> None:
    maker.files["/xx.zip"] = ARCHIVE
    listing = [{"url": f"{maker.url}/xx.zip", "md5": "0" * 32}]
    maker.files["/list.json"] = json.dumps(listing).encode()
    store = ModelStore(tmp_path)
    one = model(ArchiveSource(f"{maker.url}/xx.zip", f"{maker.url}/list.json"))
    with pytest.raises(ChecksumMismatch, match="MD5"):
        store.fetch(one)
    assert not one.installed(tmp_path)
    listing[0]["md5"] = hashlib.md5(ARCHIVE).hexdigest()
    maker.files["/list.json"] = json.dumps(listing).encode()
    assert store.fetch(one).exists()


def test_a_sum_published_on_the_way_to_a_store_is_held_to(maker: Maker, tmp_path: Path) -> None:
    maker.files["/store/1"] = b"weights"
    maker.moved["/model.bin"] = "/store/1"
    maker.headers["/model.bin"] = {"X-Linked-Etag": f'"{"0" * 64}"'}
    with pytest.raises(ChecksumMismatch):
        fetch(f"{maker.url}/model.bin", tmp_path / "model.bin")
    maker.headers["/model.bin"] = {"X-Linked-Etag": f'"{hashlib.sha256(b"weights").hexdigest()}"'}
    assert fetch(f"{maker.url}/model.bin", tmp_path / "model.bin").published_sha256


def test_without_a_published_sum_the_first_fetch_is_remembered(maker: Maker, tmp_path: Path) -> None:
    maker.files["/xx.zip"] = ARCHIVE
    one = model(ArchiveSource(f"{maker.url}/xx.zip", None))
    store = ModelStore(tmp_path)
    (store.fetch(one) / "am" / "final.mdl").unlink()
    maker.files["/xx.zip"] = zipped("vosk-model-xx/am/final.mdl")
    with pytest.raises(ChecksumMismatch, match="--again"):
        store.fetch(one)
    assert store.fetch(one, again=True).exists()


def test_the_next_source_is_asked_when_the_first_has_nothing(maker: Maker, tmp_path: Path) -> None:
    maker.files["/model.bin"], maker.files["/config.json"] = b"weights", b"{}"
    files = FilesSource({"model.bin": f"{maker.url}/model.bin", "config.json": f"{maker.url}/config.json"})
    one = model(ArchiveSource(f"{maker.url}/none.zip", None), files, needs=("model.bin", "config.json"))
    said: list[str] = []
    assert ModelStore(tmp_path, said.append).fetch(one).name == "xx"
    assert any("404" in line for line in said)


def test_a_site_that_does_not_answer_is_one_clear_sentence_and_asked_once(tmp_path: Path) -> None:
    nobody = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    url = f"http://127.0.0.1:{nobody.server_port}/xx.zip"
    nobody.server_close()
    store = ModelStore(tmp_path)
    for _ in range(2):
        with pytest.raises(SourceUnreachable, match="cannot be reached") as caught:
            store.fetch(model(ArchiveSource(url, None)))
        assert str(tmp_path / "vosk" / "xx") in str(caught.value)


@pytest.mark.parametrize("content", [b"no zip", zipped("../../evil", "a/am/final.mdl"), zipped("vosk/other.txt")])
def test_what_is_no_model_is_not_put_in_place(maker: Maker, tmp_path: Path, content: bytes) -> None:
    maker.files["/xx.zip"] = content
    one = model(ArchiveSource(f"{maker.url}/xx.zip", None))
    with pytest.raises(UnusableModel):
        ModelStore(tmp_path / "speech").fetch(one)
    assert not one.folder(tmp_path / "speech").exists()
    assert not (tmp_path / "evil").exists()


def test_the_catalogue_can_be_read_and_every_model_has_a_source() -> None:
    catalogue = Catalogue.load(ROOT / "data" / "voice" / "models.yml", "https://mirror.example/models/")
    assert {language for one in catalogue.defaults() for language in one.languages} == {"zh", "en", "ja", "ko", "ru"}
    assert all(one.sources for one in catalogue.models.values())
    zh = catalogue.get("vosk-zh").sources[0]
    assert isinstance(zh, ArchiveSource)
    assert zh.url == "https://mirror.example/models/alphacephei.com/vosk/models/vosk-model-small-cn-0.22.zip"
    with pytest.raises(ModelError, match="vosk-zh"):
        catalogue.get("vosk-xx")


@pytest.fixture
def speech(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty speech folder that the command uses."""
    for name in list(os.environ):
        if name.startswith("HOTLINE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOTLINE_SPEECH_DIR", str(tmp_path))
    return tmp_path


def test_the_command_fetches_through_a_mirror_and_lists_what_is_here(
    maker: Maker, speech: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    maker.files["/alphacephei.com/vosk/models/vosk-model-small-cn-0.22.zip"] = ARCHIVE
    monkeypatch.setenv("HOTLINE_SPEECH_MIRROR", maker.url)
    assert main(["models", "fetch", "vosk-zh"]) == 0
    capsys.readouterr()
    assert main(["models", "list", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["id"]: row["installed"] for row in rows}["vosk-zh"] is True


def test_the_command_says_in_a_sentence_what_could_not_be_fetched(
    maker: Maker, speech: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE_SPEECH_MIRROR", maker.url)
    assert main(["models", "fetch", "--makers-only", "--language", "ko"]) == 2
    assert "not fetched: vosk-ko" in capsys.readouterr().err
    assert main(["models", "fetch", "nothing"]) == 2
    assert "there is no model 'nothing'" in capsys.readouterr().err
