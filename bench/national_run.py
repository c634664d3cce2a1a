"""Plays a nation's day to a real worker on a stack of its own, and watches when each scan is stored."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import numpy as np
from national_traffic import NationalDay, Record
from numpy.typing import NDArray

from deploy.drain import drain
from deploy.settings import Settings
from deploy.stack.local import LocalStack
from deploy.stack.ports import HOST, free_port
from deploy.wiring import Wiring
from producers.scan import TOPIC
from storage.clickhouse import ClickHouseEngine

TICK_SECONDS = 0.5
"""How long a gateway may hold a scan to send it with others; counted as latency."""
LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 600
REPOSITORY = Path(__file__).resolve().parent.parent


class Nation:
    """One stack, one worker, empty tables. Use as `with nation(...) as n`."""

    def __init__(self, folder: Path, stack: LocalStack, env: dict[str, str], partitions: int) -> None:
        self.stack = stack
        self._folder = folder
        names = {name.removeprefix("TRUYVET_").lower(): value for name, value in env.items()}
        fields = {name: value for name, value in names.items() if name in Settings.model_fields}
        settings = Settings(**fields, retention_days=28, partitions=partitions, _env_file=None)  # type: ignore[arg-type]
        self.wiring = Wiring(settings)
        self.wiring.prepare()
        self._env = os.environ | env | {"PYTHONPATH": str(REPOSITORY), "XDG_DATA_HOME": str(folder)}
        self.log_name = self.wiring.log.incarnation(TOPIC)

    def start_worker(self) -> None:
        """Start it, and wait until Kafka has given it its partitions."""
        port = free_port()
        env = self._env | {"TRUYVET_METRICS_PORT": str(port)}
        with (self._folder / "worker.log").open("ab") as log:
            self.worker = subprocess.Popen(
                [sys.executable, "-m", "deploy.main", "worker"], env=env, stdout=log, stderr=log
            )
        while self.worker.poll() is None:
            time.sleep(0.5)
            with suppress(OSError), urlopen(f"http://{HOST}:{port}/metrics") as page:
                if re.search(rb"^truyvet_partitions [1-9]", page.read(), re.MULTILINE):
                    return
        raise SystemExit(f"the worker did not begin:\n{self.said()}")

    def worker_mb(self) -> float:
        """Resident memory of the worker, MiB."""
        status = Path(f"/proc/{self.worker.pid}/status").read_text(encoding="utf-8")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def drain(self) -> int:
        """Wait until all is stored; how many records are missing."""
        return drain(self.wiring, patience_seconds=PATIENCE_SECONDS).missing

    def said(self) -> str:
        """The end of what the worker said."""
        return (self._folder / "worker.log").read_text(encoding="utf-8", errors="replace")[-2000:]


@contextmanager
def nation(partitions: int) -> Iterator[Nation]:
    """A stack of its own, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="truyvet-nation-"))
    stack = LocalStack(folder / "stack", lambda line: None)
    try:
        found = Nation(folder, stack, stack.up(), partitions)
        found.start_worker()
        try:
            yield found
        finally:
            found.worker.kill()
            found.worker.wait()
            found.wiring.close()
    finally:
        stack.down()
        shutil.rmtree(folder, ignore_errors=True)


class Sample(NamedTuple):
    """How things stood at one moment of the play, in seconds since it began."""

    at: float
    sent: int
    """Scans acknowledged by Kafka so far."""
    stored: int
    """Scans of the records that are whole in ClickHouse so far."""
    worker_mb: float


class Play:
    """Sends a day in its own time and notes when each record could be asked about."""

    def __init__(self, nation: Nation, day: NationalDay) -> None:
        self._nation = nation
        self._day = day
        self.sent: dict[int, list[Record]] = defaultdict(list)
        """By partition, in the order of their offsets."""
        self.samples: list[Sample] = []
        self.behind = 0.0
        """The most seconds by which the sender itself came late."""
        self._scans_sent = 0
        self._waits: list[NDArray[np.float64]] = []
        self._stored: dict[int, int] = defaultdict(int)
        self._scans_stored = 0
        self._over = threading.Event()

    def run(self) -> None:
        """Play the day to its end; returns when everything is stored."""
        self._began = time.monotonic()
        watcher = threading.Thread(target=self._watch, daemon=True)
        watcher.start()
        for number, records in enumerate(self._day.records(TICK_SECONDS), start=1):
            due = self._began + number * TICK_SECONDS
            time.sleep(max(0.0, due - time.monotonic()))
            self.behind = max(self.behind, time.monotonic() - due)
            self._send(records)
        self.sent_all = time.monotonic() - self._began
        self._over.set()
        watcher.join()
        self.stored_all = self.samples[-1].at

    def latencies(self) -> NDArray[np.float64]:
        """Seconds from when each scan should have been sent until it could be asked about."""
        return np.concatenate(self._waits)

    def values(self) -> Iterator[tuple[int, int, bytes]]:
        """(partition, offset, value) of everything acknowledged."""
        for partition, records in self.sent.items():
            for offset, record in enumerate(records):
                yield partition, offset, record.value

    @property
    def scans(self) -> int:
        return self._scans_sent

    def _send(self, records: list[Record]) -> None:
        log = self._nation.wiring.log
        for record in records:
            log.publish(TOPIC, record.partition, record.value)
        log.flush()
        for record in records:
            self.sent[record.partition].append(record)
        self._scans_sent += sum(len(record.due) for record in records)

    def _watch(self) -> None:
        """Ask ClickHouse which records are whole. Ends when all are, or nothing moves."""
        engine: ClickHouseEngine | None = None
        moved = time.monotonic()
        while True:
            time.sleep(LOOK_SECONDS)
            try:
                engine = engine or ClickHouseEngine(self._nation.wiring.settings.store_url())
                rows = engine.rows(
                    f"SELECT partition, max(offset) FROM {engine.database}.whole "
                    f"WHERE log = '{self._nation.log_name}' GROUP BY partition"
                )
            except Exception:
                engine = None
                moved = time.monotonic()
                self._note()
                continue
            if self._take(rows):
                moved = time.monotonic()
            self._note()
            if self._over.is_set() and self._scans_stored == self._scans_sent:
                return
            if time.monotonic() - moved > PATIENCE_SECONDS:
                raise SystemExit(f"nothing is stored any more:\n{self._nation.said()}")

    def _take(self, rows: list[tuple[int, int]]) -> bool:
        now, before = time.monotonic() - self._began, self._scans_stored
        for partition, newest in rows:
            done = self.sent[partition][self._stored[partition] : newest + 1]
            for record in done:
                self._waits.append(now - record.due)
                self._scans_stored += len(record.due)
            self._stored[partition] += len(done)
        return self._scans_stored > before

    def _note(self) -> None:
        at = time.monotonic() - self._began
        self.samples.append(Sample(at, self._scans_sent, self._scans_stored, self._nation.worker_mb()))
