"""Exposure chains of one to four generations beside DuckDB, and full reach beside two graph libraries.

    python bench/chains.py [--visits 2000000,20000000] [--cases 5] [--minutes 0,15] [--generations 4]
                           [--reach-visits 200000] [--peers PYTHON]

Everyone reached, when, in which generation, through whom and where: all five are compared. Full reach needs
a Python of 3.12 or later, in which `reticula` and `raphtory` are installed once; where there is none it is
left out, unless --peers names one that has them.
"""

import argparse
import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from tracer_contest import Contest, peak_mib, told
from tracer_ours import chain, searched
from tracer_reach import python_with_peers, reach
from tracer_world import WINDOW, world

from tracer.indexed import chain_of
from tracer.profiles import OVERLAP

RAPHTORY_SHARE = 40
"""It keeps every way in which a node was reached: at 200,000 contacts it was not done in minutes."""
DUCK_GENERATIONS_MAX = 3
"""At 20 million visits DuckDB's fourth generation takes minutes; ours alone is told then."""


def contest(visits: int, minutes: list[int], generations_max: int, cases: int) -> dict[str, float]:
    """All questions of one size."""
    made = world(visits)
    index, peer = made.index, made.peer
    found: dict[str, float] = {}
    chosen = np.random.default_rng(7).integers(0, made.people, cases)
    for least in minutes:
        for generations in range(1, generations_max + 1):
            one = Contest(f"{least:2} min, {generations} generations")
            both = generations <= DUCK_GENERATIONS_MAX or visits <= 2_000_000
            for case in chosen:
                asked = (np.array([case]), WINDOW, least * 60, generations)
                contenders = {"ours": lambda asked=asked: chain(index, *asked)}
                if both:
                    contenders["duckdb"] = lambda asked=asked: peer.chain(*asked)
                one.ask(contenders)
            print("\n".join(one.lines()), flush=True)
            if both:
                found[f"vs_duckdb_{generations}_{visits // 10**6}m_{least}min"] = one.ratio("duckdb")
    rounds = searched(index, chosen[:1], WINDOW, minutes[-1] * 60, 3)
    began = perf_counter()
    links = chain_of(rounds, 0, OVERLAP, minutes[-1] * 60).links
    print(f"as {len(links):,} rows of Python with the whole evidence: {perf_counter() - began:.2f} s more")
    return found


def main() -> None:
    """Read the command line, run every size."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--visits", default="2000000,20000000")
    asked.add_argument("--cases", type=int, default=5)
    asked.add_argument("--minutes", default="0,15")
    asked.add_argument("--generations", type=int, default=4)
    asked.add_argument("--reach-visits", type=int, default=200_000)
    asked.add_argument("--peers", help="a Python with reticula and raphtory")
    words = asked.parse_args()
    minutes = [int(one) for one in words.minutes.split(",")]
    found: dict[str, float] = {}
    for size in words.visits.split(","):
        found |= contest(int(float(size)), minutes, words.generations, words.cases)
    peers = words.peers or python_with_peers()
    found |= reach("reticula", words.reach_visits, peers)
    found |= reach("raphtory", words.reach_visits // RAPHTORY_SHARE, peers)
    third = [ratio for name, ratio in found.items() if name.startswith("vs_duckdb_3_")]
    wanted = {"vs_duckdb_3": min(third, default=None), "vs_reticula": None, "vs_raphtory": None}
    told({"bench": "chains", "mib": peak_mib()} | wanted | found)


if __name__ == "__main__":
    main()
