"""Chooses where Truy vết's services run: containers, processes of this machine, or none at all."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from deploy.stack.compose import ComposeStack
from deploy.stack.embedded import EmbeddedStack
from deploy.stack.local import LocalStack
from deploy.stack.record import Record
from producers.errors import BadInput, Unavailable

ORDER = ("docker", "local", "embedded")
Report = Callable[[str], None]


class Stack(Protocol):
    """What the rest may ask of a stack, whichever it is."""

    @property
    def name(self) -> str:
        """docker, local or embedded."""

    @property
    def about(self) -> str:
        """What it consists of, in a few words."""

    def prepare(self) -> None:
        """Have everything it needs, or raise Unavailable with a sentence that says how to get it."""

    def up(self) -> dict[str, str]:
        """Start it, wait until it answers, and return its addresses as environment variables."""

    def down(self) -> None:
        """Leave nothing running; the data stays."""

    def status(self) -> list[tuple[str, str, str]]:
        """For each part: its name, how it is, and where."""


def build(name: str, run: Path, report: Report) -> Stack:
    """The stack of that name, prepared or not."""
    if name == "docker":
        return ComposeStack(run)
    if name == "local":
        return LocalStack(run, report)
    if name == "embedded":
        return EmbeddedStack(run)
    raise BadInput(f"there is no stack called {name!r}; choose STACK=auto, {', '.join(ORDER)}")


def choose(name: str, run: Path, report: Report) -> Stack:
    """The stack of that name or, for `auto`, the first whose parts are all there; said in one line."""
    stack, why_not = _first(name, run, report, ORDER)
    report(f"Stack: {stack.name} ({stack.about}){why_not}")
    return stack


def bring_up(name: str, run: Path, report: Report) -> tuple[Stack, dict[str, str]]:
    """Choose and start; under `auto` a stack that does not start makes room for the next one."""
    if name != "auto":
        stack = choose(name, run, report)
        return stack, _up(stack, run, report)
    left: tuple[str, ...] = ORDER
    while True:
        stack, why_not = _first(name, run, report, left)
        report(f"Stack: {stack.name} ({stack.about}){why_not}")
        left = left[left.index(stack.name) + 1 :]
        try:
            return stack, _up(stack, run, report)
        except Unavailable as error:
            if not left:
                raise
            report(f"The {stack.name} stack does not start: {error}")


def _up(stack: Stack, run: Path, report: Report) -> dict[str, str]:
    if Record.read(run).stack not in ("", stack.name):
        take_down(run, report)  # one directory, one stack
    return stack.up()


def _first(name: str, run: Path, report: Report, order: tuple[str, ...]) -> tuple[Stack, str]:
    if name != "auto":
        stack = build(name, run, report)
        stack.prepare()
        return stack, ""
    why_not = ""
    for one in order[:-1]:
        stack = build(one, run, report)
        try:
            stack.prepare()
        except Unavailable as error:
            why_not += f"; not {one}: {error}"
        else:
            return stack, why_not
    stack = build(order[-1], run, report)
    stack.prepare()
    return stack, why_not


def take_down(run: Path, report: Report) -> None:
    """Take down whatever was brought up for this directory, also when that was cut short."""
    recorded = Record.read(run).stack
    # Always: processes are found by looking for them, not by what a file says.
    LocalStack(run, report).down()
    if recorded in ("docker", "embedded"):
        build(recorded, run, report).down()
