"""The command `coverage`: how many of those expected at a place scanned."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.asking import AsKnownAt, Manifest, asking
from deploy.cli.shared import FormatOption, From, To, app
from deploy.output import Format
from producers.errors import BadInput
from producers.files import open_rows
from tracer.coverage import Coverage, in_a_sentence


class By(StrEnum):
    """What a row is of."""

    venue = "venue"
    unit = "unit"


ExpectedFile = Annotated[
    Path | None,
    typer.Option(help="Many venues: a table with the columns venue and expected, and perhaps unit."),
]


@app.command(epilog='Example: truyvet coverage "market 12" --expected 900 --from 2021-12-01 --to 2021-12-02')
def coverage(
    venue: Annotated[str | None, typer.Argument(help="The venue's id; or give --expected-file.")] = None,
    expected: Annotated[
        int | None, typer.Option(min=0, help="How many people entered in the window.")
    ] = None,
    expected_file: ExpectedFile = None,
    by: Annotated[By, typer.Option(help="One line a venue, or one an administrative unit.")] = By.venue,
    since: From = None,
    until: To = None,
    as_known_at: AsKnownAt = None,
    manifest: Manifest = None,
    form: FormatOption = Format.table,
) -> None:
    """How many of those expected at a place scanned?"""
    if expected_file is not None and venue is None and expected is None:
        people, units = _read(expected_file)
    elif expected_file is None and venue is not None and expected is not None:
        people, units = {venue: expected}, {}
    else:
        raise BadInput("coverage is of one venue with --expected, or of the venues of an --expected-file.")
    with asking() as asker:
        wanted = Coverage(
            from_=since, to=until, as_known_at=as_known_at, expected=people, units=units, by=by.value
        )
        asker.show(wanted, form, manifest, in_a_sentence)


def _read(file: Path) -> tuple[dict[str, int], dict[str, str]]:
    """How many were expected at each venue, and in which unit the file says it lies. Raises BadInput."""
    people: dict[str, int] = {}
    units: dict[str, str] = {}
    with open_rows(file, ["venue", "expected"]) as rows:
        for number, row in rows:
            if not isinstance(row, dict):
                raise BadInput(f"{file}, line {number}: {row.sentence}")
            venue, count = row["venue"], row["expected"].strip()
            if not count.isdecimal():
                raise BadInput(f"{file}, line {number}: {count!r} people cannot be expected: give a number.")
            people[venue] = people.get(venue, 0) + int(count)
            if row.get("unit"):
                units[venue] = row["unit"]
    return people, units
