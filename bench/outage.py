"""ClickHouse stops for two and a half hours of a nation's day, while everyone goes on scanning.

    make bench-outage                     (about four minutes)

The hole of 2021-12-09 in Malaysia's curve lasted five half hours; here five half hours of the afternoon
pass without a store, each played for --seconds at --times the nation's rate. Nothing is restarted by hand
but ClickHouse. x_arrival: how many times faster than scans arrive they were stored after its return. Then
everything is read back and held against a quiet run in memory: with a wrong answer no time is shown. The
last line is one JSON object.
"""

import argparse
import json
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from national_account import account
from national_run import Nation, Play, Sample, nation
from national_traffic import NationalDay
from plots import day_plot

DAY = 86_400
FIRST, LAST = 34, 46
"""From 17:00 to 23:00."""
DOWN, UP = 1, 6
"""ClickHouse stops after so many half hours and is back after so many: 5 are the hole of 2021-12-09."""


class Outage(threading.Thread):
    """Stops ClickHouse and starts it again, at its time."""

    def __init__(self, nation: Nation, seconds: float) -> None:
        super().__init__(daemon=True)
        self._nation, self._seconds = nation, seconds
        self._began = time.monotonic()

    def run(self) -> None:
        time.sleep(DOWN * self._seconds)
        self._nation.stack.kill9("clickhouse")
        self.down = time.monotonic() - self._began
        time.sleep((UP - DOWN) * self._seconds)
        self._nation.stack.start("clickhouse")
        self.up = time.monotonic() - self._began


def caught_up(samples: list[Sample], up: float) -> tuple[Sample, Sample]:
    """The first sample that saw something stored after the return, and the first that saw no backlog."""
    after = [s for s in samples if s.at >= up]
    first = next(s for s in after if s.stored > after[0].stored)
    rate = (samples[-1].sent - samples[0].sent) / (samples[-1].at - samples[0].at)
    last = next((s for s in after if s.at > first.at and s.sent - s.stored <= 2 * rate), samples[-1])
    return first, last


def main() -> None:
    """Play with an outage, account, print."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--times", type=float, default=1.0, help="so many times the nation's rate")
    read.add_argument("--seconds", type=float, default=12.0, help="how long each half hour is played")
    read.add_argument("--plot", type=Path, help="a PNG of the play")
    asked = read.parse_args()
    yesterday = int(time.time()) // DAY * DAY - DAY
    day = NationalDay(asked.times, asked.seconds, yesterday, FIRST, LAST)
    with nation(day.partitions) as here:
        play, outage = Play(here, day), Outage(here, asked.seconds)
        outage.start()
        play.run()
        outage.join()
        same_worker = here.worker.poll() is None
        print(f"{play.scans:,} scans sent; reading everything back", flush=True)
        found = account(here, play)
        found.check()
    first, last = caught_up(play.samples, outage.up)
    span = max(last.at - first.at, 1e-9)
    drained, arrived = (last.stored - first.stored) / span, (last.sent - first.sent) / span
    usual = play.scans / play.sent_all
    summary = {
        "x_arrival": round(drained / max(arrived, usual), 2),
        "lost": found.lost,
        "visits_differ": found.visits_differ,
        "down_seconds": round(outage.up - outage.down, 1),
        "backlog_scans": first.sent - first.stored,
        "stored_again_after_seconds": round(first.at - outage.up, 1),
        "caught_up_after_seconds": round(last.at - outage.up, 1),
        "drained_per_second": round(drained),
        "arrived_per_second": round(max(arrived, usual)),
        "worker_survived": int(same_worker),
        "worker_mb_max": round(max(s.worker_mb for s in play.samples)),
    }
    print("\n".join(f"{name:<34}{value:>14,}" for name, value in (found._asdict() | summary).items()))
    if asked.plot:
        day_plot(play.samples, asked.plot, "ClickHouse down for five half hours of the day")
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
