"""An outbreak from an index of columns: everyone reached from many cases, and how much, in one go."""

from collections.abc import Mapping
from math import ceil
from typing import NamedTuple

from tracer.company import Company
from tracer.dose import Measure
from tracer.errors import AnswerTooLarge
from tracer.frontier import Rule
from tracer.indexed import Access, access_of
from tracer.indexed_ranking import Totals
from tracer.indexed_spread import Passing, met_by, spread
from tracer.limits import outbreak_over
from tracer.meetings import chosen
from tracer.question import Window
from tracer.ranking import Ranked


class Summed(NamedTuple):
    """Everyone reached, the highest dose first, in how many exposures, and what it rests on."""

    reached: list[tuple[int, Ranked]]
    met: int
    inferred: int
    too_short: int


def access_for(company: Company, measure: Measure) -> Access | None:
    """The reader's index, where columns can be summed for this question; or else None."""
    if company.venue_crowd_max is not None or not (measure.is_plain or not measure.has_duration):
        return None
    return access_of(company.reader, company.profile)


def summed(
    access: Access,
    company: Company,
    measure: Measure,
    spans: Mapping[int, Window],
    *,
    generations_max: int,
    people_max: int,
) -> Summed:
    """What `tracer.outbreak.outbreak` tells of these cases without its links. Raises AnswerTooLarge."""
    profile, window = company.profile, company.window
    gap = max(1 if profile.strict else 0, ceil(profile.latent_hours * 3600))
    passing = Passing(
        access, window, Rule.of(profile, window, 0), company.min_seconds, company.direction, gap
    )
    found = spread(passing, passing.cases(spans), generations_max, people_max)
    offset = round(profile.utc_offset_hours * 3600)
    totals = Totals(access.index, window, measure.has_duration, offset, found.cases.person)
    too_short = 0
    for spreaders in (found.cases, found.others):
        for met in met_by(passing, spreaders):
            long = met.end - met.start >= passing.min_seconds
            too_short += len(long) - int(long.sum())
            totals.add(chosen(met, long), spreaders)
            if len(totals.person) > people_max:
                raise AnswerTooLarge(outbreak_over("people_max"))
    generation = dict(
        zip(
            access.index.people.key[totals.person].tolist(),
            found.generation[totals.person].tolist(),
            strict=True,
        )
    )
    reached = [(generation[one.person] or generations_max, one) for one in totals.ranked()]
    return Summed(reached, totals.met, totals.inferred, too_short)
