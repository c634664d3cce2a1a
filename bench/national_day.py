"""A nation's day on this machine: Malaysia's busiest published day, scaled to Vietnam, faster than it was.

    make bench-national-day                                   (about five minutes)
    make bench-national-day ARGS="--times 1 --seconds 75"     (an hour at the nation's own rate)

Kafka, ClickHouse, Redis, the sender and one worker share the machine. Each half hour of the day is
played for --seconds at --times the nation's rate, with 20 % of scans sent twice, 5 % late by hours and 1 %
that no one can read. A scan's wait runs from when it should have been sent until ClickHouse has it. Then
everything is read back and held against a quiet run in memory, and the dead letters against what no one
can read: with a wrong answer no time is shown. The last line is one JSON object.
"""

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from national_account import Account, account, disk
from national_run import Play, nation
from national_traffic import SCALE, NationalDay
from plots import day_plot

from producers.simulation.curve import BUCKET_SECONDS, CURVE

DAY = 86_400


def main() -> None:
    """Play, account, print."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--times", type=float, default=5.0, help="so many times the nation's rate")
    read.add_argument("--seconds", type=float, default=4.0, help="how long each half hour is played")
    read.add_argument("--plot", type=Path, help="a PNG of the play")
    asked = read.parse_args()
    yesterday = int(time.time()) // DAY * DAY - DAY
    day = NationalDay(asked.times, asked.seconds, yesterday)
    print(
        f"the nation's day: {sum(CURVE) * SCALE / 1e6:.0f} million scans, "
        f"{max(CURVE) * SCALE / BUCKET_SECONDS:,.0f} a second in its busiest half hour; "
        f"played at {asked.times:g} times that, {asked.seconds:g} s a half hour",
        flush=True,
    )
    with nation(day.partitions) as here:
        play = Play(here, day)
        play.run()
        print(f"{play.scans:,} scans sent; reading everything back", flush=True)
        found = account(here, play)
        found.check()
        size = disk(here)
    summary = figures(play, day, found) | size
    show(play, found, summary)
    if asked.plot:
        day_plot(play.samples, asked.plot, f"{asked.times:g} times the nation's rate")
    print(json.dumps(summary))


def figures(play: Play, day: NationalDay, found: Account) -> dict[str, float]:
    """The last line. x_realtime: of the nation's rates, over the play until all is stored."""
    waits = play.latencies()
    half = [s.worker_mb for s in play.samples if s.at > play.sent_all / 2]
    return {
        "x_realtime": round(day.times * day.length / play.stored_all, 2),
        "p50_seconds": round(float(np.quantile(waits, 0.5)), 2),
        "p99_seconds": round(float(np.quantile(waits, 0.99)), 2),
        "max_seconds": round(float(waits.max()), 2),
        "lost": found.lost,
        "visits_differ": found.visits_differ,
        "scans": play.scans,
        "scans_per_second": round(play.scans / play.stored_all),
        "sender_late_seconds": round(play.behind, 2),
        "worker_mb_max": round(max(s.worker_mb for s in play.samples)),
        "worker_mb_growth_in_second_half": round(half[-1] - half[0], 1),
    }


def show(play: Play, found: Account, summary: dict[str, float]) -> None:
    """For people."""
    print("\nseconds   scans/s sent   scans/s stored   waiting   worker MiB")
    step = max(1, len(play.samples) // 16)
    for a, b in zip(play.samples[::step], play.samples[step::step], strict=False):
        span = b.at - a.at
        rates = f"{(b.sent - a.sent) / span:>14,.0f} {(b.stored - a.stored) / span:>16,.0f}"
        print(f"{b.at:>7.0f} {rates} {b.sent - b.stored:>9,} {b.worker_mb:>12,.0f}")
    print("\n" + "\n".join(f"{name:<34}{value:>14,}" for name, value in (found._asdict() | summary).items()))


if __name__ == "__main__":
    main()
