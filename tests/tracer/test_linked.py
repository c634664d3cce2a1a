"""Several documents that an operator linked are one person in every answer, whichever is asked about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tracer_worlds import ListReader, sources_of, stay, worlds

from producers.person import person_text
from storage.linked_reader import LinkedReader, whole
from storage.links import Links
from streams.visit import Visit
from tracer.asking import ask
from tracer.questions import Chain, Contacts, Outbreak, Pairs, Path, Ranked, Visits
from tracer.questions_of_cases import CommonSources, WhatIf
from tracer.wanted import Wanted

PEOPLE = range(1, 6)
SAME = st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), max_size=3)


def questions(one: str, other: str) -> list[Wanted]:
    """Each that names somebody, or everybody."""
    both = ({"person": one}, {"person": other})
    return [
        *(Visits(person=one), Contacts(person=one), Ranked(person=one), Pairs()),
        *(Chain(person=one), Chain(person=one, direction="backward"), Path(person=one, other=other)),
        *(Outbreak(cases=both), WhatIf(cases=both), CommonSources(cases=both)),
    ]


def answered(wanted: Wanted, reader: ListReader | LinkedReader) -> list[str]:
    """Its rows in an order of their own, or what is wrong with it."""
    try:
        return sorted(map(str, ask(wanted, sources_of(reader)).rows))
    except Exception as error:
        return [str(error)]


@given(worlds(), SAME, st.sampled_from(PEOPLE), st.sampled_from(PEOPLE))
def test_an_answer_is_that_of_a_world_in_which_they_had_one_document(
    visits: list[Visit], same_as: dict[int, int], one: int, other: int
) -> None:
    """The oracle is a world where everyone's stays were written down under one name."""
    links = Links(same_as)
    reader, world = LinkedReader(ListReader(visits), links), ListReader(whole(visits, links))
    persons = [person_text(links.who(person)) for person in (one, other)]
    for asked, told in zip(questions(person_text(one), person_text(other)), questions(*persons), strict=True):
        assert answered(asked, reader) == answered(told, world), asked


def test_nobody_meets_themself() -> None:
    """Both cards were shown at one door: alone they are two people together, linked they are one alone."""
    visits = [stay(1, 7, 0, 60), stay(2, 7, 10, 90)]
    reader = LinkedReader(ListReader(visits), Links({1: 2}))
    assert list(ask(Contacts(person=person_text(1)), sources_of(reader)).rows) == []
    assert len(list(ask(Contacts(person=person_text(1)), sources_of(ListReader(visits))).rows)) == 1


@pytest.mark.parametrize("asked", [1, 2])
def test_the_answer_says_whose_documents_it_is_about(asked: int) -> None:
    """The person, with all their documents; nobody else."""
    visits = [stay(1, 7, 0, 60), stay(2, 8, 10, 90), stay(3, 8, 10, 90)]
    reader = LinkedReader(ListReader(visits), Links({1: 2}))
    about = ask(Contacts(person=person_text(asked)), sources_of(reader)).about()
    assert about["linked"] == {person_text(2): [person_text(1), person_text(2)]}
    assert "linked" not in ask(Contacts(person=person_text(3)), sources_of(reader)).about()
