"""The ledger's faults: who is killed, how, and how the world is put right again."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import redis

from deploy.crash import POINTS
from deploy.stack.local import LocalStack

WORKERS = 2
CRASH_SECONDS_MAX = 25
REPOSITORY = Path(__file__).resolve().parent.parent
WEIGHTS = {
    "worker kill -9": 40,
    "worker at a crash point": 70,
    "worker asleep, then awake": 6,
    "redis kill -9": 12,
    "redis FLUSHALL": 14,
    "redis down for seconds": 6,
    "clickhouse kill -9": 20,
    "clickhouse down for seconds": 8,
    "kafka kill -9": 5,
}


class Worker:
    """A worker process that is started again under its name whenever it died."""

    def __init__(self, env: dict[str, str], name: str, log: Path) -> None:
        self._env = env | {"TRUYVET_WORKER_ID": name}
        self._log = log
        self.start()

    def start(self, crash_at: str = "") -> None:
        """A new process; with `crash_at` it will kill itself there."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy.main", "worker"],
                env=os.environ | self._env | {"TRUYVET_CRASH_AT": crash_at, "PYTHONPATH": str(REPOSITORY)},
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.process.kill()
        self.process.wait()

    def dead(self) -> bool:
        """Has it ended?"""
        return self.process.poll() is not None


class Faults:
    """Deals one fault after the other; `done` counts them by name."""

    def __init__(self, stack: LocalStack, env: dict[str, str], folder: Path, dice: random.Random) -> None:
        self._stack = stack
        self._dice = dice
        self._redis = redis.Redis.from_url(env["TRUYVET_STATE"])
        env = env | {"TRUYVET_BATCH_SECONDS_MAX": "0.2", "XDG_DATA_HOME": str(folder)}
        self.workers = [Worker(env, f"w{n}", folder / f"worker{n}.log") for n in range(WORKERS)]
        self.done: Counter[str] = Counter()

    @property
    def total(self) -> int:
        return self.done.total()

    def one(self) -> None:
        """Wait a moment, do one thing, and bring up what it took down."""
        self._revive()
        time.sleep(self._dice.uniform(0.3, 2.5))
        (name,) = self._dice.choices(list(WEIGHTS), WEIGHTS.values())
        worker = self._dice.choice(self.workers)
        if name == "worker kill -9":
            worker.kill()
        elif name == "worker at a crash point":
            name = self._crash(worker)
        elif name == "worker asleep, then awake":
            worker.process.send_signal(signal.SIGSTOP)
            time.sleep(self._dice.uniform(2, 14))
            worker.process.send_signal(signal.SIGCONT)
        elif name == "redis FLUSHALL":
            self._flush()
        else:
            part, _, how = name.partition(" ")
            self._stack.kill9(part)
            time.sleep(self._dice.uniform(2, 6) if "down" in how else 0)
            self._stack.start(part)
        if name:
            self.done[name] += 1

    def _crash(self, worker: Worker) -> str:
        """Start the worker anew with a crash point, and see it die there."""
        point = self._dice.choice(POINTS)
        worker.kill()
        worker.start(f"{point}:{self._dice.randint(1, 2)}")
        deadline = time.monotonic() + CRASH_SECONDS_MAX
        while not worker.dead() and time.monotonic() < deadline:
            time.sleep(0.1)
        if worker.dead():
            return f"worker at point {point}"
        # No batch came by: it was killed before, which is a kill all the same.
        worker.kill()
        return "worker kill -9"

    def _flush(self) -> None:
        try:
            self._redis.flushall()
        except redis.RedisError:
            time.sleep(0.5)

    def _revive(self) -> None:
        for worker in self.workers:
            if worker.dead():
                worker.start()

    def heal(self) -> None:
        """Everything up, workers without crash points."""
        for worker in self.workers:
            worker.kill()
            worker.start()

    def end(self) -> None:
        """No worker is left."""
        for worker in self.workers:
            worker.kill()
