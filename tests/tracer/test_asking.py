"""What is told of an answer is true of it: counts, watermark, the moment, the limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tracer_worlds import NOW, ListReader, sources_of, stay, worlds

from producers.errors import BadInput
from producers.moment import iso
from producers.person import person_text
from producers.venue import venue_key
from streams.visit import EndKnownBy
from tracer.asking import ask, in_time
from tracer.coverage import Coverage
from tracer.errors import OutOfTime
from tracer.profiles import PROFILES
from tracer.provenance import Counts, Knowledge, in_words
from tracer.question import Limits
from tracer.questions import Chain, Contacts, Pairs, Venues, Visits
from tracer.questions_of_cases import CommonSources, Outbreak, Ranked, WhatIf
from tracer.questions_of_change import Difference

COUNTED = ("exposures", "visits", "inferred", "was_exposures", "was_inferred")
A, B = person_text(1), person_text(2)


class Counting(ListReader):
    """Counts what it hands out, in its own way."""

    def __init__(self, visits):
        super().__init__(visits)
        self.handed_out = 0

    def visits_of(self, *asked):
        found = super().visits_of(*asked)
        self.handed_out += len(found)
        return found

    def visits_at(self, places):
        found = super().visits_at(places)
        self.handed_out += len(found)
        return found

    def visits_by_venue(self, *asked):
        for together in super().visits_by_venue(*asked):
            self.handed_out += len(together)
            yield together


@given(visits=worlds(), name=st.sampled_from(["visits", "contacts", "chain", "pairs", "venues"]))
def test_the_counts_are_those_of_the_answer(visits, name):
    """Rows, and the visits that the store handed out for them."""
    if all(visit.person != 1 for visit in visits):
        return
    wanted = {
        "visits": Visits(person=A),
        "contacts": Contacts(person=A),
        "chain": Chain(person=A),
        "pairs": Pairs(),
        "venues": Venues(people_min=2),
    }[name]
    reader = Counting(visits)
    answer = ask(wanted, sources_of(reader))
    rows = list(answer.rows)
    counts = answer.about()["counts"]
    assert counts["visits_read"] == reader.handed_out
    if name == "venues":
        assert counts["venues_left_out"] == len({visit.venue for visit in visits}) - len(rows)
    else:
        assert counts["visits" if name == "visits" else "exposures"] == len(rows)


@given(
    seen=st.integers(0, 90), guessed=st.integers(0, 90), profile=st.sampled_from(["overlap", "pccovid-1h"])
)
def test_an_exposure_rests_on_an_end_when_it_goes_on_after_what_is_certain(seen, guessed, profile):
    """Until the last scan it is certain, after it it is not; where arrivals are compared no end matters."""
    mine = stay(1, 7, 0, 60)._replace(departed_min=60)
    theirs = stay(2, 7, 0, max(seen, guessed))._replace(departed_min=seen, ended=EndKnownBy.venue_default)
    answer = ask(Contacts(person=A, profile=profile), sources_of(ListReader([mine, theirs])))
    rows = list(answer.rows)
    rests = profile == "overlap" and bool(rows) and min(60, max(seen, guessed)) > seen
    assert answer.about()["counts"]["inferred"] == rests


@given(
    ends=st.lists(st.tuples(*[st.integers(0, 9)] * 3).map(sorted), min_size=2, max_size=4),
    profile=st.sampled_from(["overlap", "cwa", "nhs", "nz"]),
)
def test_an_answer_and_its_rows_count_inferred_ends_alike(ends, profile):
    """Earliest, expected and latest end of each stay, some of them equal: counts sum up the rows."""
    visits = [
        stay(person, 7, 0, 600 * expected)._replace(
            departed_min=600 * earliest, departed_max=600 * latest, ended=EndKnownBy.venue_default
        )
        for person, (earliest, expected, latest) in enumerate(ends, 1)
    ]
    sources = sources_of(ListReader(visits))
    told = {
        name: ask(wanted, sources)
        for name, wanted in (
            ("contacts", Contacts(person=A, profile=profile)),
            ("ranked", Ranked(person=A, profile=profile)),
            ("outbreak", Outbreak(cases=[{"person": A}], profile=profile)),
            ("chain", Chain(person=A, profile=profile, generations=1)),
        )
    }
    rows = {name: list(answer.rows) for name, answer in told.items()}
    inferred = {name: answer.counts["inferred"] for name, answer in told.items()}
    assert inferred["ranked"] == sum(row["inferred"] for row in rows["ranked"])
    assert len(set(inferred.values())) == 1
    unsure = [row for row in rows["contacts"] if row["minutes_min"] != row["minutes_max"]]
    assert inferred["contacts"] == len(unsure)


def test_an_end_after_the_infectious_days_is_no_matter():
    """Of a case that may have stayed on past them a chain counts as contacts do: both are clipped to them."""
    day = 86_400
    visits = [stay(1, 7, 13 * day, 14 * day + 3600)._replace(departed_min=14 * day, departed_max=15 * day)]
    visits += [stay(2, 7, 13 * day, 16 * day)._replace(departed_min=16 * day)]
    sources, asked = sources_of(ListReader(visits)), {"person": A, "profile": "who-15min"}
    for wanted in (Contacts, Ranked, Chain):
        assert ask(wanted(**asked), sources).counts["inferred"] == 1, wanted
        assert ask(wanted(**asked, onset="1970-01-01"), sources).counts["inferred"] == 0, wanted


def test_every_answer_says_how_much_of_it_rests_on_inferred_ends():
    """Exposures, or the stays of cases; of a difference those of both answers; who came, no end."""
    visits = [stay(1, 7, 0, 3600), stay(2, 7, 0, 1800), stay(3, 7, 0, 1200)]
    visits = [one._replace(departed_min=one.departed) for one in visits]
    visits[2] = visits[2]._replace(ended=EndKnownBy.venue_default, departed_min=600)
    sources = sources_of(ListReader(visits), past=lambda before: ListReader(visits[:2]))

    def counts(wanted):
        answer = ask(wanted, sources)
        list(answer.rows)
        told = in_words(answer.told, answer.counts)
        return {name: answer.counts[name] for name in COUNTED if name in answer.counts}, told

    cases = [{"person": A}, {"person": person_text(3)}]
    found, told = counts(WhatIf(cases=cases[:1]))
    assert found == {"exposures": 2, "inferred": 1}
    assert "2 exposures, 1 until an end that no scan told" in told
    found, told = counts(CommonSources(cases=cases))
    assert found == {"visits": 2, "inferred": 1}
    assert "2 visits, 1 until an end that no scan told" in told
    then = str(NOW - 100)
    found, _ = counts(Difference(person=A, was_known_at=then))
    assert found == {"exposures": 2, "inferred": 1, "was_exposures": 1, "was_inferred": 0}
    found, told = counts(Difference(person=A, of="chain", was_known_at=then))
    assert found == {"exposures": 2, "inferred": 1, "was_exposures": 1, "was_inferred": 0}
    reader = ListReader([one._replace(venue=venue_key("chợ")) for one in visits])
    answer = ask(Coverage(expected={"chợ": 3}), sources_of(reader))
    assert (answer.counts["visits"], answer.counts["inferred"]) == (3, 0)


def test_an_answer_tells_what_was_asked_and_when_it_is_whole():
    """Question, window, rule with its source, limits, watermark, what may be forgotten, the reminder."""
    known = Knowledge(NOW, NOW - 60, NOW - 28 * 86_400)
    sources = sources_of(ListReader([stay(1, 7, 0, 60)]), known=known, limits=Limits(people_max=9))
    told = ask(Chain(person=A, from_="1970-01-01", profile="who-15min", onset="1970-01-02"), sources).about()
    rule = PROFILES["who-15min"]
    assert told["question"]["name"] == "chain"
    assert told["question"]["infectious"] == {"from": None, "to": "1970-01-16T00:00:00Z"}
    assert told["window"] == {"from": None, "to": None}
    assert (told["profile"]["version"], told["profile"]["source"]) == (rule.version, rule.source)
    assert (told["limits"]["generations_max"], told["limits"]["people_max"]) == (3, 9)
    assert (told["watermark"], told["made"]) == (iso(NOW - 60), iso(NOW))
    assert told["kept_since"] == iso(NOW - 28 * 86_400)
    assert (told["as_known_at"], told["version"]) == (None, "1.2.3")
    assert "distance" in told["caveat"]


def test_the_past_is_whole_until_it_or_until_the_watermark():
    """Whichever is earlier; a moment to come is refused, and so is one that is none."""
    reader = ListReader([stay(1, 7, 0, 60)])
    for moment, whole in ((NOW - 100, NOW - 100), (NOW - 10, NOW - 60)):
        sources = sources_of(reader, past=lambda before: reader)
        told = ask(Visits(person=A, as_known_at=str(moment)), sources).about()
        assert (told["as_known_at"], told["watermark"]) == (iso(moment), iso(whole))
    sources = sources_of(reader, past=lambda before: reader, known=Knowledge(NOW, None, None))
    told = ask(Visits(person=A, as_known_at=str(NOW)), sources).about()
    assert told["watermark"] is None
    with pytest.raises(BadInput, match="still to come"):
        ask(Visits(person=A, as_known_at=str(NOW + 1)), sources)
    with pytest.raises(BadInput, match="not a time"):
        ask(Visits(person=A, as_known_at="yesterday"), sources)


@pytest.mark.parametrize("question", [Pairs, Venues])
def test_everyone_is_not_asked_about_as_of_the_past(question):
    """It would read a nation's scans anew: said before anything is read."""
    with pytest.raises(BadInput, match="leave as_known_at out"):
        question(as_known_at=str(NOW - 100)).check()


def test_a_person_at_a_terminal_is_told_in_a_line():
    """One or many, with and without inferred ends, with and without a rule and a watermark."""
    visits = [stay(1, 7, 0, 60), stay(2, 7, 0, 60), stay(3, 7, 0, 50)._replace(departed_min=50)]
    answer = ask(Contacts(person=A, min_minutes=0.5), sources_of(ListReader(visits)))
    assert in_words(answer.told, answer.counts) == (
        "2 exposures, 2 until an end that no scan told, from 4 visits read; rule overlap version 1 with 0.5 "
        f"minutes or more; whole for all received before {iso(NOW - 60)}."
    )
    certain = [one._replace(departed_min=one.departed) for one in visits[:1]]
    dark = sources_of(ListReader(certain), known=Knowledge(NOW, None, None))
    answer = ask(Visits(person=A), dark)
    assert in_words(answer.told, answer.counts) == (
        "1 visit, from 1 visit read; until when it is whole is not known, as the broker cannot be asked."
    )


def test_the_time_is_over_once():
    """The next read after it, of the names of venues, is let through; who watches is told of both."""
    seen, now = [], [100.0]
    go_on = in_time(lambda counts: seen.append(counts["visits_read"]), 5, lambda: now[0])
    go_on(Counts(visits_read=1))
    now[0] = 105.5
    with pytest.raises(OutOfTime, match="seconds_max of 5"):
        go_on(Counts(visits_read=3))
    go_on(Counts(visits_read=5))
    assert seen == [1, 3, 5]
    assert in_time(go_on, None, lambda: now[0]) is go_on
