"""How many scans one core of a gateway takes, signatures checked and acknowledged by Kafka.

    make bench-gateway [ARGS="--scans 20000 --rounds 3"]

Beside `truyvet gateway` runs the same application that only parses and answers
(`bench/gateway_parse_only.py`). Both get the same requests, in turns, each round others; every answer is
compared before a time is printed, and at the end Kafka must hold each scan once. Each person and card is new.
CPU-seconds are those of the server's process, all threads.
"""

import argparse
import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from gateway_load import Answered, Pen, Request, send_all, signed
from measured import cpu_seconds, scratch

from deploy.settings import load
from deploy.stack.ports import free_port
from deploy.wiring import Wiring
from producers.codes import key_files
from producers.codes.encoded import to_base64url
from producers.codes.own import card_code, poster_code
from producers.envelope import Opener, Sealer
from producers.gateway.device import Device, Kind
from producers.pseudonym import read_or_make_key
from producers.register import DEVICES_TOPIC, VENUES_TOPIC, Register
from producers.scan import RECORD, TOPIC
from producers.venue_record import VenueRecord

VENUES = [f"bench/{number}" for number in range(200)]
DEVICES = 200
GENEROUS = {
    f"TRUYVET_GATEWAY_{name}": "1000000000"
    for name in ("PHONE_SCANS_MAX", "DEVICE_SCANS_MAX", "ADDRESS_REQUESTS_MAX", "VENUE_SCANS_MAX")
}
P99_MAX = 0.2


class Way(NamedTuple):
    """Who sends how: scans in a request, and whether the identity is sealed (a kiosk) or a card (a phone)."""

    name: str
    kind: Kind
    scans: int
    connections: int


WAYS = (
    Way("kiosk, 100 scans a request", "kiosk", 100, 10),
    Way("kiosk, 20 scans a request", "kiosk", 20, 16),
    Way("phone, 4 cards a request", "phone", 4, 16),
    Way("phone, 1 card a request", "phone", 1, 24),
)


class Round(NamedTuple):
    """One server's turn."""

    per_cpu_second: float
    per_second: float
    p99: float


class Bench:
    """Devices, venues and keys, all in the registers before the gateway starts."""

    def __init__(self) -> None:
        self.home = Path(scratch())
        os.environ["XDG_DATA_HOME"] = str(self.home)
        self.wiring = Wiring(load(os.environ))
        self.wiring.prepare()
        folder = self.wiring.settings.key_file().parent
        self.signer = key_files.make_key(folder / "code-keys", int(time.time())).signer()
        self.envelope = Opener(read_or_make_key(folder / "gateway-envelope.key")).public
        self.sealers = [Sealer(self.envelope) for _ in range(DEVICES)]
        records = {venue: VenueRecord(id=venue, kind="market").encode() for venue in VENUES}
        Register(self.wiring.log, VENUES_TOPIC).put(records)
        self.pens = {kind: [self._pen(kind, n) for n in range(DEVICES)] for kind in ("kiosk", "phone")}
        pens = [pen.device for some in self.pens.values() for pen in some]
        Register(self.wiring.log, DEVICES_TOPIC).put({one.device: one.value() for one in pens})
        self.posters = [poster_code(self.signer, venue, int(time.time())) for venue in VENUES]
        self.sent = 0

    def _pen(self, kind: Kind, number: int) -> Pen:
        key = Ed25519PrivateKey.generate()
        public = to_base64url(key.public_key().public_bytes_raw())
        venue = VENUES[number % len(VENUES)] if kind == "kiosk" else ""
        made = Device(device=secrets.token_hex(8), kind=kind, venue=venue, public_key=public)
        return Pen(made, key)

    def requests(self, way: Way, scans: int) -> list[Request]:
        """So many scans of as many people, each seen for the first time."""
        pens = self.pens[way.kind]
        return [
            signed(pens[number % DEVICES], [self._scan(way.kind, number) for _ in range(way.scans)])
            for number in range(scans // way.scans)
        ]

    def _scan(self, kind: Kind, number: int) -> dict[str, object]:
        made: dict[str, object] = {"scan_id": secrets.token_hex(8), "at": int(time.time()), "direction": "in"}
        if kind == "kiosk":
            return made | {
                "person_sealed": self.sealers[number % DEVICES].seal(f"truyvet:{secrets.token_hex(16)}")
            }
        code = card_code(self.signer, secrets.token_bytes(16), int(time.time()))
        return made | {"venue_code": self.posters[number % len(self.posters)], "person_code": code}

    def in_kafka(self) -> list[str]:
        """The ids of all scans in the topic."""
        log = self.wiring.log
        return [
            scan["scan_id"]
            for partition, end in log.ends(TOPIC).items()
            for entry in log.read(TOPIC, partition, 0, end)
            for scan in RECORD.validate_json(entry.value)
        ]


@contextmanager
def serving(*command: str, **env: str) -> Iterator[tuple[int, int]]:
    """(port, process id) of a server, until the end."""
    port = free_port()
    words = [one.replace("PORT", str(port)) for one in command]
    environ = os.environ | {"TRUYVET_GATEWAY_PORT": str(port), "PYTHONPATH": str(ROOT)} | env
    process = subprocess.Popen([sys.executable, *words], env=environ)
    try:
        for _ in range(600):
            try:
                asyncio.run(_connect(port))
                break
            except OSError:
                time.sleep(0.1)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


async def _connect(port: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


def turn(server: tuple[int, int], requests: Sequence[Request], way: Way) -> tuple[Round, list[Answered]]:
    """Sends all, and reads the server's clock before and after."""
    port, process = server
    cpu, began = cpu_seconds(process), time.perf_counter()
    answers = asyncio.run(send_all(port, requests, way.connections))
    seconds, spent = time.perf_counter() - began, cpu_seconds(process) - cpu
    scans = len(requests) * way.scans
    slowest = sorted(answer.seconds for answer in answers)[int(len(answers) * 0.99)]
    return Round(scans / spent, scans / seconds, slowest), answers


def check(requests: Sequence[Request], answers: Sequence[Answered], whose: str) -> None:
    """Ends the benchmark unless each scan of each request was taken."""
    for request, answer in zip(requests, answers, strict=True):
        told = json.loads(answer.body).get("answers", [])
        # A phone of hundreds is told so ("crowd"); its scans are taken all the same.
        if [(one["scan_id"], one["status"]) for one in told] != [(one, "taken") for one in request.ids]:
            raise SystemExit(f"WRONG ANSWER: {whose}: {answer.status} {answer.body[:300]!r}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--scans", type=int, default=20_000)
    asked.add_argument("--rounds", type=int, default=3)
    words = asked.parse_args()
    bench = Bench()
    sent: list[str] = []
    found: dict[str, dict[str, list[Round]]] = {}
    with (
        serving("-m", "deploy.main", "gateway", **GENEROUS) as ours,
        serving(str(ROOT / "bench/gateway_parse_only.py"), "PORT") as bare,
    ):
        for number in range(words.rounds + 1):
            for way in WAYS:
                scans = words.scans if way.scans > 4 else words.scans // 5
                requests = bench.requests(way, scans)
                bare_round, answers = turn(bare, requests, way)
                check(requests, answers, "parse only")
                our_round, answers = turn(ours, requests, way)
                check(requests, answers, "gateway")
                sent += [one for request in requests for one in request.ids]
                if number:  # the first round warms both up
                    rounds = found.setdefault(way.name, {"ours": [], "parse_only": []})
                    rounds["ours"].append(our_round)
                    rounds["parse_only"].append(bare_round)
    if sorted(bench.in_kafka()) != sorted(sent):
        raise SystemExit("WRONG ANSWER: Kafka does not hold each scan once.")
    bench.wiring.close()
    report(found, len(sent))


def report(found: dict[str, dict[str, list[Round]]], sent: int) -> None:
    """The table, and the JSON object as the last line: of kiosks that send 100 scans at once."""
    print(f"{sent:,} scans sent, each in Kafka once.")
    told = {}
    for name, rounds in found.items():
        ours, bare = rounds["ours"], rounds["parse_only"]
        shares = [one.per_cpu_second / other.per_cpu_second for one, other in zip(ours, bare, strict=True)]
        told[name] = {
            "scans_per_cpu_second": round(median(one.per_cpu_second for one in ours)),
            "scans_per_second": round(median(one.per_second for one in ours)),
            "parse_only_per_cpu_second": round(median(one.per_cpu_second for one in bare)),
            "vs_parse_only": round(median(shares), 2),
            "p99_ms": round(1000 * max(one.p99 for one in ours)),
        }
        print(f"{name:28} {told[name]}")
    many, single = told[WAYS[0].name], told[WAYS[-1].name]
    last = {key: many[key] for key in ("scans_per_cpu_second", "vs_parse_only", "p99_ms")}
    last["vs_single"] = round(many["scans_per_cpu_second"] / single["scans_per_cpu_second"], 1)
    print(json.dumps(last | {"ways": told}))


if __name__ == "__main__":
    main()
