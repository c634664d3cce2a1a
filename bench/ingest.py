"""How fast scans go from Kafka into ClickHouse: our worker, stock Faust, and loops written by hand.

    make bench-ingest                 (all in one run, on this machine's stack)
    make bench-ingest ARGS="--scans 200000 --rounds 5"

Every time printed is of a run whose rows in ClickHouse were compared with the scans that were sent.
The last line is one JSON object.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from contenders import PARTITIONS, Contender, ours, peer
from measured import Run
from services import Services
from traffic import Traffic, recent_start

DAYS = 3
LIBRARIES = "faust-streaming aiokafka kafka-python clickhouse-driver redis pydantic numpy orjson"
STOCK, BARE = "peer_stock_faust.py", "peer_bare_loop.py"
OURS = "ours_500"
PEERS = ("stock", "bare_loop", "bare_batches")


def line_up(services: Services, options: argparse.Namespace) -> dict[str, Contender]:
    """Make the scans, publish those of the peers, and say who competes."""

    def traffic(scans: int) -> Traffic:
        return Traffic(scans, DAYS, recent_start(DAYS))

    many, small, single, few = (
        traffic(n) for n in (options.scans, options.scans, options.bare_scans, options.stock_scans)
    )
    records = list(many.records(PARTITIONS, 500))
    found = {
        OURS: ours(services, many, 500, records),
        "ours_100": ours(services, small, 100, list(small.records(PARTITIONS, 100))),
    }
    for name, sent, values, script, what in (
        (
            "stock",
            few,
            few.singles(PARTITIONS),
            STOCK,
            "stock Faust, a scan a message, take(5000, within=0.5)",
        ),
        (
            "bare_loop",
            single,
            single.singles(PARTITIONS),
            BARE,
            "aiokafka getmany and orjson, a scan a message",
        ),
        ("bare_batches", many, iter(records), BARE, "aiokafka getmany and orjson, 500 scans a message"),
    ):
        count = services.publish(f"bench.{name}", PARTITIONS, values)
        print(f"published {sent.truth.sent:,} scans in {count:,} records for {name}", flush=True)
        found[name] = peer(services, name, what=what, script=script, traffic=sent)
    return found


def surroundings(services: Services) -> str:
    """What the numbers were measured on."""
    cpu = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = next((line.partition(": ")[2] for line in cpu.splitlines() if line.startswith("model name")), "?")
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES.split())
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return (
        f"{os.cpu_count()} x {model}, Linux {platform.release()}, load before: {busy}\n"
        f"{services.versions()}, one node each, on the same machine\n"
        f"Python {platform.python_version()}, {libraries}"
    )


def spread(runs: list[Run], figure: Callable[[Run], float]) -> str:
    """min / median / max of one figure over the rounds."""
    values = [figure(run) for run in runs]
    return " / ".join(f"{value:>8,.0f}" for value in (min(values), median(values), max(values)))


def table(contenders: dict[str, Contender], runs: dict[str, list[Run]]) -> str:
    """One line per contender."""
    head = ("scans/s of wall: min/median/max", "scans per CPU-second of the worker", "MB")
    lines = ["{:<14}{:>9}  {:>32}  {:>36}{:>7}".format("", "scans", *head)]
    for name, done in runs.items():
        wall, cpu = spread(done, lambda run: run.per_second), spread(done, lambda run: run.per_cpu_second)
        peak = max(run.peak_mb for run in done)
        lines.append(f"{name:<14}{done[0].scans:>9,}  {wall:>32}  {cpu:>36}{peak:>7,.0f}")
    return "\n".join([*lines, "", *(f"{name:<14}{one.what}" for name, one in contenders.items())])


def summary(runs: dict[str, list[Run]]) -> dict[str, float]:
    """Medians, and medians of the ratios within each round. vs_*: on CPU-seconds; vs_*_wall: on wall time."""
    mine = runs[OURS]
    found: dict[str, float] = {
        "scans_per_second": round(median(run.per_second for run in mine)),
        "scans_per_cpu_second": round(median(run.per_cpu_second for run in mine)),
        "scans_per_second_100": round(median(run.per_second for run in runs["ours_100"])),
        "scans_per_cpu_second_100": round(median(run.per_cpu_second for run in runs["ours_100"])),
    }
    for name in PEERS:
        pairs = list(zip(mine, runs[name], strict=True))
        found[f"vs_{name}"] = round(median(a.per_cpu_second / b.per_cpu_second for a, b in pairs), 2)
        found[f"vs_{name}_wall"] = round(median(a.per_second / b.per_second for a, b in pairs), 2)
    return found


def main() -> None:
    """Read the command line; every contender once per round, in turn."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--scans", type=int, default=500_000, help="for ours and bare_batches")
    read.add_argument("--bare-scans", type=int, default=200_000, help="for bare_loop")
    read.add_argument("--stock-scans", type=int, default=40_000, help="for stock Faust")
    read.add_argument("--rounds", type=int, default=3)
    options = read.parse_args()
    services = Services()
    print(surroundings(services), flush=True)
    contenders = line_up(services, options)
    runs: dict[str, list[Run]] = {name: [] for name in contenders}
    for number in range(1, options.rounds + 1):
        for name, contender in contenders.items():
            done = contender.run(number)
            runs[name].append(done)
            times = f"{done.wall:6.2f} s wall  {done.cpu:6.2f} s CPU  (start: {done.startup_cpu:.1f} s CPU)"
            print(f"round {number}  {name:<13}{done.scans:>9,} scans  {times}  answers equal", flush=True)
    services.close()
    print(f"\n{table(contenders, runs)}\n\n{json.dumps(summary(runs))}")


if __name__ == "__main__":
    main()
