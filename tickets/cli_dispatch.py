"""`hotline dispatch ...`: learn a city's own classification, learn from corrections, find disputed duties.

Nothing here changes a ticket. Figures go to standard output, progress and rows that cannot be used to standard error.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hotline import settings
from tickets.config import TicketsConfig
from tickets.domain.boundaries import Boundary
from tickets.domain.duties import Duty
from tickets.errors import TicketError

_SHOWN_BAD, _SHOWN_CASES, _SHOWN_CHARACTERS = 10, 5, 80
_DUTY_COLUMNS = (
    "id",
    "category",
    "area",
    "component_kind",
    "lead_unit",
    "assist_units",
    "legal_basis",
    "valid_from",
    "valid_until",
    "source",
)


def mount(subparsers: Any) -> None:
    """Adds `dispatch` to the command."""
    dispatch = subparsers.add_parser("dispatch", help="learn and check who gets what")
    actions = dispatch.add_subparsers(dest="dispatch_command", required=True, metavar="COMMAND")

    training = _action(actions, "train", _train, "learn a city's own classification from its past tickets")
    _labelled(training)
    training.add_argument(
        "--held-out", type=_share, default=0.2, help="share of the rows to measure on before the final training (0.2)"
    )

    evaluating = _action(actions, "evaluate", _evaluate, "measure a learnt classification on another file")
    _labelled(evaluating)
    evaluating.add_argument("--out", type=Path, help="folder for the confusion table and its picture")

    retraining = _action(actions, "retrain", _retrain, "learn categories anew, with the corrections of staff")
    retraining.add_argument("--dry-run", action="store_true", help="count the corrections, train nothing")

    boundary = _action(actions, "boundary", _boundary, "kinds of matters on which past decisions disagree")
    boundary.add_argument("--category", help="only this category")
    boundary.add_argument("--least", type=_positive, default=2, help="tickets that a kind must have (2)")
    boundary.add_argument("--days", type=_positive, default=365, help="tickets filed in the last days (365)")
    boundary.add_argument("--alike", type=_share, default=0.5, help="how alike tickets of a kind must be, 0 to 1 (0.5)")
    boundary.add_argument("--draft", type=Path, metavar="FILE", help="write draft entries of the catalogue to a CSV")
    boundary.add_argument("--json", action="store_true", help="JSON instead of lines to read")


def _action(actions: Any, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text)
    parser.set_defaults(run=lambda arguments: _reported(run, arguments))
    return parser


def _reported(run: Any, arguments: argparse.Namespace) -> int:
    try:
        run(arguments)
    except (TicketError, settings.SettingsError, OSError) as error:
        print(f"hotline: {error}", file=sys.stderr)
        return 2
    return 0


def _labelled(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.csv")
    parser.add_argument("--text-column", required=True, metavar="T")
    parser.add_argument("--label-column", required=True, metavar="L")
    parser.add_argument("--name", required=True, help="name of the model: letters, digits, - and _")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines to read")


def _train(arguments: argparse.Namespace) -> None:
    from tickets.bootstrap import open_labels

    trained = open_labels(TicketsConfig.from_settings(settings.load())).train(
        arguments.file, arguments.text_column, arguments.label_column, arguments.name, arguments.held_out
    )
    _tell_bad(arguments.file, trained.bad, trained.folder / "bad_rows.csv")
    _print_outcome(trained.outcome, arguments.json, trained.folder, held_out=True)


def _evaluate(arguments: argparse.Namespace) -> None:
    from tickets.bootstrap import open_labels

    measured = open_labels(TicketsConfig.from_settings(settings.load())).evaluate(
        arguments.file, arguments.text_column, arguments.label_column, arguments.name, arguments.out
    )
    _tell_bad(arguments.file, measured.bad, None)
    if measured.unknown:
        print(f"labels the model does not know (counted as wrong): {', '.join(measured.unknown)}", file=sys.stderr)
    _print_outcome(measured.outcome, arguments.json, arguments.out, held_out=False)


def _print_outcome(outcome: Any, as_json: bool, folder: Path | None, *, held_out: bool) -> None:
    if as_json:
        names = ("precision", "recall", "f1", "texts")
        labels = {label: dict(zip(names, figures, strict=True)) for label, *figures in outcome.by_label()}
        answer = {
            "texts": outcome.texts,
            "accuracy": round(outcome.accuracy, 4),
            "macro_f1": round(outcome.macro_f1, 4),
            "labels": labels,
            "folder": str(folder) if folder else None,
        }
        print(json.dumps(answer, ensure_ascii=False))
        return
    print(f"texts: {outcome.texts}{' (held out)' if held_out else ''}")
    print(f"accuracy: {outcome.accuracy:.4f}")
    print(f"macro F1: {outcome.macro_f1:.4f}")
    print("precision recall     F1 texts label")
    for label, precision, recall, f1, texts in outcome.by_label():
        print(f"   {precision:.3f}  {recall:.3f}  {f1:.3f} {texts:5d} {label}")
    for true, said, count in outcome.confused(5):
        print(f"taken for another: {count} x {true} -> {said}")
    if folder:
        print(f"confusion: {folder / 'confusion.csv'}, {folder / 'confusion.svg'}")


def _tell_bad(file: Path, bad: Sequence[Any], listed: Path | None) -> None:
    for row in bad[:_SHOWN_BAD]:
        print(f"{file}:{row.line}: {row.reason}", file=sys.stderr)
    if bad:
        rest = f", all of them in {listed}" if listed else ""
        print(f"{len(bad):,} rows could not be used{rest}", file=sys.stderr)


def _retrain(arguments: argparse.Namespace) -> None:
    from tickets.bootstrap import open_classifier, open_tickets

    config = TicketsConfig.from_settings(settings.load())
    desk = open_tickets(config)
    try:
        corrections = desk.corrections()
    finally:
        desk.close()
    classifier = open_classifier(config)
    taught = classifier.learn(corrections, store=not arguments.dry_run)
    print(f"corrections: {len(corrections)}, of {taught} tickets")
    for (before, after), count in classifier.corrected(corrections)[:10]:
        print(f"{count:5d} x {before or 'none'} -> {after}")
    if not arguments.dry_run:
        measured = classifier.prepare().measured
        print(
            f"chosen without a person from {measured.threshold:.3f}: "
            f"{measured.precision:.1%} right on {measured.coverage:.1%} of {measured.texts:,} held-out texts"
        )


def _boundary(arguments: argparse.Namespace) -> None:
    from tickets.adapters.boundary_search import Asked
    from tickets.bootstrap import find_boundaries
    from tickets.domain.calendar import LOCAL_ZONE

    now = datetime.now(LOCAL_ZONE)
    asked = Asked(now - timedelta(days=arguments.days), arguments.category, arguments.alike, arguments.least)
    found = find_boundaries(TicketsConfig.from_settings(settings.load()), asked, now.date())
    if arguments.json:
        for boundary, entry, bases in found:
            print(json.dumps(_as_json(boundary, entry, bases), ensure_ascii=False))
    else:
        for boundary, entry, bases in found:
            _print_boundary(boundary, entry, bases)
        if not found:
            print("no kind of matter on which past decisions disagree")
    if arguments.draft:
        _write_drafts(arguments.draft, [entry for _, entry, _ in found])


def _print_boundary(boundary: Boundary, entry: Duty, bases: Sequence[Duty]) -> None:
    print(f"{boundary.category}: {len(boundary.cases)} tickets")
    for unit, count in boundary.handled.items():
        print(f"  handled by {unit}: {count}")
    for unit, count in boundary.returned.items():
        print(f"  returned by {unit} as not theirs: {count}")
    for category, count in boundary.corrected.items():
        print(f"  first taken for {category}: {count}")
    print(f"  majority: {boundary.majority or 'none'}" + (f" ({boundary.share:.0%})" if boundary.majority else ""))
    for duty in bases:
        print(f"  catalogue {duty.id}: {duty.lead_unit}; {duty.legal_basis or 'no legal basis'}")
    for case in boundary.cases[:_SHOWN_CASES]:
        path = " > ".join([*(f"{unit} (returned)" for unit in case.returned_by), case.handled_by or "open"])
        print(f"  {case.number} {path}: {case.text[:_SHOWN_CHARACTERS]}")
    if len(boundary.cases) > _SHOWN_CASES:
        print(f"  ... and {len(boundary.cases) - _SHOWN_CASES} more")
    print(f"  draft: {','.join(_duty_cells(entry))}")


def _as_json(boundary: Boundary, entry: Duty, bases: Sequence[Duty]) -> dict[str, object]:
    return {
        "category": boundary.category,
        "majority": boundary.majority,
        "share": round(boundary.share, 3),
        "handled": dict(boundary.handled),
        "returned": dict(boundary.returned),
        "corrected": dict(boundary.corrected),
        "catalogue": [{"id": duty.id, "unit": duty.lead_unit, "legal_basis": duty.legal_basis} for duty in bases],
        "cases": [
            {"number": case.number, "text": case.text, "handled_by": case.handled_by, "returned_by": case.returned_by}
            for case in boundary.cases
        ],
        "draft": dict(zip(_DUTY_COLUMNS, _duty_cells(entry), strict=True)),
    }


def _write_drafts(path: Path, entries: Sequence[Duty]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_DUTY_COLUMNS)
        writer.writerows(_duty_cells(entry) for entry in entries)


def _duty_cells(duty: Duty) -> tuple[str, ...]:
    return (
        duty.id,
        duty.category,
        duty.area,
        duty.component_kind,
        duty.lead_unit,
        ";".join(duty.assist_units),
        duty.legal_basis,
        duty.valid_from.isoformat(),
        duty.valid_until.isoformat() if duty.valid_until else "",
        duty.source,
    )


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share between 0 and 1")
    return share
