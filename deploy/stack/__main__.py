"""The command line of the stack: up, down, status, and run (up, a command, and always down again)."""

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from deploy.stack import record
from deploy.stack.choose import ORDER, bring_up, build, take_down
from deploy.stack.compose import ComposeStack
from deploy.stack.say import say
from producers.errors import BadInput, TruyvetError, Unavailable

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 30.0  # seconds for a command to end by itself once asked


class Ended(BaseException):
    """Somebody asked us to end; carries the exit code a shell expects for that signal."""

    def __init__(self, what: int) -> None:
        super().__init__(128 + what)
        self.code = 128 + what


def _end(what: int, frame: FrameType | None) -> None:
    raise Ended(what)


def _arguments(words: list[str]) -> argparse.Namespace:
    top = argparse.ArgumentParser(prog="python -m deploy.stack", description=__doc__)
    top.add_argument("--stack", default=os.environ.get("STACK") or "auto", help=f"auto, {', '.join(ORDER)}")
    top.add_argument("--run", type=Path, default=Path(".run"), help="where data and logs are kept")
    top.add_argument("--fresh", action="store_true", help="begin without data; keep none, unless it fails")
    top.add_argument("what", choices=("up", "down", "status", "run"), help="run: followed by -- COMMAND...")
    # The command's own options are its own: everything after the first -- is left alone.
    cut = words.index("--") if "--" in words else len(words)
    args = top.parse_args(words[:cut])
    args.command = words[cut + 1 :]
    return args


@contextmanager
def _alone(run: Path) -> Iterator[None]:
    """Two commands on one run directory would take each other's stack down."""
    run.mkdir(parents=True, exist_ok=True)
    with open(run / "lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(
                f"another command works with the stack in {run}; wait for it, or choose another: --run DIR"
            ) from None
        yield


def up(args: argparse.Namespace) -> int:
    """Bring the stack up and leave it running."""
    with _alone(args.run):
        _wipe(args)
        _, env = bring_up(args.stack, args.run, say)
    for key, value in env.items():
        say(f"  {key}={value}")
    say(f"The addresses are in {args.run / record.ENV_FILE}; take it down with: make down")
    return 0


def down(args: argparse.Namespace) -> int:
    """Take down whatever runs for this directory; works also while another command holds it."""
    _deaf()
    take_down(args.run, say)
    _wipe(args)
    return 0


def status(args: argparse.Namespace) -> int:
    """Say how each part is; 0 when all are up."""
    recorded = record.Record.read(args.run).stack
    if not recorded:
        say(f"No stack is up in {args.run}")
        return 1
    rows = build(recorded, args.run, say).status()
    for part, state, where in rows:
        say(f"  {part:<11}{state:<24}{where}")
    return 0 if all(state in ("up", "no process of its own") for _, state, _ in rows) else 1


def run(args: argparse.Namespace) -> int:
    """Stack up, command, stack down: also after Ctrl-C, a failure, or a polite kill."""
    if not args.command:
        raise BadInput("run needs a command: python -m deploy.stack run -- COMMAND...")
    with _alone(args.run):
        _wipe(args)
        code = 1
        try:
            stack, env = bring_up(args.stack, args.run, say)
            code = _run(args.command, {**os.environ, **env, "TRUYVET_STACK": stack.name})
        finally:
            _deaf()
            take_down(args.run, say)
            if code == 0:
                _wipe(args)
            elif args.fresh:
                say(f"The logs of the stack are kept in {args.run} until the next start")
        return code


def _run(command: list[str], env: dict[str, str]) -> int:
    """Run the command, hand on to it what we are asked, and return its exit code as a shell would."""
    asked: list[int] = []
    # Only noted: an exception here could come just as the command starts and leave it behind, alone.
    for one in ENDING:
        signal.signal(one, lambda what, frame: asked.append(what))
    try:
        child = subprocess.Popen(command, env=env)
    except OSError as error:
        raise BadInput(f"cannot start {command[0]}: {error.strerror}") from error
    told, until = False, float("inf")
    while (code := _finished(child)) is None:
        # The stack stays under the command until it has ended in its own time; asked twice means now.
        if asked and not told:
            until = time.monotonic() + PATIENCE
            if not (asked[0] == signal.SIGINT and _from_terminal()):  # a terminal tells the command itself
                child.send_signal(asked[0])
            told = True
        if len(asked) > 1 or time.monotonic() > until:
            child.kill()
    return code if code >= 0 else 128 - code


def _finished(child: "subprocess.Popen[bytes]") -> int | None:
    try:
        return child.wait(timeout=0.1)
    except subprocess.TimeoutExpired:
        return None


def _from_terminal() -> bool:
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def _deaf() -> None:
    """While taking down, nothing interrupts: half taken down is what nobody wants."""
    for one in ENDING:
        signal.signal(one, signal.SIG_IGN)


def _wipe(args: argparse.Namespace) -> None:
    if args.fresh:
        take_down(args.run, say)
        with suppress(TruyvetError):
            if args.stack in ("auto", "docker"):
                docker = ComposeStack(args.run)
                docker.prepare()
                docker.wipe()
        record.wipe(args.run)


def main(words: list[str] | None = None) -> int:
    """Read the command line and do what it says; errors are one sentence."""
    args = _arguments(sys.argv[1:] if words is None else words)
    for one in ENDING:
        signal.signal(one, _end)
    try:
        return {"up": up, "down": down, "status": status, "run": run}[args.what](args)
    except TruyvetError as error:
        say(str(error))
        return 1
    except Ended as ended:
        return ended.code


if __name__ == "__main__":
    raise SystemExit(main())
