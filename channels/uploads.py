"""Files of conversations: taken in, looked through, made safe, and kept under a random name.

A file is visible only when it is whole: it is written under a hidden name, checked for a second nature and for
viruses, a photo is made anew, and then it gets its name at once. What a crash leaves under hidden names is cleared
at the next start; what was kept but belongs to no message goes a while later (see sweeping.py).
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from channels.errors import AttachmentNotFound, BodyTooLarge, FileInfected, UnsupportedMedia
from channels.kinds import HEAD_BYTES, MEDIA_TYPES, MEGABYTE, Kind, hides_another, kind_of
from channels.photos import made_anew
from channels.scanning import VirusScanner

logger = logging.getLogger(__name__)

MOST_A_CONVERSATION = 9
ACCEPTED = (
    "JPEG, PNG, WebP and GIF photos, MP4, MOV and WebM videos, MP3, OGG, WAV, M4A, AMR and WebM sounds; "
    "a HEIC photo must be sent as JPEG"
)
_AT_ONCE = 2
_ID = re.compile(r"[A-Za-z0-9_-]{22}\.[a-z0-9]{3,4}")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it is kept; a photo has its size in pixels."""

    attachment_id: str
    kind: Kind
    size_bytes: int
    width: int | None = None
    height: int | None = None

    def named(self, name: str) -> str:
        """The name that the sender gave, with the ending of what a photo was made into."""
        stem, dot, ending = name.rpartition(".")
        fits = MEDIA_TYPES.get(ending.lower().replace("jpeg", "jpg")) == self.kind.media_type
        return name if self.kind.family != "image" or not dot or fits else f"{stem}.{self.kind.suffix}"

    def wire(self, name: str) -> dict[str, object]:
        """The member `attachment` of its message."""
        sides = {} if self.width is None else {"width": self.width, "height": self.height}
        return {
            "id": self.attachment_id,
            "type": self.kind.media_type,
            "size_bytes": self.size_bytes,
            "name": name,
            **sides,
        }


class Upload:
    """One file on its way in, under a hidden name until it is kept. All methods block."""

    def __init__(self, uploads: Uploads, conversation_id: str) -> None:
        self._uploads = uploads
        self._conversation_id = conversation_id
        self._part = uploads.incoming / f"{secrets.token_hex(8)}.part"
        uploads.incoming.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "w+b")

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)

    def keep(self, kind: Kind) -> Kept:
        """Checks the file and gives it its id; a photo is made anew.

        Raises:
            UnsupportedMedia, FileInfected, UnreadableFile, BodyTooLarge: it is not kept.
            ScannerUnavailable: it could not be looked through.
        """
        self._file.flush()
        if hides_another(self._file):
            raise UnsupportedMedia("The file is of two kinds at once; send the photo, sound or video alone.")
        scanner = self._uploads.scanner
        if scanner is not None and (finding := scanner.finding(self._part)) is not None:
            logger.warning("the virus scanner found %s in a file of a citizen", finding[:100])
            raise FileInfected
        width = height = None
        if kind.family == "image":
            anew, small = self._part.with_suffix(".anew.part"), self._part.with_suffix(".small.part")
            photo = made_anew(self._part, kind, anew, small)
            kind, width, height = photo.kind, photo.width, photo.height
            anew.replace(self._part)
        attachment_id = f"{secrets.token_urlsafe(16)}.{kind.suffix}"
        size_bytes = self._part.stat().st_size
        self._uploads.settle(self._part, self._conversation_id, attachment_id)
        return Kept(attachment_id, kind, size_bytes, width, height)

    def discard(self) -> None:
        """Removes what was not kept."""
        self._file.close()
        for path in (self._part, self._part.with_suffix(".anew.part"), self._part.with_suffix(".small.part")):
            path.unlink(missing_ok=True)


class Uploads:
    """The folder of files, one folder a conversation in it. An id is a random name; it says nothing of the citizen.

    Args:
        folder: made when the first file comes.
        scanner: looks for viruses before anything is kept; None: nobody looks.
    """

    def __init__(self, folder: Path, scanner: VirusScanner | None = None) -> None:
        self.incoming = folder / ".incoming"
        self.scanner = scanner
        self._folder = folder
        self._small = folder / ".small"
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="uploads")

    def close(self) -> None:
        """Waits for nothing that has not begun."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def begin(self, conversation_id: str) -> Upload:
        """Opens a new file of a conversation (blocking)."""
        return Upload(self, conversation_id)

    async def keep(self, upload: Upload, kind: Kind) -> Kept:
        """`Upload.keep` in one of few threads: many large photos at once wait for each other, and nobody for them."""
        return await self._run(lambda: upload.keep(kind))

    async def keep_bytes(self, conversation_id: str, content: bytes) -> Kept:
        """Keeps a file that another system handed over whole.

        Raises:
            UnsupportedMedia, BodyTooLarge and what `Upload.keep` raises.
        """
        kind = kind_of(content[:HEAD_BYTES])
        if kind is None:
            raise UnsupportedMedia(f"Accepted are {ACCEPTED}.")
        if len(content) > kind.limit_bytes:
            raise BodyTooLarge(f"This kind of file may have {kind.limit_bytes // MEGABYTE} MB.")
        return await self._run(lambda: self._keep_bytes(conversation_id, content, kind))

    def drop(self, conversation_id: str, attachment_id: str) -> None:
        """Removes a file whose message could not be stored (blocking)."""
        self.path(conversation_id, attachment_id).unlink(missing_ok=True)
        (self._small / conversation_id / attachment_id).unlink(missing_ok=True)
        self._mark(conversation_id, attachment_id).unlink(missing_ok=True)

    def path(self, conversation_id: str, attachment_id: str) -> Path:
        """Where the file is or would be. Raises AttachmentNotFound for what is no id."""
        if not _ID.fullmatch(attachment_id):
            raise AttachmentNotFound
        return self._folder / conversation_id / attachment_id

    def small_path(self, conversation_id: str, attachment_id: str) -> Path:
        """The photo's small copy; the file itself where there is none. Raises AttachmentNotFound."""
        whole = self.path(conversation_id, attachment_id)
        small = self._small / conversation_id / attachment_id
        return small if small.is_file() else whole

    def settle(self, part: Path, conversation_id: str, attachment_id: str) -> None:
        """Moves a finished file and its small copy to their places, marked until a message is known to hold it."""
        self._mark(conversation_id, attachment_id).touch(0o600)
        small = part.with_suffix(".small.part")
        if small.exists():
            _move(small, self._small / conversation_id / attachment_id)
        _move(part, self._folder / conversation_id / attachment_id)

    def clear_parts(self, older_than_seconds: float) -> int:
        """Removes files that nobody writes any more (blocking); gives how many."""
        before = time.time() - older_than_seconds
        found = [*self.incoming.glob("*.part"), *self._folder.glob("*/.*.part")]  # the latter of earlier versions
        gone = [path for path in found if _modified(path) <= before]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def unclaimed(self, older_than_seconds: float) -> Iterator[tuple[str, str]]:
        """Conversation and id of files of which nobody has looked yet whether a message holds them (blocking)."""
        before = time.time() - older_than_seconds
        for mark in self.incoming.glob("*~*"):
            if _modified(mark) <= before:
                conversation_id, _, attachment_id = mark.name.partition("~")
                yield conversation_id, attachment_id

    def claimed(self, conversation_id: str, attachment_id: str) -> None:
        """Notes that a message holds the file (blocking)."""
        self._mark(conversation_id, attachment_id).unlink(missing_ok=True)

    def _mark(self, conversation_id: str, attachment_id: str) -> Path:
        return self.incoming / f"{conversation_id}~{attachment_id}"

    def _keep_bytes(self, conversation_id: str, content: bytes, kind: Kind) -> Kept:
        upload = self.begin(conversation_id)
        try:
            upload.write(content)
            return upload.keep(kind)
        finally:
            upload.discard()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _move(source: Path, target: Path) -> None:
    """Gives a file its name once its bytes are on the disk, so that even a power cut shows no half file."""
    with open(source, "rb") as file:
        os.fsync(file.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
