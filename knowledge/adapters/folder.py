"""Items as files, `<topic>/<language>.md` in one folder; what cannot be read is told, not served and not guessed.

It only reads. A file that cannot be used takes nothing else with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import InvalidItem
from knowledge.items import Item
from knowledge.markdown import parse_item


@dataclass(frozen=True)
class Read:
    """What a folder holds: its items with their texts, and the faults of the others."""

    items: dict[tuple[str, str], Item]
    texts: dict[tuple[str, str], str]
    faults: tuple[InvalidItem, ...]


class ItemFolder:
    """Reads a folder again and again; files that did not change are not parsed again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[Path, tuple[tuple[int, int], Item | InvalidItem, str]] = {}

    def stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Changes whenever a file is added, changed or removed; costs a look at each file's entry."""
        return tuple((str(path), *_version(path)) for path in self._files())

    def read(self) -> Read:
        """All items."""
        known = {path: self._one(path) for path in self._files()}
        self._known = known
        items: dict[tuple[str, str], Item] = {}
        texts: dict[tuple[str, str], str] = {}
        faults: list[InvalidItem] = []
        for path, (_, found, text) in known.items():
            if isinstance(found, InvalidItem):
                faults.append(found)
            else:
                items[found.key] = found
                texts[found.key] = text
            if isinstance(found, Item) and (found.id, found.language) != (path.parent.name, path.stem):
                faults.append(InvalidItem(_where(path), "`id` and `language` must be those of its folder and file"))
                del items[found.key], texts[found.key]
        return Read(items, texts, tuple(faults))

    def _files(self) -> Iterator[Path]:
        yield from sorted(self.folder.glob("*/*.md"))

    def _one(self, path: Path) -> tuple[tuple[int, int], Item | InvalidItem, str]:
        version = _version(path)
        known = self._known.get(path)
        if known is not None and known[0] == version:
            return known
        try:
            text = path.read_text("utf-8")
            return version, parse_item(text, _where(path)), text
        except UnicodeDecodeError:
            return version, InvalidItem(_where(path), "the file is not UTF-8"), ""
        except OSError as error:
            return version, InvalidItem(_where(path), f"cannot be read: {error.strerror or error}"), ""
        except InvalidItem as error:
            return version, error, ""


def _version(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


def _where(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
