"""Kill everything, again and again, and then account for every scan that was acknowledged.

    make bench-kill-ledger                    at least 200 kills, about half an hour on 2 cores
    python bench/kill_ledger.py --kills 20    a shorter one

A stack of its own; two workers; duplicated, shuffled and late traffic; and at random moments or
named crash points kill -9, stops and FLUSHALL of worker, Redis, ClickHouse and Kafka. Then the
ledger: every scan that Kafka acknowledged is in ClickHouse, no visit is there twice for any
question, and the visits are those of a quiet run in memory.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ledger_faults import Faults
from ledger_peers import peer_losses
from ledger_traffic import Sender, quiet_run

from deploy.drain import drain
from deploy.in_process import GROUP
from deploy.settings import Settings
from deploy.stack.local import LocalStack
from deploy.wiring import Wiring
from producers.errors import TruyvetError
from producers.scan import TOPIC

PATIENCE_SECONDS = 600


def main() -> None:
    """Run the ledger and print it; exit code 1 when anything is lost or counted twice."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--scans-per-kill", type=int, default=2000)
    parser.add_argument("--patience", type=float, default=PATIENCE_SECONDS, help="seconds without progress")
    parser.add_argument("--peer-kills", type=int, default=12, help="0: without the peers")
    parser.add_argument("--logs", type=Path, help="a folder for what the workers wrote")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="truyvet-ledger-"))
    stack = LocalStack(folder / "stack")
    try:
        env = stack.up()
        ledger = run(stack, env, folder, asked)
        if asked.peer_kills:
            print("\nThe naive peers under the same kind of kills:")
            peers = peer_losses(stack, env, asked.peer_kills, asked.seed)
            for peer, lost in peers.items():
                print(f"  {peer:<60} lost {lost}")
            ledger["peer_lost"] = sum(peers.values())
    finally:
        stack.down()
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(ledger))
    sys.exit(bool(ledger["lost"] or ledger["counted_twice"] or ledger["visits_differ"]))


def run(stack: LocalStack, env: dict[str, str], folder: Path, asked: argparse.Namespace) -> dict[str, int]:
    """Traffic and faults until there were enough, then heal, drain and count."""
    names = {name.removeprefix("TRUYVET_").lower(): value for name, value in env.items()}
    fields = {name: value for name, value in names.items() if name in Settings.model_fields}
    settings = Settings(**fields, retention_days=28, partitions=8, _env_file=None)  # type: ignore[arg-type]
    wiring = Wiring(settings)
    wiring.prepare()
    sender = Sender(settings, asked.seed, asked.kills * asked.scans_per_kill)
    thread = threading.Thread(target=sender.send, daemon=True)
    faults = Faults(stack, env, folder, random.Random(asked.seed))
    thread.start()
    began = time.monotonic()
    try:
        while faults.total < asked.kills:
            faults.one()
            if faults.total % 10 == 0:
                minutes = (time.monotonic() - began) / 60
                print(
                    f"{faults.total} kills, {len(sender.acknowledged)} scans, {minutes:.1f} min", flush=True
                )
        sender.stop()
        thread.join()
        faults.heal()
        print(f"healed; draining {len(sender.acknowledged)} acknowledged scans", flush=True)
        drained = drain(wiring, patience_seconds=asked.patience)
        if drained.missing:
            where_missing(wiring)
    finally:
        faults.end()
        if asked.logs:
            for file in folder.glob("worker*.log"):
                shutil.copy(file, asked.logs)
    result = count(wiring, sender, drained.missing) | {"kills": faults.total}
    show(faults.done, result)
    wiring.close()
    return result


def where_missing(wiring: Wiring) -> None:
    """Of each partition with records that nobody processed: did Kafka's committed offset run past them?"""
    ends, committed = wiring.log.ends(TOPIC), wiring.log.committed(GROUP, TOPIC)
    waiting = wiring.store.first_unprocessed(wiring.log.incarnation(TOPIC), ends)
    for partition, (first, missing) in waiting.items():
        print(
            f"partition {partition}: {missing} records without a receipt, the first at {first}; "
            f"committed {committed[partition]}, end {ends[partition]}",
            flush=True,
        )


def count(wiring: Wiring, sender: Sender, missing: int) -> dict[str, int]:
    """Hold what is stored against what was acknowledged."""
    people = sorted({person for person, _ in sender.acknowledged})
    stored = wiring.store.scans_of(dict.fromkeys(people, 0))
    there = {(person, scan.scan_id) for person, scans in stored.items() for scan in scans}
    expected = quiet_run(wiring.rules, sender.sent)
    by_venue = [v for block in wiring.store.visits_by_venue(0, 2**32 - 1) for v in block]
    by_person = wiring.store.visits_of(people, 0, 2**32 - 1)
    twice = len(by_venue) - len(set(by_venue)) + len(by_person) - len(set(by_person))
    flow = wiring.store.flow()
    return {
        "acknowledged": len(sender.acknowledged),
        "lost": len(sender.acknowledged - there) + missing,
        "counted_twice": twice + abs(flow.visits - len(set(by_venue))),
        "visits": len(by_venue),
        "visits_differ": len(set(by_venue) ^ expected) + len(set(by_person) ^ expected),
        "not_adding_up": flow.scans - flow.stored - flow.duplicates - flow.dead,
    }


def show(done: Counter[str], result: dict[str, int]) -> None:
    """The ledger for people."""
    print("\nFaults:")
    for name, many in sorted(done.items()):
        print(f"  {name:<40} {many}")
    print("Ledger:")
    for name, value in result.items():
        print(f"  {name:<40} {value}")


if __name__ == "__main__":
    try:
        main()
    except TruyvetError as error:
        sys.exit(f"{error}")
