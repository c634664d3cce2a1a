"""A question about many cases has the same answer from an index of its own as visit by visit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_worlds import ListReader, is_present, sources_of, stay, worlds

from producers.person import person_text
from streams.tables import VisitRow, VisitTable
from tracer import own_index
from tracer.asking import ask
from tracer.question import Limits
from tracer.questions_of_cases import Outbreak, WhatIf


class TableReader(ListReader):
    """A reader over a list that also gives columns, and counts how often it was asked for anything."""

    tables = reads = 0

    def visits_between(self, since, until, *, rows_max):
        self.tables += 1
        found = [VisitRow(one, 1, False) for one in self.visits if is_present(one, since, until)]
        return None if len(found) > rows_max else VisitTable.of(found)

    def visits_at(self, places):
        self.reads += 1
        return super().visits_at(places)


def answered(wanted, reader, visits_max):
    """The rows, and what is counted of exposures."""
    given = ask(wanted, sources_of(reader, limits=Limits(index_visits_max=visits_max)))
    rows = list(given.rows)
    told = {"exposures", "inferred", "left_out_venue_crowd_max"}
    return rows, {name: count for name, count in given.counts.items() if name in told}


@settings(max_examples=200, deadline=None)
@given(
    worlds(step=300),
    st.sampled_from(["overlap", "cwa", "who-15min", "pccovid-1h", "cdc-24h"]),
    st.tuples(st.integers(0, 9), st.integers(1, 9)),
    st.sampled_from(["forward", "backward"]),
    st.tuples(st.integers(1, 3), st.sampled_from([None, None, 1, 2])),
)
def test_answers_are_the_same_from_an_index_of_its_own(visits, profile, days, direction, limited):
    """Outbreaks and what-ifs, also in a window that cuts stays, under rules that look beyond it."""
    generations, crowd_max = limited
    window = {"from": str(days[0] * 450), "to": str((days[0] + days[1]) * 450), "venue_crowd_max": crowd_max}
    cases = [{"person": person_text(one)} for one in (1, 2)]
    asked = [
        Outbreak(cases=cases, profile=profile, generations=generations, direction=direction, **window),
        WhatIf(cases=cases, profile=profile if profile != "pccovid-1h" else "overlap", **window),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own_index, "CASES_FEW", 1)
        for wanted in asked:
            reader = TableReader(visits)
            assert answered(wanted, reader, 1000) == answered(wanted, ListReader(visits), 1000)
            assert reader.tables == 1


def test_an_index_is_made_for_many_cases_that_fit_it():
    """Not for few, not where the limit of visits says no, and never where there is no room for any."""
    visits = [stay(who, 1, 0, 600) for who in range(1, 31)]
    for many, visits_max, tables, reads in ((20, 30, 1, False), (19, 30, 0, True), (20, 29, 1, True)):
        reader = TableReader(visits)
        cases = [{"person": person_text(one)} for one in range(1, many + 1)]
        rows, _ = answered(Outbreak(cases=cases), reader, visits_max)
        assert len(rows) == 30 - many
        assert (reader.tables, reader.reads > 0) == (tables, reads)
    reader = TableReader(visits)
    answered(Outbreak(cases=[{"person": person_text(one)} for one in range(1, 31)]), reader, 0)
    assert reader.tables == 0
