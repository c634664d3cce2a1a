"""Answers about many exposures, or many cases, as rows: rankings, links, common sources, thresholds."""

from collections.abc import Iterable, Iterator

from producers.moment import iso
from producers.person import person_text
from storage.ports import VisitReader
from tracer.answer import Row, minutes, with_venue
from tracer.dose import Measure
from tracer.outbreak import Outbreak
from tracer.profile import Profile
from tracer.ranking import Pair, Ranked
from tracer.sources import Source
from tracer.what_if import Threshold


def ranked_rows(ranked: Iterable[Ranked], measure: Measure) -> Iterator[Row]:
    """One row per person, in the order given."""
    return ({"person": person_text(one.person), **_totals(one, measure)} for one in ranked)


def outbreak_rows(found: Outbreak, measure: Measure) -> Iterator[Row]:
    """One row per person reached, the highest dose first."""
    for generation, one in found.reached:
        yield {
            "person": person_text(one.person),
            "generation": generation,
            "from_person": person_text(one.from_person),
            "met": one.met,
            **_totals(one, measure),
            "dose_max": round(one.dose_max, 2) if measure.has_duration else None,
        }


def link_rows(found: Outbreak, cases: set[int], measure: Measure) -> Iterator[Row]:
    """One row for each two people, by the first exposure: who may have passed it on to whom."""
    for link in found.links:
        near, far = person_text(link.near), person_text(link.far)
        giver, taker = (near, far) if measure.direction == "forward" else (far, near)
        yield {
            "from_person": giver,
            "person": taker,
            "to_case": int(link.far in cases if measure.direction == "forward" else link.near in cases),
            **_totals(link, measure),
        }


def source_rows(reader: VisitReader, found: Iterable[Source]) -> Iterator[Row]:
    """One row per place and hour, the least p first."""
    for one, venue in with_venue(reader, found, lambda one: one.venue):
        yield {
            "venue": venue,
            "hour": iso(one.hour),
            "cases": one.cases,
            "of": one.asked,
            "people": one.people,
            "expected": float(f"{one.expected:.3g}"),
            "p": float(f"{one.p:.3g}"),
            "q": float(f"{one.q:.3g}"),
        }


def threshold_rows(found: Iterable[Threshold]) -> Iterator[Row]:
    """One row per least common time."""
    return (dict(one._asdict()) for one in found)


def _totals(one: Ranked | Pair, measure: Measure) -> Row:
    """The columns `answer.TOTALS`. Without durations there is no dose and no risk."""
    dose = dose_day = risk = None
    if measure.has_duration:
        day = one.dose_day if isinstance(one, Ranked) else max(one.doses.values(), default=0.0)
        dose, dose_day = round(one.dose, 2), round(day, 2)
        risk = _risk(day, measure.profile)
    return {
        "exposures": one.exposures,
        "inferred": one.inferred,
        "places": one.places if isinstance(one, Ranked) else len(one.venues),
        "minutes": minutes(one.seconds),
        "minutes_min": minutes(one.seconds_min),
        "minutes_max": minutes(one.seconds_max),
        "dose": dose,
        "dose_day": dose_day,
        "risk": risk,
        "first": iso(one.first),
        "last": iso(one.last),
    }


def _risk(dose_day: float, profile: Profile) -> str | None:
    """high, low, or none; null where the profile does not grade."""
    if profile.dose_high is None:
        return None
    if dose_day >= profile.dose_high:
        return "high"
    return "low" if dose_day > 0 else "none"
