"""epicontacts (R): a line list of people beside a list of contacts, for make_epicontacts."""

from pathlib import Path

from tracer.exports.answered import Answered, Written
from tracer.exports.csv_file import CsvFile
from tracer.exports.people import People


def write_epicontacts(answered: Answered, contacts: Path, linelist: Path) -> tuple[Written, Written]:
    """`from, to` and the other columns of each row; beside it `id` of each person once."""
    with (
        People(answered) as people,
        CsvFile(contacts, ("from", "to", *answered.facts)) as file,
        CsvFile(linelist, people.columns) as persons,
    ):
        for tie in answered.ties():
            people.add(tie)
            file.write((tie.source, tie.target, *tie.facts.values()))
        for someone in people:
            persons.write(someone[: len(people.columns)])
        return file.written(), persons.written()
