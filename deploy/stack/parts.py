"""One service as an ordinary process: how it is started, recognised, asked for a sign of life, stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.stack.ports import is_free
from producers.errors import Unavailable


@dataclass(frozen=True)
class Part:
    """What the stack needs to know of one service; the folder holds its settings, data and logs."""

    name: str
    folder: Path
    ports: tuple[int, ...]
    command: tuple[str, ...]
    # An argument that only this service of this run directory carries; the program's name alone
    # would also match the services of another stack, or Debian's own.
    mark: str
    files: Mapping[str, str]
    answers: Callable[[], bool]
    # A command to run once, before the first start, when the file named first does not exist yet.
    first: tuple[str, tuple[str, ...]] | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    logs: tuple[str, ...] = ()
    patience: float = 180.0


def _arguments(pid: int) -> list[str]:
    """The command line of a process; empty when it is gone or only waits to be collected."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return []
    return [os.fsdecode(one) for one in raw.split(b"\0") if one]


def is_ours(part: Part, pid: int) -> bool:
    """True when this process is this part of this stack: same program, and our mark on its command."""
    arguments = _arguments(pid)
    if not arguments or part.mark not in arguments[1:]:
        return False
    # An editor or `tail` that has our file open carries the mark too, but is another program.
    return Path(arguments[0]).name == Path(part.command[0]).name


def pids(part: Part) -> list[int]:
    """The part's processes, found by looking, so that an interrupted start leaves nothing unknown."""
    numbers = (int(entry) for entry in os.listdir("/proc") if entry.isdigit())
    return [pid for pid in numbers if pid != os.getpid() and is_ours(part, pid)]


def send(part: Part, what: signal.Signals) -> bool:
    """Signal the part's processes; False when there were none."""
    found = pids(part)
    for pid in found:
        try:
            os.kill(pid, what)
        except ProcessLookupError:
            continue
    return bool(found)


def launch(part: Part) -> "subprocess.Popen[bytes]":
    """Write the settings and start the process, away from the terminal's Ctrl-C."""
    part.folder.mkdir(parents=True, exist_ok=True)
    for name, text in part.files.items():
        (part.folder / name).write_text(text, encoding="utf-8")
    env = {**os.environ, **part.env}
    with open(part.folder / f"{part.name}.log", "ab") as log:
        if part.first is not None and not (part.folder / part.first[0]).exists():
            done = subprocess.run(
                part.first[1],
                cwd=part.folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
            )
            if done.returncode != 0:
                raise Unavailable(f"{part.name} could not prepare its data: {last_words(part)}")
        return subprocess.Popen(
            part.command,
            cwd=part.folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def wait_ready(part: Part, child: "subprocess.Popen[bytes] | None") -> None:
    """Return when the part answers in its own protocol; say why when it does not."""
    until = time.monotonic() + part.patience
    while not part.answers():
        # Not ours to wait for: started by an earlier command, perhaps one that was cut short.
        gone = not pids(part) if child is None else child.poll() is not None
        if gone:
            raise Unavailable(f"{part.name} stopped while starting: {last_words(part)}")
        if time.monotonic() > until:
            raise Unavailable(f"{part.name} gave no answer in {part.patience:.0f} s: {last_words(part)}")
        time.sleep(0.1)


def stop(parts: Iterable[Part], seconds: float = 30.0) -> None:
    """Ask all to end at once, wait for each, and end by force those that do not."""
    left = [part for part in parts if send(part, signal.SIGTERM)]
    for part in left:
        send(part, signal.SIGCONT)  # a paused process cannot hear that it should end
    until = time.monotonic() + seconds
    while left := [part for part in left if pids(part)]:
        if time.monotonic() > until:
            for part in left:
                send(part, signal.SIGKILL)
        time.sleep(0.05)


def wait_released(part: Part, seconds: float = 10.0) -> None:
    """Return when nobody listens on the part's ports. A process that ends loses its command line, by which
    `pids` knows it, a moment before it lets go of its ports."""
    until = time.monotonic() + seconds
    while not all(map(is_free, part.ports)) and time.monotonic() < until:
        time.sleep(0.02)


def last_words(part: Part) -> str:
    """The last line the part wrote, and where the rest is."""
    for name in (*part.logs, f"{part.name}.log"):
        path = part.folder / name
        if path.exists():
            lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
            for line in reversed(lines[-50:]):
                if line.strip():
                    return f"{line.strip()[:300]} (more in {path})"
    return f"it wrote nothing (look in {part.folder})"
