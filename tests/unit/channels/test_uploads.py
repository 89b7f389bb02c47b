"""Uploads: told by their bytes, made anew or kept as they are, visible only when whole, never two things at once."""

from __future__ import annotations

import io
import os
import stat
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from channels import photo_worker
from channels.errors import AttachmentNotFound, BodyTooLarge, UnreadableFile, UnsupportedMedia
from channels.kinds import HEAD_BYTES, MEDIA_TYPES, hides_another, kind_of
from channels.uploads import Kept, Uploads
from channels.web.attachments import clean_name
from tests.pictures import GPS, photo

WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm"


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"OggS\x00\x02", "audio/ogg"),
        (WEBM + b"...V_VP8...A_OPUS", "video/webm"),
        (WEBM + b"...A_OPUS", "audio/webm"),
        (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4"),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4"),
        (b"\x00\x00\x00\x20ftyp3gp4", "video/mp4"),
        (b"\x00\x00\x00\x14ftypqt  ", "video/quicktime"),
        (b"#!AMR\n<", "audio/amr"),
        (b"ID3\x03\x00", "audio/mpeg"),
        (b"\xff\xfb\x90d", "audio/mpeg"),
    ],
)
def test_a_file_is_told_by_its_first_bytes(head: bytes, media_type: str) -> None:
    kind = kind_of(head)
    assert kind is not None and kind.media_type == media_type and kind.limit_bytes >= 10 * 1024 * 1024


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<svg xmlns",
        b"<html>",
        b"%PDF-1.7",
        b"MZ\x90",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"\x7fELF",
        b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska",
        b"RIFF\x00\x00\x00\x00AVI ",
        b"\x00\x00\x00\x18ftypheic",
        b"\x00\x00\x00\x20ftypavif",
        b"\x00\x00\x00\x20ftypjunk",
    ],
)
def test_everything_else_is_refused(head: bytes) -> None:
    assert kind_of(head) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_judged(content: bytes) -> None:
    kind = kind_of(content)
    assert kind is None or kind.suffix in MEDIA_TYPES
    assert hides_another(io.BytesIO(content)) in (True, False)


def zipped(content: bytes = b"0" * 1000) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.html", content)
    return file.getvalue()


@pytest.mark.parametrize(
    "hidden",
    [
        b"....." + zipped(),
        b"." * 3_000_000 + b"Rar!\x1a\x07\x01\x00",
        b"." * 100 + b"7z\xbc\xaf\x27\x1c",
        b"..<ScRiPt>alert(1)</script>",
        b"..<svg onload=alert(1)>",
        b"..<!DOCTYPE html>",
        b"\n%PDF-1.7",
        b"<?php echo 1;",
    ],
)
def test_what_is_two_things_at_once_is_refused(tmp_path: Path, hidden: bytes) -> None:
    for start in (b"OggS\x00\x02", photo()):
        with pytest.raises(UnsupportedMedia):
            keep(Uploads(tmp_path), start + hidden)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_archive_across_the_borders_of_reading_is_seen() -> None:
    for at in range(1024 * 1024 - 6, 1024 * 1024 + 1):
        assert hides_another(io.BytesIO(b"." * at + b"Rar!\x1a\x07.."))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_photo_is_made_anew_and_only_what_is_seen_stays(tmp_path: Path, kind: str) -> None:
    content = photo(kind, (300, 200), hidden=True, orientation=None if kind == "GIF" else 6)
    assert GPS in content
    uploads = Uploads(tmp_path)
    kept = keep(uploads, content)
    path = uploads.path("c", kept.attachment_id)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and path.stat().st_size == kept.size_bytes
    assert GPS not in path.read_bytes() and b"Exif" not in path.read_bytes()
    with Image.open(path) as picture:
        assert (picture.width, picture.height) == (kept.width, kept.height)
        assert not picture.getexif() and not {"icc_profile", "xmp", "comment"} & set(picture.info)
        if kind != "GIF":  # turned upright: what was left is up now
            assert picture.size == (200, 300)
            shown = picture.convert("RGB")
            assert shown.getpixel((100, 20))[0] > 200 and shown.getpixel((100, 280))[2] > 200
    assert uploads.small_path("c", kept.attachment_id) != path
    assert list((tmp_path / "c").iterdir()) == [path]


@pytest.mark.parametrize(
    ("kind", "mode", "suffix"),
    [
        ("PNG", "1", "png"),
        ("PNG", "I;16", "png"),
        ("PNG", "LA", "png"),
        ("WEBP", "RGBA", "png"),
        ("JPEG", "CMYK", "jpg"),
    ],
)
def test_every_kind_of_colour_is_read(tmp_path: Path, kind: str, mode: str, suffix: str) -> None:
    assert worked(tmp_path, kind, photo(kind, mode=mode)) == f"{suffix} 64 48"


def test_a_large_photo_is_made_smaller_and_an_animated_one_still(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    kept = keep(uploads, photo(size=(4000, 1000)))
    assert (kept.width, kept.height) == (2560, 640)
    with Image.open(uploads.small_path("c", kept.attachment_id)) as small:
        assert small.size == (320, 80)
    moving = io.BytesIO()
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "blue")]
    frames[0].save(moving, "WEBP", save_all=True, append_images=frames[1:])
    kept = keep(uploads, moving.getvalue())
    with Image.open(uploads.path("c", kept.attachment_id)) as still:
        assert getattr(still, "n_frames", 1) == 1 and still.getpixel((5, 5))[0] > 200


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large, of hardly any bytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + name + content + zlib.crc32(name + content).to_bytes(4)

    head = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\x00\x00\x00"
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (8001, 8001)])
def test_a_pixel_bomb_is_refused_by_its_head(tmp_path: Path, width: int, height: int) -> None:
    with pytest.raises(BodyTooLarge, match="64 million pixels"):
        keep(Uploads(tmp_path), png_of(width, height))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_what_only_looks_like_a_photo_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        keep(Uploads(tmp_path), photo()[:200])
    assert worked(tmp_path, "PNG", b"\x89PNG\r\n\x1a\n" + bytes(2000)) == "unreadable"
    assert worked(tmp_path, "GIF", b"GIF89a") == "unreadable"
    assert worked(tmp_path, "PNG", png_of(3000, 3000)) == "unreadable"


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]),
    at=st.integers(0, 400),
    damage=st.binary(min_size=1, max_size=8),
)
def test_no_damage_brings_the_decoder_down_or_hidden_data_through(
    tmp_path_factory: pytest.TempPathFactory, kind: str, at: int, damage: bytes
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    content = photo(kind, hidden=True)
    said = worked(folder, kind, content[:at] + damage + content[at + len(damage) :])
    if said not in ("unreadable", "too_many_pixels"):
        assert GPS not in (folder / "anew").read_bytes() + (folder / "small").read_bytes()


def test_sounds_and_videos_are_kept_as_they_are(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    kept = keep(uploads, b"OggS" + b"sound" * 100)
    assert uploads.path("c", kept.attachment_id).read_bytes() == b"OggS" + b"sound" * 100
    assert kept.wire("a.ogg") == {"id": kept.attachment_id, "type": "audio/ogg", "size_bytes": 504, "name": "a.ogg"}
    assert uploads.small_path("c", kept.attachment_id) == uploads.path("c", kept.attachment_id)


def test_a_file_that_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    upload = Uploads(tmp_path).begin("c")
    upload.write(b"x")
    upload.discard()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_dropping_removes_every_trace(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    kept = keep(uploads, photo())
    assert list(uploads.unclaimed(0)) == [("c", kept.attachment_id)]
    uploads.drop("c", kept.attachment_id)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_halves_are_cleared_when_nobody_writes_them_any_more(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    kept = keep(uploads, photo())
    for _ in range(2):
        uploads.begin("c").write(b"half")
    (tmp_path / "c" / ".0123.part").write_bytes(b"half, of an earlier version")
    assert uploads.clear_parts(3600) == 0
    old = next(uploads.incoming.glob("*.part"))
    os.utime(old, (time.time() - 4000,) * 2)
    assert uploads.clear_parts(3600) == 1
    assert uploads.clear_parts(0) == 2
    assert uploads.path("c", kept.attachment_id).is_file()


@pytest.mark.parametrize("attachment_id", ["../secret.key", "a.jpg", "", "A" * 22, "A" * 22 + ".jpg/../x"])
def test_a_name_that_is_no_id_opens_nothing(tmp_path: Path, attachment_id: str) -> None:
    for find in (Uploads(tmp_path).path, Uploads(tmp_path).small_path):
        with pytest.raises(AttachmentNotFound):
            find("c", attachment_id)


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


def worked(folder: Path, kind: str, content: bytes) -> str:
    """What the worker says of a photo, in this process."""
    (folder / "given").write_bytes(content)
    suffix = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}[kind]
    return photo_worker.main(suffix, *(str(folder / name) for name in ("given", "anew", "small")))


def keep(uploads: Uploads, content: bytes) -> Kept:
    kind = kind_of(content[:HEAD_BYTES])
    assert kind is not None
    upload = uploads.begin("c")
    try:
        upload.write(content)
        return upload.keep(kind)
    finally:
        upload.discard()
