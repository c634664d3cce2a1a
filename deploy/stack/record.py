"""Remembers, in the run directory, which stack was started, on which ports, and how to reach it."""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.stack.ports import free_port

ENV_FILE = "truyvet.env"
STATE_FILE = "stack.json"
DATA = ("kafka", "redis", "clickhouse", "embedded")


@dataclass
class Record:
    """What `stack.json` holds. The stack is empty when nothing is up."""

    run: Path
    stack: str = ""
    ports: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, run: Path) -> "Record":
        """The remembered record; a fresh one when there is none or it was cut short."""
        try:
            known = json.loads((run / STATE_FILE).read_text(encoding="utf-8"))
            ports = {str(part): [int(one) for one in some] for part, some in known["ports"].items()}
            return cls(run, str(known["stack"]), ports)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(run)

    def write(self) -> None:
        """Keep it, in one step: a reader sees the old record or the new one."""
        self.run.mkdir(parents=True, exist_ok=True)
        fresh = self.run / f"{STATE_FILE}.{os.getpid()}"
        fresh.write_text(json.dumps({"stack": self.stack, "ports": self.ports}) + "\n", encoding="utf-8")
        fresh.replace(self.run / STATE_FILE)

    def ports_for(self, part: str, count: int) -> tuple[int, ...]:
        """The part's ports: those of last time, or new ones when there are none."""
        if len(self.ports.get(part, [])) != count:
            self.renew(part, count)
        return tuple(self.ports[part])

    def renew(self, part: str, count: int) -> None:
        """Choose new free ports for a part."""
        self.ports.pop(part, None)
        chosen: list[int] = []
        for _ in range(count):
            taken = {one for some in self.ports.values() for one in some}
            chosen.append(free_port(taken | set(chosen)))
        self.ports[part] = chosen


def write_env(run: Path, env: Mapping[str, str]) -> None:
    """Write the addresses as KEY=VALUE lines, the settings file of the command line."""
    run.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{key}={value}\n" for key, value in env.items())
    (run / ENV_FILE).write_text(text, encoding="utf-8")


def remove_env(run: Path) -> None:
    """Addresses of a stack that is down would only mislead."""
    (run / ENV_FILE).unlink(missing_ok=True)


def wipe(run: Path) -> None:
    """Forget all data of this run directory; the fetched programs beside it stay."""
    for name in DATA:
        shutil.rmtree(run / name, ignore_errors=True)
    (run / STATE_FILE).unlink(missing_ok=True)
