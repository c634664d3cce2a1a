"""Two answers, and what lies between them: applied to the earlier one, the changes give the later one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tracer_worlds import NOW, ListReader, sources_of, stay, worlds

from producers.errors import BadInput
from producers.person import person_text
from streams.visit import EndKnownBy
from tracer.asking import ask
from tracer.errors import UnknownPerson
from tracer.questions import Chain, Contacts
from tracer.questions_of_change import COLUMNS, Difference

DAY = 86_400
THEN = str(NOW - 10)
CASE = person_text(1)


def answer_to(wanted, earlier, later):
    """The rows, where `earlier` is what was known at THEN."""
    readers = {int(THEN): ListReader(earlier)}
    return list(ask(wanted, sources_of(ListReader(later), past=readers.__getitem__)).rows)


def entries(rows, before=""):
    """(person, generation, venue, start, end) of an answer's rows, or of one side of a difference's."""
    names = ("generation", "venue", "start", "end")
    return sorted(
        (row["person"], *(row[before + name] for name in names))
        for row in rows
        if row[f"{before}venue"] is not None
    )


def of_chain(rows):
    return sorted((row["person"], row["generation"], row["venue"], row["start"], row["end"]) for row in rows)


def known(visits, person=1):
    return any(visit.person == person for visit in visits)


@given(
    earlier=worlds(step=600),
    later=worlds(step=600),
    minutes=st.sampled_from([None, 10, 20]),
    direction=st.sampled_from(["forward", "backward"]),
)
def test_the_changes_lead_from_the_earlier_chain_to_the_later(earlier, later, minutes, direction):
    """Whatever became known, and whichever way is asked; each change has its kind and a reason."""
    if not known(later):
        return
    asked = {"person": CASE, "min_minutes": minutes, "direction": direction}
    now = of_chain(answer_to(Chain(**asked), [], later))
    then = answer_to(Chain(**asked, as_known_at=THEN), earlier, []) if known(earlier) else []
    changes = answer_to(Difference(**asked, of="chain", was_known_at=THEN), earlier, later)
    left = [one for one in of_chain(then) if one not in entries(changes, "was_")]
    assert sorted(left + entries(changes)) == now
    were, are = {row["person"] for row in then}, {one[0] for one in now}
    for row in changes:
        person = row["person"]
        assert row["change"] == ("changed" if person in were & are else "new" if person in are else "gone")
        assert row["why"]
        assert tuple(row) == COLUMNS


@given(visits=worlds(step=600), minutes=st.integers(0, 40), was_minutes=st.integers(0, 40))
def test_contacts_differ_as_their_minimum_does(visits, minutes, was_minutes):
    """The persons who come and go are those of the two answers; the reason is the rule."""
    if not known(visits):
        return
    asked = {"person": CASE, "min_minutes": minutes}
    now, then = (
        {row["person"] for row in answer_to(Contacts(person=CASE, min_minutes=least), [], visits)}
        for least in (minutes, was_minutes)
    )
    changes = answer_to(Difference(**asked, was_min_minutes=was_minutes), [], visits)
    assert {row["person"] for row in changes if row["change"] == "new"} == now - then
    assert {row["person"] for row in changes if row["change"] == "gone"} == then - now
    assert all("no exposure under overlap version 1 with" in row["why"] for row in changes)


@given(visits=worlds(step=600))
def test_the_same_answer_twice_has_no_difference(visits):
    """Neither where nothing came nor where what came changes nothing."""
    if known(visits):
        assert answer_to(Difference(person=CASE, was_known_at=THEN), visits, visits) == []
        assert answer_to(Difference(person=CASE, of="chain", was_min_minutes=0), [], visits) == []


A_STAY, B_STAY = stay(1, 7, 0, 3600), stay(2, 7, 1200, 2400)


def why(earlier, later, **asked):
    """The one change and its reason."""
    (row,) = answer_to(Difference(person=CASE, **{"was_known_at": THEN} | asked), earlier, later)
    return row["change"], row["why"]


def test_a_reason_names_what_was_not_known():
    """A stay of the other person, or of the case itself; the other way round when it is taken back."""
    both = [A_STAY, B_STAY]
    other, mine = (f"the stay of {person_text(person)}" for person in (2, 1))
    assert why([A_STAY], both) == ("new", f"{other} was not known")
    assert why([B_STAY], both) == ("new", f"{mine} was not known")
    assert why(both, [A_STAY]) == ("gone", f"{other} is not known")


def test_a_reason_names_an_end_or_an_arrival_that_was_told_otherwise():
    """A check-out that came late, an earlier check-in that came late."""
    guessed = A_STAY._replace(departed=1300, ended=EndKnownBy.venue_default)
    kind, reason = why([guessed, B_STAY], [A_STAY, B_STAY])
    assert kind == "changed"
    assert reason == (
        f"the stay of {CASE} was told to end at 1970-01-01T00:21:40Z (venue_default), "
        "not at 1970-01-01T01:00:00Z (checkout)"
    )
    rows = answer_to(
        Difference(person=CASE, was_known_at=THEN), [A_STAY, B_STAY._replace(arrived=1500)], [A_STAY, B_STAY]
    )
    assert [row["change"] for row in rows] == ["changed", "changed"]
    assert "was told to begin at 1970-01-01T00:25:00Z, not at 1970-01-01T00:20:00Z" in rows[0]["why"]


def test_a_reason_names_the_rule_and_the_days():
    """Another profile, another onset, another window."""
    both = [A_STAY, B_STAY]
    kind, reason = why(both, both, was_known_at=None, profile="pccovid-1h", was_profile="overlap")
    span = "from 1970-01-01T00:20:00Z until 1970-01-01T00:40:00Z"
    assert (kind, reason) == ("changed", f"it was {span} under overlap version 1, in that window")
    least = why(both, both, was_known_at=None, min_minutes=30, was_profile="overlap", was_min_minutes=0)
    assert least == ("gone", "it is no exposure under overlap version 1 with 30 minutes or more")
    days = {"profile": "who-15min", "onset": "1970-01-02", "was_onset": "1970-02-01", "was_known_at": None}
    kind, reason = why(both, both, **days)
    assert (kind, reason) == (
        "new",
        "it was outside the window from 1970-01-30T00:00:00Z until 1970-02-15T00:00:00Z",
    )
    assert why(both, both, was_known_at=None, was_from="1970-01-02") == (
        "new",
        "it was outside the window from 1970-01-02T00:00:00Z",
    )


@pytest.mark.parametrize(("before", "when"), [(600, "too short within"), (0, "after")])
def test_a_reason_names_the_infectious_days_of_a_chain(before, when):
    """A sample a day earlier: of 40 minutes, 10 or none lie in the case's days, and 15 are asked."""
    ends = 12 * DAY
    both = [stay(who, 7, ends - before, ends + 1800) for who in (1, 2)]
    days = {"profile": "who-15min", "sample": "1970-01-03", "was_sample": "1970-01-02", "was_known_at": None}
    assert why(both, both, of="chain", **days) == (
        "new",
        f"it was {when} the case's infectious days, until 1970-01-13T00:00:00Z",
    )


def test_a_reason_names_the_person_from_whom_it_came():
    """Someone two steps away is new because the one between was not reached."""
    chain = [stay(1, 7, 0, 60), stay(2, 7, 0, 60), stay(2, 8, 600, 900), stay(3, 8, 600, 900)]
    earlier = [chain[0], *chain[2:]]
    rows = answer_to(Difference(person=CASE, of="chain", was_known_at=THEN), earlier, chain)
    assert [(row["person"], row["change"]) for row in rows] == [
        (person_text(2), "new"),
        (person_text(3), "new"),
    ]
    assert rows[1]["why"] == f"{person_text(2)}, from whom it comes, was not reached"


def test_a_case_that_nobody_knew_then_had_no_contacts():
    """Everyone is new; a case that nobody knows now is an error."""
    both = [A_STAY, B_STAY]
    assert why([], both)[0] == "new"
    with pytest.raises(UnknownPerson):
        why(both, [])


def test_a_difference_needs_two_answers():
    """And both of them must be such as can be asked."""
    for more, sentence in (
        ({}, "between two answers"),
        ({"was_onset": "1970-01-02"}, "nothing of infectious days"),
        ({"was_known_at": "2100-01-01"}, "still to come"),
        ({"was_profile": "nobody"}, "not a profile"),
        ({"was_known_at": THEN, "generations": 2, "direction": "backward"}, "have no generations, direction"),
        ({"was_known_at": THEN, "people_max": 2}, "have no people_max"),
    ):
        with pytest.raises(BadInput, match=sentence):
            answer_to(Difference(person=CASE, **more), [], [A_STAY])
