"""Commands of those who rank contacts, or have many cases: ranked, outbreak, common-sources, what-if."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.asking import Asker, AsKnownAt, Manifest, asking
from deploy.cli.questions import (
    CrowdMax,
    Identity,
    MinMinutes,
    Onset,
    PeopleMax,
    Person,
    Profile,
    ProfileFile,
    Sample,
    SecondsMax,
    read_rule,
)
from deploy.cli.shared import FormatOption, From, To, app
from deploy.output import Format
from producers.errors import BadInput
from producers.files import open_rows
from tracer.question import LIMITS, Direction
from tracer.questions_of_cases import (
    CaseTold,
    CommonSources,
    Outbreak,
    Ranked,
    WhatIf,
)

COLUMNS = ("person", "onset", "sample")
CasesFile = Annotated[
    Path, typer.Option("--cases", help="A table of cases: a column person, and onset or sample where known.")
]
CASES_MANY = replace(LIMITS, index_visits_max=10_000_000)
"""Somebody at a terminal asks one question at a time: 900 MB while it is answered."""
Minutes = Annotated[str, typer.Option(help="The least common times to compare, with commas.")]


def read_cases(file: Path, asker: Asker, identity: bool) -> tuple[CaseTold, ...]:
    """The cases of a table (CSV, NDJSON or Parquet). Raises BadInput naming the line."""
    found = []
    with open_rows(file) as rows:
        for number, row in rows:
            if not isinstance(row, dict):
                raise BadInput(f"{file}, line {number}: {row.sentence}")
            told = {name: str(row.get(name) or "").strip() or None for name in COLUMNS}
            if told["person"] is None:
                raise BadInput(f"{file}, line {number} has no person: give a column of that name.")
            try:
                told["person"] = asker.person(told["person"], identity)
            except BadInput as error:
                raise BadInput(f"{file}, line {number}: {error}") from None
            found.append(CaseTold.model_validate(told))
    if not found:
        raise BadInput(f"{file} has no case: give a table with a column person and a line for each.")
    return tuple(found)


@app.command(epilog="Example: truyvet ranked 470 --identity --profile cwa --onset 2012-04-10")
def ranked(
    person: Person,
    since: From = None,
    until: To = None,
    profile: Profile = "overlap",
    min_minutes: MinMinutes = None,
    profile_file: ProfileFile = None,
    onset: Onset = None,
    sample: Sample = None,
    venue_crowd_max: CrowdMax = None,
    identity: Identity = False,
    as_known_at: AsKnownAt = None,
    manifest: Manifest = None,
    form: FormatOption = Format.table,
) -> None:
    """Who was exposed to this person, the most exposed first? One line per contact."""
    rule = read_rule(profile, profile_file)
    with asking() as asker:
        wanted = Ranked(
            person=asker.person(person, identity),
            from_=since,
            to=until,
            as_known_at=as_known_at,
            profile=rule,
            min_minutes=min_minutes,
            venue_crowd_max=venue_crowd_max,
            onset=onset,
            sample=sample,
        )
        asker.show(wanted, form, manifest)


@app.command(epilog="Example: truyvet outbreak --cases cases.csv --profile who-15min --generations 2")
def outbreak(
    cases: CasesFile,
    since: From = None,
    until: To = None,
    profile: Profile = "overlap",
    min_minutes: MinMinutes = None,
    profile_file: ProfileFile = None,
    generations: Annotated[int, typer.Option(min=1, help="Exposures on one path, at most.")] = 1,
    direction: Annotated[
        Direction, typer.Option(help="Whom did the cases expose, or who the cases?")
    ] = "forward",
    links: Annotated[
        bool, typer.Option("--links", help="One line for each two people: who exposed whom.")
    ] = False,
    people_max: PeopleMax = LIMITS.people_max,
    venue_crowd_max: CrowdMax = None,
    seconds_max: SecondsMax = None,
    identity: Identity = False,
    as_known_at: AsKnownAt = None,
    manifest: Manifest = None,
    form: FormatOption = Format.table,
) -> None:
    """Whom may these cases have exposed, through whom, and how much in all? One line per contact."""
    rule = read_rule(profile, profile_file)
    with asking(replace(CASES_MANY, people_max=people_max, seconds_max=seconds_max)) as asker:
        wanted = Outbreak(
            cases=read_cases(cases, asker, identity),
            from_=since,
            to=until,
            as_known_at=as_known_at,
            profile=rule,
            min_minutes=min_minutes,
            venue_crowd_max=venue_crowd_max,
            generations=generations,
            direction=direction,
            links=links,
        )
        asker.show(wanted, form, manifest)


@app.command("common-sources", epilog="Example: truyvet common-sources --cases cases.csv --from 2012-04-03")
def common_sources(
    cases: CasesFile,
    since: From = None,
    until: To = None,
    incubation_days_max: Annotated[
        int, typer.Option(min=0, max=366, help="Look from so many days before onset or sample.")
    ] = 14,
    incubation_days_min: Annotated[
        int, typer.Option(min=0, max=366, help="And to the end of so many days before it.")
    ] = 2,
    identity: Identity = False,
    as_known_at: AsKnownAt = None,
    manifest: Manifest = None,
    form: FormatOption = Format.table,
) -> None:
    """Where, and in which hours, were more of the cases than the traffic there explains?"""
    with asking() as asker:
        wanted = CommonSources(
            cases=read_cases(cases, asker, identity),
            from_=since,
            to=until,
            as_known_at=as_known_at,
            incubation_days_max=incubation_days_max,
            incubation_days_min=incubation_days_min,
        )
        asker.show(wanted, form, manifest)


@app.command("what-if", epilog="Example: truyvet what-if --cases cases.csv --minutes 5,10,15,30")
def what_if(
    cases: CasesFile,
    since: From = None,
    until: To = None,
    profile: Profile = "overlap",
    profile_file: ProfileFile = None,
    minutes: Minutes = "5,10,15,30",
    venue_crowd_max: CrowdMax = None,
    identity: Identity = False,
    as_known_at: AsKnownAt = None,
    manifest: Manifest = None,
    form: FormatOption = Format.table,
) -> None:
    """How many people would an order name at each least common time, before it goes out?"""
    rule = read_rule(profile, profile_file)
    with asking(CASES_MANY) as asker:
        wanted = WhatIf(
            cases=read_cases(cases, asker, identity),
            from_=since,
            to=until,
            as_known_at=as_known_at,
            profile=rule,
            venue_crowd_max=venue_crowd_max,
            minutes=_numbers(minutes),
        )
        asker.show(wanted, form, manifest)


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(one) for one in text.split(",") if one.strip())
    except ValueError:
        raise BadInput(f"--minutes cannot be {text!r}: give numbers with commas, as 5,10,15,30.") from None
