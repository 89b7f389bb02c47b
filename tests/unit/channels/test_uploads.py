"""Uploads: files are told by their bytes, photos lose their hidden data, and nothing else is touched."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.errors import AttachmentNotFound
from channels.uploads import Kind, Uploads, kind_of, without_app1
from channels.web.attachments import clean_name


def segment(marker: int, content: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + (len(content) + 2).to_bytes(2) + content


APP0 = segment(0xE0, b"JFIF\x00")
EXIF = segment(0xE1, b"Exif\x00\x00GPS 39.9,11")
XMP = segment(0xE1, b"http://ns")
PICTURE = b"\xff\xda\x00\x04\x01\x02picture\xff\xe1\xff\xd9"


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"OggS\x00\x02", "audio/ogg"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4"),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4"),
        (b"ID3\x03\x00", "audio/mpeg"),
        (b"\xff\xfb\x90d", "audio/mpeg"),
    ],
)
def test_a_file_is_told_by_its_first_bytes(head: bytes, media_type: str) -> None:
    kind = kind_of(head)
    assert kind is not None and kind.media_type == media_type


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<svg xmlns",
        b"<html>",
        b"GIF89a",
        b"%PDF-1.7",
        b"MZ\x90",
        b"PK\x03\x04",
        b"\x7fELF",
        b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska",
        b"RIFF\x00\x00\x00\x00AVI ",
        b"\x00\x00\x00\x20ftypavif",
    ],
)
def test_everything_else_is_refused(head: bytes) -> None:
    assert kind_of(head) is None


def test_a_photo_loses_place_and_device_and_keeps_its_picture() -> None:
    assert without_app1(b"\xff\xd8" + APP0 + EXIF + XMP + PICTURE) == b"\xff\xd8" + APP0 + PICTURE


def test_fill_bytes_between_segments_are_no_hiding_place() -> None:
    assert b"GPS" not in without_app1(b"\xff\xd8" + APP0 + b"\xff" + EXIF + PICTURE)


@pytest.mark.parametrize(
    "broken", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe1\xff\xff", b"\xff\xd8\xff\xe1\x00\x01x", b"PNG"]
)
def test_what_is_no_readable_jpeg_stays_as_it_is(broken: bytes) -> None:
    assert without_app1(broken) == broken


@given(st.binary(max_size=300))
def test_any_bytes_can_be_stripped(content: bytes) -> None:
    stripped = without_app1(b"\xff\xd8" + content)
    assert len(stripped) <= len(content) + 2


def test_a_file_is_kept_under_a_random_name_for_its_owner_only(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads")
    upload = uploads.begin("c")
    upload.write(b"\xff\xd8" + EXIF)
    upload.write(PICTURE)
    attachment_id = upload.keep(Kind("jpg"))
    upload.discard()
    path = uploads.path("c", attachment_id)
    assert path.read_bytes() == b"\xff\xd8" + PICTURE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list((tmp_path / "uploads" / "c").iterdir()) == [path]


def test_a_file_that_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    upload = Uploads(tmp_path).begin("c")
    upload.write(b"x")
    upload.discard()
    assert list((tmp_path / "c").iterdir()) == []


@pytest.mark.parametrize("attachment_id", ["../secret.key", "a.jpg", "", "A" * 22, "A" * 22 + ".jpg/../x"])
def test_a_name_that_is_no_id_opens_nothing(tmp_path: Path, attachment_id: str) -> None:
    with pytest.raises(AttachmentNotFound):
        Uploads(tmp_path).path("c", attachment_id)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("路灯.jpg", "路灯.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\a.png", "a.png"),
        ("a\u202egpj.exe\n", "agpj.exe"),
    ],
)
def test_a_files_name_is_shown_without_folders_and_tricks(name: str, shown: str) -> None:
    assert clean_name(name) == shown
