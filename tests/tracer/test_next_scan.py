"""Under `nhs` a stay whose end nobody knows lasts until midnight, or until the next check-in if one comes."""

from dataclasses import replace

import pytest
from test_difference import THEN, answer_to
from tracer_worlds import ListReader, sources_of

from producers.person import person_text
from producers.venue import Venue
from streams.sessions import Rules, assemble
from streams.timeline import Direction, Scan
from tracer import next_scan, trace
from tracer.asking import ask
from tracer.dose import Measure
from tracer.profiles import OVERLAP, PROFILES
from tracer.question import ALWAYS
from tracer.questions_of_cases import Ranked
from tracer.questions_of_change import Difference

HOUR, DAY = 3600, 20 * 86_400
NHS = PROFILES["nhs"]
VENUES = {key: Venue(key, f"v{key}") for key in (7, 8)}


def seen(person, *places):
    """The visits of a person who checks in at (hour, venue), or stays there until a third hour."""
    scans = []
    for number, (hour, venue, *until) in enumerate(places):
        at = DAY + round(hour * HOUR)
        scans.append(Scan(at, at, Direction.into, venue, 10 * number))
        scans += [
            Scan(at, DAY + round(end * HOUR), Direction.closing, venue, 10 * number + 1) for end in until
        ]
    return list(assemble(person, sorted(scans), rules=Rules(), venues=VENUES).values())


CASE = seen(1, (20, 7, 21))


@pytest.mark.parametrize(
    ("places", "until"),
    [
        ([(9, 7)], 21),
        ([(9, 7), (12, 8)], None),
        ([(9, 7), (14, 8)], None),
        ([(9, 7), (20.1, 8)], 20.25),
        ([(9, 7), (14, 7, 15)], None),
        ([(9, 7), (14, 7)], 21),
        ([(9, 7), (24, 8)], 21),
        ([(-1, 8), (9, 7)], 21),
    ],
)
@pytest.mark.parametrize("per_read", [1, 1000])
def test_who_was_scanned_elsewhere_has_left(places, until, per_read, monkeypatch):
    """The hours are those of the contact's check-ins, and until when they share the case's 20 to 21."""
    monkeypatch.setattr(next_scan, "PEOPLE_PER_READ", per_read)
    reader = ListReader(CASE + seen(2, *places) + seen(3, *places))
    expected = [] if until is None else [(who, DAY + round(until * HOUR)) for who in (2, 3)]
    found = trace.contacts(reader, 1, ALWAYS, NHS, 0)
    assert [(met.theirs.person, met.end) for met in found] == expected
    for exposed in (2, 3):
        backward = trace.chain(reader, exposed, ALWAYS, NHS, 0, direction="backward", generations_max=1)
        assert (1 in [link.person for link in backward.links]) == (until is not None)


def test_the_bounds_of_a_dose_end_there_too():
    """Nobody may have shared what lay after their next check-in; the least is what scans prove."""
    reader = ListReader(CASE + seen(2, (9, 7), (20.1, 8)))
    (met,) = trace.contacts(reader, 1, ALWAYS, NHS, 0)
    exposure = Measure(NHS, ALWAYS).exposure(met)
    assert (exposure.most.until, exposure.least.until - exposure.least.since) == (met.end, 0)
    (row,) = ask(Ranked(person=person_text(1), profile=NHS), sources_of(reader)).rows
    assert (row["minutes_min"], row["minutes"], row["minutes_max"]) == (0, 15, 15)


def test_a_rule_of_its_own_days_and_other_rules():
    """In Vietnam the day is over at 17:00 UTC; `overlap` takes every stay as it is stored."""
    visits = seen(1, (16, 7, 18)) + seen(2, (9, 7), (16.5, 8))
    (met,) = trace.contacts(ListReader(visits), 1, ALWAYS, replace(NHS, utc_offset_hours=7), 0)
    assert met.end == DAY + 16.5 * HOUR
    assert next_scan.ended_by_next(ListReader([]), visits, OVERLAP) is visits


def test_a_difference_says_that_the_person_was_scanned_elsewhere():
    """The check-in at 14:00 came in late: it ends the stay, which is told so."""
    (row,) = answer_to(
        Difference(person=person_text(1), profile=NHS, was_known_at=THEN),
        CASE + seen(2, (9, 7)),
        CASE + seen(2, (9, 7), (14, 8)),
    )
    assert row["change"] == "gone"
    assert row["why"] == (
        f"the stay of {person_text(2)} is told to end at 1970-01-21T14:00:00Z (next_scan), "
        "not at 1970-01-21T10:00:00Z (cap)"
    )
