"""The command `difference`: what changed between two answers about a case, and why."""

from enum import StrEnum
from typing import Annotated

import typer

from deploy.cli.asking import AsKnownAt, Manifest, asking
from deploy.cli.questions import (
    CrowdMax,
    Identity,
    MinMinutes,
    Onset,
    Person,
    Profile,
    ProfileFile,
    Sample,
    Toward,
    read_rule,
)
from deploy.cli.shared import FormatOption, From, To, app
from deploy.output import Format
from tracer.questions_of_change import Difference, in_a_sentence


class Of(StrEnum):
    """Which answers are compared."""

    contacts = "contacts"
    chain = "chain"


WasKnownAt = Annotated[str | None, typer.Option(help="The earlier answer as it was known at this moment.")]
WasOnset = Annotated[str | None, typer.Option(help="The day of onset that the earlier answer took.")]
WasSample = Annotated[str | None, typer.Option(help="Its day of the sample.")]
WasProfile = Annotated[str | None, typer.Option(help="Its profile.")]
WasMinMinutes = Annotated[float | None, typer.Option(min=0, help="Its shortest exposure that counts.")]
WasFrom = Annotated[str | None, typer.Option(help="The first moment of its window.")]
WasTo = Annotated[str | None, typer.Option(help="The moment before which its window ended.")]


Generations = Annotated[int | None, typer.Option(min=1, help="Of chains: exposures on one path, at most.")]
PeopleMax = Annotated[int | None, typer.Option(min=1, help="Refuse chains of more people than this.")]
SecondsMax = Annotated[float | None, typer.Option(min=0.001, help="Refuse what takes longer than this.")]


@app.command(
    epilog="Example: truyvet difference contacts 470 --identity --was-known-at 2012-04-10T08:00Z "
    "--profile who-15min --onset 2012-04-09"
)
def difference(
    of: Annotated[Of, typer.Argument(help="Which answers.")],
    person: Person,
    was_known_at: WasKnownAt = None,
    was_onset: WasOnset = None,
    was_sample: WasSample = None,
    was_profile: WasProfile = None,
    was_min_minutes: WasMinMinutes = None,
    was_from: WasFrom = None,
    was_to: WasTo = None,
    since: From = None,
    until: To = None,
    profile: Profile = "overlap",
    min_minutes: MinMinutes = None,
    profile_file: ProfileFile = None,
    onset: Onset = None,
    sample: Sample = None,
    generations: Generations = None,
    direction: Toward = "forward",
    people_max: PeopleMax = None,
    venue_crowd_max: CrowdMax = None,
    seconds_max: SecondsMax = None,
    identity: Identity = False,
    as_known_at: AsKnownAt = None,
    manifest: Manifest = None,
    form: FormatOption = Format.table,
) -> None:
    """Who is new, who is gone, whose exposure changed since an earlier answer, and why?

    What begins with --was- is how the earlier answer was asked; the rest was as it is now.
    """
    rule = read_rule(profile, profile_file)
    with asking() as asker:
        wanted = Difference(
            of=of.value,
            person=asker.person(person, identity),
            was_known_at=was_known_at,
            was_onset=was_onset,
            was_sample=was_sample,
            was_profile=was_profile,
            was_min_minutes=was_min_minutes,
            was_from=was_from,
            was_to=was_to,
            from_=since,
            to=until,
            profile=rule,
            min_minutes=min_minutes,
            onset=onset,
            sample=sample,
            generations=generations,
            direction=direction,
            people_max=people_max,
            venue_crowd_max=venue_crowd_max,
            seconds_max=seconds_max,
            as_known_at=as_known_at,
        )
        asker.show(wanted, form, manifest, in_a_sentence)
