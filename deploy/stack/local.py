"""The stack as ordinary processes of this machine: Kafka, Redis and ClickHouse, reachable only from it."""

import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from deploy.stack import install, record
from deploy.stack.clickhouse_part import clickhouse
from deploy.stack.kafka_part import kafka
from deploy.stack.parts import Part, launch, pids, send, stop, wait_ready, wait_released
from deploy.stack.ports import HOST, is_free
from deploy.stack.redis_part import redis
from deploy.stack.say import say

# Kafka starts slowest, so it is started first and waited for last.
ALL = ("kafka", "redis", "clickhouse")
PORTS = {"kafka": 2, "redis": 1, "clickhouse": 1}


class LocalStack:
    """Starts, checks and stops the parts of one run directory; a second one may live beside it."""

    name = "local"
    about = "Kafka, Redis and ClickHouse as processes on 127.0.0.1"

    def __init__(
        self,
        run: Path,
        report: install.Report = say,
        parts: Sequence[str] = ALL,
        libs: Path = install.LIBS,
    ) -> None:
        self.run = Path(os.path.realpath(run))
        self._report = report
        self._names = tuple(name for name in ALL if name in parts)
        self._libs = libs
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def prepare(self) -> None:
        """Have every program that is needed, or raise Unavailable with one sentence."""
        install.ensure(self._names, self._report, self._libs)

    def up(self) -> dict[str, str]:
        """Start what is not running, wait until each part answers, and return the addresses."""
        self.prepare()
        known = record.Record.read(self.run)
        known.stack = self.name
        for part in self._parts(known):
            # Ports are kept from start to start, unless somebody else has taken one meanwhile.
            if not pids(part) and not all(is_free(port) for port in part.ports):
                known.renew(part.name, PORTS[part.name])
        known.write()
        parts = self._parts(known)
        try:
            started = [(part, self._launch(part)) for part in parts]
            for part, child in reversed(started):
                wait_ready(part, child)
        except BaseException:  # also Ctrl-C: half a stack must not stay behind
            self.down()
            raise
        env = self._env(known)
        record.write_env(self.run, env)
        return env

    def down(self) -> None:
        """Stop everything that runs for this directory, whoever started it; the data stays."""
        record.remove_env(self.run)
        known = record.Record.read(self.run)
        stop(self._parts(known, ALL))
        self._collect()
        if known.stack == self.name:
            known.stack = ""
            known.write()

    def status(self) -> list[tuple[str, str, str]]:
        """For each part: its name, how it is, and where."""
        rows = []
        for part in self._parts(record.Record.read(self.run)):
            found = pids(part)
            state = "down" if not found else "up" if part.answers() else "not answering"
            where = f"{HOST}:{part.ports[0]}" + (f" (pid {found[0]})" if found else "")
            rows.append((part.name, state, where))
        return rows

    def start(self, name: str) -> None:
        """Start one part again, on the same port and data."""
        part = self._part(name)
        wait_ready(part, self._launch(part))

    def stop(self, name: str) -> None:
        """Stop one part in good order."""
        stop([self._part(name)])
        self._collect()

    def kill9(self, name: str) -> None:
        """End one part as a power cut would."""
        part = self._part(name)
        send(part, signal.SIGKILL)
        stop([part])
        self._collect()

    def pause(self, name: str) -> None:
        """Freeze one part: it keeps its connections and says nothing."""
        send(self._part(name), signal.SIGSTOP)

    def resume(self, name: str) -> None:
        """Let a frozen part go on."""
        send(self._part(name), signal.SIGCONT)

    def __enter__(self) -> "LocalStack":
        self.up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.down()

    @property
    def env(self) -> dict[str, str]:
        """The addresses, as environment variables."""
        return self._env(record.Record.read(self.run))

    def _launch(self, part: Part) -> "subprocess.Popen[bytes] | None":
        """Start a part that does not run yet; the process is kept so that its end can be collected."""
        if pids(part):
            return None
        wait_released(part)
        self._children[part.name] = launch(part)
        return self._children[part.name]

    def _collect(self) -> None:
        """Read the exit of our own children, or they would stay in the process table."""
        for child in self._children.values():
            child.poll()

    def _part(self, name: str) -> Part:
        return self._parts(record.Record.read(self.run), (name,))[0]

    def _parts(self, known: record.Record, names: Sequence[str] = ()) -> list[Part]:
        return [self._build(name, known) for name in names or self._names]

    def _build(self, name: str, known: record.Record) -> Part:
        folder, ports = self.run / name, known.ports_for(name, PORTS[name])
        if name == "kafka":
            return kafka(folder, ports, install.java() or "java", self._libs)
        if name == "redis":
            return redis(folder, ports, install.program("redis-server") or "redis-server")
        return clickhouse(folder, ports, install.program("clickhouse-server") or "clickhouse-server")

    def _env(self, known: record.Record) -> dict[str, str]:
        ports = {name: known.ports_for(name, PORTS[name])[0] for name in self._names}
        addresses = {
            "kafka": ("TRUYVET_BROKER", "kafka://{host}:{port}"),
            "redis": ("TRUYVET_STATE", "redis://{host}:{port}/0"),
            "clickhouse": ("TRUYVET_STORE", "clickhouse://{host}:{port}/truyvet"),
        }
        return {
            addresses[name][0]: addresses[name][1].format(host=HOST, port=port)
            for name, port in ports.items()
        }
