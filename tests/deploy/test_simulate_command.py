"""The command that makes a city up takes a day as people write it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import deploy.cli.simulate  # noqa: F401  (it adds its command to the app)
from deploy.cli.shared import app
from producers.errors import BadInput
from producers.moment import parse


def written(out: Path, start: str) -> str:
    words = ["simulate", "--people", "50", "--days", "1", "--start", start, "--out", str(out)]
    assert CliRunner().invoke(app, words).exit_code == 0
    return out.read_text("utf-8")


def test_a_day_is_one_in_vietnam(tmp_path: Path) -> None:
    """As is any moment of it."""
    day = written(tmp_path / "day.csv", "2021-12-01")
    assert day == written(tmp_path / "moment.csv", "2021-12-01T23:59:00+07:00")
    assert day == written(tmp_path / "naive.csv", "2021-12-01T10:00")


def test_a_moment_without_a_zone_is_refused_without_advice_that_cannot_be_taken() -> None:
    """Only an import has --timezone."""
    with pytest.raises(BadInput, match=r"add one \(Z, \+07:00\)\.$"):
        parse("2021-12-01T10:00")
