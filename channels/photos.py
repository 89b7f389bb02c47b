"""Photos are made anew before they are kept: see photo_worker.py for what is carried over.

The decoding happens in a process of its own with bounded memory and time, so a hostile picture costs one process and
nothing else. Blocking: call it in a thread.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from channels.errors import BodyTooLarge, UnreadableFile
from channels.kinds import Kind
from channels.photo_worker import MOST_PIXELS

logger = logging.getLogger(__name__)

_WORKER = Path(__file__).with_name("photo_worker.py")
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Photo:
    """What a photo became: its kind now, and its size in pixels."""

    kind: Kind
    width: int
    height: int


def made_anew(source: Path, kind: Kind, target: Path, small: Path) -> Photo:
    """Writes the photo `source` anew to `target`, and a copy of at most 320 pixels to `small`.

    Raises:
        UnreadableFile: it cannot be decoded, or not in time.
        BodyTooLarge: it has more pixels than are decoded.
    """
    command = [sys.executable, "-I", str(_WORKER), kind.suffix, str(source), str(target), str(small)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, env={}, umask=0o077, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile from error
    said = done.stdout.decode("ascii", "replace").split()
    if said == ["too_many_pixels"]:
        raise BodyTooLarge(f"A photo may have {MOST_PIXELS // 1_000_000} million pixels.")
    if done.returncode != 0 or len(said) != 3:
        if said != ["unreadable"]:
            logger.warning("a photo could not be decoded: status %d, %s", done.returncode, done.stderr[-300:])
        raise UnreadableFile
    return Photo(Kind(said[0]), int(said[1]), int(said[2]))
