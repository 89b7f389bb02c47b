"""The mini-program's files: the same words in five languages, every word that is used exists, WeChat can open it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CLIENT = ROOT / "channels" / "miniprogram" / "client"
PAGE_WORDS = ROOT / "channels" / "web" / "static" / "i18n" / "more"
LANGUAGES = ("zh", "en", "ja", "ko", "ru")
PLACEHOLDER = re.compile(r"\{\w+\}")
SCRIPT = {"zh": "[一-鿿]", "ja": "[ぁ-ヿ一-鿿]", "ko": "[가-힣]", "ru": "[А-Яа-я]"}
SIGNS = {"date_time", "months", "component_prefix"}
"""Words that are signs in some language."""
FAMILIES = "state|sender|owner|kind|status|stage|nature|step|next|slot|score|call|file"
BUILT_IN = {"view", "text", "block", "scroll-view", "image", "button", "picker", "textarea"}


def words(language: str) -> dict[str, str]:
    lines = (CLIENT / "i18n" / f"{language}.js").read_text(encoding="utf-8").splitlines()
    found = [re.fullmatch(r"""  (\w+): (['"])(.*)\2,""", line) for line in lines]
    assert sum(line.startswith("  ") for line in lines) == sum(one is not None for one in found)
    return {one[1]: one[3] for one in found if one}


def sources() -> dict[str, str]:
    files = [*CLIENT.glob("*.js"), *CLIENT.glob("lib/*.js"), *CLIENT.glob("*/*/*.js"), *CLIENT.glob("*/*/*.wxml")]
    return {str(file.relative_to(CLIENT)): file.read_text(encoding="utf-8") for file in files}


def parts() -> list[Path]:
    """Pages and components, without their endings."""
    return [file.with_suffix("") for file in sorted(CLIENT.glob("*/*/*.wxml"))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_and_placeholders(language: str) -> None:
    chinese, other = words("zh"), words(language)
    assert list(other) == list(chinese)
    for key, text in chinese.items():
        assert other[key].strip(), f"{language}: {key} is empty"
        assert set(PLACEHOLDER.findall(other[key])) == set(PLACEHOLDER.findall(text)), f"{language}: {key}"


@pytest.mark.parametrize("language", SCRIPT)
def test_every_word_is_in_the_script_of_its_language(language: str) -> None:
    script = re.compile(SCRIPT[language])
    assert [key for key, text in words(language).items() if key not in SIGNS and not script.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_wishes_about_news_are_worded_as_on_the_page(language: str) -> None:
    page = json.loads((PAGE_WORDS / f"{language}.json").read_text(encoding="utf-8"))
    shared = {key: text for key, text in words(language).items() if key.startswith("news_") and key in page}
    assert len(shared) >= 15
    assert shared == {key: page[key] for key in shared}


@pytest.mark.parametrize("language", ["zh", "en", "ja", "ko"])
def test_a_recording_is_called_the_same_where_it_waits_and_where_it_is_deleted(language: str) -> None:
    known = words(language)
    for key in ("unsent_drop_words", "attach_kind"):
        assert known["file_audio"].lower() in known[key], key


def test_every_word_that_is_used_exists_and_every_word_is_used() -> None:
    known, text = set(words("zh")), "\n".join(sources().values())
    used = set(re.findall(r"\bt\.([a-z]\w*)", text))
    assert used <= known
    named = set(re.findall(r"['\"`]([a-z_0-9]+)['\"`]", text))
    assert {key for key in known - used - named if not re.match(rf"(?:{FAMILIES})_", key)} == set()


@pytest.mark.parametrize("part", parts(), ids=lambda part: part.name)
def test_a_page_or_component_is_whole(part: Path) -> None:
    config = json.loads(part.with_suffix(".json").read_text(encoding="utf-8"))
    assert part.with_suffix(".js").exists() and part.with_suffix(".wxss").exists()
    used = config.get("usingComponents", {})
    for place in used.values():
        assert (CLIENT / f"{place.lstrip('/')}.wxml").exists(), place
    markup = part.with_suffix(".wxml").read_text(encoding="utf-8")
    assert set(re.findall(r"<([a-z-]+)", markup)) <= BUILT_IN | set(used)
    code = part.with_suffix(".js").read_text(encoding="utf-8")
    for handler in re.findall(r'\bbind:?[a-z]+="(\w+)"', markup):
        assert re.search(rf"\b{handler}\(", code), f"{part.name} has no {handler}"
    for image in re.findall(r'src="(/images/[^"]+)"', markup):
        assert (CLIENT / image.lstrip("/")).exists(), image


def test_the_app_names_what_is_there() -> None:
    app = json.loads((CLIENT / "app.json").read_text(encoding="utf-8"))
    assert [CLIENT / page for page in app["pages"]] == [
        CLIENT / "pages" / name / name for name in ("chat", "tickets", "settings", "news")
    ]
    assert app["__usePrivacyCheck__"] is True
    for name in ("project.config.json", app["sitemapLocation"]):
        json.loads((CLIENT / name).read_text(encoding="utf-8"))
    size = sum(file.stat().st_size for file in CLIENT.rglob("*") if file.is_file())
    assert size < 2_000_000  # WeChat's limit of a package


@pytest.mark.parametrize("source", sources())
def test_modules_are_small_and_require_what_exists(source: str) -> None:
    text = sources()[source]
    assert len(text.splitlines()) <= 400
    for wanted in re.findall(r"require\('(\.[^']+)'\)", text):
        assert (CLIENT / source).parent.joinpath(wanted).with_suffix(".js").exists(), wanted
