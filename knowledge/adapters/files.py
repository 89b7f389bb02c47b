"""Ranker and index as files among the models, named by what they were made from; one process makes, the others wait.

It trains only when asked to, or when there is nothing at all to use.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hotline.file_lock import file_lock
from knowledge import finder, lexical, projection, ranker, segment, training
from knowledge.ranker import Ranker
from knowledge.searching import Search, digest
from knowledge.segment import Entry, Segment
from language.encoder import CachedEncoder, SentenceEncoder
from language.identify import LANGUAGES

Progress = Callable[[str], None]
Silence = Sequence[tuple[str, str]]
_CODE = (finder, lexical, projection, ranker, segment, training)
KEPT = 3
"""So many rankers and indexes of earlier items are kept."""


class ModelFiles:
    """The files of one encoder in one folder."""

    def __init__(self, folder: Path, encoder: SentenceEncoder) -> None:
        self.folder = folder
        self.encoder = CachedEncoder(encoder)
        self._corpus = CachedEncoder(encoder, folder=folder / "vectors")

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Raw vectors of stored questions, kept across runs."""
        if not texts:
            return np.zeros((0, 384), dtype=np.float32)
        return np.asarray(self._corpus.encode_corpus(list(texts)), dtype=np.float32)

    def ranker(self, entries: Sequence[Entry], silence: Silence, progress: Progress, exact: bool) -> tuple[str, Ranker]:
        """The ranker with its key.

        Args:
            exact: it must have been learned from exactly these entries; else any of the same code will do.
        """
        key = self._key(entries, silence)
        with file_lock(self.folder / "ranker.lock"):
            for file in self._rankers(key, exact):
                try:
                    return file.stem.removeprefix("ranker-"), Ranker.load(file)
                except (ValueError, OSError):
                    file.unlink(missing_ok=True)
            progress(f"learning to find {len({e.topic for e in entries})} topics from their questions, once")
            questions = [question for entry in entries for question in entry.questions]
            quiet = self.vectors([text for text, _ in silence])
            made = training.train(entries, self.vectors(questions), silence, quiet, progress)
            made.save(self.folder / f"ranker-{key}.npz")
            _prune(sorted(self.folder.glob("ranker-*.npz"), key=_age))
            return key, made

    def search(self, key: str, made: Ranker, entries: Sequence[Entry], progress: Progress) -> Search:
        """A search over the entries, from the stored index where it fits."""
        found = Search(made, self.encoder, self.vectors)
        with file_lock(self.folder / "index.lock"):
            folder = self.folder / f"index-{key}"
            base, digests = _stored(folder)
            found.start(base, digests)
            if found.update(entries):
                progress("indexing the questions that changed")
            if len(found.segments) == 1 and found.segments[0] is not base:
                self._store(folder, found.segments[0], entries)
        return found

    def _store(self, folder: Path, made: Segment, entries: Sequence[Entry]) -> None:
        made.save(folder)
        ordered = sorted(entries, key=lambda entry: entry.topic)
        digests = {topic: digest(group) for topic, group in groupby(ordered, key=lambda entry: entry.topic)}
        (folder / "digests.json").write_text(json.dumps(digests), "utf-8")
        _prune(sorted(self.folder.glob("index-*"), key=_age))

    def _rankers(self, key: str, exact: bool) -> list[Path]:
        file = self.folder / f"ranker-{key}.npz"
        if file.exists():
            return [file]
        same_code = key.split("-")[0]
        return [] if exact else sorted(self.folder.glob(f"ranker-{same_code}-*.npz"), key=_age, reverse=True)

    def _key(self, entries: Sequence[Entry], silence: Silence) -> str:
        code = hashlib.sha256(self._corpus.name.encode())
        for module in _CODE:
            code.update(Path(str(module.__file__)).read_bytes())
        content = hashlib.sha256(digest(entries).encode() + repr(list(silence)).encode())
        return f"{code.hexdigest()[:12]}-{content.hexdigest()[:12]}"


def read_silence(folder: Path) -> list[tuple[str, str]]:
    """What must not be answered, (text, language), from <language>.csv with a column `text`."""
    found = []
    for language in LANGUAGES:
        file = folder / f"{language}.csv"
        if file.exists():
            with file.open(encoding="utf-8", newline="") as lines:
                found += [(row["text"].strip(), language) for row in csv.DictReader(lines) if row["text"].strip()]
    return found


def _stored(folder: Path) -> tuple[Segment | None, dict[str, str]]:
    try:
        return Segment.load(folder), json.loads((folder / "digests.json").read_text("utf-8"))
    except (OSError, ValueError, KeyError):
        return None, {}


def _prune(paths: list[Path]) -> None:
    for path in paths[:-KEPT]:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    return path.stat().st_mtime
