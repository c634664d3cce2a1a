"""Lists of contacts as files, and the command line asked about them."""

import csv
import json
from pathlib import Path

from typer.testing import CliRunner

from deploy.cli.shared import app
from deploy.main import main

assert main  # importing it is what adds the commands to the app


def written(folder: Path, rows: list[list], header: str = "from,to,at") -> Path:
    """These rows as a CSV file."""
    file = folder / "contacts.csv"
    with file.open("w", newline="", encoding="utf-8") as text:
        text.write(header + "\n")
        csv.writer(text).writerows(rows)
    return file


def asked(*words: object) -> tuple[list[dict], int, str]:
    """What `truyvet` answers in JSON, with its exit code and what it says beside."""
    result = CliRunner().invoke(app, [*map(str, words), "--format", "json"])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return [json.loads(line) for line in result.stdout.splitlines()], result.exit_code, result.stderr
