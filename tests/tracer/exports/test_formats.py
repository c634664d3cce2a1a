"""Which question fits which format is what the page says."""

import re
from pathlib import Path

from tracer.exports.formats import ANY, FORMATS

PAGE = (Path(__file__).resolve().parents[3] / "docs/exports.md").read_text(encoding="utf-8")


def test_the_table_of_the_page_is_the_one_of_the_formats():
    """A row for each format and a column for each question that can be exported."""
    table = PAGE.split("<!-- tested: fit -->\n")[1].split("\n\n")[0]
    head, _, *lines = ([cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines())
    told = {
        name: {question for question, fits in zip(head[1:], line[1:], strict=True) if fits}
        for line in lines
        for name in re.findall(r"`(\w+)`", line[0])
    }
    assert set(head[1:]) == set(ANY)
    assert told == {one.name: set(one.questions) for one in FORMATS.values()}
