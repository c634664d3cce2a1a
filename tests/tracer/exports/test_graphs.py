"""GraphML and GEXF: networkx finds the people, the exposures, and every name as it was."""

import re
from xml.etree import ElementTree

import networkx as nx
import pytest
from answers_made import HALF, NAMES, NINE, chain, contacts, pairs, written
from hypothesis import given
from hypothesis import strategies as st

from producers.moment import iso
from producers.person import person_text
from tracer.exports.xml_text import attribute, content

HOSTILE = [*NAMES, HALF]
READ = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}


def unescaped(text: str) -> str:
    """What docs/exports.md says of _xHHHH_."""
    return re.sub(r"_x([0-9A-F]{4,})_", lambda found: chr(int(found[1], 16)), text)


def edges_of(graph):
    """(source, target, facts) of each edge, the names unescaped, in the order of their start."""
    found = [
        (source, target, facts | {"venue": unescaped(facts["venue"])})
        for source, target, facts in graph.edges(data=True)
    ]
    return sorted(found, key=lambda edge: edge[2]["start"])


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_a_chain_is_a_directed_graph(tmp_path, form):
    """Generations on the people, the case 0; venue, start and end on the edges."""
    graph = READ[form](written(chain(HOSTILE), form, tmp_path))
    assert graph.is_directed()
    assert len(graph) == len(HOSTILE) + 1
    assert graph.nodes[person_text(1)]["generation"] == 0
    assert graph.nodes[person_text(3)]["generation"] == 2
    assert graph.nodes[person_text(3)]["exposed_at"] == iso(NINE + 2000)
    for one, (source, target, facts) in enumerate(edges_of(graph), 1):
        assert (source, target) == (person_text(one), person_text(one + 1))
        assert facts["venue"] == HOSTILE[one - 1]
        assert (facts["start"], facts["end"]) == (iso(NINE + 1000 * one), iso(NINE + 1000 * one + 900))
        assert facts["generation"] == one


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_a_backward_chain_points_at_the_case(tmp_path, form):
    """The arrow goes from who may have exposed to who was."""
    graph = READ[form](written(chain(["x"], "backward"), form, tmp_path))
    assert [*graph.edges()] == [(person_text(2), person_text(1))]
    assert graph.nodes[person_text(1)]["generation"] == 0


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_contacts_that_met_often_have_an_edge_each_time(tmp_path, form):
    """Parallel edges stay apart, and the people are there once."""
    graph = READ[form](written(contacts(NAMES), form, tmp_path))
    assert sorted(graph) == [person_text(1), person_text(2), person_text(3)]
    assert [facts["venue"] for _, _, facts in edges_of(graph)] == NAMES
    assert {source for source, _ in graph.edges()} == {person_text(1)}


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_pairs_are_an_undirected_graph(tmp_path, form):
    """Either may have exposed the other."""
    graph = READ[form](written(pairs(["a", "b"]), form, tmp_path))
    assert not graph.is_directed()
    assert len(graph) == 3
    assert len(READ[form](written(pairs([]), form, tmp_path))) == 0


@given(st.text(st.characters()))
def test_every_text_survives_xml(text):
    """In an element and in an attribute: control characters, half characters, what looks escaped."""
    element = ElementTree.fromstring(f"<a b={attribute(text)}>{content(text)}</a>")
    assert unescaped(element.attrib["b"]) == text
    assert unescaped(element.text or "") == text
