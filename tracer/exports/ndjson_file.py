"""NDJSON: one JSON object per line, the same rows as on the terminal and over the network."""

from pathlib import Path

from tracer.answer import ndjson
from tracer.exports.answered import Answered, Written


def write_ndjson(answered: Answered, path: Path) -> Written:
    """One line per row."""
    count = 0
    # Half a character becomes \udXXX, which inside a JSON text is that very character.
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        for count, line in enumerate(ndjson(answered.rows), 1):  # noqa: B007
            file.write(line)
    return Written(count, answered.columns)
