"""The command `export`: an answer as a file for other programs, with a manifest beside it."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from deploy.cli.questions import CAVEAT, Identity, MinMinutes, Profile
from deploy.cli.shared import From, To, app, wired
from deploy.output import progress, tell
from deploy.wiring import Wiring, clock
from producers.errors import BadInput
from producers.files import open_rows
from producers.moment import iso, zone
from producers.person import parse_person, person_text
from producers.venue import venue_key
from storage.ports import Presence
from tracer import answer, trace
from tracer.answer import Row
from tracer.exports import venues
from tracer.exports.answered import Answered
from tracer.exports.formats import FORMATS, format_of
from tracer.exports.places import PlaceColumns, Places
from tracer.exports.whole_file import export as write
from tracer.exports.whole_file import manifest_path
from tracer.question import LIMITS, Direction, asked, window

ROWS_PER_STEP = 5_000
PLACE_COLUMNS = ",".join(PlaceColumns())


class Question(StrEnum):
    """What can be exported."""

    contacts = "contacts"
    chain = "chain"
    pairs = "pairs"
    visits = "visits"
    venues = "venues"


class Wanted(NamedTuple):
    """A question as it was typed."""

    question: Question
    person: str | None
    venue: str | None
    since: str | None
    until: str | None
    profile: str
    min_minutes: float | None
    generations: int
    direction: Direction
    people_max: int
    identity: bool
    people_min: int


Form = Annotated[str, typer.Option("--as", help=f"The format: {', '.join(FORMATS)}.")]
Out = Annotated[Path, typer.Option(help="The file to write; a manifest is written beside it.")]
Person = Annotated[
    str | None, typer.Argument(help="Of contacts, chain and visits: a person, as `truyvet chain` takes one.")
]
Generations = Annotated[int, typer.Option(min=1, help="Of a chain: exposures on one path, at most.")]
Toward = Annotated[Direction, typer.Option("--direction", help="Of a chain: forward or backward.")]
PeopleMax = Annotated[int, typer.Option(min=1, help="Refuse a chain with more people than this.")]
Venue = Annotated[
    str | None, typer.Option(help="Of visits: everyone's at this venue, instead of a person's.")
]
PeopleMin = Annotated[int, typer.Option(min=1, help="Of venues: leave out those with fewer people.")]
Zone = Annotated[str, typer.Option(help="IANA zone in which a day begins, where a format knows days only.")]
PlacesFile = Annotated[
    Path | None, typer.Option(help="For geojson: a table of where the venues are (WGS 84).")
]
PlaceNames = Annotated[str, typer.Option(help="Its columns of venue id, latitude and longitude.")]


@app.command(epilog="Example: truyvet export chain 470 --identity --as graphml --out chain.graphml")
def export(
    question: Annotated[Question, typer.Argument(help="What is asked.")],
    form: Form,
    out: Out,
    person: Person = None,
    since: From = None,
    until: To = None,
    profile: Profile = "overlap",
    min_minutes: MinMinutes = None,
    generations: Generations = LIMITS.generations_max,
    direction: Toward = "forward",
    people_max: PeopleMax = LIMITS.people_max,
    identity: Identity = False,
    venue: Venue = None,
    people_min: PeopleMin = 1,
    timezone: Zone = "UTC",
    places: PlacesFile = None,
    place_columns: PlaceNames = PLACE_COLUMNS,
) -> None:
    """Write an answer to a file for other programs; it is there whole or not at all."""
    wanted = Wanted(
        *(question, person, venue, since, until, profile, min_minutes),
        *(generations, direction, people_max, identity, people_min),
    )
    chosen = format_of(form, question.value)
    _check(wanted, form, places)
    local = zone(timezone)
    with ExitStack() as open_:
        found = open_.enter_context(Places()) if places else None
        if found and places:
            _read_places(found, places, place_columns)
        wiring = open_.enter_context(wired())
        if wiring.in_process:
            wiring.prepare()
        # The watermark first: the answer rests on everything up to it, and perhaps on more.
        complete = wiring.watermark_if_known()
        answered, told = _answer(wiring, wanted)
        bar = open_.enter_context(progress(f"exporting {question.value}", None))
        made, rows, by = clock(), _counted(answered.rows, bar), _version()
        told |= {"watermark": None if complete is None else iso(complete), "made": iso(made), "version": by}
        ready = replace(answered, rows=rows, zone=local, places=found, made=made, version=by)
        done = write(ready, chosen, out, told | {"caveat": CAVEAT})
    left_out = answered.rows.left_out if isinstance(answered.rows, venues.Venues) else 0
    if left_out:
        tell(f"{left_out} venues with fewer than {people_min} people are left out.")
    tell(f"{done['rows']} rows in {out}, told of in {manifest_path(out).name}. {CAVEAT}")


def _check(wanted: Wanted, form: str, places: Path | None) -> None:
    """Raises BadInput where the question lacks a part, or has one that says nothing here."""
    question, person, venue = wanted.question, wanted.person, wanted.venue
    if venue is not None and question != Question.visits:
        raise BadInput(f"--venue is about visits: leave it out of {question}.")
    if question in (Question.pairs, Question.venues):
        if person is not None:
            raise BadInput(f"{question} are about everyone: leave {person!r} out.")
    elif (person is None) == (venue is None):
        more = " or a --venue" if question == Question.visits else ""
        raise BadInput(f"{question} are about one: give a person{more}.")
    if form == "iris" and venue is None:
        raise BadInput("iris holds the guests of one place: give visits with --venue.")
    if places is not None and form != "geojson":
        raise BadInput("--places is for geojson: leave it out.")


def _answer(wiring: Wiring, wanted: Wanted) -> tuple[Answered, dict[str, Any]]:
    """The rows, read as they are written, and what the manifest says of the question."""
    reader, name = wiring.store, wanted.question.value
    person = _person(wiring, wanted)
    told: dict[str, Any] = {"name": name, "person": None if person is None else person_text(person)}
    rows: Iterable[Row]
    columns: tuple[str, ...]
    told |= {"venue": wanted.venue, "from": wanted.since, "to": wanted.until}
    if wanted.question in (Question.visits, Question.venues):
        span = window(wanted.since, wanted.until)
        if wanted.question == Question.venues:
            told["people_min"] = wanted.people_min
            rows, columns = venues.Venues(reader, span, wanted.people_min), venues.COLUMNS
        else:
            columns = answer.COLUMNS["visits"]
            if person is None:
                at = Presence(venue_key(wanted.venue or ""), *span)
                rows = answer.visit_rows(reader, sorted(reader.visits_at([at])))
            else:
                rows = answer.visit_rows(reader, trace.visits(reader, person, span))
        found = Answered(name, columns, rows, window=span, venue=wanted.venue or "")
        return found, {"question": told, "profile": None}
    question = asked(wanted.since, wanted.until, wanted.profile, wanted.min_minutes)
    told |= {"min_minutes": wanted.min_minutes}
    columns = answer.COLUMNS[name]
    if person is None:
        rows = answer.pair_rows(reader, trace.pairs(reader, *question))
    elif wanted.question == Question.contacts:
        rows = answer.contact_rows(reader, trace.contacts(reader, person, *question))
    else:
        told |= {"generations": wanted.generations, "direction": wanted.direction}
        chain = trace.chain(
            *(reader, person, *question),
            direction=wanted.direction,
            generations_max=wanted.generations,
            people_max=wanted.people_max,
        )
        rows = answer.chain_rows(reader, chain)
    case = "" if person is None else person_text(person)
    found = Answered(name, columns, rows, case, wanted.direction, question[0])
    return found, {"question": told, "profile": _profile(question.profile)}


def _profile(under: Any) -> dict[str, Any]:
    return {name: getattr(under, name) for name in ("name", "version", "sentence", "source")}


def _person(wiring: Wiring, wanted: Wanted) -> int | None:
    if wanted.person is None:
        return None
    return parse_person(wiring.pseudonyms.of(wanted.person) if wanted.identity else wanted.person)


def _read_places(found: Places, file: Path, names: str) -> None:
    columns = names.split(",")
    if len(columns) != 3:
        raise BadInput(f"--place-columns {names!r} names {len(columns)}: give venue,latitude,longitude.")
    with open_rows(file, columns) as rows:
        found.read(rows, PlaceColumns(*columns))
    if found.refused:
        tell(f"{found.refused} rows of {file} are no place; their venues are written without one.")


def _counted(rows: Iterable[Row], bar: Any) -> Iterator[Row]:
    for count, row in enumerate(rows, 1):
        if count % ROWS_PER_STEP == 0:
            bar(count)
        yield row


def _version() -> str:
    try:
        return version("truyvet")
    except PackageNotFoundError:
        return "not installed"
