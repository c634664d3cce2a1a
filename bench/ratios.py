"""A picture of how many times as fast as each peer, from the last lines of the benchmarks.

    python bench/ratios.py docs/measured.ndjson docs/ratios.png

A line of the file: what was asked, the peer, the ratio that was measured, and the goal.
"""

import json
import sys
from pathlib import Path
from typing import NamedTuple


class Measured(NamedTuple):
    """ratio: the peer's time (or CPU) over ours; goal: at least so much."""

    what: str
    peer: str
    ratio: float
    goal: float


def read(file: Path) -> list[Measured]:
    """The lines of the file."""
    return [Measured(**json.loads(line)) for line in file.read_text("utf-8").splitlines() if line.strip()]


def draw(measured: list[Measured], file: Path) -> None:
    """One bar each, from 1 outwards: to the right we are faster; a mark where the goal is."""
    import matplotlib  # noqa: PLC0415 (only who wants a picture needs it)

    matplotlib.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    figure, axes = pyplot.subplots(figsize=(9, 0.36 * len(measured) + 1.2), constrained_layout=True)
    for row, one in enumerate(reversed(measured)):
        color = "tab:green" if one.ratio >= one.goal else "tab:orange"
        axes.barh(row, one.ratio - 1, left=1, color=color, height=0.62)
        axes.plot([one.goal, one.goal], [row - 0.42, row + 0.42], color="black", linewidth=1.6)
        axes.annotate(
            f" {one.ratio:g} ",
            (max(one.ratio, one.goal) if one.ratio >= 1 else one.ratio, row),
            ha="left" if one.ratio >= 1 else "right",
            va="center",
            fontsize=8,
        )
    axes.set_yticks(
        range(len(measured)), [f"{one.what}: {one.peer}" for one in reversed(measured)], fontsize=8
    )
    axes.set_xscale("log")
    axes.set_xlim(0.05, 400)
    axes.axvline(1, color="gray", linewidth=0.8)
    axes.set_xlabel("times as fast as the peer; black: the goal")
    figure.savefig(file, dpi=90)


if __name__ == "__main__":
    draw(read(Path(sys.argv[1])), Path(sys.argv[2]))
