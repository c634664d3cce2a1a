"""Questions put to a list of contacts from elsewhere, and not to the store: chain and summary."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from deploy.cli.shared import Exit, FormatOption, app
from deploy.output import Format, emit, tell
from producers.errors import BadInput
from producers.files import open_rows
from producers.moment import parse
from tracer import answer
from tracer.chain import steps
from tracer.limits import sentences
from tracer.line_list import (
    LineList,
    ListColumns,
    chain_of_list,
    list_path_rows,
    list_rows,
    read_list,
)
from tracer.question import Direction
from tracer.summary import COLUMNS, Contact, summary_rows

DAY_SECONDS = 86_400
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Contacts = Annotated[
    Path | None,
    typer.Option(help="A list of contacts (CSV, NDJSON, Parquet) to search instead of the store."),
]
At = Annotated[str | None, typer.Option(help="With --contacts: column with the moment of a contact.")]
Until = Annotated[
    str | None, typer.Option("--until", help="With --contacts: column with its end, where it lasts.")
]
Venue = Annotated[str | None, typer.Option(help="With --contacts: column with the place, if there is one.")]
Since = Annotated[
    str | None, typer.Option("--since", help="With --contacts: the first moment, as the file counts.")
]
Before = Annotated[str | None, typer.Option(help="With --contacts: the moment before which it ends.")]
Directed = Annotated[
    bool, typer.Option("--directed", help="With --contacts: one leads from --from to --to only.")
]
SameInstant = Annotated[
    bool,
    typer.Option("--same-instant", help="With --contacts: an onward contact may have the same time."),
]


class ListQuestion(NamedTuple):
    """What `chain` was told about a list; `source` and `target` are what --from and --to name there."""

    file: Path | None
    source: str | None
    target: str | None
    at: str | None
    until: str | None
    venue: str | None
    since: str | None
    before: str | None
    directed: bool
    same_instant: bool

    def about_list(self) -> bool:
        """Is the question about a list? Raises BadInput where only a part of it is."""
        if self.file is not None:
            return True
        if any(self[3:]):
            raise BadInput(
                "--at, --until, --venue, --since, --before, --directed and --same-instant are about a list: "
                "name its file with --contacts."
            )
        return False


def ask_chain(
    asked: ListQuestion,
    person: str,
    path: str | None,
    direction: Direction,
    generations_max: int,
    people_max: int,
    form: Format,
) -> None:
    """Answers `chain` from a list. Raises BadInput."""
    listed = _read(asked.file, asked.source, asked.target, asked.at, asked.until, asked.venue)
    found = chain_of_list(
        listed,
        person,
        listed.window(asked.since, asked.before),
        direction,
        directed=asked.directed,
        same_instant=asked.same_instant,
        generations_max=generations_max,
        people_max=people_max,
    )
    if path is None:
        emit(list_rows(listed, found), form, answer.COLUMNS["chain"])
        for sentence in sentences(found.left_out_counts()):
            tell(sentence)
    else:
        other = listed.person(path)
        link = next((one for one in found.whole() if one.person == other), None)
        emit(list_path_rows(listed, steps(link) if link else ()), form, answer.COLUMNS["path"])
        if link is None:
            tell(f"{path} is not reached within {generations_max} generations.")
    _say_refused(listed)


@app.command(
    epilog="Example: truyvet summary --contacts movements.csv --from source --to destination --at t "
    "--end 2005-10-31 --days 90 --same-day --format csv"
)
def summary(
    contacts: Annotated[Path, typer.Option(help="A list of contacts: CSV, NDJSON or Parquet.")],
    source: Annotated[str, typer.Option("--from", help="Column with the person it came from.")],
    target: Annotated[str, typer.Option("--to", help="Column with the person it went to.")],
    at: Annotated[str, typer.Option(help="Column with the moment or day of a contact.")],
    end: Annotated[str, typer.Option(help="The last day of the window, inclusive.")],
    days: Annotated[int, typer.Option(min=0, help="How many days before it the window begins.")],
    same_day: Annotated[
        bool, typer.Option("--same-day", help="Contacts of one day chain; else only later ones do.")
    ] = False,
    root: Annotated[
        list[str] | None, typer.Option(help="A person to tell of; may be given often. Else everyone.")
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """Per person of a list: contacts in and out, and how many their contact chains reach."""
    listed = _read(contacts, source, target, at, None, None)
    first, last, ends = _days(listed, end, days)
    # In a list that counts in whole numbers, one is a day.
    unit = DAY_SECONDS if same_day and not listed.counted else 1
    within: list[Contact] = [
        (edge.source, edge.target, edge.at // unit) for edge in listed.contacts if first <= edge.at < last
    ]
    roots = root or listed.ids
    emit(summary_rows(listed.ids, within, roots, days, ends, strict=not same_day), form, COLUMNS)
    for given in sorted(set(roots) - set(listed.ids)):
        tell(f"{given!r} is in no contact of {contacts}: check that it is written as in the file.")
    if not within:
        tell(f"No contact of {contacts} lies in the window from {ends[0]} to {ends[1]}: {_told_days(listed)}")
    _say_refused(listed)


def _told_days(listed: LineList) -> str:
    times = [edge.at for edge in listed.contacts]
    if not times:
        return "it has none."
    return f"they lie from {listed.told(min(times))} to {listed.told(max(times))}."


def _read(
    file: Path | None,
    source: str | None,
    target: str | None,
    at: str | None,
    until: str | None,
    venue: str | None,
) -> LineList:
    if file is None or source is None or target is None or at is None:
        raise BadInput("a list of contacts needs its columns: give --contacts FILE --from --to and --at.")
    columns = ListColumns(source, target, at, until, venue)
    with open_rows(file, columns.names()) as rows:
        return read_list(rows, columns)


def _days(listed: LineList, end: str, days: int) -> tuple[int, int, tuple[str | int, str | int]]:
    """The window [first, last) as the list counts, and its first and last day as they are written."""
    if listed.counted:
        last = listed.time(end)
        return last - days, last + 1, (last - days, last)
    if not DATE.fullmatch(end):
        raise BadInput(f"--end {end} is not a day: give a date such as 2021-12-31.")
    try:
        day = date.fromisoformat(end)
        begin = day - timedelta(days=days)
    except (ValueError, OverflowError):
        raise BadInput(f"--end {end} and --days {days} name no window: give a date and fewer days.") from None
    midnight = parse(f"{day}T00:00:00Z")
    return midnight - days * DAY_SECONDS, midnight + DAY_SECONDS, (begin.isoformat(), day.isoformat())


def _say_refused(listed: LineList) -> None:
    """Says which rows the answer does not rest on; the exit code tells it is not complete."""
    for line, why in listed.refused_first:
        tell(f"line {line}: {why}")
    if listed.refused:
        tell(f"{listed.refused} rows of the list could not be used; the answer rests on the others.")
        raise typer.Exit(Exit.incomplete)
