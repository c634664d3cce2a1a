"""The unit that starts a kiosk names a command that there is."""

import shlex
from pathlib import Path

from typer.main import get_command

import deploy.main  # noqa: F401  (every file of commands adds its own to the app)
from deploy.cli.shared import app

UNIT = Path(__file__).resolve().parents[2] / "deploy/systemd/truyvet-kiosk.service"


def test_the_unit_starts_a_command_that_parses() -> None:
    """With every option it gives; it starts again whatever happens, and does not wait for a network."""
    lines = UNIT.read_text(encoding="utf-8").splitlines()
    fields = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    program, *words = shlex.split(fields["ExecStart"])
    assert program.endswith("/truyvet")
    group, name, *given = words
    command = get_command(app).commands[group].commands[name]  # type: ignore[attr-defined]
    command.make_context(name, given)
    assert fields["Restart"] == "always"
    assert "network-online" not in fields["After"]
    assert fields["StateDirectory"] in fields["ExecStart"]
