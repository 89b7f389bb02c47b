"""A running consultation follows its folder and database; encoders and models of the city's own are asked in time."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from hotline.cli import main
from knowledge.adapters.encoders import HttpEncoder, OnnxEncoder
from knowledge.adapters.rewriter import ChatRewriter
from knowledge.adapters.sql import SqlVersions, open_database
from knowledge.bootstrap import open_consultant
from knowledge.config import KnowledgeConfig
from knowledge.consultant import Consultant
from knowledge.errors import EncoderUnavailable, InvalidItem, RewriterUnavailable
from knowledge.versions import Version
from language.encoder import HashEncoder
from tests.unit.knowledge.item_texts import item_text
from tests.unit.knowledge.test_search import ENDINGS, TOPICS

ROOT = Path(__file__).resolve().parents[3]


def now() -> datetime:
    return datetime.now(ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def config(tmp_path: Path) -> KnowledgeConfig:
    items = tmp_path / "items"
    for topic, questions in TOPICS.items():
        write(items, topic, [f"{question}{ending}" for question in questions for ending in ENDINGS])
    (items / "aspects").mkdir()
    for file in (ROOT / "data" / "knowledge" / "aspects").iterdir():
        (items / "aspects" / file.name).write_text(file.read_text("utf-8"), "utf-8")
    (items / "silence").mkdir()
    jokes = "\n".join(f"tell me joke number {number}" for number in range(10))
    (items / "silence" / "en.csv").write_text(f"text\n{jokes}\n", "utf-8")
    return KnowledgeConfig(f"sqlite:///{tmp_path / 'hotline.db'}", items_dir=items, models_dir=tmp_path / "models")


def write(items: Path, topic: str, questions: list[str], **fields: str) -> None:
    file = items / topic / "en.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(item_text(topic, "en", questions, **fields), "utf-8")


@pytest.fixture
def consultant(config: KnowledgeConfig) -> Consultant:
    return open_consultant(config, now, encoder=HashEncoder())


def first(consultant: Consultant, question: str) -> str:
    return consultant.rank(question, "en").candidates[0].topic


def test_a_changed_file_is_served_within_seconds_and_a_broken_one_keeps_its_last_text(
    config: KnowledgeConfig, consultant: Consultant
) -> None:
    consultant.watch()
    try:
        bees = [f"beehive on my roof number {number}" for number in range(12)]
        write(config.items_dir, "bees", bees)
        deadline = time.monotonic() + 10
        while consultant.item("bees", "en") is None and time.monotonic() < deadline:
            time.sleep(0.1)
        assert first(consultant, "a beehive on the roof") == "bees"
    finally:
        consultant.close()
    (config.items_dir / "bees" / "en.md").write_text("---\nbroken", "utf-8")
    consultant.refresh()
    assert consultant.item("bees", "en") is not None


def test_a_published_version_replaces_the_file_and_a_withdrawn_one_takes_it_away(
    config: KnowledgeConfig, consultant: Consultant
) -> None:
    store = SqlVersions(open_database(config.database_url))
    questions = [f"dog licence number {number}" for number in range(12)]
    store.add(Version("dog", "en", item_text("dog", "en", questions, title="Dogs anew"), "Li", now()))
    store.step("dog", "en", 1, "review", "Wang", now())
    consultant.refresh()
    assert consultant.library.title("dog", "en") == "dog"  # reviewed, not yet published
    store.step("dog", "en", 1, "publish", "Wang", now())
    assert consultant.refresh() and consultant.library.title("dog", "en") == "Dogs anew"
    served = consultant.item("dog", "en")
    assert served is not None and served.reviewers == ("Wang",) and served.reviewed_on == now().astimezone(UTC).date()
    store.step("dog", "en", 1, "withdraw", "Wang", now())
    assert consultant.refresh() and consultant.item("dog", "en") is None
    assert first(consultant, "dog licence") != "dog"


def test_the_index_is_stored_and_not_built_again(config: KnowledgeConfig, consultant: Consultant) -> None:
    class Counting(HashEncoder):
        asked = 0

        def encode(self, texts: Any) -> Any:
            Counting.asked += len(texts)
            return super().encode(texts)

    again = open_consultant(config, now, encoder=Counting())
    assert Counting.asked == 0
    assert first(again, "dog licence") == first(consultant, "dog licence") == "dog"


def test_a_city_that_wants_reviews_serves_nothing_unreviewed(config: KnowledgeConfig) -> None:
    strict = KnowledgeConfig(**{**config.__dict__, "require_review": True})
    assert list(open_consultant(strict, now, encoder=HashEncoder()).library.served(now().date())) == []


def test_a_folder_without_items_is_said_so(config: KnowledgeConfig, tmp_path: Path) -> None:
    with pytest.raises(InvalidItem, match="HOTLINE_KNOWLEDGE_DIR"):
        open_consultant(
            KnowledgeConfig(**{**config.__dict__, "items_dir": tmp_path / "none"}), now, encoder=HashEncoder()
        )


def test_the_command_imports_reviews_and_lists(
    config: KnowledgeConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE_DATABASE_URL", config.database_url)
    monkeypatch.setenv("HOTLINE_KNOWLEDGE_DIR", str(config.items_dir))
    asked = "|".join(f"keep bees number {number}" for number in range(10))
    table = tmp_path / "items.csv"
    table.write_bytes(
        "id,language,title,unit,questions,short,how\n"
        f"bees,en,Bees,parks,{asked},Ask first.,At the office.\nbees,fr,,,,,\n".encode("gb18030")
    )
    assert main(["knowledge", "import", str(table), "--by", "Li"]) == 1
    told = capsys.readouterr()
    assert "1 items stored as drafts, 1 rows refused" in told.out and "row 3: the column `title`" in told.err
    assert main(["knowledge", "review", "bees", "en", "1", "--by", "Li"]) == 2
    assert "another person" in capsys.readouterr().err
    assert main(["knowledge", "review", "bees", "en", "1", "--by", "Wang"]) == 0
    assert main(["knowledge", "publish", "bees", "en", "1", "--by", "Wang"]) == 0
    assert main(["knowledge", "show", "bees", "en"]) == 0
    assert "Ask first." in capsys.readouterr().out
    assert main(["knowledge", "gaps"]) == 0
    assert main(["knowledge", "import", str(tmp_path / "none.xlsx")]) == 2
    assert "is not there" in capsys.readouterr().err


def test_a_sheet_is_read_like_a_table(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from knowledge.adapters.tables_of_files import rows_of

    book = openpyxl.Workbook()
    book.active.append(["id", "title"])
    book.active.append(["bees", "Bees"])
    book.save(tmp_path / "items.xlsx")
    assert list(rows_of(tmp_path / "items.xlsx")) == [{"id": "bees", "title": "Bees"}]


@contextmanager
def answering(answer: Callable[[str, dict[str, Any]], Any], seconds: float = 0.0) -> Iterator[tuple[str, list[Any]]]:
    """A local stand-in for an OpenAI-compatible address; gives what it was asked."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((self.path, self.headers.get("Authorization"), body))
            time.sleep(seconds)
            said = json.dumps(answer(self.path, body)).encode()
            try:
                self.send_response(200)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)
            except BrokenPipeError:  # the caller's time was up
                return

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        server.server_close()


def embeddings(_: str, body: dict[str, Any]) -> Any:
    rows = [{"index": at, "embedding": [float(len(text)), 1.0]} for at, text in enumerate(body["input"])]
    return {"data": rows[::-1]}


def test_an_encoder_behind_an_address_gives_normalised_vectors_in_order() -> None:
    with answering(embeddings) as (address, asked):
        vectors = HttpEncoder(address, "m", "secret").encode(["a", "abc"])
    assert asked[0][:2] == ("/v1/embeddings", "Bearer secret")
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1) and vectors[1][0] > vectors[0][0]


def test_an_encoder_that_is_slow_wrong_or_missing_is_said_so_in_time(tmp_path: Path) -> None:
    started = time.monotonic()
    with answering(embeddings, seconds=3) as (address, _), pytest.raises(EncoderUnavailable):
        HttpEncoder(address, "m", "", timeout_seconds=0.3).encode(["a"])
    assert time.monotonic() - started < 4
    with (
        answering(lambda *_: {"data": []}) as (address, _),
        pytest.raises(EncoderUnavailable, match="number of vectors"),
    ):
        HttpEncoder(address, "m", "").encode(["a"])
    with pytest.raises(EncoderUnavailable):
        HttpEncoder("http://127.0.0.1:1/v1", "m", "").encode(["a"])
    with pytest.raises(EncoderUnavailable):
        OnnxEncoder(tmp_path).encode(["a"])


PASSAGE = "Bring your card to any police station. It takes 20 days."


@pytest.mark.parametrize(
    ("said", "heard"),
    [("It takes 20 days.", "It takes 20 days."), ("It takes 5 days.", PASSAGE), ("", PASSAGE)],
)
def test_a_rewriting_is_said_only_when_it_adds_nothing(consultant: Consultant, said: str, heard: str) -> None:
    with answering(lambda *_: {"choices": [{"message": {"content": said}}]}) as (address, asked):
        consultant._rewriter = ChatRewriter(address, "m", "k", 2.0)
        assert consultant.rewritten("how long?", PASSAGE, "en") == heard
    assert asked[0][0] == "/v1/chat/completions"


def test_a_model_that_is_slow_or_down_leaves_the_items_own_words(consultant: Consultant) -> None:
    with answering(lambda *_: {}, seconds=3) as (address, _):
        rewriter = ChatRewriter(address, "m", "k", 0.3)
        with pytest.raises(RewriterUnavailable):
            rewriter.rewrite("how long?", PASSAGE, "en")
        consultant._rewriter = rewriter
        started = time.monotonic()
        assert consultant.rewritten("how long?", PASSAGE, "en") == PASSAGE
        assert time.monotonic() - started < 1.5
