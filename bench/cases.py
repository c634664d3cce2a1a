"""The direct contacts of many cases at once: our index beside DuckDB's set-based join.

    python bench/cases.py [--visits 50000000] [--cases 1000,10000] [--minutes 15] [--rounds 5]

Every meeting of every case is told with its place, start and end; all columns of all rows are compared.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from tracer_contest import Contest, in_order, peak_mib, told
from tracer_ours import contacts
from tracer_world import WINDOW, world


def main() -> None:
    """Read the command line, ask for each number of cases."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--visits", type=float, default=50_000_000)
    asked.add_argument("--cases", default="1000,10000")
    asked.add_argument("--minutes", type=int, default=15)
    asked.add_argument("--rounds", type=int, default=5)
    words = asked.parse_args()
    made = world(int(words.visits))
    index, peer = made.index, made.peer
    found = {}
    for count in map(int, words.cases.split(",")):
        one = Contest(f"{count:,} cases, {words.minutes} min")
        for number in range(words.rounds):
            cases = np.random.default_rng(number).choice(made.people, count, replace=False)
            question = (cases, WINDOW, words.minutes * 60)
            one.ask(
                {
                    "ours": lambda question=question: contacts(index, *question),
                    "duckdb": lambda question=question: peer.contacts(*question),
                },
                prepared=in_order,
            )
        print("\n".join(one.lines()), flush=True)
        found[f"vs_duckdb_{count}"] = one.ratio("duckdb")
    told({"bench": "cases", "visits": made.visits, "mib": peak_mib()} | found)


if __name__ == "__main__":
    main()
