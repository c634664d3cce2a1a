"""The most memory each question of the tracer needs while it is answered, beside the index it reads.

    python bench/question_memory.py [--visits 5000000] [--cases 1000]

Each is asked in a process of its own, forked from one that has the index, so that what it takes is its own;
its rows are read one by one and dropped, as a service does that writes them out.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from contacts import IndexAlone
from tracer_ours import index_of, keys
from tracer_visits import generate
from tracer_world import WINDOW

from producers.moment import iso
from producers.person import person_text
from storage.visit_index import VisitIndex
from tracer.asking import Sources, ask
from tracer.provenance import Knowledge
from tracer.questions import Chain, Contacts, Pairs, Venues, Visits
from tracer.questions_of_cases import CommonSources, Outbreak, Ranked, WhatIf
from tracer.wanted import Wanted

SPAN = {"from": iso(WINDOW.since), "to": iso(WINDOW.until)}


def questions(people: list[str]) -> Iterator[tuple[str, Wanted]]:
    """Each question there is, by what is told of it."""
    one, many = people[0], [{"person": person} for person in people]
    told = f"{len(many):,} cases"
    yield "visits of a person", Visits(person=one, **SPAN)
    yield "contacts", Contacts(person=one, **SPAN)
    yield "ranked", Ranked(person=one, **SPAN)
    yield "chain, 3 generations, 15 minutes", Chain(person=one, min_minutes=15, **SPAN)
    yield "chain, 3 generations, any minutes", Chain(person=one, **SPAN)
    yield f"outbreak of {told}, 1 generation", Outbreak(cases=many, min_minutes=15, **SPAN)
    yield f"outbreak of {told}, 2 generations", Outbreak(cases=many, generations=2, min_minutes=15, **SPAN)
    yield f"its links, of {told}, 1 generation", Outbreak(cases=many, links=True, min_minutes=15, **SPAN)
    some = many[: max(1, len(many) // 10)]
    asked = {"cases": some, "generations": 2, "min_minutes": 15, **SPAN}
    yield f"its links, of {len(some):,} cases, 2 generations", Outbreak(links=True, **asked)
    onset = [{"person": one, "onset": "2021-12-08"} for one in people]
    yield f"outbreak of {told} by cwa, whose exposures are held", Outbreak(cases=onset, profile="cwa", **SPAN)
    yield f"common-sources of {told}", CommonSources(cases=many, **SPAN)
    yield f"what-if of {told}", WhatIf(cases=many, **SPAN)
    yield "venues", Venues(**SPAN)
    yield "pairs of a day, 15 minutes", Pairs(min_minutes=15, **{"from": "2021-12-01", "to": "2021-12-02"})


def megabytes(name: str) -> float:
    """A number of /proc/self/status."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition(f"{name}:")[2].split()[0]) / 1024


def measured(index: VisitIndex, wanted: Wanted) -> dict[str, float]:
    """Rows, seconds and MiB of one question, asked in a child of this process."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        reader = IndexAlone(index)
        known = Knowledge(WINDOW.until, WINDOW.until, None)
        sources = Sources(lambda: reader, past=lambda before: reader, known=lambda: known)
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
        before, began = megabytes("VmRSS"), time.perf_counter()
        rows = sum(1 for _ in ask(wanted, sources).rows)
        found = {
            "rows": rows,
            "seconds": round(time.perf_counter() - began, 2),
            "mib": round(megabytes("VmHWM") - before, 1),
        }
        os.write(writing, json.dumps(found).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told: dict[str, float] = json.loads(pipe.read())
    os.wait()
    return told


def main() -> None:
    """Ask every question, print a table and the same as one JSON object."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--visits", type=float, default=5_000_000)
    asked.add_argument("--cases", type=int, default=1_000)
    words = asked.parse_args()
    made = generate(int(words.visits))
    index = index_of(made)
    index.prepare()
    print(f"{len(index):,} visits of {made.people:,} people, {index.nbytes / 2**20:,.0f} MiB of index")
    chosen = np.random.default_rng(3).choice(made.people, words.cases, replace=False)
    people = [person_text(key) for key in keys(chosen.astype(np.uint32)).tolist()]
    found = {}
    for name, wanted in questions(people):
        found[name] = one = measured(index, wanted)
        print(f"{name:44} {one['rows']:>10,} rows {one['seconds']:>8} s {one['mib']:>9,} MiB", flush=True)
    print(json.dumps({"bench": "memory", "visits": len(index), "mib": found}))


if __name__ == "__main__":
    main()
