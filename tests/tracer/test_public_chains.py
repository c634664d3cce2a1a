"""The search agrees with published vectors: EpiContactTrace, Raphtory, and reticula over real contacts."""

import csv
import gzip
import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from tracer_worlds import stay

from tracer.chain import Chain, ChainSearch, Edge
from tracer.colocation import meet
from tracer.profiles import OVERLAP
from tracer.question import Window
from tracer.renewal import RenewalSearch

SHARED = Path(__file__).parents[2] / ".." / "shared"


def shared(name: str) -> Path:
    """A file of the shared folder, or skip."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return path


def vector(name: str):
    """A vector file, read."""
    return json.loads(shared(f"vectors/{name}").read_text("utf-8"))


class Contacts:
    """Edges that a search can be fed from, found by the person it asks for."""

    def __init__(self, edges: Iterable[Edge], direction: str) -> None:
        self.direction = direction
        self.of: dict[int, list[Edge]] = defaultdict(list)
        for edge in edges:
            self.of[edge.source if direction == "forward" else edge.target].append(edge)

    def chain(self, case: int, window: Window, *, strict: bool) -> Chain:
        search = ChainSearch(case, window, self.direction, 10_000, 10_000, strict=strict)
        while wanted := search.wants():
            search.feed(edge for person in wanted for edge in self.of[person])
        return search.result()


def test_contact_chains_of_epicontacttrace():
    """Day by day, onward on the same day allowed, the root not counted, both ends of the window inside."""
    cases = vector("contact_chains.json")["cases"]
    assert len(cases) == 12
    for case in cases:
        edges = [
            Edge(source, target, date.fromisoformat(day).toordinal(), 0)
            for source, target, day in case["movements"]
        ]
        ingoing = case["chain"] == "ingoing"
        begin, end = ("inBegin", "inEnd") if ingoing else ("outBegin", "outEnd")
        first, last = (date.fromisoformat(case["args"][name][0]).toordinal() for name in (begin, end))
        contacts = Contacts(edges, "backward" if ingoing else "forward")
        found = contacts.chain(case["args"]["root"][0], Window(first, last + 1), strict=False)
        assert len(found.links) == case["expected"], case["test"]


def test_temporal_reachability_of_raphtory():
    """Every (time, from) that taints a node follows from the labels: an edge not before its source's."""
    for case in vector("temporal_reachability.json")["cases"]:
        stop = set(case["stop"])
        edges = [Edge(source, target, at, 0) for at, source, target in case["edges"]]
        passing = [edge for edge in edges if edge.source not in stop]
        window = Window(case["start"], 1000)
        labels = dict.fromkeys(case["seeds"], case["start"])
        for seed in case["seeds"]:
            for link in Contacts(passing, "forward").chain(seed, window, strict=False).links:
                labels[link.person] = min(link.at, labels.get(link.person, link.at))
        tainted: dict[str, set] = {node: set() for node in case["expected"]}
        for seed in case["seeds"]:
            tainted[str(seed)].add((case["start"], "start"))
        for edge in passing:
            if edge.at >= labels.get(edge.source, 1000):
                tainted[str(edge.target)].add((edge.at, edge.source))
        expected = {node: {tuple(one) for one in every} for node, every in case["expected"].items()}
        assert tainted == expected, case["name"]
        earliest = {int(node): min(at for at, _ in every) for node, every in expected.items() if every}
        assert labels == earliest, case["name"]


def test_check_in_matching_of_crowdnotifier():
    """A stay and a warning match as two stays do; their closed ends are a second longer than ours."""
    for case in vector("checkin_matching.json")["crowdnotifier"]["cases"]:
        mine = stay(1, 7, case["arrival_s"], case["departure_s"] + 1)
        warning = stay(2, 7, case["exposure_start_s"], case["exposure_end_s"] + 1)
        met = meet(mine, warning, OVERLAP, Window(-10_000, 10_000), 0)
        assert (met is not None) == case["match"], case


def test_check_in_matching_of_nz_covid_tracer():
    """A check-in is one instant: a stay of one tick matches an event [start, end] at the same venue."""
    for case in vector("checkin_matching.json")["nz_covid_tracer"]["cases"]:
        mine = stay(1, 7, case["checkin_ms"], case["checkin_ms"] + 1)
        event = stay(2, 7 if case["same_location"] else 8, case["start_ms"], case["end_ms"] + 1)
        met = meet(mine, event, OVERLAP, Window(-10_000, 10_000), 0)
        assert (met is not None) == case["match"], case


def workplace() -> list[Edge]:
    """The badge contacts of a workplace, both ways: each 20-second slice is a contact at its end."""
    edges = []
    with gzip.open(shared("data/sociopatterns/contact_intervals_workplace_2013.csv.gz"), "rt") as file:
        for row in csv.DictReader(file):
            a, b = int(row["person_a"]), int(row["person_b"])
            for second in range(int(row["start_s"]), int(row["end_s"]), 20):
                edges += [Edge(a, b, second + 20, 0), Edge(b, a, second + 20, 0)]
    return edges


@pytest.mark.parametrize("name", ["forward_strict", "forward_nonstrict", "backward_strict"])
def test_chains_over_real_contacts(name):
    """From every seed of the workplace: the same people, at the same seconds, as reticula found."""
    direction, order = name.split("_")
    expected: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    with gzip.open(shared(f"data/sociopatterns/chains_{name}_workplace_2013.csv.gz"), "rt") as file:
        rows = csv.reader(file)
        next(rows)
        for case, bound, reached, label in rows:
            expected[int(case), int(bound)][int(reached)] = int(label)
    assert len(expected) > 10
    contacts = Contacts(workplace(), direction)
    wrong = {}
    for (case, second), labels in expected.items():
        window = Window(second, 10_000_000) if direction == "forward" else Window(0, second + 1)
        chain = contacts.chain(case, window, strict=order == "strict")
        found = {case: second, **{link.person: link.at for link in chain.links}}
        if found != labels:
            wrong[case] = (found, labels)
    assert not wrong, (len(wrong), len(expected), next(iter(wrong.items())))


def within(edges: list[Edge], span: Window) -> list[Edge]:
    """Of edges in the order of time, those of a span."""
    first, last = (bisect_left(edges, at, key=lambda edge: edge.at) for at in span)
    return edges[first:last]


SOURCE = -1
"""Stands for whoever infected a seed."""


def test_waiting_limited_chains_over_real_contacts():
    """The same as reticula found where a person passes on for an hour, or a day, after a contact.

    There a contact renews both who take part, and a seed is a person like any other: so each contact is
    also one of the person with themself, and a seed is reached from a source.
    """
    expected: dict[tuple[int, int, int], dict[int, int]] = defaultdict(dict)
    name = "data/sociopatterns/chains_forward_waiting_limited_workplace_2013.csv.gz"
    with gzip.open(shared(name), "rt") as file:
        for row in csv.DictReader(file):
            seed, wait, start = (int(row[column]) for column in ("seed", "max_wait_s", "start_s"))
            expected[seed, wait, start][int(row["reached"])] = int(row["first_s"])
    assert len(expected) > 10
    edges = workplace()
    of: dict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        of[edge.source] += [edge, edge._replace(target=edge.source)]
    for every in of.values():
        every.sort(key=lambda edge: edge.at)
    wrong = {}
    for (seed, wait, start), labels in expected.items():
        search: RenewalSearch = RenewalSearch(
            SOURCE, Window(start, 10_000_000), "forward", 10_000, 10_000, lasts=wait
        )
        search.feed([Edge(SOURCE, seed, start, 0)])
        while wanted := search.wants():
            search.feed(edge for person, span in wanted.items() for edge in within(of[person], span))
        found = {link.person: link.at for link in search.result().links}
        if found != labels:
            wrong[seed, wait] = (found, labels)
    assert not wrong, (len(wrong), len(expected), next(iter(wrong.items())))
