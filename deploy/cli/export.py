"""The command `export`: an answer as a file for other programs, with a manifest beside it."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.asking import AsKnownAt, asking, said
from deploy.cli.outbreak import CASES_MANY, read_cases
from deploy.cli.questions import (
    CrowdMax,
    Identity,
    MinMinutes,
    Onset,
    Profile,
    ProfileFile,
    Sample,
    read_rule,
)
from deploy.cli.shared import From, To, app
from deploy.output import progress, tell
from producers.errors import BadInput
from producers.files import open_rows
from producers.moment import parse, zone
from tracer.answer import Row
from tracer.asking import Answer
from tracer.exports.answered import Answered
from tracer.exports.formats import FORMATS, Format, format_of
from tracer.exports.places import PlaceColumns, Places
from tracer.exports.whole_file import export as write
from tracer.exports.whole_file import manifest_path
from tracer.question import LIMITS, Direction
from tracer.questions import Chain, Contacts, Pairs, Scans, Venues, Visits
from tracer.questions_of_cases import Outbreak, Ranked
from tracer.wanted import Wanted

ROWS_PER_STEP = 5_000
PLACE_COLUMNS = ",".join(PlaceColumns())


class Question(StrEnum):
    """What can be exported."""

    contacts = "contacts"
    chain = "chain"
    pairs = "pairs"
    visits = "visits"
    scans = "scans"
    venues = "venues"
    ranked = "ranked"
    outbreak = "outbreak"
    links = "links"


QUESTIONS: dict[Question, type[Wanted]] = {
    Question.contacts: Contacts,
    Question.chain: Chain,
    Question.pairs: Pairs,
    Question.visits: Visits,
    Question.scans: Scans,
    Question.venues: Venues,
    Question.ranked: Ranked,
    Question.outbreak: Outbreak,
    Question.links: Outbreak,
}
OF_EVERYONE = (Question.pairs, Question.venues)
OF_CASES = {Question.outbreak: False, Question.links: True}
"""Whether these ask for every two people who met."""

Form = Annotated[str, typer.Option("--as", help=f"The format: {', '.join(FORMATS)}.")]
Out = Annotated[Path, typer.Option(help="The file to write; a manifest is written beside it.")]
Person = Annotated[
    str | None, typer.Argument(help="A person, as `truyvet chain` takes one; not of pairs, venues, cases.")
]
Cases = Annotated[
    Path | None, typer.Option(help="Of outbreak and links: a table of cases, as `truyvet outbreak` has it.")
]
Generations = Annotated[
    int | None, typer.Option(min=1, help="Exposures on one path, at most: of a chain 3, of an outbreak 1.")
]
PeopleMax = Annotated[
    int | None, typer.Option(min=1, help="Of a chain or an outbreak: refuse one of more people than this.")
]
Venue = Annotated[
    str | None, typer.Option(help="Of visits: everyone's at this venue, instead of a person's.")
]
PeopleMin = Annotated[int | None, typer.Option(min=1, help="Of venues: leave out those with fewer people.")]
Toward = Annotated[
    Direction | None,
    typer.Option(help="Of a chain, an outbreak or links: whom did the case expose, or who the case?"),
]
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
    profile_file: ProfileFile = None,
    onset: Onset = None,
    sample: Sample = None,
    as_known_at: AsKnownAt = None,
    generations: Generations = None,
    direction: Toward = None,
    people_max: PeopleMax = None,
    venue_crowd_max: CrowdMax = None,
    cases: Cases = None,
    identity: Identity = False,
    venue: Venue = None,
    people_min: PeopleMin = None,
    timezone: Zone = "UTC",
    places: PlacesFile = None,
    place_columns: PlaceNames = PLACE_COLUMNS,
) -> None:
    """Write an answer to a file for other programs; it is there whole or not at all."""
    person = _of_whom(question, person, venue, cases, form)
    if places is not None and form != "geojson":
        raise BadInput("--places is for geojson: leave it out.")
    chosen, local = format_of(form, question.value), zone(timezone)
    given: dict[str, Any] = {"from_": since, "to": until, "as_known_at": as_known_at}
    given |= {"profile": _rule(profile, profile_file), "min_minutes": min_minutes}
    given |= {"onset": onset, "sample": sample, "venue": venue, "people_min": people_min}
    given |= {"generations": generations, "direction": direction}
    given |= {"people_max": people_max, "venue_crowd_max": venue_crowd_max}
    fields = _fields(question, given)
    # A limit of who answers: a file holds all of an answer or is not written.
    limits = replace(CASES_MANY if cases else LIMITS, people_max=fields.pop("people_max", LIMITS.people_max))
    with ExitStack() as open_:
        found = open_.enter_context(Places()) if places else None
        if found and places:
            _read_places(found, places, place_columns)
        asker = open_.enter_context(asking(limits))
        if cases is not None:
            fields |= {"cases": read_cases(cases, asker, identity), "links": OF_CASES[question]}
        if person is not None:
            fields["person"] = asker.person(person, identity)
        wanted = QUESTIONS[question](**fields)
        answer = asker.ask(wanted)
        ready = Answered(
            *(question.value, wanted.columns, answer.rows, answer.whom(fields.get("person", ""))),
            direction=getattr(wanted, "direction", "forward"),
            window=wanted.window(),
            venue=venue or "",
            zone=local,
            places=found,
            made=parse(answer.told["made"]),
            version=answer.told["version"],
        )
        _export(ready, chosen, out, wanted, answer)


def _rule(profile: str, file: Path | None) -> Any:
    """The rule that was given; None where it is the default one. Raises BadInput."""
    rule = read_rule(profile, file)
    return None if rule == "overlap" else rule


def _fields(question: Question, given: dict[str, Any]) -> dict[str, Any]:
    """What was given, where it means something to this question. Raises BadInput naming what does not."""
    known = QUESTIONS[question].model_fields
    found = {name: value for name, value in given.items() if value is not None}
    unknown = [f"--{name.replace('_', '-')}" for name in found if name not in known]
    if unknown:
        them = "it" if len(unknown) == 1 else "them"
        raise BadInput(f"{', '.join(unknown)} says nothing in an export of {question}: leave {them} out.")
    return {"generations": LIMITS.generations_max} | found if question is Question.chain else found


def _export(ready: Answered, form: Format, out: Path, wanted: Wanted, answer: Answer) -> None:
    """Write the file, and say what is in it."""
    with progress(f"exporting {ready.question}", None) as bar:
        # The counts are filled while the rows are written, before the manifest is.
        told = answer.told | {"counts": answer.counts}
        done = write(replace(ready, rows=_counted(ready.rows, bar)), form, out, told)
    if left_out := answer.counts["venues_left_out"]:
        tell(f"{left_out} venues with too few people are left out.")
    tell(f"{done['rows']} rows in {out}, told of in {manifest_path(out).name}.")
    for sentence in said(wanted, answer, done["rows"]):
        tell(sentence)


def _of_whom(
    question: Question, person: str | None, venue: str | None, cases: Path | None, form: str
) -> str | None:
    """The person. Raises BadInput where the question lacks a part, or has one that says nothing here."""
    if (cases is None) == (question in OF_CASES):
        raise BadInput(f"{question} is about {'many' if cases is None else 'no'} cases: mend --cases.")
    if venue is not None and question != Question.visits:
        raise BadInput(f"--venue is about visits: leave it out of {question}.")
    if question in OF_EVERYONE or question in OF_CASES:
        if person is not None:
            whom = "everyone" if question in OF_EVERYONE else "a table of cases"
            raise BadInput(f"{question} are about {whom}: leave {person!r} out.")
    elif (person is None) == (venue is None):
        more = " or a --venue" if question == Question.visits else ""
        raise BadInput(f"{question} are about one: give a person{more}.")
    if form == "iris" and venue is None:
        raise BadInput("iris holds the guests of one place: give visits with --venue.")
    return person


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
