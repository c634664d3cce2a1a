"""The direct contacts of one case through the API, beside DuckDB in process and a self-join in ClickHouse.

    python bench/contacts.py [--visits 2000000,20000000] [--cases 20] [--minutes 15] [--naive-cases 3]
                             [--postgres]

Ours is asked over HTTP on the loopback and answers with lines of JSON from its index; DuckDB is asked in
this process and answers with columns, and so is our index once more (`index`). The self-join is what one
writes first, on ClickHouse's engine in this process (chDB), with the table sorted by venue and arrival.
With --postgres, at the first size, PostgreSQL with a range GiST index is asked too, over a socket.
Person, place, start and end are compared.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from socket import AF_INET, IPPROTO_TCP, SOCK_STREAM, socket
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx
import numpy as np
import uvicorn
from tracer_contest import Contest, Table, in_order, peak_mib, told
from tracer_ours import contacts, keys, numbers
from tracer_world import WINDOW, World, world

from producers.moment import iso, parse
from producers.person import parse_person, person_text
from storage.chdb_engine import ChdbEngine
from storage.ports import Flow, Presence
from storage.visit_index import VisitIndex
from streams.tables import StoredScan
from streams.visit import Visit
from tracer.api import build_api
from tracer.asking import Sources
from tracer.jobs import JobLimits, Jobs
from tracer.provenance import Knowledge

COLUMNS = ("theirs", "venue", "start", "end")


class IndexAlone:
    """A reader of an index without a store: a venue's id is its number."""

    def __init__(self, index: VisitIndex) -> None:
        self.index = index

    def visits_of(self, persons: Collection[int], since: int, until: int) -> list[Visit]:
        return self.index.visits_of(persons, since, until)

    def visits_at(self, places: Collection[Presence]) -> list[Visit]:
        return self.index.visits_at(places)

    def visits_by_venue(self, since: int, until: int) -> Iterator[list[Visit]]:
        return self.index.visits_by_venue(since, until)

    def scans_told(self, person: int, since: int, until: int) -> list[StoredScan]:
        return []

    def knows(self, person: int) -> bool:
        return self.index.knows(person)

    def venue_ids(self, venues: Collection[int]) -> dict[int, str]:
        return {key: str(key >> 32) for key in venues}

    def flow(self) -> Flow:
        raise NotImplementedError


def served(index: VisitIndex, folder: str) -> tuple[uvicorn.Server, str]:
    """The API over this index, and its address."""
    known = Knowledge(WINDOW.until, WINDOW.until, None)
    sources = Sources(
        lambda: IndexAlone(index), past=lambda before: IndexAlone(index), known=lambda: known, version="bench"
    )
    jobs = Jobs(sources, Path(folder), clock=lambda: WINDOW.until, name=str, limits=JobLimits())
    api = build_api(sources, list, None, jobs)
    # Named as TCP, or asyncio leaves small answers waiting for an acknowledgement (Nagle).
    listening = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(api, log_level="error", access_log=False))
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return server, f"http://127.0.0.1:{listening.getsockname()[1]}"


def asked_of_api(client: httpx.Client, case: int, minutes: int) -> list[str]:
    """The lines of the answer."""
    person = person_text(int(keys(np.array([case], dtype=np.uint32))[0]))
    answer = client.get(
        f"/v1/persons/{person}/contacts",
        params={"from": iso(WINDOW.since), "to": iso(WINDOW.until), "min_minutes": minutes},
    )
    answer.raise_for_status()
    return answer.text.splitlines()


def read(lines: list[str]) -> Table:
    """Those lines as columns."""
    rows = [json.loads(line) for line in lines]
    persons = np.array([parse_person(row["person"]) for row in rows], dtype=np.uint64)
    moments = {
        side: np.array([parse(row[side]) for row in rows], dtype=np.int64) for side in ("start", "end")
    }
    venues = np.array([int(row["venue"]) for row in rows], dtype=np.int64)
    return {"theirs": numbers(persons), "venue": venues} | moments


def columns_of(made: World) -> Table:
    """The visits as four columns of 4-byte numbers."""
    (layer,) = made.index.layers
    return {
        "person": numbers(made.index.people.key[layer.person]).astype(np.uint32),
        "venue": numbers(made.index.venues.key[layer.key >> 32]).astype(np.uint32),
        "t0": layer.arrived,
        "t1": layer.departed,
    }


def _postgres(made: World) -> Any:
    """Imported when wanted: it needs a server that most machines do not have."""
    from postgres_peer import postgres  # noqa: PLC0415

    return postgres(columns_of(made))


class SelfJoin:
    """A table of visits in ClickHouse's engine, and the join one writes first."""

    def __init__(self, made: World, folder: str) -> None:
        self._engine = ChdbEngine(f"chdb://{folder}")
        self._engine.execute("CREATE DATABASE IF NOT EXISTS bench")
        self._engine.execute(
            "CREATE TABLE bench.v (person UInt32, venue UInt32, t0 UInt32, t1 UInt32) "
            "ENGINE = MergeTree ORDER BY (venue, t0, person)"
        )
        columns = columns_of(made)
        for first in range(0, len(columns["person"]), 1_000_000):
            some = slice(first, first + 1_000_000)
            self._engine.insert("bench.v", {name: values[some] for name, values in columns.items()})

    def contacts(self, case: int, seconds: int) -> Table:
        found = self._engine.arrays(
            f"""SELECT b.person, b.venue, greatest(a.t0, b.t0) AS s, least(a.t1, b.t1) AS e
                FROM bench.v AS a JOIN bench.v AS b ON a.venue = b.venue
                WHERE a.person = {case} AND b.person != {case} AND a.t0 < b.t1 AND b.t0 < a.t1
                  AND toInt64(e) - toInt64(s) >= {max(1, seconds)}"""
        )
        return dict(zip(COLUMNS, found, strict=True))

    def close(self) -> None:
        self._engine.close()


def contest(
    visits: int, cases: int, minutes: int, naive_cases: int, *, with_postgres: bool
) -> tuple[Contest, Contest]:
    """One size: beside DuckDB (and PostgreSQL), and a few of the questions beside the self-join."""
    made = world(visits)
    chosen = np.random.default_rng(11).integers(0, made.people, cases)
    beside_duck, beside_naive = Contest(f"{visits:,} visits"), Contest(f"{visits:,} visits, self-join")

    def duck(case: int) -> Table:
        found = made.peer.contacts(np.array([case]), WINDOW, minutes * 60)
        return {name: found[name] for name in COLUMNS}

    def index_alone(case: int) -> Table:
        found = contacts(made.index, np.array([case]), WINDOW, minutes * 60)
        return {name: found[name] for name in COLUMNS}

    def prepared(answer: object) -> Table:
        return in_order(read(answer) if isinstance(answer, list) else answer)

    with TemporaryDirectory() as folder, TemporaryDirectory() as store, ExitStack() as open_:
        rows = open_.enter_context(_postgres(made)) if with_postgres else None
        naive = SelfJoin(made, store) if naive_cases else None
        server, address = served(made.index, folder)
        with httpx.Client(base_url=address, timeout=300) as client:
            asked_of_api(client, int(chosen[0]), minutes)
            for number, case in enumerate(map(int, chosen)):
                ours = partial(asked_of_api, client, case, minutes)
                columns = partial(index_alone, case)
                contenders = {"ours": ours, "index": columns, "duckdb": partial(duck, case)}
                if rows is not None:
                    contenders["postgres"] = partial(rows.contacts, case, minutes * 60)
                beside_duck.ask(contenders, prepared)
                if naive is not None and number < naive_cases:
                    join = partial(naive.contacts, case, minutes * 60)
                    beside_naive.ask({"ours": ours, "self-join": join}, prepared)
        server.should_exit = True
        if naive is not None:
            naive.close()
    for one in (beside_duck, *([beside_naive] if naive_cases else [])):
        print("\n".join(one.lines()), flush=True)
    return beside_duck, beside_naive


def main() -> None:
    """Read the command line, ask at each size."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--visits", default="2000000,20000000")
    asked.add_argument("--cases", type=int, default=20)
    asked.add_argument("--minutes", type=int, default=15)
    asked.add_argument("--naive-cases", type=int, default=3)
    asked.add_argument("--postgres", action="store_true")
    words = asked.parse_args()
    sizes = [int(float(size)) for size in words.visits.split(",")]
    found, seconds = {}, []
    for size in sizes:
        # One embedded store a process: the self-join is asked at the first size only.
        naive = words.naive_cases if size == sizes[0] else 0
        with_postgres = words.postgres and size == sizes[0]
        beside_duck, beside_naive = contest(
            size, words.cases, words.minutes, naive, with_postgres=with_postgres
        )
        if with_postgres:
            found["vs_postgres"] = beside_duck.ratio("postgres")
        found[f"vs_duckdb_{size // 10**6}m"] = beside_duck.ratio("duckdb")
        found[f"index_vs_duckdb_{size // 10**6}m"] = beside_duck.ratio("duckdb", "index")
        seconds.append(median(beside_duck.seconds["ours"]))
        if naive:
            found["vs_naive"] = beside_naive.ratio("self-join")
    growth = {"growth_10x": round(seconds[-1] / seconds[0], 2)} if sizes[-1] == 10 * sizes[0] else {}
    last = found[f"vs_duckdb_{sizes[-1] // 10**6}m"]
    told({"bench": "contacts", "vs_duckdb": last, "mib": peak_mib()} | found | growth)


if __name__ == "__main__":
    main()
