"""The stack in containers: current Kafka, ClickHouse and Redis from pinned images, through Docker."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

from deploy.stack import record
from deploy.stack.ports import HOST, is_free
from producers.errors import Unavailable

FILE = Path(__file__).resolve().parents[1] / "compose" / "compose.yaml"
PARTS = ("kafka", "redis", "clickhouse")


class ComposeStack:
    """One compose project per run directory, so that two live side by side."""

    name = "docker"
    about = "Kafka, Redis and ClickHouse in containers"

    def __init__(self, run: Path) -> None:
        self.run = run.resolve()
        digest = hashlib.sha256(os.fsencode(self.run)).hexdigest()[:8]
        self.project = f"truyvet-{digest}"

    def prepare(self) -> None:
        """Docker, its engine and its compose command are there, or Unavailable says which is not."""
        if shutil.which("docker") is None:
            raise Unavailable("Docker is missing; install with: sudo apt-get install docker.io")
        if _quiet("docker", "info").returncode != 0:
            raise Unavailable("no Docker engine answers; start one with: sudo systemctl start docker")
        if _quiet("docker", "compose", "version").returncode != 0:
            raise Unavailable(
                "Docker lacks its compose command; install with: sudo apt-get install docker-compose-plugin"
            )

    def up(self) -> dict[str, str]:
        """Start the containers, wait for their health checks, and return the addresses."""
        self.prepare()
        known = record.Record.read(self.run)
        if known.stack != self.name:
            for part in PARTS:
                if not all(is_free(port) for port in known.ports_for(part, _count(part))):
                    known.renew(part, _count(part))
        known.stack = self.name
        known.write()
        try:
            done = self._compose(known, "up", "-d", "--wait", "--wait-timeout", "180")
            if done.returncode != 0:
                raise Unavailable(f"the containers did not start: {_last(done.stderr)}")
        except BaseException:  # also Ctrl-C: half a stack must not stay behind
            self.down()
            raise
        env = {
            "TRUYVET_BROKER": f"kafka://{HOST}:{known.ports['kafka'][0]}",
            "TRUYVET_STATE": f"redis://{HOST}:{known.ports['redis'][0]}/0",
            "TRUYVET_STORE": f"clickhouse://{HOST}:{known.ports['clickhouse'][0]}/truyvet",
        }
        record.write_env(self.run, env)
        return env

    def down(self) -> None:
        """Remove the containers; their volumes, and so the data, stay."""
        self._remove("down", "--timeout", "30")

    def wipe(self) -> None:
        """Remove the containers and their volumes."""
        self._remove("down", "--timeout", "5", "--volumes")

    def status(self) -> list[tuple[str, str, str]]:
        """For each part: its name, how it is, and where."""
        known = record.Record.read(self.run)
        done = self._compose(known, "ps", "--format", "json")
        states = {}
        for line in done.stdout.splitlines():
            if line.strip().startswith("{"):
                row = json.loads(line)
                states[str(row.get("Service"))] = str(row.get("Health") or row.get("State"))
        return [
            (part, "up" if states.get(part) == "healthy" else states.get(part, "down"), f"{HOST}:{ports[0]}")
            for part in PARTS
            if (ports := known.ports_for(part, _count(part)))
        ]

    def _remove(self, *what: str) -> None:
        record.remove_env(self.run)
        known = record.Record.read(self.run)
        done = self._compose(known, *what)
        if done.returncode != 0:
            raise Unavailable(f"the containers of {self.project} did not stop: {_last(done.stderr)}")
        if known.stack == self.name:
            known.stack = ""
            known.write()

    def _compose(self, known: record.Record, *what: str) -> "subprocess.CompletedProcess[str]":
        ports = {
            f"TRUYVET_{part.upper()}_PORT": str(known.ports_for(part, _count(part))[0]) for part in PARTS
        }
        command = ["docker", "compose", "-f", str(FILE), "-p", self.project, *what]
        return _quiet(*command, env={**os.environ, **ports})


def _count(part: str) -> int:
    # The same count as the local stack, so that one record serves both.
    return 2 if part == "kafka" else 1


def _quiet(*command: str, env: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no reason given"
