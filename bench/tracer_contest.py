"""Contenders answer in turn, answers are compared first, and times told as minimum, median and maximum."""

import json
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

Table = dict[str, NDArray[Any]]


@dataclass
class Contest:
    """One question, put to each contender in turn."""

    name: str
    seconds: dict[str, list[float]] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)

    def ask(
        self,
        contenders: dict[str, Callable[[], Table]],
        prepared: Callable[[Table], Table] = lambda table: table,
    ) -> None:
        """Ask everybody, beginning with another one each time. Ends the benchmark on different answers.

        prepared: what makes answers comparable, without counting its time.
        """
        order = list(contenders)
        turn = len(self.rows) % len(order)
        answers: dict[str, Table] = {}
        for who in order[turn:] + order[:turn]:
            began = perf_counter()
            answers[who] = contenders[who]()
            self.seconds.setdefault(who, []).append(perf_counter() - began)
        answers = {who: prepared(answer) for who, answer in answers.items()}
        first = answers[order[0]]
        for who in order[1:]:
            compare(self.name, order[0], first, who, answers[who])
        self.rows.append(len(next(iter(first.values()))))

    def ratio(self, peer: str, ours: str = "ours") -> float:
        """How many times as long the peer took: the median of the questions."""
        pairs = zip(self.seconds[peer], self.seconds[ours], strict=True)
        return round(median(theirs / mine for theirs, mine in pairs), 1)

    def lines(self) -> list[str]:
        """For people, in milliseconds."""
        found = []
        for who, seconds in self.seconds.items():
            told = " / ".join(f"{1000 * one:,.1f}" for one in (min(seconds), median(seconds), max(seconds)))
            times = "" if who == "ours" else f"  {self.ratio(who):6.1f} x ours"
            found.append(f"{self.name:34} {who:12} {told:>34} ms{times}")
        return [*found, f"{'':34} rows: {min(self.rows):,} to {max(self.rows):,}, all answers equal"]


def compare(name: str, who: str, mine: Table, other: str, theirs: Table) -> None:
    """Ends the benchmark where two answers differ."""
    if set(mine) != set(theirs):
        raise SystemExit(f"{name}: {who} tells {sorted(mine)}, {other} {sorted(theirs)}")
    for column, values in mine.items():
        if not np.array_equal(np.asarray(values, dtype=np.int64), np.asarray(theirs[column], dtype=np.int64)):
            raise SystemExit(
                f"WRONG ANSWER in {name}: {who} and {other} differ in {column}: no time is printed"
            )


def in_order(table: Table) -> Table:
    """The rows sorted by all columns, for answers without an order."""
    order = np.lexsort(tuple(table[name] for name in sorted(table)))
    return {name: np.asarray(values)[order] for name, values in table.items()}


def told(result: dict[str, Any]) -> None:
    """The last line, for programs."""
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    import duckdb  # noqa: PLC0415

    versions = {"python": platform.python_version(), "numpy": np.__version__, "duckdb": duckdb.__version__}
    print(json.dumps(result | {"versions": versions, "cpu": cpu}), flush=True)
    sys.stdout.flush()


def peak_mib() -> int:
    """The most memory this process ever held, its peers in it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024
