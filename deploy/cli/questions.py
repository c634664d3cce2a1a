"""Commands of those who ask: visits, contacts, chain, pairs, profiles, pseudonym."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli import lists
from deploy.cli.shared import FormatOption, From, To, app, wired
from deploy.output import Format, emit, tell
from deploy.wiring import Wiring
from producers.errors import BadInput
from producers.person import parse_person
from storage.ports import VisitReader
from tracer import answer, trace
from tracer.infectious import infectious_window
from tracer.profile import read_profile
from tracer.profiles import PROFILES
from tracer.question import LIMITS, Asked, Direction, Window, asked, window

Person = Annotated[str, typer.Argument(help="A person (16 hex digits), or an identity with --identity.")]
Identity = Annotated[bool, typer.Option("--identity", help="The persons given are identities.")]
Profile = Annotated[str, typer.Option(help="The rule of what counts as an exposure.")]
MinMinutes = Annotated[float | None, typer.Option(min=0, help="The shortest exposure that counts.")]
ProfileFile = Annotated[
    Path | None, typer.Option(help="A file (TOML or JSON) with a rule of one's own, instead of --profile.")
]
Onset = Annotated[
    str | None, typer.Option(help="Day of the case's first symptoms: the profile's infectious days count.")
]
Sample = Annotated[
    str | None, typer.Option(help="Day of the positive sample, for a case without symptoms, likewise.")
]
TOLD = ("name", "version", "sentence", "source", "cannot")
CAVEAT = "A check-in proves place and time, not distance."


@contextmanager
def _reading() -> Iterator[tuple[Wiring, VisitReader]]:
    """The reader; an embedded store that is new gets its (empty) tables first."""
    with wired() as wiring:
        if wiring.in_process:
            wiring.prepare()
        yield wiring, wiring.store


def _person(wiring: Wiring, text: str, identity: bool) -> int:
    return parse_person(wiring.pseudonyms.of(text) if identity else text)


def _asked(
    since: str | None, until: str | None, profile: str, file: Path | None, min_minutes: float | None
) -> Asked:
    if file is None:
        return asked(since, until, profile, min_minutes)
    if profile != "overlap":
        raise BadInput("--profile and --profile-file both name a rule: give one of them.")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise BadInput(f"the profile {file} cannot be read ({why}): give a TOML or JSON file.") from None
    return asked(since, until, min_minutes=min_minutes, own=read_profile(text, str(file)))


@app.command(epilog="Example: truyvet visits 470 --identity --from 2012-04-03 --to 2012-05-01")
def visits(
    person: Person,
    since: From = None,
    until: To = None,
    identity: Identity = False,
    form: FormatOption = Format.table,
) -> None:
    """Where was this person?"""
    with _reading() as (wiring, reader):
        found = trace.visits(reader, _person(wiring, person, identity), window(since, until))
        emit(answer.visit_rows(reader, found), form, answer.COLUMNS["visits"])


@app.command(epilog="Example: truyvet contacts 470 --identity --profile overlap --min-minutes 15")
def contacts(
    person: Person,
    since: From = None,
    until: To = None,
    profile: Profile = "overlap",
    min_minutes: MinMinutes = None,
    profile_file: ProfileFile = None,
    onset: Onset = None,
    sample: Sample = None,
    identity: Identity = False,
    form: FormatOption = Format.table,
) -> None:
    """Who was at the same place at the same time, and for how long? One line per exposure."""
    question = _asked(since, until, profile, profile_file, min_minutes)
    infectious = infectious_window(question.profile, question.window, onset=onset, sample=sample)
    question = question._replace(window=infectious)
    with _reading() as (wiring, reader):
        found = trace.contacts(reader, _person(wiring, person, identity), *question)
        emit(answer.contact_rows(reader, found), form, answer.COLUMNS["contacts"])
    tell(CAVEAT)


@app.command(
    epilog="Example: truyvet chain 470 --identity --profile pccovid-1h --generations 3 --from 2012-04-03"
)
def chain(
    person: Person,
    since: From = None,
    until: To = None,
    profile: Profile = "overlap",
    min_minutes: MinMinutes = None,
    profile_file: ProfileFile = None,
    onset: Onset = None,
    sample: Sample = None,
    generations: Annotated[int, typer.Option(min=1, help="Exposures on one path, at most.")] = 3,
    direction: Annotated[
        Direction, typer.Option(help="Whom did the case expose, or who the case?")
    ] = "forward",
    path: Annotated[str | None, typer.Option(help="Show the whole witness path to this person.")] = None,
    people_max: Annotated[
        int, typer.Option(min=1, help="Refuse an answer with more people than this.")
    ] = LIMITS.people_max,
    identity: Identity = False,
    contacts: lists.Contacts = None,
    at: lists.At = None,
    until_column: lists.Until = None,
    venue: lists.Venue = None,
    since_moment: lists.Since = None,
    before: lists.Before = None,
    directed: lists.Directed = False,
    same_instant: lists.SameInstant = False,
    form: FormatOption = Format.table,
) -> None:
    """Who is reached from a case, in the order of time? One line per person.

    With --contacts a list of contacts is searched: --from and --to then name its columns.
    """
    listed = lists.ListQuestion(
        contacts, since, until, at, until_column, venue, since_moment, before, directed, same_instant
    )
    if listed.about_list():
        if identity or profile != "overlap" or (profile_file, onset, sample, min_minutes) != (None,) * 4:
            raise BadInput(
                "--identity, --profile, --profile-file, --onset, --sample and --min-minutes are about "
                "visits: not with --contacts."
            )
        return lists.ask_chain(listed, person, path, direction, generations, people_max, form)
    question = _asked(since, until, profile, profile_file, min_minutes)
    question, case_until = _case_bounds(question, direction, onset, sample)
    with _reading() as (wiring, reader):
        found = trace.chain(
            *(reader, _person(wiring, person, identity), *question),
            direction=direction,
            generations_max=generations,
            people_max=people_max,
            case_until=case_until,
        )
        if path is None:
            emit(answer.chain_rows(reader, found), form, answer.COLUMNS["chain"])
        else:
            steps = trace.path(reader, found, _person(wiring, path, identity))
            rows = list(answer.path_rows(reader, steps))
            emit(rows, form, answer.COLUMNS["path"])
            tell(answer.sentence(rows) or f"{path} is not reached within {generations} generations.")
    tell(CAVEAT)


def _case_bounds(
    question: Asked, direction: Direction, onset: str | None, sample: str | None
) -> tuple[Asked, int | None]:
    """The infectious days bound the case; those it exposed may pass it on after them."""
    if direction == "backward" and (onset or sample):
        raise BadInput(
            "infectious days say whom a case exposed: with --direction backward give --from and --to instead."
        )
    infectious = infectious_window(question.profile, question.window, onset=onset, sample=sample)
    whole = Window(infectious.since, question.window.until)
    return question._replace(window=whole), infectious.until


@app.command(epilog="Example: truyvet pairs --profile pccovid-1h --format csv > pairs.csv")
def pairs(
    since: From = None,
    until: To = None,
    profile: Profile = "overlap",
    min_minutes: MinMinutes = None,
    profile_file: ProfileFile = None,
    form: FormatOption = Format.table,
) -> None:
    """Every exposure of two people in the window, venue after venue."""
    question = _asked(since, until, profile, profile_file, min_minutes)
    with _reading() as (_, reader):
        emit(answer.pair_rows(reader, trace.pairs(reader, *question)), form, answer.COLUMNS["pairs"])
    tell(CAVEAT)


@app.command(epilog="Example: truyvet profiles --format json")
def profiles(form: FormatOption = Format.table) -> None:
    """Which rules are there, what does each rest on, and what can check-ins not tell of it?"""
    emit(({name: getattr(one, name) for name in TOLD} for one in PROFILES.values()), form, TOLD)


@app.command(epilog="Example: truyvet pseudonym 470 979, or: cut -d, -f1 cases.csv | truyvet pseudonym -")
def pseudonym(
    values: Annotated[list[str], typer.Argument(help="Identities, or - to read one per line.")],
    form: FormatOption = Format.table,
) -> None:
    """Which person does a given identity become?"""
    given = (line.rstrip("\r\n") for line in sys.stdin) if values == ["-"] else iter(values)
    with wired() as wiring:
        of = wiring.pseudonyms.of
        emit(({"given": one, "person": of(one)} for one in given if one.strip()), form, ["given", "person"])
