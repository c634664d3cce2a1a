"""Everyone who can be reached from a case at all: our index beside two graph libraries, setup counted."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which
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

STRICT = {"reticula": True, "raphtory": False}
"""Whether an onward exposure starts strictly after one's own: both are asked of us."""
COMPARED = {"reticula": ("person", "at"), "raphtory": ("person",)}
"""Raphtory's first moment of a person is at times not the first; Reticula's is, and equals ours."""
ROUNDS = 3
PEERS = Path(__file__).resolve().parent.parent / ".run/peers"
LIBRARIES = ("reticula==0.13.0", "raphtory==0.17.0", "pyarrow")


def python_with_peers() -> str | None:
    """A Python of 3.12 or later with both libraries, made once under .run; None where there is none."""
    python = PEERS / "bin/python"
    if (PEERS / "ready").exists():
        return str(python)
    for found in _pythons():
        made = [[found, "-m", "venv", str(PEERS)], [str(python), "-m", "pip", "install", "-q", *LIBRARIES]]
        if all(subprocess.run(one, capture_output=True, check=False).returncode == 0 for one in made):
            (PEERS / "ready").touch()
            return str(python)
    return None


def _pythons() -> Iterator[str]:
    """Those on the path, and pyenv's, which are on it only when chosen."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for version in ("3.12", "3.13", "3.14"):
        every = [which(f"python{version}"), *sorted(pyenv.glob(f"versions/{version}*/bin/python"))]
        yield from (str(one) for one in every if one)


def reach(name: str, visits: int, python: str | None) -> dict[str, float]:
    """Time from visits to the answer: our index and search, or contacts, graph and search."""
    if python is None or not visits:
        print(f"\nfull reach beside {name} is left out: it needs Python 3.12 or later (--peers PYTHON)")
        return {}
    made = generate(visits)
    case = int(np.bincount(made.person).argmax())
    ratios, rows = [], 0
    with TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            began = perf_counter()
            met = DuckPeer(made).contacts(np.arange(made.people), WINDOW, 0)
            contacts = perf_counter() - began
            edges = pa.table({"near": met["mine"], "far": met["theirs"], "at": met["start"]})
            edges = edges.cast(pa.schema([(column, pa.int64()) for column in edges.column_names]))
            pq.write_table(edges, f"{folder}/edges")
            seconds, answer = _ours(made, case, STRICT[name])
            command = [python, str(Path(__file__).with_name("peer_reach.py"))]
            command += [name, f"{folder}/edges", str(case), f"{folder}/answer"]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            steps = json.loads(done.stdout.splitlines()[-1])
            table = pq.read_table(f"{folder}/answer")
            found = in_order({column: table[column].to_numpy() for column in ("person", "at")})
            mine, its = ({column: one[column] for column in COMPARED[name]} for one in (answer, found))
            compare("full reach", "ours", mine, name, its)
            theirs = contacts + steps["graph"] + steps["search"]
            ratios.append(theirs / seconds)
            rows = len(answer["at"])
            print(
                f"full reach  {name:9} {theirs:6.1f} s: contacts {contacts:.1f}, graph {steps['graph']:.1f}, "
                f"search {steps['search']:.1f}    ours {seconds:.2f} s, index and search",
                flush=True,
            )
    print(
        f"in {len(made.person):,} visits, {len(edges):,} directed contacts: {rows:,} people, "
        f"equal in {' and '.join(COMPARED[name])}"
    )
    return {f"vs_{name}": round(float(np.median(ratios)), 1)}


def _ours(made: Visits, case: int, strict: bool) -> tuple[float, Table]:
    began = perf_counter()
    index = index_of(made)
    rounds = searched(index, np.array([case]), WINDOW, 0, 1 << 30, strict=strict)
    last = rounds.last_links()
    seconds = perf_counter() - began
    person = numbers(index.people.key[rounds.of_links("person")[last]])
    return seconds, in_order({"person": person, "at": rounds.of_links("at")[last]})
