"""One installation of Truy vết, used as a person uses it: by its command line, as separate processes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import urlopen

from deploy.stack.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
TRUYVET = (sys.executable, "-m", "deploy.main")
DUMP = (sys.executable, str(Path(__file__).with_name("scenario_dump.py")))
SECONDS_MAX = 240
"""After this long a command hangs; nothing is told by how long it took."""
COLUMNS = ("--person", "person_id", "--venue", "venue_id", "--at", "event_time_utc")
"""How the New York check-ins name what we need."""
Tables = dict[str, list[str]]


class Said(NamedTuple):
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    def rows(self) -> list[dict[str, Any]]:
        """The answer: one JSON object per line, and nothing else."""
        rows = [json.loads(line) for line in self.out.splitlines()]
        assert all(isinstance(row, dict) for row in rows)
        return rows


@dataclass(frozen=True)
class World:
    """Where this installation's parts are (`env`), and its home on disk."""

    home: Path
    env: Mapping[str, str] = field(default_factory=dict)

    def environ(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("TRUYVET_")}
        ours = {"XDG_DATA_HOME": str(self.home), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
        return kept | ours | dict(self.env)

    def start(self, *words: str, **more: Any) -> "subprocess.Popen[str]":
        """`truyvet WORDS...` as a process of its own, in a folder without settings."""
        return subprocess.Popen(
            [*TRUYVET, *words], cwd=self.home, env=self.environ() | more.pop("env", {}), text=True, **more
        )

    def truyvet(self, *words: str, code: int = 0, stdin: str = "", **settings: str) -> Said:
        """Run a command to its end; a traceback or another exit code than this is a failure."""
        pipe = subprocess.PIPE
        process = self.start(*words, stdin=pipe, stdout=pipe, stderr=pipe, env=settings)
        out, err = process.communicate(stdin, timeout=SECONDS_MAX)
        assert "Traceback" not in err, err
        assert process.returncode == code, f"exit {process.returncode}: {err}"
        return Said(process.returncode, out, err)

    def ask(self, *words: str) -> list[dict[str, Any]]:
        """The rows of a command's answer."""
        return self.truyvet(*words, "--format", "json").rows()

    def take_in(self, file: Path, *words: str) -> dict[str, Any]:
        """Import a file of check-ins with the columns of New York; what became of its rows."""
        (row,) = self.ask("import", str(file), *(words or COLUMNS))
        return row

    def flow(self) -> dict[str, Any]:
        (row,) = self.ask("flow")
        assert row["scans"] == row["stored"] + row["duplicates"] + row["dead"]
        return row

    def drain(self) -> None:
        """Everything published is stored, or this fails."""
        (row,) = self.ask("drain", "--patience", "90")
        assert row["missing"] == 0

    def tables(self) -> Tables:
        """What the store's tables say now, table by table: the rows that count, sorted."""
        done = subprocess.run(
            DUMP, cwd=self.home, env=self.environ(), text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        tables: Tables = json.loads(done.stdout)
        return tables

    @contextmanager
    def worker(self, name: str = "worker", **settings: str) -> Iterator["Worker"]:
        """A worker that runs meanwhile, and is asked to end at the end."""
        worker = Worker(self, name, settings)
        try:
            yield worker
            worker.stop()
        finally:
            worker.process.kill()
            worker.process.wait()

    @contextmanager
    def api(self) -> Iterator[Callable[[str], Said]]:
        """`truyvet serve` without a worker; gives a function from a path to (status, body, '')."""
        port = free_port()
        log = self.home / "serve.log"
        with log.open("w") as err:
            env = {"TRUYVET_API_PORT": str(port)}
            process = self.start("serve", "--no-worker", stderr=err, env=env)
            try:
                url = f"http://127.0.0.1:{port}"
                wait_for(lambda: _get(f"{url}/healthz").code == 200 or process.poll() is not None)
                assert process.poll() is None, log.read_text()
                yield lambda path: _get(url + path)
                process.send_signal(signal.SIGTERM)
                process.wait(SECONDS_MAX)
            finally:
                process.kill()
                process.wait()
        assert "Traceback" not in log.read_text()


class Worker:
    """A worker process whose end we may decide."""

    def __init__(self, world: World, name: str, settings: Mapping[str, str]) -> None:
        self._world = world
        self._settings = settings
        self._log, self._out = world.home / f"{name}.log", world.home / f"{name}.out"
        self.process = self._started()

    def ended(self) -> bool:
        """Has it ended by itself?"""
        return self.process.poll() is not None

    def wait_assigned(self) -> None:
        """Return when Kafka has given it partitions, as its metrics tell."""
        wait_for(lambda: self.ended() or self.metric("truyvet_partitions") > 0)
        assert not self.ended(), f"the worker ended by itself: {self.said()}"

    def page(self, path: str) -> Said:
        """What it shows there: status and text; status 0 while it shows nothing."""
        return _get(f"http://127.0.0.1:{self._port}{path}")

    def metric(self, name: str) -> float:
        """A metric's value now, labels as Prometheus writes them; -1 where it shows none."""
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.page("/metrics").out, re.MULTILINE)
        return float(found[1]) if found else -1.0

    def kill9(self) -> None:
        """End it as a power cut would, and begin another in its place."""
        assert not self.ended(), f"the worker ended by itself: {self.said()}"
        self.process.kill()
        self.process.wait()
        self.process = self._started()

    def stop(self) -> None:
        """End it in good order. It must still have been running, must end well and say nothing on stdout."""
        assert not self.ended(), f"the worker ended by itself: {self.said()}"
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(SECONDS_MAX)
        assert self.process.returncode in (0, -signal.SIGTERM), self.said()
        assert self._out.read_text() == ""
        assert "Traceback" not in self.said()

    def said(self) -> str:
        """All that this worker and those before it wrote to stderr."""
        return self._log.read_text()

    def _started(self) -> "subprocess.Popen[str]":
        self._port = free_port()
        env = dict(self._settings) | {"TRUYVET_METRICS_PORT": str(self._port)}
        with self._log.open("a") as err, self._out.open("a") as out:
            return self._world.start("worker", stdout=out, stderr=err, env=env)


def _get(url: str) -> Said:
    try:
        with urlopen(url, timeout=SECONDS_MAX) as answer:
            return Said(answer.status, answer.read().decode(), "")
    except HTTPError as error:
        return Said(error.code, error.read().decode(), "")
    except (OSError, HTTPException) as error:  # it may end in the middle of its answer
        return Said(0, "", str(error))


def wait_for(come: Callable[[], bool], seconds_max: float = SECONDS_MAX) -> None:
    """Return when it is so; fail when it never is."""
    until = time.monotonic() + seconds_max
    while not come():
        assert time.monotonic() < until, "waited for something that did not come"
        time.sleep(0.02)


def same(found: Tables, expected: Tables) -> None:
    """Fail with the first rows that differ. A diff of 150,000 lines helps nobody."""
    assert found.keys() == expected.keys()
    for table, rows in expected.items():
        if found[table] != rows:
            there, here = set(found[table]), set(rows)
            more, less = sorted(there - here), sorted(here - there)
            raise AssertionError(
                f"{table}: {len(found[table])} rows for {len(rows)}; {len(more)} are not expected, "
                f"such as {more[:3]}; {len(less)} are missing, such as {less[:3]}"
            )
