"""Which kinds of file are accepted, told by their bytes; the name and the type that a sender claims decide nothing.

Pure functions on bytes and open files. What is two things at once (a sound that is an archive, too) is no kind of ours.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import BinaryIO

MEGABYTE = 1024 * 1024
LIMITS = {"image": 10 * MEGABYTE, "video": 50 * MEGABYTE, "audio": 20 * MEGABYTE}
LARGEST = max(LIMITS.values())
HEAD_BYTES = 4096
MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "heic": "image/heic",  # not taken in any more; files of earlier versions are still given out
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "weba": "audio/webm",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
    "amr": "audio/amr",
}

_VIDEO_BRANDS = (b"iso", b"mp4", b"avc1", b"M4V", b"MSNV", b"dash", b"3g", b"mmp4", b"f4v")
_HEAD_MARKS = (b"<html", b"<!doctype", b"<script", b"<svg", b"<?php", b"<iframe", b"%pdf-")
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_CHUNK_BYTES = MEGABYTE


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is accepted, by the suffix it is kept under."""

    suffix: str

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.suffix]

    @property
    def family(self) -> str:
        return self.media_type.partition("/")[0]

    @property
    def limit_bytes(self) -> int:
        return LIMITS[self.family]


def kind_of(head: bytes) -> Kind | None:
    """The kind of a file that starts with `head` (HEAD_BYTES of it), None when it is not accepted."""
    if head.startswith(b"\xff\xd8\xff"):
        return Kind("jpg")
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind("png")
    if head.startswith((b"GIF87a", b"GIF89a")):
        return Kind("gif")
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind("webp")
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return Kind("wav")
    if head.startswith(b"OggS"):
        return Kind("ogg")
    if head.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return Kind("amr")
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]:
        return Kind("weba" if b"A_" in head and b"V_" not in head else "webm")
    if head[4:8] == b"ftyp":
        return _kind_of_brand(head[8:12])
    if head.startswith(b"ID3") or (len(head) > 2 and head[0] == 0xFF and head[1] in (0xFB, 0xF3, 0xF2, 0xFA)):
        return Kind("mp3")
    return None


def _kind_of_brand(brand: bytes) -> Kind | None:
    if brand in (b"M4A ", b"M4B "):
        return Kind("m4a")
    if brand == b"qt  ":
        return Kind("mov")
    return Kind("mp4") if brand.startswith(_VIDEO_BRANDS) else None


def hides_another(file: BinaryIO) -> bool:
    """Whether the file is an archive, a PDF or a page as well as what its first bytes say.

    A page or a PDF counts where browsers and readers look for one (the beginning), an archive wherever it is.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES).lower()
    if any(mark in head for mark in _HEAD_MARKS):
        return True
    if zipfile.is_zipfile(file):
        return True
    file.seek(0)
    kept = b""
    while chunk := file.read(_CHUNK_BYTES):
        window = kept + chunk
        if any(mark in window for mark in _ARCHIVES):
            return True
        kept = window[-8:]
    return False
