"""An invitation says when it is for a place that nobody knows: a slip would name it in all scans."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

import deploy.cli.gateway
import deploy.cli.venues  # noqa: F401  (they add their commands to the app)
from deploy.cli.shared import app


def run(*words: str) -> Result:
    done = CliRunner().invoke(app, [*words])
    assert done.exit_code == 0, done.exception
    return done


@pytest.mark.usefixtures("embedded")
def test_a_venue_that_nobody_registered_is_told(tmp_path: Path) -> None:
    """It is invited all the same, for the list may come later; without a venue there is nothing to tell."""
    (tmp_path / "list.csv").write_text("id,name\nchợ Đông Ba,Chợ Đông Ba\n", encoding="utf-8")
    run("venues", "import", str(tmp_path / "list.csv"))
    for words, told in (
        (["--venue", "chợ Đông Ba"], False),
        (["--venue", "chợ Dông Ba"], True),
        ([], False),
    ):
        done = run("devices", "invite", "--kind", "kiosk", *words, "--format", "json")
        assert json.loads(done.stdout)["invitation"]
        assert ("Nobody registered the venue" in done.stderr) == told
