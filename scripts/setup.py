"""Makes both Python environments from their lock files: what `make setup` runs before it trains the models.

Safe to repeat: an environment whose lock file did not change is left alone. Needs nothing but the interpreter it runs
on (3.11 or newer), the checkout and a package index; uv is fetched, pinned by hash, when it is not there.

With `--voice` the engines of the telephone line (requirements-voice.lock) are installed too, and stay from then on.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "build" / "tools"
STAMP = ".hotline-lock"
WITH_VOICE = ".hotline-voice"
BOT_VERSION = (3, 10)
UV_LOCK = ROOT / "scripts" / "uv.lock"
COMMAND = """#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

from hotline.cli import main

sys.exit(main())
"""


def main() -> None:
    """Brings both environments to their lock files and puts the command `hotline` into the first."""
    folder = ROOT / ".venv"
    voice = "--voice" in sys.argv[1:] or (folder / WITH_VOICE).exists()
    own = Environment(folder, ROOT / "requirements.lock", *([ROOT / "requirements-voice.lock"] if voice else []))
    if not own.is_current():
        own.make(sys.executable)
    if voice:
        (folder / WITH_VOICE).touch()
    link_command(own)
    bot = Environment(ROOT / "bot" / ".venv", ROOT / "bot" / "requirements.lock")
    if not bot.is_current():
        bot.make(bot_python())


class Environment:
    """A virtual environment and the lock files it is made from."""

    def __init__(self, folder: Path, *locks: Path) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"
        self._locks = locks
        content = b"".join(lock.read_bytes() for lock in locks)
        self._key = hashlib.sha256(content + str(folder).encode()).hexdigest()

    def is_current(self) -> bool:
        stamp = self.folder / STAMP
        return stamp.exists() and stamp.read_text() == self._key and works(self.python)

    def make(self, interpreter: str) -> None:
        """Makes the environment where it is missing, and installs exactly what the lock files name."""
        names = " and ".join(str(lock.relative_to(ROOT)) for lock in self._locks)
        say(f"installing {names} into {self.folder.relative_to(ROOT)}")
        uv = uv_command()
        if not works(self.python):
            run([uv, "venv", "--quiet", "--clear", "--python", interpreter, str(self.folder)])
        (self.folder / STAMP).unlink(missing_ok=True)
        sync = [uv, "pip", "sync", "--quiet", "--python", str(self.python), "--require-hashes", "--compile-bytecode"]
        run([*sync, *map(str, self._locks)], index=True)
        (self.folder / STAMP).write_text(self._key)


def uv_command() -> str:
    """Gives uv: the one on PATH, else a pinned one of our own under build/tools."""
    found = shutil.which("uv")
    if found and works(found, "--version"):
        return found
    own = TOOLS / "bin" / "uv"
    if not works(own, "--version"):
        say("fetching uv into build/tools")
        venv.create(TOOLS, with_pip=True, clear=True)
        pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(UV_LOCK)])
    return str(own)


def bot_python() -> str:
    """Gives a Python 3.10: one that is here, else one that uv fetches."""
    for candidate in bot_candidates():
        if version(candidate) == BOT_VERSION:
            return candidate
    wanted = ".".join(map(str, BOT_VERSION))
    say(f"fetching Python {wanted} for the bot")
    uv = uv_command()
    fetched = subprocess.run([uv, "python", "install", "--quiet", wanted], check=False)
    found = subprocess.run([uv, "python", "find", wanted], capture_output=True, text=True, check=False)
    if fetched.returncode or found.returncode:
        sys.exit(f"setup: the bot needs Python {wanted}, which is not here and could not be fetched: install it")
    return found.stdout.strip()


def bot_candidates() -> Iterator[str]:
    existing = ROOT / "bot" / ".venv" / "bin" / "python"
    yield str(existing)
    on_path = shutil.which("python3.10")
    if on_path:
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from map(str, sorted(pyenv.glob("versions/3.10*/bin/python3.10"), reverse=True))


def link_command(own: Environment) -> None:
    """Makes the checkout importable in the environment and writes `bin/hotline`; files that are right stay."""
    site = next(own.folder.glob("lib/python3*/site-packages"))
    write(site / "hotline-checkout.pth", f"{ROOT}\n")
    command = own.folder / "bin" / "hotline"
    write(command, COMMAND.format(python=own.python))
    command.chmod(0o755)


def write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def version(python: str) -> tuple[int, int] | None:
    """Gives a Python's version, None when it does not run (a shim without its version, a deleted interpreter)."""
    try:
        asked = subprocess.run(
            [python, "-c", "import sys; print(*sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    numbers = asked.stdout.split()
    return (int(numbers[0]), int(numbers[1])) if asked.returncode == 0 and len(numbers) == 2 else None


def works(command: str | Path, *arguments: str) -> bool:
    """Says whether a program is there and runs."""
    try:
        done = subprocess.run([str(command), *(arguments or ("-c", ""))], capture_output=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def index_environ() -> dict[str, str]:
    """uv does not read pip's configuration: an index that pip was told of is passed on to it."""
    if any(name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL")):
        return {}
    asked = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    told = os.environ.get("PIP_INDEX_URL") or subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return {"UV_DEFAULT_INDEX": told.strip()} if told.strip() else {}


def run(command: Sequence[str], index: bool = False) -> None:
    """Runs a command; its failure ends the setup with one sentence after its own words."""
    environ = {**os.environ, "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy")}
    environ.pop("VIRTUAL_ENV", None)
    if index:
        environ |= index_environ()
    if subprocess.run(command, env=environ, check=False).returncode:
        sys.exit(f"setup: `{' '.join(command[:3])} ...` failed; the lines above say why")


def say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
