"""EpiContactTrace (R): movements from a source to a destination on a day."""

from pathlib import Path

from tracer.exports.answered import Answered, Written, first_day
from tracer.exports.csv_file import CsvFile

COLUMNS = ("source", "destination", "t", "id", "n", "category")
"""t: the day an exposure begins. id: the row's number. n: one person. category: the venue."""


def write_epicontacttrace(answered: Answered, path: Path) -> Written:
    """One movement per exposure; in pairs, where either may have exposed the other, one each way."""
    with CsvFile(path, COLUMNS) as file:
        for number, tie in enumerate(answered.ties(), 1):
            day, venue = first_day(tie.facts, answered.zone), tie.facts["venue"]
            file.write((tie.source, tie.target, day, number, 1, venue))
            if not answered.directed:
                file.write((tie.target, tie.source, day, number, 1, venue))
        return file.written()
