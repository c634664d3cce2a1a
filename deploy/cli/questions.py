"""Commands of those who ask: visits, contacts, chain, pairs, profiles, pseudonym."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli import lists
from deploy.cli.asking import AsKnownAt, Manifest, asking
from deploy.cli.shared import FormatOption, From, To, app, wired
from deploy.output import Format, emit
from producers.errors import BadInput
from tracer import answer
from tracer import questions as ask
from tracer.profile import Profile as RuleOfOnesOwn
from tracer.profile import read_profile
from tracer.profiles import PROFILES
from tracer.question import LIMITS, Direction

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
CrowdMax = Annotated[
    int | None,
    typer.Option(
        "--venue-crowd-max", min=1, help="Leave out stays shared with more people than this, and say so."
    ),
]
PeopleMax = Annotated[
    int, typer.Option("--people-max", min=1, help="End with the generations before more people than this.")
]
SecondsMax = Annotated[
    float | None,
    typer.Option("--seconds-max", min=0, help="End with the generations that are whole after so long."),
]
Generations = Annotated[int, typer.Option(min=1, help="Of a chain: exposures on one path, at most.")]
Toward = Annotated[
    Direction, typer.Option("--direction", help="Of a chain: whom did the case expose, or who the case?")
]
TOLD = ("name", "version", "sentence", "source", "cannot")


def read_rule(profile: str, file: Path | None) -> str | RuleOfOnesOwn:
    """The name of a profile, or the rule that a file holds. Raises BadInput."""
    if file is None:
        return profile
    if profile != "overlap":
        raise BadInput("--profile and --profile-file both name a rule: give one of them.")
    try:
        text = file.read_text(encoding="utf-8-sig")  # editors on Windows write a mark first
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise BadInput(f"the profile {file} cannot be read ({why}): give a TOML or JSON file.") from None
    return read_profile(text, str(file))


@app.command(epilog="Example: truyvet visits 470 --identity --from 2012-04-03 --to 2012-05-01")
def visits(
    person: Person,
    since: From = None,
    until: To = None,
    identity: Identity = False,
    as_known_at: AsKnownAt = None,
    manifest: Manifest = None,
    form: FormatOption = Format.table,
) -> None:
    """Where was this person?"""
    with asking() as asker:
        wanted = ask.Visits(
            person=asker.person(person, identity), from_=since, to=until, as_known_at=as_known_at
        )
        asker.show(wanted, form, manifest)


@app.command(epilog="Example: truyvet scans 470 --identity --from 2012-04-03 --to 2012-04-04")
def scans(
    person: Person,
    since: From = None,
    until: To = None,
    identity: Identity = False,
    as_known_at: AsKnownAt = None,
    manifest: Manifest = None,
    form: FormatOption = Format.table,
) -> None:
    """What did this person's scans say, and where did they come from?"""
    with asking() as asker:
        wanted = ask.Scans(
            person=asker.person(person, identity), from_=since, to=until, as_known_at=as_known_at
        )
        asker.show(wanted, form, manifest)


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
    venue_crowd_max: CrowdMax = None,
    identity: Identity = False,
    as_known_at: AsKnownAt = None,
    manifest: Manifest = None,
    form: FormatOption = Format.table,
) -> None:
    """Who was at the same place at the same time, and for how long? One line per exposure."""
    rule = read_rule(profile, profile_file)
    with asking() as asker:
        wanted = ask.Contacts(
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
    generations: Generations = LIMITS.generations_max,
    direction: Toward = "forward",
    path: Annotated[str | None, typer.Option(help="Show the whole witness path to this person.")] = None,
    people_max: PeopleMax = LIMITS.people_max,
    venue_crowd_max: CrowdMax = None,
    seconds_max: SecondsMax = None,
    doses: Annotated[
        bool,
        typer.Option("--doses/--no-doses", help="Weigh every exposure for dose_max, which takes longer."),
    ] = True,
    identity: Identity = False,
    as_known_at: AsKnownAt = None,
    manifest: Manifest = None,
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
        _not_of_a_list(
            **{"identity": identity, "profile": profile != "overlap", "profile-file": profile_file},
            **{"onset": onset, "sample": sample, "min-minutes": min_minutes, "manifest": manifest},
            **{"as-known-at": as_known_at, "venue-crowd-max": venue_crowd_max, "seconds-max": seconds_max},
        )
        return lists.ask_chain(listed, person, path, direction, generations, people_max, form)
    asked: dict[str, Any] = {"from_": since, "to": until, "onset": onset, "sample": sample}
    asked |= {"profile": read_rule(profile, profile_file), "min_minutes": min_minutes}
    asked |= {"as_known_at": as_known_at, "venue_crowd_max": venue_crowd_max}
    asked |= {"generations": generations, "direction": direction}
    with asking(replace(LIMITS, people_max=people_max, seconds_max=seconds_max, whole=False)) as asker:
        asked["person"] = asker.person(person, identity)
        if path is None:
            asker.show(ask.Chain(**asked, doses=doses), form, manifest)
        else:
            nobody = f"{path} is not reached within {generations} generations."
            steps = ask.Path(other=asker.person(path, identity), **asked)
            asker.show(steps, form, manifest, lambda rows: answer.sentence(rows) or nobody)


def _not_of_a_list(**given: object) -> None:
    """Raises BadInput naming the options given that are about visits."""
    wrong = [f"--{name}" for name, value in given.items() if value not in (None, False)]
    if wrong:
        are = "are" if len(wrong) > 1 else "is"
        raise BadInput(f"{', '.join(wrong)} {are} about visits: not with --contacts.")


@app.command(epilog="Example: truyvet pairs --profile pccovid-1h --format csv > pairs.csv")
def pairs(
    since: From = None,
    until: To = None,
    profile: Profile = "overlap",
    min_minutes: MinMinutes = None,
    profile_file: ProfileFile = None,
    manifest: Manifest = None,
    form: FormatOption = Format.table,
) -> None:
    """Every exposure of two people in the window, venue after venue."""
    rule = read_rule(profile, profile_file)
    with asking() as asker:
        asker.show(ask.Pairs(from_=since, to=until, profile=rule, min_minutes=min_minutes), form, manifest)


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
