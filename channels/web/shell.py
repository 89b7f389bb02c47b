"""What a browser keeps of the page to show it without a connection, and what makes it installable.

Pure functions of the static files: the shell is what `index.html` itself names, so no second list can go stale.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

_NAMED = re.compile(r'(?:href|src)="(static/[^"]+)"')
_WORKER = "worker.js"
_NOT_OF_THE_PAGE = ("static/worker.js", "static/embed.js")
_ICONS = (
    ("icon.svg", "any", "image/svg+xml", "any"),
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("icon-maskable.png", "512x512", "image/png", "maskable"),
)
THEME, PAPER = "#0b5a61", "#f5f3ec"


def shell_files(static: Path) -> list[str]:
    """The files that the first page needs, relative to the page's address, the page itself first."""
    page = (static / "index.html").read_text("utf-8")
    return ["./", *dict.fromkeys(_NAMED.findall(page))]


def later_files(static: Path) -> list[str]:
    """The page's other scripts, which are loaded when a part is opened; kept once the page stands."""
    scripts = sorted(f"static/{file.relative_to(static).as_posix()}" for file in static.rglob("*.js"))
    return [name for name in scripts if name not in {*shell_files(static), *_NOT_OF_THE_PAGE}]


def version_of(static: Path, salt: str = "") -> str:
    """A word that changes with the content of any file of the page.

    Args:
        salt: what else a kept page depends on, such as its policy.
    """
    digest = hashlib.sha256(salt.encode())
    for file in sorted(path for path in static.rglob("*") if path.is_file()):
        digest.update(file.relative_to(static).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def worker_script(static: Path, salt: str = "") -> str:
    """The service worker with its version and the files it keeps."""
    facts = {"VERSION": version_of(static, salt), "SHELL": shell_files(static), "LATER": later_files(static)}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in facts.items())
    return head + (static / _WORKER).read_text("utf-8")


def manifest_of(static: Path, language: str) -> dict[str, Any]:
    """The web app manifest in one language; addresses are relative to `manifest/`.

    Raises:
        OSError: there are no words of this language.
    """
    words = json.loads((static / "i18n" / f"{language}.json").read_text("utf-8"))
    return {
        "id": "../",
        "name": f"12345 {words['name']}",
        "short_name": "12345",
        "description": words["tagline"],
        "lang": language,
        "dir": "ltr",
        "start_url": "../",
        "scope": "../",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": THEME,
        "categories": ["government"],
        "icons": [
            {"src": f"../static/{name}", "sizes": sizes, "type": kind, "purpose": purpose}
            for name, sizes, kind, purpose in _ICONS
        ],
    }
