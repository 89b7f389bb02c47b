"""Downloading one large file: goes on where it stopped, tells how far it is, checks what came.

It follows redirects and asks no one but the given address; unpacking is not its business.
"""

from __future__ import annotations

import hashlib
import http
import http.client
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from voice.models.errors import ChecksumMismatch, DownloadBroken, SourceUnreachable

Progress = Callable[[int, int | None], None]
"""Told bytes so far and in all (None: the site does not say)."""

TIMEOUT_SECONDS = 20.0
_TRIES = 4
_CHUNK_BYTES = 1 << 20
_SHA256 = re.compile(r'^"?([0-9a-f]{64})"?$')


@dataclass(frozen=True)
class Fetched:
    """A complete file.

    Attributes:
        published_sha256: what the site says the file's sum is; None when it says nothing.
    """

    file: Path
    sha256: str
    md5: str
    published_sha256: str | None


def fetch(url: str, target: Path, progress: Progress | None = None, wait_seconds: float = 2.0) -> Fetched:
    """Downloads `url` to `target`; what a broken run left in `target.part` is kept and continued.

    Args:
        wait_seconds: pause before the second try; doubled each time.

    Raises:
        SourceUnreachable: the site does not answer, or has no such file.
        DownloadBroken: it broke off again and again; the part is kept.
        ChecksumMismatch: the site says what the sum is, and it differs; the part is removed.
    """
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    headers: dict[str, str] = {}
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(wait_seconds * 2 ** (attempt - 1))
        had = _size(part)
        try:
            if _transfer(url, part, headers, progress):
                break
        except urllib.error.HTTPError as error:
            if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                part.unlink(missing_ok=True)
                continue
            raise SourceUnreachable(f"{url} answers {error.code} {error.reason}") from error
        except (OSError, http.client.HTTPException) as error:
            if attempt + 1 == _TRIES or (not had and not _size(part)):
                raise _unreachable(url, part, error) from error
    else:
        raise DownloadBroken(f"{url} broke off {_TRIES} times; the same command goes on where it stopped")
    published = headers.get("published")
    fetched = Fetched(target, *_sums(part), published)
    if published and fetched.sha256 != published:
        part.unlink()
        raise ChecksumMismatch(f"{url}: SHA-256 is {fetched.sha256}, the site says {published}; removed, try again")
    os.replace(part, target)
    _remembered(part).unlink(missing_ok=True)
    return fetched


def fetch_text(url: str) -> str:
    """Gives a small text (at most 4 MB).

    Raises:
        SourceUnreachable: it cannot be had.
    """
    try:
        with urllib.request.urlopen(_request(url), timeout=TIMEOUT_SECONDS) as answer:
            return str(answer.read(4 << 20).decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException) as error:
        raise SourceUnreachable(f"{url} cannot be reached: {_reason(error)}") from error


def _transfer(url: str, part: Path, headers: dict[str, str], progress: Progress | None) -> bool:
    """Moves what is missing into `part`; says whether the file is complete."""
    had = _size(part)
    request = _request(url)
    validator = _remembered(part)
    if had and validator.exists():
        # only the same file may be continued: another one begins anew (RFC 9110, section 13.1.5)
        request.add_header("Range", f"bytes={had}-")
        request.add_header("If-Range", validator.read_text("utf-8"))
    redirects = _Redirects()
    opener = urllib.request.build_opener(redirects)
    with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
        published = redirects.linked or _published(answer.headers)
        if published:
            headers["published"] = published
        length = answer.headers.get("Content-Length")
        continued = answer.status == 206
        start = had if continued else 0
        total = start + int(length) if length else None
        if not continued:
            _remember(validator, answer.headers)
        with part.open("ab" if continued else "wb") as file:
            done = _copy(answer, file, start, total, progress)
    return total is None or done >= total


def _copy(answer: Any, file: IO[bytes], done: int, total: int | None, progress: Progress | None) -> int:
    while chunk := answer.read(_CHUNK_BYTES):
        file.write(chunk)
        done += len(chunk)
        if progress:
            progress(done, total)
    return done


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Keeps the sum that a site publishes on the way to its store (Hugging Face: X-Linked-Etag)."""

    def __init__(self) -> None:
        self.linked: str | None = None

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        self.linked = self.linked or _published(headers)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _published(headers: Any) -> str | None:
    found = _SHA256.match(headers.get("X-Linked-Etag", ""))
    return found.group(1) if found else None


def _request(url: str) -> urllib.request.Request:
    if urlsplit(url).scheme not in ("http", "https"):
        raise SourceUnreachable(f"{url} is no web address")
    return urllib.request.Request(url, headers={"User-Agent": "hotline-models/1", "Accept-Encoding": "identity"})


def _remembered(part: Path) -> Path:
    return part.with_name(part.name + ".version")


def _remember(validator: Path, headers: Any) -> None:
    version = headers.get("ETag") or headers.get("Last-Modified")
    if version and not version.startswith("W/"):
        validator.write_text(version, "utf-8")
    else:
        validator.unlink(missing_ok=True)


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _sums(file: Path) -> tuple[str, str]:
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK_BYTES):
            sha256.update(chunk)
            md5.update(chunk)
    return sha256.hexdigest(), md5.hexdigest()


def _unreachable(url: str, part: Path, error: Exception) -> SourceUnreachable | DownloadBroken:
    if _size(part):
        return DownloadBroken(f"{url} broke off ({_reason(error)}); the same command goes on where it stopped")
    return SourceUnreachable(f"{urlsplit(url).netloc} cannot be reached from here: {_reason(error)}", silent=True)


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return str(getattr(reason, "strerror", None) or reason) or type(error).__name__
