"""Everyone who can be reached from a case at all: our index beside two graph libraries, setup counted."""

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from tracer_contest import Table, compare, in_order
from tracer_duckdb import DuckPeer
from tracer_ours import index_of, numbers, searched
from tracer_visits import Visits, generate
from tracer_world import WINDOW

PEERS = {"reticula": True, "raphtory": False}
"""Whether an onward exposure starts strictly after one's own: both are asked of us."""
ROUNDS = 3


def reach(visits: int, python: str | None) -> dict[str, float]:
    """Time from visits to the answer: our index and search, or contacts, graph and search."""
    if python is None:
        print("\nfull reach beside Reticula and Raphtory is left out: give --peers PYTHON")
        return {}
    made = generate(visits)
    case = int(np.bincount(made.person).argmax())
    ours: dict[bool, list[float]] = {True: [], False: []}
    theirs: dict[str, list[float]] = {name: [] for name in PEERS}
    rows = 0
    with TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            began = perf_counter()
            met = DuckPeer(made).contacts(np.arange(made.people), WINDOW, 0)
            contacts = perf_counter() - began
            edges = pa.table({"near": met["mine"], "far": met["theirs"], "at": met["start"]})
            edges = edges.cast(pa.schema([(name, pa.int64()) for name in edges.column_names]))
            pq.write_table(edges, f"{folder}/edges")
            for name, strict in PEERS.items():
                seconds, answer = _ours(made, case, strict)
                ours[strict].append(seconds)
                command = [python, str(Path(__file__).with_name("peer_reach.py"))]
                command += [name, f"{folder}/edges", str(case), f"{folder}/answer"]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                steps = json.loads(done.stdout.splitlines()[-1])
                table = pq.read_table(f"{folder}/answer")
                found = in_order({column: table[column].to_numpy() for column in ("person", "at")})
                compare("full reach", "ours", answer, name, found)
                theirs[name].append(contacts + steps["graph"] + steps["search"])
                rows = len(answer["at"])
                print(
                    f"{name:9} {theirs[name][-1]:6.1f} s: contacts {contacts:.1f}, graph "
                    f"{steps['graph']:.1f}, search {steps['search']:.1f}    ours {seconds:.2f} s    "
                    f"{rows:,} people, equal",
                    flush=True,
                )
    print(f"full reach in {len(made.person):,} visits, {len(edges):,} directed contacts for the graphs")
    ratios = {name: np.median(np.array(theirs[name]) / np.array(ours[PEERS[name]])) for name in PEERS}
    return {f"vs_{name}": round(float(ratio), 1) for name, ratio in ratios.items()}


def _ours(made: Visits, case: int, strict: bool) -> tuple[float, Table]:
    began = perf_counter()
    index = index_of(made)
    rounds = searched(index, np.array([case]), WINDOW, 0, 1 << 30, strict=strict)
    last = rounds.last_links()
    seconds = perf_counter() - began
    person = numbers(index.people.key[rounds.of_links("person")[last]])
    return seconds, in_order({"person": person, "at": rounds.of_links("at")[last]})
