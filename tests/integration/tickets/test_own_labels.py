"""A city's own labels: its files as they come out of its systems, training, measuring, and what is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from hotline.cli import main
from language.encoder import HashEncoder
from tickets.adapters.label_classifier import LabelClassifiers
from tickets.adapters.labelled_rows import read_labelled
from tickets.errors import LabelledFileInvalid, LabelModelMissing

WORDS = {"路灯": "城市管理", "停水": "供水", "漏气": "燃气"}
TAILS = ("了", "三天了", "没人管", "，请处理", "怎么办", "在小区里", "又来了", "，很急", "好久", "，谢谢")
ROWS = [(f"{word}{tail}", label) for word, label in WORDS.items() for tail in TAILS]


def written(path: Path, rows: list[tuple[str, ...]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([("text", "label"), *rows])
    return path


@pytest.fixture
def models(tmp_path: Path) -> LabelClassifiers:
    return LabelClassifiers(HashEncoder(), tmp_path / "models")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_of_any_usual_encoding_and_delimiter_are_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    read = read_labelled(written(tmp_path / "a.csv", ROWS, encoding, delimiter), "text", "label")
    assert [(row.text, row.label) for row in read.rows] == ROWS and read.bad == ()
    assert (read.rows[0].line, read.delimiter) == (2, delimiter)


def test_a_text_of_several_lines_is_one_row_and_lines_are_counted_on(tmp_path: Path) -> None:
    read = read_labelled(written(tmp_path / "a.csv", [("一\n二\u2028三", "x"), ("四", "y")]), "text", "label")
    assert [(row.line, row.text) for row in read.rows] == [(2, "一\n二\u2028三"), (4, "四")]


def test_every_row_that_cannot_be_used_is_listed_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = ["text,label", "好,a", ",a", "好,", "好,a,b", "坏", "", '"没有关上,a', "又好,b", '"x"y,b', "再好,a"]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    read = read_labelled(path, "text", "label")
    assert [(row.line, row.text) for row in read.rows] == [(2, "好"), (9, "又好"), (11, "再好")]
    assert [row.line for row in read.bad] == [3, 4, 5, 6, 8, 10]
    assert "text is empty" in read.bad[0].reason and "label is empty" in read.bad[1].reason
    assert "3 cells instead of 2" in read.bad[2].reason


def test_a_row_broken_in_its_bytes_does_not_break_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("text,label\n路灯不亮,a\n".encode() + b"\xff\xfe\xff,b\n" + "停水,b\n".encode())
    read = read_labelled(path, "text", "label")
    assert [row.text for row in read.rows] == ["路灯不亮", "停水"] and [row.line for row in read.bad] == [3]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"subject,label\na,b\n", "no column 'text'; the columns are subject, label"),
        (b"text,text,label\na,b,c\n", "more than one column 'text'"),
        (b"PK\x03\x04" + b"\0" * 200, "no text file"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(LabelledFileInvalid, match=said):
        read_labelled(path, "text", "label")
    with pytest.raises(LabelledFileInvalid, match="cannot be read"):
        read_labelled(tmp_path / "missing.csv", "text", "label")


def test_what_was_learnt_is_measured_kept_and_found_again(models: LabelClassifiers, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", [*ROWS, ("坏行", "")])
    trained = models.train(file, "text", "label", "city")
    assert trained.outcome.texts == 6 and trained.outcome.accuracy > 0.8 and trained.outcome.macro_f1 > 0.8
    assert {path.name for path in trained.folder.iterdir()} >= {"confusion.csv", "confusion.svg", "bad_rows.csv"}
    assert (trained.folder / "bad_rows.csv").read_text("utf-8").splitlines()[1].startswith("32,")
    again = LabelClassifiers(HashEncoder(), tmp_path / "models")
    (candidates,) = again.suggest_many(again.open("city"), ["小区路灯坏了"])
    assert candidates[0][0] == "城市管理" and sum(score for _, score in candidates) == pytest.approx(1, abs=1e-3)


def test_measuring_counts_labels_the_model_does_not_know_as_wrong(models: LabelClassifiers, tmp_path: Path) -> None:
    models.train(written(tmp_path / "a.csv", ROWS), "text", "label", "city")
    other = written(tmp_path / "b.csv", [("路灯灭了", "城市管理"), ("停水啦", "新的")])
    measured = models.evaluate(other, "text", "label", "city", tmp_path / "report")
    assert measured.outcome.accuracy == 0.5 and measured.unknown == ["新的"]
    assert (tmp_path / "report" / "confusion.svg").exists()


def test_a_training_that_fails_leaves_the_earlier_model(models: LabelClassifiers, tmp_path: Path) -> None:
    models.train(written(tmp_path / "a.csv", ROWS), "text", "label", "city")
    one = written(tmp_path / "b.csv", [("甲", "a"), ("乙", "a")])
    with pytest.raises(LabelledFileInvalid, match="two labels"):
        models.train(one, "text", "label", "city")
    assert set(models.open("city").labels) == set(WORDS.values())


def test_training_again_replaces_the_model(models: LabelClassifiers, tmp_path: Path) -> None:
    models.train(written(tmp_path / "a.csv", ROWS), "text", "label", "city")
    models.train(written(tmp_path / "b.csv", ROWS[:20]), "text", "label", "city")
    assert set(models.open("city").labels) == {"城市管理", "供水"}


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 65])
def test_a_name_that_is_no_folder_is_refused(models: LabelClassifiers, tmp_path: Path, name: str) -> None:
    with pytest.raises(LabelledFileInvalid, match="name"):
        models.train(written(tmp_path / "a.csv", ROWS), "text", "label", name)


def test_a_model_that_is_not_there_or_of_another_encoder_is_named(models: LabelClassifiers, tmp_path: Path) -> None:
    with pytest.raises(LabelModelMissing, match="hotline dispatch train"):
        models.open("nobody")

    class Other(HashEncoder):
        name = "other-1"

    models.train(written(tmp_path / "a.csv", ROWS), "text", "label", "city")
    with pytest.raises(LabelModelMissing, match="train it again"):
        LabelClassifiers(Other(), tmp_path / "models").open("city")


def test_the_command_says_one_clear_sentence_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE_MODELS_DIR", str(tmp_path / "models"))
    file = str(written(tmp_path / "a.csv", ROWS))
    wanted = ["--text-column", "betreff", "--label-column", "label", "--name", "city"]
    assert main(["dispatch", "train", file, *wanted]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and "no column 'betreff'" in said.err
    assert main(["dispatch", "evaluate", file, *wanted]) == 2
    assert "there is no model 'city'" in capsys.readouterr().err
    assert main(["classify", "--model", "city"]) == 2
    assert "there is no model 'city'" in capsys.readouterr().err


def test_disputed_duties_of_a_city_without_tickets_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE_DATABASE_URL", f"sqlite:///{tmp_path / 'hotline.db'}")
    assert main(["dispatch", "boundary", "--draft", str(tmp_path / "drafts.csv")]) == 0
    assert "no kind of matter" in capsys.readouterr().out
    assert (tmp_path / "drafts.csv").read_text("utf-8").startswith("id,category,area")
    assert main(["dispatch", "boundary", "--json"]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == []
