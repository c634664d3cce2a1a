"""Runs one worker process until everything is stored and committed, and reads its clocks."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")
POLL_SECONDS = 0.05
"""Seldom enough that looking takes nothing from those who work."""
SILENT_SECONDS_MAX = 90
STOP_SECONDS = 20
IMPORTED = "pandas, faust, aiokafka, orjson, clickhouse_driver, redis, kafka, deploy.main, deploy.worker"
"""What the contenders import, so that no run is the one that compiles it."""


class Work(NamedTuple):
    """What to run and how to tell how far it is; the questions go to the servers, not to the process."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    scans: int
    assigned: Callable[[], bool]
    """Has Kafka given it its partitions?"""
    unstored: Callable[[], int]
    """How many rows are not in the store yet."""
    uncommitted: Callable[[], int]
    """How many records are not committed yet."""


class Run(NamedTuple):
    """One run: scans dealt with, seconds of wall time, CPU-seconds of the worker process, its memory."""

    scans: int
    wall: float
    cpu: float
    startup_cpu: float
    peak_mb: float

    @property
    def per_second(self) -> float:
        return self.scans / self.wall

    @property
    def per_cpu_second(self) -> float:
        return self.scans / self.cpu


class Clocks(NamedTuple):
    """Wall time, and CPU time of the process, both in seconds."""

    at: float
    cpu: float


class Turn(NamedTuple):
    """The clocks before the last look that said no, and after the one that said yes."""

    no: Clocks
    yes: Clocks


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def scratch() -> str:
    """A folder that is gone when the benchmark ends."""
    folder = tempfile.mkdtemp(prefix="truyvet-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def environment() -> dict[str, str]:
    """This process's, with Python's compiled files kept as pip keeps them: compiling pandas takes 2 s."""
    found = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    found["TMPDIR"] = scratch()
    found["PYTHONPYCACHEPREFIX"] = scratch()
    subprocess.run([sys.executable, "-c", f"import {IMPORTED}"], env=found, check=True)
    return found


def measure(work: Work) -> Run:
    """From the moment Kafka gives the process its partitions. Wall time ends when the last scan is in
    the store, CPU time when its offset is committed as well. Ends the benchmark if nothing moves.
    """
    with tempfile.NamedTemporaryFile(prefix="truyvet-bench-", suffix=".log") as log:
        process = subprocess.Popen(work.command, env=environment() | dict(work.env), stdout=log, stderr=log)
        try:
            return _watch(work, process, Path(log.name))
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _watch(work: Work, process: "subprocess.Popen[bytes]", log: Path) -> Run:
    start = _until(lambda: int(not work.assigned()), work.name, process, log)
    stored = _until(work.unstored, work.name, process, log)
    committed = _until(work.uncommitted, work.name, process, log)
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    # From the last look that said no, so that nothing is left out that was done before the one that said yes.
    wall, cpu = stored.yes.at - start.no.at, committed.yes.cpu - start.no.cpu
    return Run(work.scans, wall, cpu, start.no.cpu, peak)


def _until(left: Callable[[], int], name: str, process: "subprocess.Popen[bytes]", log: Path) -> Turn:
    """Look until nothing is left."""
    look = no = _clocks(process.pid)
    last, moved = -1, no.at
    while (now := left()) > 0:
        no = look
        if process.poll() is not None:
            raise SystemExit(f"{name} ended by itself ({process.returncode}):\n{_tail(log)}")
        if now != last:
            last, moved = now, no.at
        if no.at - moved > SILENT_SECONDS_MAX:
            raise SystemExit(f"{name} stands still with {now} left:\n{_tail(log)}")
        time.sleep(POLL_SECONDS)
        look = _clocks(process.pid)
    return Turn(no, _clocks(process.pid))


def _clocks(pid: int) -> Clocks:
    return Clocks(time.monotonic(), cpu_seconds(pid))


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-3000:]
