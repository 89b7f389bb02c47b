"""What may be uploaded: kinds by their magic bytes, limits of size, and the removal of a photo's hidden data.

Pure functions on bytes, and one class that keeps files. The name and type that the sender claims decide nothing.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from channels.errors import AttachmentNotFound

MEGABYTE = 1024 * 1024
LIMITS = {"image": 10 * MEGABYTE, "video": 50 * MEGABYTE, "audio": 20 * MEGABYTE}
LARGEST = max(LIMITS.values())
MOST_A_CONVERSATION = 9
HEAD_BYTES = 64
MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "heic": "image/heic",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
}

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_ID = re.compile(r"[A-Za-z0-9_-]{22}\.[a-z0-9]{3,4}")


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
    """The kind of a file that starts with `head` (64 bytes are enough), None when it is not accepted."""
    if head.startswith(b"\xff\xd8\xff"):
        return Kind("jpg")
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind("png")
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind("webp")
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return Kind("wav")
    if head.startswith(b"OggS"):
        return Kind("ogg")
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head:
        return Kind("webm")
    if head[4:8] == b"ftyp":
        return _kind_of_brand(head[8:12])
    if head.startswith(b"ID3") or (len(head) > 2 and head[0] == 0xFF and head[1] in (0xFB, 0xF3, 0xF2, 0xFA)):
        return Kind("mp3")
    return None


def _kind_of_brand(brand: bytes) -> Kind | None:
    if brand in _HEIC_BRANDS:
        return Kind("heic")
    if brand in (b"M4A ", b"M4B "):
        return Kind("m4a")
    if brand in (b"avif", b"avis"):
        return None
    return Kind("mp4")


def without_app1(jpeg: bytes) -> bytes:
    """The JPEG without its APP1 segments (EXIF with place and device, XMP); the picture's bytes stay as they are.

    What cannot be read as JPEG segments is given back unchanged.
    """
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    kept, at = [jpeg[:2]], 2
    while at + 4 <= len(jpeg):
        if jpeg[at] != 0xFF:
            return jpeg
        marker = jpeg[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xDA:  # the picture itself starts
            return b"".join([*kept, jpeg[at:]])
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        if end > len(jpeg) or end < at + 4:
            return jpeg
        if marker != 0xE1:
            kept.append(jpeg[at:end])
        at = end
    return jpeg


class Upload:
    """One file on its way in, under a hidden name until it is kept. All methods block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._part = folder / f".{secrets.token_hex(8)}.part"
        descriptor = os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "w+b")

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)

    def keep(self, kind: Kind) -> str:
        """Gives the file its id; a photo loses its hidden data first."""
        if kind.media_type == "image/jpeg":
            self._file.seek(0)
            clean = without_app1(self._file.read())
            self._file.seek(0)
            self._file.truncate()
            self._file.write(clean)
        self._file.close()
        attachment_id = f"{secrets.token_urlsafe(16)}.{kind.suffix}"
        self._part.rename(self._folder / attachment_id)
        return attachment_id

    def discard(self) -> None:
        """Removes what was not kept."""
        self._file.close()
        self._part.unlink(missing_ok=True)


class Uploads:
    """The folder of files, one folder a conversation in it. An id is a random name; it says nothing of the citizen."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, conversation_id: str) -> Upload:
        """Opens a new file of a conversation (blocking)."""
        return Upload(self._folder / conversation_id)

    def drop(self, conversation_id: str, attachment_id: str) -> None:
        """Removes a file whose message could not be stored (blocking)."""
        self.path(conversation_id, attachment_id).unlink(missing_ok=True)

    def path(self, conversation_id: str, attachment_id: str) -> Path:
        """Where the file is or would be. Raises AttachmentNotFound for what is no id."""
        if not _ID.fullmatch(attachment_id):
            raise AttachmentNotFound
        return self._folder / conversation_id / attachment_id
