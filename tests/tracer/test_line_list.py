"""A list of contacts from elsewhere is read row by row and searched as the brute force would."""

import json
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lists_asked import asked, written
from tracer_oracles import best_walks

from producers.errors import BadInput
from producers.row import Refused
from tracer.answer import COLUMNS
from tracer.chain import Edge
from tracer.errors import AnswerTooLarge
from tracer.line_list import LineList, ListColumns, Listed, chain_of_list, list_rows, read_list
from tracer.question import Window

VECTORS = Path(__file__).parents[2] / ".." / "shared" / "vectors" / "contact_chains.json"
COLUMNS_OF_FILE = ListColumns("from", "to", "at", "until", "place")


def chain_asked(person: str, file: Path, *words: object) -> list[dict]:
    """The rows of a chain over a list."""
    columns = ("--contacts", file, "--from", "from", "--to", "to", "--at", "at")
    rows, code, _ = asked("chain", person, *columns, *words)
    assert code == 0
    return rows


def rows_of(*texts: str, header: str = "from,to,at,until,place"):
    """Numbered rows, as a file would give them."""
    names = header.split(",")
    return [(line, dict(zip(names, text.split(","), strict=True))) for line, text in enumerate(texts, 2)]


def test_contact_chains_of_epicontacttrace(tmp_path):
    """Its twelve published cases, asked on the command line: directed, the same day allowed."""
    if not VECTORS.exists():
        pytest.skip("shared/vectors is not beside this checkout")
    for case in json.loads(VECTORS.read_text("utf-8"))["cases"]:
        file = written(tmp_path, case["movements"])
        ingoing = case["chain"] == "ingoing"
        first, last = (
            case["args"][name][0] for name in (("inBegin", "inEnd") if ingoing else ("outBegin", "outEnd"))
        )
        found = chain_asked(
            *(str(case["args"]["root"][0]), file, "--directed", "--same-instant", "--generations", 100),
            *("--since", first, "--before", date.fromisoformat(last) + timedelta(days=1)),
            *("--direction", "backward" if ingoing else "forward"),
        )
        assert len(found) == case["expected"], case["test"]


def test_the_rows_are_those_of_a_chain(tmp_path):
    """The columns of `chain`, ids as in the file, both ways unless --directed."""
    file = written(tmp_path, [["Bình", "An", "2021-12-01T08:00:00+07:00"], ["Bình", "Chi", "2021-12-02"]])
    first, second = chain_asked("An", file)
    assert tuple(first) == COLUMNS["chain"]
    assert first == dict.fromkeys(COLUMNS["chain"]) | {
        "person": "Bình",
        "generation": 1,
        "generation_min": 1,
        "exposed_at": "2021-12-01T01:00:00Z",
        "from_person": "An",
        "venue": "",
        "start": "2021-12-01T01:00:00Z",
        "end": "2021-12-01T01:00:00Z",
    }
    assert (second["person"], second["generation"]) == ("Chi", 2)
    assert chain_asked("An", file, "--directed") == []


def test_a_contact_that_lasts_counts_from_its_start(tmp_path):
    """B meets C from 5 to 50 and is exposed at 10: too late for C, whose contact started before."""
    file = written(
        tmp_path,
        [["A", "B", 10, 20, "x"], ["B", "C", 5, 50, "y"], ["B", "D", 11, 12, ""]],
        "from,to,at,until,place",
    )
    found = chain_asked("A", file, "--until", "until", "--venue", "place")
    assert [(row["person"], row["venue"], row["start"], row["end"]) for row in found] == [
        ("B", "x", 10, 20),
        ("D", "", 11, 12),
    ]


def test_a_path_is_shown_step_by_step(tmp_path):
    """--path gives the contacts that lead to a person, and none where nothing leads there."""
    file = written(tmp_path, [["A", "B", 1], ["B", "C", 2], ["D", "E", 3]])
    path = chain_asked("A", file, "--path", "C")
    assert [(row["from_person"], row["person"], row["start"]) for row in path] == [
        ("A", "B", 1),
        ("B", "C", 2),
    ]
    assert tuple(path[0]) == COLUMNS["path"]
    assert chain_asked("A", file, "--path", "E") == []


def test_a_bad_row_costs_no_other_and_is_told(tmp_path):
    """Rows that cannot be used are named by line, and the exit code says the answer rests on a part."""
    file = written(tmp_path, [["A", "B", "2021-12-01"], ["A", "", "2021-12-01"], ["A", "C", "soon"]])
    rows, code, said = asked("chain", "A", "--contacts", file, "--from", "from", "--to", "to", "--at", "at")
    assert [row["person"] for row in rows] == ["B"]
    assert code == 1
    assert "line 3: The column 'to' is empty" in said
    assert "line 4: 'soon' is not a time" in said
    assert "2 rows" in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("A --at at", "--contacts"),
        ("A --contacts FILE --from from", "--at"),
        ("Z --contacts FILE --from from --to to --at at", "'Z' is in no contact"),
        ("A --contacts FILE --from from --to to --at when", "no column 'when'"),
        ("A --contacts FILE --from from --to to --at at --min-minutes 5", "visits"),
        ("A --contacts FILE --from from --to to --at at --since 9 --before 3", "empty"),
        ("A --contacts FILE --from from --to to --at at --since 2021-12-01", "whole numbers"),
    ],
)
def test_a_question_that_cannot_be_used_is_refused(tmp_path, words, sentence):
    """Each with a sentence that names what is wrong."""
    file = written(tmp_path, [["A", "B", 1]])
    with pytest.raises(BadInput, match=sentence):
        asked("chain", *words.replace("FILE", str(file)).split())


def test_times_are_told_as_the_list_tells_them():
    """Small whole numbers stay numbers, epoch seconds and dates become ISO 8601; neither is mixed up."""
    plain = read_list(rows_of("A,B,-3,,", "A,B,14849.0,14850,"), COLUMNS_OF_FILE)
    assert plain.counted
    assert [edge.at for edge in plain.contacts] == [-3, 14849]
    assert plain.told(14849) == 14849
    seconds = read_list(rows_of("A,B,1638316800.5,,", "A,B,2021-12-02,,", "A,B,50,,"), COLUMNS_OF_FILE)
    assert not seconds.counted
    assert [seconds.told(edge.at) for edge in seconds.contacts] == [
        "2021-12-01T00:00:00Z",
        "2021-12-02T00:00:00Z",
        "1970-01-01T00:00:50Z",
    ]


def test_what_is_wrong_with_a_row_is_said():
    """A refused row, a missing id, no time, half a unit, milliseconds, an end before the start."""
    rows = rows_of("A,B,1,,", " ,B,1,,", "A,B,,,", "A,B,1.5,,", "A,B,1638316800000,,", "A,B,5,4,")
    rows.append((9, Refused("not_a_row", "The row has 2 fields.")))
    listed = read_list(rows, COLUMNS_OF_FILE)
    assert len(listed.contacts) == 1
    assert listed.refused == len(listed.refused_first) == 6
    assert [line for line, _ in listed.refused_first] == [3, 4, 5, 6, 7, 9]


def test_people_are_numbered_whatever_the_order_of_rows():
    """Numbers by size, then texts; so ties have the same outcome after a shuffle."""
    rows = rows_of("10,An,1,,", "9,10,1,,", "Bình,9,2,,")
    assert read_list(rows, COLUMNS_OF_FILE).ids == ["9", "10", "An", "Bình"]
    assert read_list(rows[::-1], COLUMNS_OF_FILE).ids == ["9", "10", "An", "Bình"]


def test_who_is_not_followed_further_is_told(tmp_path):
    """As in a chain of visits: the answer is whole for what was asked, and says what lies behind it."""
    file = written(tmp_path, [["A", "B", "1"], ["B", "C", "2"]])
    columns = ("--contacts", file, "--from", "from", "--to", "to", "--at", "at")
    rows, code, said = asked("chain", "A", *columns, "--generations", 1)
    assert ([row["person"] for row in rows], code) == (["B"], 0)
    assert "not followed further (--generations): 1." in said
    assert "followed" not in asked("chain", "A", *columns)[2]


def test_a_chain_past_its_limit_is_refused():
    """People_max is named, never passed in silence."""
    listed = read_list(rows_of("A,B,1,,", "A,C,1,,"), COLUMNS_OF_FILE)
    limits = {"generations_max": 3, "people_max": 1}
    found = chain_of_list(listed, "A", Window(0, 9), "forward", directed=True, same_instant=False, **limits)
    with pytest.raises(AnswerTooLarge, match="people_max"):
        list_rows(listed, found)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 6)), min_size=1, max_size=7),
    st.sampled_from(["forward", "backward"]),
    st.booleans(),
    st.booleans(),
    st.integers(1, 4),
)
def test_a_list_is_searched_as_every_walk_would(contacts, direction, directed, strict, generations):
    """Against trying every walk: directed or not, strictly later or not, both directions."""
    edges = [Edge(source, target, at, Listed("", at, at)) for source, target, at in contacts]
    listed = LineList([str(person) for person in range(5)], edges, counted=True)
    window = Window(0, 6)
    found = chain_of_list(
        *(listed, "0", window, direction),
        directed=directed,
        same_instant=not strict,
        generations_max=generations,
        people_max=100,
    )
    both = (
        edges
        if directed
        else edges + [edge._replace(source=edge.target, target=edge.source) for edge in edges]
    )
    best = best_walks(0, both, window, direction, generations, strict=strict)
    assert {link.person: link.at for link in found.links} == {
        person: walk[-1].at for person, walk in best.items()
    }


def test_shuffled_rows_give_the_same_rows(tmp_path):
    """The answer does not depend on the order in which the file tells its contacts."""
    contacts = [[a, b, at] for at, (a, b) in enumerate(["AB", "AC", "BD", "CD", "DE", "EA"])] * 2
    answers = defaultdict(int)
    for turn in range(6):
        answers[json.dumps(chain_asked("A", written(tmp_path, contacts[turn:] + contacts[:turn])))] += 1
    assert list(answers.values()) == [6]
