"""One sweep over all contacts tells of everyone what a search for each would, and what was published."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lists_asked import asked, written

from producers.errors import BadInput
from tracer.chain import Edge
from tracer.line_list import LineList, Listed, chain_of_list
from tracer.question import Window
from tracer.summary import COLUMNS, chain_sizes, circles, degrees, summary_rows

VECTORS = Path(__file__).parents[2] / ".." / "shared" / "vectors" / "contact_chains.json"
CASE_2 = [[1, 3, "2010-08-13"], [2, 3, "2010-08-17"], [3, 4, "2010-08-15"], [3, 4, "2010-08-20"]]
CASE_6 = [
    *([1, 2, "2010-10-01"], [2, 3, "2010-10-05"], [1, 2, "2010-10-10"], [2, 3, "2010-10-15"]),
    *([1, 2, "2010-10-30"], [3, 4, "2010-10-25"], [1, 2, "2010-10-20"]),
]
contacts_of_seven = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 4)), max_size=14)


def summed(file: Path, *words: object) -> list[dict]:
    """The rows of a summary asked on the command line."""
    columns = ("--contacts", file, "--from", "from", "--to", "to", "--at", "at")
    rows, code, said = asked("summary", *columns, *words)
    assert code == 0, said
    return rows


def test_contact_chains_of_epicontacttrace(tmp_path):
    """Its twelve published cases: the window of each as an end and days before it."""
    if not VECTORS.exists():
        pytest.skip("shared/vectors is not beside this checkout")
    for case in json.loads(VECTORS.read_text("utf-8"))["cases"]:
        side = "in" if case["chain"] == "ingoing" else "out"
        begin, end = (date.fromisoformat(case["args"][f"{side}{edge}"][0]) for edge in ("Begin", "End"))
        (row,) = summed(
            written(tmp_path, case["movements"]),
            *("--end", end, "--days", (end - begin).days, "--same-day", "--root", case["args"]["root"][0]),
        )
        assert row[f"{case['chain']}ContactChain"] == case["expected"], case["test"]


def test_network_summary_of_epicontacttrace(tmp_path):
    """NetworkSummary(root = 1, tEnd = 2010-10-20, days = 10), column by column."""
    file = written(tmp_path, CASE_6)
    (row,) = summed(file, "--end", "2010-10-20", "--days", 10, "--same-day", "--root", 1)
    window = ("2010-10-10", "2010-10-20", 10)
    assert list(row.items()) == list(zip(COLUMNS, ("1", *window, *window, 0, 1, 0, 2), strict=True))


def test_degrees_of_epicontacttrace(tmp_path):
    """Different sources count once; contacts outside the window not at all."""
    file = written(tmp_path, CASE_2)
    (row,) = summed(file, "--end", "2010-09-01", "--days", 30, "--same-day", "--root", 4)
    assert (row["inDegree"], row["outDegree"]) == (1, 0)
    (row,) = summed(file, "--end", "2010-09-01", "--days", 5, "--same-day", "--root", 4)
    assert (row["inDegree"], row["outDegree"]) == (0, 0)


def test_both_ends_of_the_window_are_inside(tmp_path):
    """The first second of the first day and the last of the last; not one more."""
    file = written(
        tmp_path,
        [
            *(["a", "r", "2021-12-01T00:00:00Z"], ["b", "r", "2021-12-03T23:59:59Z"]),
            *(["c", "r", "2021-11-30T23:59:59Z"], ["d", "r", "2021-12-04T00:00:00Z"]),
        ],
    )
    (row,) = summed(file, "--end", "2021-12-03", "--days", 2, "--root", "r")
    assert row["inDegree"] == row["ingoingContactChain"] == 2


def test_the_same_day_chains_only_where_asked(tmp_path):
    """In the afternoon A meets B, who met C in the morning: a chain of days, not one of hours."""
    file = written(tmp_path, [["A", "B", "2021-12-01T15:00:00Z"], ["B", "C", "2021-12-01T09:00:00Z"]])
    window = ("--end", "2021-12-01", "--days", 0)
    assert [row["outgoingContactChain"] for row in summed(file, *window, "--same-day")] == [2, 1, 0]
    assert [row["outgoingContactChain"] for row in summed(file, *window)] == [1, 1, 0]


def test_everyone_of_the_file_is_told_of_in_order(tmp_path):
    """Also who has no contact in the window; ids of digits by size; a stranger has zeros and is named."""
    file = written(tmp_path, [["10", "9", "2010-01-01"], ["x", "9", "2021-12-01"]])
    window = ("--end", "2021-12-31", "--days", 60)
    rows = summed(file, *window)
    assert [(row["root"], row["inDegree"], row["outDegree"]) for row in rows] == [
        ("9", 1, 0),
        ("10", 0, 0),
        ("x", 0, 1),
    ]
    columns = ("--contacts", file, "--from", "from", "--to", "to", "--at", "at")
    rows, code, said = asked("summary", *columns, *window, "--root", "Y", "--root", "x")
    assert [(row["root"], row["outDegree"]) for row in rows] == [("Y", 0), ("x", 1)]
    assert code == 0
    assert "'Y' is in no contact" in said


def test_a_list_that_counts_days_is_asked_in_days(tmp_path):
    """Whole numbers in, whole numbers out."""
    file = written(tmp_path, [[1, 3, 14834], [2, 3, 14838], [3, 4, 14836], [3, 4, 14841]])
    (row,) = summed(file, "--end", 14842, "--days", 30, "--same-day", "--root", 4)
    assert (row["inBegin"], row["inEnd"], row["ingoingContactChain"]) == (14812, 14842, 3)
    with pytest.raises(BadInput, match="whole numbers"):
        summed(file, "--end", "2010-09-01", "--days", 30)


@pytest.mark.parametrize("end", ["2021-12-01T10:00:00Z", "1638316800", "soon", "2021-13-01"])
def test_an_end_that_is_no_day_is_refused(tmp_path, end):
    """With a sentence that shows what a day looks like."""
    file = written(tmp_path, CASE_2)
    with pytest.raises(BadInput, match=r"--end .* a date"):
        summed(file, "--end", end, "--days", 3)


@given(contacts_of_seven, st.booleans(), st.integers(1, 30))
def test_one_sweep_finds_what_a_search_for_each_would(contacts, strict, bits_max):
    """Both chains of everyone, strictly later or the same time too, in one slice of people or many."""
    edges = [Edge(source, target, at, Listed("", at, at)) for source, target, at in contacts]
    listed = LineList([str(person) for person in range(7)], edges, counted=True)

    def searched(direction: str) -> list[int]:
        return [
            len(
                chain_of_list(
                    *(listed, case, Window(0, 9), direction),
                    directed=True,
                    same_instant=not strict,
                    generations_max=100,
                    people_max=100,
                ).links
            )
            for case in listed.ids
        ]

    found = chain_sizes(7, contacts, strict=strict, bits_max=bits_max)
    assert found == (searched("backward"), searched("forward"))


@given(contacts_of_seven)
def test_degrees_count_different_others(contacts):
    """Sets of others, by brute force; nobody is their own contact."""
    assert degrees(7, contacts) == (
        [len({a for a, b, _ in contacts if b == one and a != one}) for one in range(7)],
        [len({b for a, b, _ in contacts if a == one and b != one}) for one in range(7)],
    )


@given(st.dictionaries(st.integers(0, 7), st.sets(st.integers(0, 7), min_size=1), max_size=8))
def test_circles_are_those_who_reach_each_other(arcs):
    """Against reachability by repetition; and nobody's circle comes before one it leads to."""
    people = set(arcs) | {target for targets in arcs.values() for target in targets}
    reach = {one: {one} for one in people}
    for _ in people:
        for one in people:
            reach[one] |= set().union(*(reach[target] for target in arcs.get(one, ())))
    found = circles(arcs)
    assert sorted(one for circle in found for one in circle) == sorted(people)
    done: set[int] = set()
    for circle in found:
        for one in circle:
            assert {other for other in reach[one] if one in reach[other]} == set(circle)
            assert set(arcs.get(one, ())) <= done | set(circle)
        done |= set(circle)


def test_a_day_with_a_very_long_chain_is_no_deeper_for_python():
    """20,000 people in a row on one day: no recursion, and everyone reaches all after them."""
    length = 20_000
    ingoing, outgoing = chain_sizes(length, [(one, one + 1, 0) for one in range(length - 1)], strict=False)
    assert outgoing == list(range(length - 1, -1, -1))
    assert ingoing == list(range(length))


def test_no_contacts_give_zeros():
    """An empty window is a row of zeros, not an error."""
    (row,) = summary_rows(["a"], [], ["a"], 3, (1, 4), strict=True)
    assert list(row.values()) == ["a", 1, 4, 3, 1, 4, 3, 0, 0, 0, 0]


def test_a_window_beside_the_list_is_told(tmp_path):
    """Zeros for everyone come of a wrong year more often than of no contacts."""
    file = written(tmp_path, [["A", "B", "2005-10-01"], ["B", "C", "2005-10-03"]])
    columns = ("--contacts", file, "--from", "from", "--to", "to", "--at", "at", "--days", 90)
    rows, code, said = asked("summary", *columns, "--end", "2025-10-31")
    assert code == 0
    assert {row["outDegree"] for row in rows} == {0}
    assert "in the window from 2025-08-02 to 2025-10-31: they lie from 2005-10-01T00:00:00Z to 2005" in said
    assert "No contact" not in asked("summary", *columns, "--end", "2005-10-31")[2]
