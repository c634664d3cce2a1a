"""The walk through one case of New York prints what its page shows."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

import deploy.main  # noqa: F401  (every file of commands adds its own to the app)
from deploy.cli.shared import app

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/tracing.md"
DATA = ROOT.parent / "shared/data/foursquare_nyc/events.csv.gz"
SESSION = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def typed() -> list[tuple[str, str]]:
    """Every command of the page, and what the page shows for it."""
    found: list[tuple[str, str]] = []
    for block in SESSION.findall(PAGE.read_text(encoding="utf-8")):
        for line in block.splitlines(keepends=True):
            if line.startswith("$ "):
                found.append((line[2:].strip(), ""))
            else:
                found[-1] = found[-1][0], found[-1][1] + line
    return found


def printed(command: str) -> str:
    """What a command prints, the answer first and what is said of it after."""
    said = CliRunner().invoke(app, shlex.split(command)[1:])
    assert said.exit_code == 0, said.stderr
    return said.stdout + said.stderr


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_walk_prints_what_its_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of docs/tracing.md, in order, over the real check-ins; `…` stands for any text."""
    if not DATA.exists():
        pytest.skip("the check-ins of New York are not beside this checkout")
    monkeypatch.chdir(tmp_path)
    (tmp_path / DATA.name).symlink_to(DATA)
    wrong = []
    for command, shown in typed():
        if command.startswith("export "):
            for setting in re.findall(r"(TRUYVET_\w+)=(\S+)", command):
                monkeypatch.setenv(setting[0], setting[1].replace("$PWD", str(tmp_path)))
        elif file := re.fullmatch(r"cat (\S+)", command):
            (tmp_path / file[1]).write_text(shown, encoding="utf-8")
        else:
            found = printed(command)
            if not re.fullmatch(".*".join(map(re.escape, shown.split("…"))), found):
                wrong.append(f"$ {command}\n{found}instead of\n{shown}")
    assert not wrong, "\n".join(wrong)


def test_the_page_has_commands_that_are_found() -> None:
    """A block that lost its mark would no longer be checked."""
    assert sum(command.startswith("truyvet ") for command, _ in typed()) >= 10
