"""An outbreak day: everyone reached from 33,000 cases within two generations, beside DuckDB.

    python bench/outbreak.py [--visits 5000000] [--cases 33000] [--generations 2] [--minutes 15] [--rounds 3]

Everyone reached by any of the cases is told with when, in which generation, through whom and where.
"""

import argparse
import sys
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from tracer_contest import Contest, peak_mib, told
from tracer_ours import chain
from tracer_world import WINDOW, world


def main() -> None:
    """Read the command line, ask, each round with other cases."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--visits", type=float, default=5_000_000)
    asked.add_argument("--cases", type=int, default=33_000)
    asked.add_argument("--generations", type=int, default=2)
    asked.add_argument("--minutes", type=int, default=15)
    asked.add_argument("--rounds", type=int, default=3)
    words = asked.parse_args()
    made = world(int(words.visits))
    one = Contest(f"{words.cases:,} cases, {words.generations} generations")
    for number in range(words.rounds):
        cases = np.random.default_rng(number).choice(made.people, words.cases, replace=False)
        question = (cases, WINDOW, words.minutes * 60, words.generations)
        one.ask(
            {
                "ours": lambda question=question: chain(made.index, *question),
                "duckdb": lambda question=question: made.peer.chain(*question),
            }
        )
    print("\n".join(one.lines()), flush=True)
    seconds = round(median(one.seconds["ours"]), 2)
    told(
        {"bench": "outbreak", "visits": made.visits, "cases": words.cases, "seconds": seconds}
        | {"vs_duckdb": one.ratio("duckdb"), "people": max(one.rows), "mib": peak_mib()}
    )


if __name__ == "__main__":
    main()
