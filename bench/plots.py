"""Pictures of what a benchmark saw, for docs/."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

RATE_SECONDS = 1.5
"""Over which a rate is told: scans are sent, and stored, in bursts."""


def _axes(rows: int) -> tuple[Any, Any]:
    import matplotlib  # noqa: PLC0415 (only who wants a picture needs it)

    matplotlib.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    return pyplot.subplots(rows, 1, sharex=True, figsize=(9, 2.4 * rows), constrained_layout=True)


def _apart(samples: Sequence[Any]) -> list[Any]:
    """Those at least RATE_SECONDS apart, from the first on."""
    found = list(samples[:1])
    for one in samples:
        if one.at - found[-1].at >= RATE_SECONDS:
            found.append(one)
    return found


def day_plot(samples: Sequence[Any], file: Path, title: str) -> None:
    """Rates, scans waiting and memory over the seconds of a play (`national_run.Sample`)."""
    figure, (rates, waiting, memory) = _axes(3)
    step = max(1, len(samples) // 240)
    some = samples[::step]
    marks = _apart(some)
    for name in ("sent", "stored"):
        per_second = [(getattr(b, name) - getattr(a, name)) / (b.at - a.at) for a, b in pairwise(marks)]
        rates.plot([s.at for s in marks[1:]], per_second, label=name, linewidth=1)
    rates.set_ylabel("scans a second")
    rates.legend(loc="upper left")
    rates.set_title(title)
    waiting.plot([s.at for s in some], [s.sent - s.stored for s in some], color="tab:red", linewidth=1)
    waiting.set_ylabel("scans waiting")
    memory.plot([s.at for s in some], [s.worker_mb for s in some], color="tab:green", linewidth=1)
    memory.set_ylabel("worker, MiB")
    memory.set_ylim(bottom=0)
    memory.set_xlabel("seconds")
    figure.savefig(file, dpi=90)
