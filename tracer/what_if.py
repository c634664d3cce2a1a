"""How many people an order would name at each least common time, before it goes out."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from producers.errors import BadInput
from tracer.colocation import CoLocation
from tracer.company import Company
from tracer.dose import Exposure, Measure
from tracer.outbreak import Case, measure_of
from tracer.question import Window
from tracer.summed import reaching


class Threshold(NamedTuple):
    """What remains at one least common time."""

    minutes: float
    people: int
    people_min: int
    """Those who certainly shared so long, where an end was inferred."""
    people_max: int
    """Those who may have."""
    exposures: int


class Compared(NamedTuple):
    """What remains at each least common time, in order, and what all of it rests on."""

    thresholds: list[Threshold]
    exposures: int
    """Of any length, of people who are no cases."""
    inferred: int
    """Of these, how many rest on an end that no scan told."""


def what_if(company: Company, cases: Iterable[Case], minutes: Iterable[float]) -> Compared:
    """Direct contacts of all these cases (who are none themselves) at each least common time.

    company: with no minimum of its own. Raises BadInput under a rule without durations.
    """
    by_person = {case.person: case for case in cases}
    if company.profile.rule != "overlap":
        raise BadInput(
            f"what-if compares minutes, and under profile {company.profile.name} an exposure has none: "
            "take another profile."
        )
    spans = {person: case.span for person, case in by_person.items()}
    measure: Measure = measure_of(company, by_person.values())
    asked = replace(company, min_seconds=0, own=spans)
    # Unsummed: each threshold sums anew.
    exposures = [measure.exposure(one) for one in asked.every(spans) if one.theirs.person not in by_person]
    thresholds = [_threshold(exposures, spans, company, each) for each in sorted(set(minutes))]
    return Compared(thresholds, len(exposures), sum(one.rests_on_inferred_end for one in exposures))


def _threshold(
    exposures: list[Exposure], spans: dict[int, Window], company: Company, minutes: float
) -> Threshold:
    seconds = round(minutes * 60)
    expected = _reach([one.met for one in exposures], spans, company, seconds)
    least = _reach([_lasting(one, one.least) for one in exposures], spans, company, seconds)
    most = _reach([_lasting(one, one.most) for one in exposures], spans, company, seconds)
    return Threshold(minutes, _people(expected), _people(least), _people(most), len(expected))


def _reach(
    met: list[CoLocation], spans: dict[int, Window], company: Company, seconds: int
) -> list[CoLocation]:
    lasting = [one for one in met if one.end > one.start]
    if company.profile.minutes_summed_hours:
        return list(reaching(lasting, spans, seconds, company.profile.minutes_summed_hours * 3600))
    return [one for one in lasting if one.end - one.start >= seconds]


def _lasting(exposure: Exposure, span: Window) -> CoLocation:
    return exposure.met._replace(start=span.since, end=span.until)


def _people(met: Iterable[CoLocation]) -> int:
    return len({one.theirs.person for one in met})
