"""Ten thousand kiosks that were offline for a week get their network back in the same moment.

    make bench-herd [ARGS="--kiosks 2000 --a-day 10 --at-once"]        (about ten minutes)

Each is the real kiosk (its sender, its signatures, its pauses) but for the outbox, which is in memory. They
face one `truyvet gateway` before Kafka and Redis; then a worker stores everything, and the table of scans
must hold each once. arrival: what these kiosks scan a second in their busiest half hour, by the curve of
Malaysia's busiest day. a_day_for_4x: what each might scan a day and this still be four times the arrival.
The last line is one JSON object.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from functools import reduce
from operator import xor
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from gateway import serving
from herd_kiosks import DAYS, Heard, Herd, scan_number
from measured import cpu_seconds, scratch

from deploy.settings import load
from deploy.wiring import Wiring
from producers.codes.encoded import to_base64url
from producers.codes.signing import SEED_BYTES
from producers.envelope import Opener
from producers.gateway.device import Device as Registered
from producers.kiosk.device import Device, public_key
from producers.pseudonym import read_or_make_key
from producers.register import DEVICES_TOPIC, VENUES_TOPIC, Register
from producers.venue_record import VenueRecord
from storage.clickhouse import ClickHouseEngine

PERSONS = 20_000
BUSIEST_HALF_HOUR = 908 * 1800 / 34.5e6
"""The share of a day's check-ins that falls into it: Malaysia, 2021 (docs/performance.md)."""
ONE_ADDRESS = {"TRUYVET_GATEWAY_ADDRESS_REQUESTS_MAX": "1000000000"}
"""The herd has one network address here and ten thousand in life; every other limit is the default."""
HEALTH_SECONDS = 0.5


class Health(threading.Thread):
    """Asks `/healthz` all the while; a gateway that collapses answers late or not at all."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._url, self._ended = f"http://127.0.0.1:{port}/healthz", threading.Event()
        self.seconds: list[float] = []
        self.failed = 0

    def run(self) -> None:
        while not self._ended.wait(HEALTH_SECONDS):
            began = time.monotonic()
            try:
                with urlopen(self._url, timeout=30) as answer:
                    self.failed += answer.status != 200
            except OSError:
                self.failed += 1
            self.seconds.append(time.monotonic() - began)

    def end(self) -> None:
        self._ended.set()
        self.join()


def enrol(wiring: Wiring, kiosks: int) -> tuple[list[str], bytes]:
    """Puts kiosks and their venues into the registers; their seeds, and the gateway's envelope key."""
    folder = wiring.settings.key_file().parent
    envelope = Opener(read_or_make_key(folder / "gateway-envelope.key")).public
    seeds = [secrets.token_bytes(SEED_BYTES) for _ in range(kiosks)]
    devices = [
        Registered(
            device=f"{number:016x}",
            kind="kiosk",
            venue=f"herd/{number}",
            public_key=public_key(seed.hex()),
        )
        for number, seed in enumerate(seeds)
    ]
    venues = [VenueRecord(id=device.venue, kind="shop") for device in devices]
    Register(wiring.log, VENUES_TOPIC).put({venue.id: venue.encode() for venue in venues})
    Register(wiring.log, DEVICES_TOPIC).put({device.device: device.value() for device in devices})
    return [seed.hex() for seed in seeds], envelope


def lost(wiring: Wiring, kiosks: int, scans: int) -> tuple[int, int]:
    """(scans that are not in the table, rows that are there twice), after a worker took all that came."""
    worker = subprocess.Popen([sys.executable, "-m", "deploy.main", "worker"], env=os.environ)
    try:
        drain = [sys.executable, "-m", "deploy.main", "drain", "--patience", "1800"]
        subprocess.run(drain, check=True, env=os.environ, stdout=subprocess.DEVNULL)
    finally:
        worker.terminate()
        worker.wait(60)
    engine = ClickHouseEngine(wiring.settings.store_url())
    ((every, different, mixed),) = engine.rows(
        f"SELECT count(), uniqExact(scan_id), groupBitXor(scan_id) FROM {engine.database}.scans FINAL"
    )
    engine.close()
    wanted = kiosks * scans
    numbers = (scan_number(kiosk, scan) for kiosk in range(kiosks) for scan in range(scans))
    if different == wanted and mixed != reduce(xor, numbers, 0):
        raise SystemExit("WRONG ANSWER: as many scans as were sent, but not the same ones.")
    return wanted - different, every - different


def told(answers: list[Heard], scans: int, seconds: float) -> dict[str, float]:
    """What the kiosks heard. p99: of every answer, whatever it was."""
    by_status = Counter(answer.status for answer in answers)
    slowest = sorted(answer.seconds for answer in answers)
    return {
        "http_200": by_status[200],
        "http_429": by_status[429],
        "http_503": by_status[503],
        "no_answer": by_status[0],
        "other": len(answers) - sum(by_status[one] for one in (200, 429, 503, 0)),
        "p50_ms": round(1000 * slowest[len(slowest) // 2]),
        "p99_ms": round(1000 * slowest[int(len(slowest) * 0.99)]),
        "drained_per_second": round(scans / seconds),
        "drained_seconds": round(seconds),
    }


def main() -> None:
    """Enrol, bring the network back, count, print."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--kiosks", type=int, default=10_000)
    read.add_argument("--a-day", type=int, default=30, help="scans of one kiosk in a day")
    read.add_argument("--at-once", action="store_true", help="all try in the first second")
    asked = read.parse_args()
    os.environ["XDG_DATA_HOME"] = scratch()
    os.environ["PYTHONPATH"] = str(ROOT)
    wiring = Wiring(load(os.environ))
    wiring.prepare()
    seeds, envelope = enrol(wiring, asked.kiosks)
    scans = DAYS * asked.a_day
    with serving("-m", "deploy.main", "gateway", **ONE_ADDRESS) as (port, process):
        url, key = f"http://127.0.0.1:{port}", to_base64url(envelope)
        devices = [Device(url, seed, f"{n:016x}", f"herd/{n}", key) for n, seed in enumerate(seeds)]
        herd, health, cpu = Herd(devices, scans, PERSONS), Health(port), cpu_seconds(process)
        print(f"{asked.kiosks:,} kiosks with {scans} scans each: the network is back", flush=True)
        health.start()
        herd.play(at_once=asked.at_once)
        health.end()
        cpu = cpu_seconds(process) - cpu
    every = asked.kiosks * scans
    print(f"{every:,} scans taken in {herd.seconds:.0f} s; a worker stores them", flush=True)
    aside = sum(len(outbox.aside) for outbox in herd.outboxes)
    missing, twice = lost(wiring, asked.kiosks, scans)
    wiring.close()
    answers = told(herd.answers, every, herd.seconds)
    arrival = asked.kiosks * asked.a_day * BUSIEST_HALF_HOUR / 1800
    summary = {
        "kiosks": asked.kiosks,
        "x_arrival": round(answers["drained_per_second"] / arrival, 1),
        "lost": missing,
        "http_429": answers["http_429"],
        "p99_ms": answers["p99_ms"],
        "scans": every,
        "arrival_per_second": round(arrival, 1),
        "a_day_for_4x": round(answers["drained_per_second"] / 4 * asked.a_day / arrival),
        "set_aside": aside,
        "stored_twice": twice,
        "gateway_cpu_seconds": round(cpu),
        "health_ms_max": round(1000 * max(health.seconds, default=0)),
        "health_failed": health.failed,
    } | answers
    print("\n".join(f"{name:<24}{value:>14,}" for name, value in summary.items()))
    print(json.dumps(summary))
    sys.exit(bool(missing or twice or aside or health.failed))


if __name__ == "__main__":
    main()
