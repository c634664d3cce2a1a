"""An outbreak day: everyone reached from 33,000 cases within two generations, beside DuckDB.

    python bench/outbreak.py [--visits 5000000] [--cases 33000] [--generations 2] [--minutes 15] [--rounds 3]

Everyone reached by any of the cases is told with when, in which generation, through whom and where. Then
the whole question of `truyvet outbreak`, without a peer: minutes with their bounds, doses and places, ranked.
"""

import argparse
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from numpy.typing import NDArray
from tracer_contest import Contest, compare, peak_mib, told
from tracer_ours import chain, numbers, ranked
from tracer_world import WINDOW, world

from storage.visit_index import VisitIndex
from tracer.answer_cases import outbreak_rows
from tracer.dose import Measure
from tracer.profiles import OVERLAP
from tracer.question import Window


class Whole(NamedTuple):
    """The seconds until everyone is ranked, those until the last row, and the exposures summed."""

    summed: float
    rows: float
    exposures: int


def whole(index: VisitIndex, question: tuple[NDArray[np.int64], Window, int, int]) -> Whole:
    """Asks the whole question; everyone's first exposure must be the one that the search tells."""
    began = perf_counter()
    found = ranked(index, *question)
    summed = perf_counter() - began
    rows = sum(1 for _ in outbreak_rows(found, Measure(OVERLAP, WINDOW)))
    took = perf_counter() - began
    people = sorted((one.ranked.first, one.ranked.person) for one in found.reached)
    first, person = np.array(people, dtype=np.uint64).reshape(-1, 2).T
    searched = chain(index, *question)
    its = {name: searched[name] for name in ("person", "at")}
    compare("the whole question", "its sums", {"person": numbers(person), "at": first}, "the search", its)
    if rows != len(people):
        raise SystemExit(f"{rows} rows for {len(people)} people")
    return Whole(summed, took, found.met)


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
    wholes: list[Whole] = []
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
        wholes.append(whole(made.index, question))
    print("\n".join(one.lines()), flush=True)
    summed, rows = (round(median(column), 2) for column in list(zip(*wholes, strict=True))[:2])
    print(f"the whole question: {wholes[0].exposures:,} exposures ranked in {summed} s, rows after {rows} s")
    seconds = round(median(one.seconds["ours"]), 2)
    told(
        {"bench": "outbreak", "visits": made.visits, "cases": words.cases, "seconds": seconds}
        | {"seconds_ranked": summed, "seconds_rows": rows}
        | {"vs_duckdb": one.ratio("duckdb"), "people": max(one.rows), "mib": peak_mib()}
    )


if __name__ == "__main__":
    main()
