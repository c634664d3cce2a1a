"""One made-up fortnight, in our index and in DuckDB, as the benchmarks of the tracer ask about it."""

from time import perf_counter
from typing import NamedTuple

from tracer_duckdb import DuckPeer
from tracer_ours import index_of
from tracer_visits import DAYS, START, generate

from storage.visit_index import VisitIndex
from tracer.question import Window

WINDOW = Window(START, START + DAYS * 86_400)


class World(NamedTuple):
    """The visits, indexed by us and stored by the peer; what made them is forgotten."""

    visits: int
    people: int
    index: VisitIndex
    peer: DuckPeer


def world(visits: int) -> World:
    """Make it and say how long each took."""
    made = generate(visits)
    began = perf_counter()
    index = index_of(made)
    indexed = perf_counter()
    peer = DuckPeer(made)
    print(
        f"\n{len(made.person):,} visits of {made.people:,} people at {made.venues:,} venues, {DAYS} days; "
        f"index {indexed - began:.1f} s, {index.nbytes / len(index):.0f} bytes a visit; "
        f"DuckDB's copies {perf_counter() - indexed:.1f} s",
        flush=True,
    )
    return World(len(made.person), made.people, index, peer)
