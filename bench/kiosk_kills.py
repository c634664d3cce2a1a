"""A kiosk is killed at random moments, again and again, while it takes scans and sends them.

    make bench-kiosk-kills                (about seven minutes)

The real command `truyvet kiosk run`, sometimes two of them on one outbox, against a gateway that is slow or
busy, and often does not come to answer. Each card is held before the scanner once. Then everything that
beeped must be at the gateway, once, as the person who was scanned. The last line is one JSON object.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from stand_in_gateway import StandIn, problem

from producers.codes.own import card_code
from producers.codes.signing import Signer
from producers.kiosk.outbox import Outbox

CARD_SECONDS_MAX = 0.02
ALIVE_SECONDS_MAX = 0.8
"""How long a kiosk lives after its first beep."""
TWO_AT_ONCE = 0.2


class Attendant:
    """One kiosk process: holds cards before it until it is killed, and writes down what it said of each."""

    def __init__(self, command: list[str], cards: list[tuple[int, str]], drawn: random.Random) -> None:
        self.said: list[tuple[int, dict[str, Any]]] = []
        self._cards, self._drawn = cards, drawn
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.beeped = threading.Event()
        self._threads = [threading.Thread(target=one, daemon=True) for one in (self._hold, self._listen)]
        for thread in self._threads:
            thread.start()

    def _hold(self) -> None:
        assert self.process.stdin is not None
        try:
            for _, code in self._cards:
                self.process.stdin.write(code.encode() + b"\n")
                self.process.stdin.flush()
                time.sleep(self._drawn.random() * CARD_SECONDS_MAX)
        except OSError:  # killed
            pass

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line, (number, _) in zip(self.process.stdout, self._cards, strict=False):
            if line.endswith(b"\n"):  # half a line is half a beep: nobody heard it
                self.said.append((number, json.loads(line)))
                self.beeped.set()

    def kill(self) -> None:
        """kill -9, and nothing before it."""
        self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join()


def moody(drawn: random.Random, gateway: StandIn) -> None:
    """Some requests are turned away; for some the answer takes so long that the kiosk is killed first."""
    gateway.trouble = lambda scans: (
        problem(503, "busy", **{"Retry-After": "0"}) if drawn.random() < 0.1 else None
    )
    gateway.after = lambda: time.sleep(drawn.random() * 0.3 if drawn.random() < 0.3 else 0)


def main() -> None:
    """Kill, let the rest be sent, account, print."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--kills", type=int, default=200)
    read.add_argument("--seed", type=int, default=1)
    asked = read.parse_args()
    drawn, began = random.Random(asked.seed), time.monotonic()
    signer = Signer(bytes(range(32)))
    gateway = StandIn(lambda: int(time.time()))
    moody(random.Random(asked.seed), gateway)
    with tempfile.TemporaryDirectory(prefix="truyvet-kiosk-") as folder:
        kiosk = [sys.executable, "-m", "deploy.main", "kiosk"]
        keys = Path(folder) / "keys.json"
        keys.write_text(json.dumps({"public": signer.public.hex()}))
        where = ["--folder", f"{folder}/kiosk"]
        enrol = [*kiosk, "enrol", "--gateway", gateway.url, "--invitation", "AAAA", *where]
        subprocess.run(enrol, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        run = [*kiosk, "run", "--format", "json", "--key", str(keys), *where]

        number, kills, said = 0, 0, []
        while kills < asked.kills:
            hands = []
            for _ in range(1 + (drawn.random() < TWO_AT_ONCE)):
                cards = [
                    (n, card_code(signer, n.to_bytes(16, "big"), 0)) for n in range(number, number + 500)
                ]
                number += 500
                hands.append(Attendant(run, cards, drawn))
            for hand in hands:
                if not hand.beeped.wait(60):
                    raise SystemExit("a kiosk does not start")
            time.sleep(drawn.random() * ALIVE_SECONDS_MAX)
            for hand in hands:
                hand.kill()
                kills += 1
                said += hand.said
        waited = _waiting(Path(folder))
        gateway.trouble, gateway.after = lambda scans: None, lambda: None
        subprocess.run(run, cwd=ROOT, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        summary = account(gateway, said, _waiting(Path(folder)))
    gateway.close()
    summary = {"kills": kills, "waited": waited} | summary | {"seconds": round(time.monotonic() - began)}
    print(json.dumps(summary))
    sys.exit(bool(summary["lost"] or summary["counted_twice"] or summary["wrong"]))


def account(gateway: StandIn, said: list[tuple[int, dict[str, Any]]], waiting: int) -> dict[str, int]:
    """What beeped against what the gateway has."""
    beeped = {row["scan_id"]: number for number, row in said if row["outcome"] == "taken"}
    persons = [gateway.identity(scan) for scan in gateway.taken.values()]
    has = dict(zip(gateway.taken, persons, strict=True))
    return {
        "beeped": len(beeped),
        "lost": len(set(beeped) - set(has)),
        "counted_twice": len(persons) - len(set(persons)),
        "wrong": sum(
            has.get(scan_id, name) != name
            for scan_id, name in (
                (one, f"truyvet:{n.to_bytes(16, 'big').hex()}") for one, n in beeped.items()
            )
        ),
        "refused": sum(row["outcome"] != "taken" for _, row in said),
        "kept_without_a_beep": len(set(has) - set(beeped)),
        "sent_twice": sum(times > 1 for times in gateway.times.values()),
        "still_waiting": waiting,
    }


def _waiting(folder: Path) -> int:
    outbox = Outbox(folder / "kiosk/outbox.sqlite")
    try:
        return outbox.counts().waiting
    finally:
        outbox.close()


if __name__ == "__main__":
    main()
