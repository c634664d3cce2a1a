"""A list of contacts from elsewhere: who met whom and when, searched like the contacts of visits.

A list names its people and times in its own way, and its answers are given back in that way: an id
stays the text it is, and a list that counts time in whole numbers (days since a start, seconds of an
experiment) is answered in those. A number from PLAIN_BELOW on, either side of zero, makes all numbers
of the list epoch seconds; moments without a zone are UTC.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from functools import lru_cache
from typing import NamedTuple

from producers.errors import BadInput
from producers.moment import MILLISECONDS_FROM, iso, parse
from producers.row import Numbered, Refused, Row
from tracer import answer
from tracer.chain import Chain, ChainSearch, Edge, Link
from tracer.question import Direction, Window

NUMBER = re.compile(r"-?\d+(\.\d*)?")
WHOLE = re.compile(r"-?\d+(\.0*)?")
PLAIN_BELOW = 100_000_000
"""A list of smaller numbers only is a plain count; as epoch seconds it would end in March 1973."""
REFUSED_SHOWN_MAX = 10


class ListColumns(NamedTuple):
    """Which column of the list says what; `until` where a contact lasts."""

    source: str
    target: str
    at: str
    until: str | None = None
    venue: str | None = None

    def names(self) -> list[str]:
        """The columns that the file must have."""
        return [name for name in self if name is not None]


class Listed(NamedTuple):
    """What the list says of one contact: where (may be empty), from when, until when.

    Tuples compare by venue first, then start, as those of visits do.
    """

    venue: str
    start: int
    end: int


@dataclass
class LineList:
    """The contacts of a list. A person is the place of their id in `ids`, which is sorted."""

    ids: list[str] = field(default_factory=list)
    contacts: list[Edge[Listed]] = field(default_factory=list)
    counted: bool = False
    """Are its times plain whole numbers, and not moments?"""
    refused: int = 0
    refused_first: list[tuple[int, str]] = field(default_factory=list)
    """(line, why) of the first rows that could not be used."""

    def person(self, given: str) -> int:
        """The number of this id. Raises BadInput where no contact names it."""
        if given not in self._number:
            raise BadInput(f"{given!r} is in no contact of the list: give an id exactly as the file has it.")
        return self._number[given]

    def time(self, text: str) -> int:
        """A time as the list counts. Raises BadInput."""
        number, plain = _time(text)
        if self.counted and not plain:
            raise BadInput(f"the list counts its times in whole numbers: give one of those, not {text!r}.")
        return number

    def told(self, at: int) -> str | int:
        """A time, written as the list counts: a whole number, or ISO 8601 in UTC."""
        return at if self.counted else iso(at)

    def window(self, since: str | None, before: str | None) -> Window:
        """[since, before), each open where it is not given. Raises BadInput."""
        times = [edge.at for edge in self.contacts] or [0]
        span = Window(
            min(times) if since is None else self.time(since),
            max(times) + 1 if before is None else self.time(before),
        )
        if since is not None and before is not None and span.until <= span.since:
            raise BadInput(f"the window from {since} to {before} is empty: `before` must be after `since`.")
        return span

    def __post_init__(self) -> None:
        self._number = {given: number for number, given in enumerate(self.ids)}


def read_list(rows: Iterable[Numbered], columns: ListColumns) -> LineList:
    """Reads every row; one that cannot be used is counted, and costs no other. Raises BadInput."""
    read = _Reading(columns)
    for line, row in rows:
        try:
            read.take(row)
        except BadInput as error:
            read.refused += 1
            if len(read.refused_first) < REFUSED_SHOWN_MAX:
                read.refused_first.append((line, str(error)))
    return read.done()


def chain_of_list(
    listed: LineList,
    case: str,
    window: Window,
    direction: Direction,
    *,
    directed: bool,
    same_instant: bool,
    generations_max: int,
    people_max: int,
) -> Chain[Listed]:
    """The chain from the case over the list, under the rule of `tracer.chain`. Raises BadInput.

    directed: a contact leads from its source to its target only; else either way.
    same_instant: an onward contact may have the very time of one's own.
    """
    search: ChainSearch[Listed] = ChainSearch(
        listed.person(case), window, direction, generations_max, people_max, strict=not same_instant
    )
    of: dict[int, list[Edge[Listed]]] = defaultdict(list)
    for edge in _both_ways(listed.contacts, directed):
        of[edge.source if direction == "forward" else edge.target].append(edge)
    while wanted := search.wants():
        search.feed(edge for person in wanted for edge in of[person])
    return search.result()


def list_rows(listed: LineList, chain: Chain[Listed]) -> Iterator[answer.Row]:
    """One row per person reached, in the columns of a chain. Raises AnswerTooLarge on a cut chain."""
    links, fewest = chain.whole(), chain.generation_min
    return (
        _row(
            *(listed, link, "chain"),
            {"exposed_at": listed.told(link.at), "generation_min": fewest[link.person]},
        )
        for link in links
    )


def list_path_rows(listed: LineList, path: Iterable[Link[Listed]]) -> Iterator[answer.Row]:
    """One row per contact of a path, in the columns of a path; a list knows no visits."""
    return (_row(listed, link, "path", {}) for link in path)


def _row(listed: LineList, link: Link[Listed], name: str, more: answer.Row) -> answer.Row:
    row: answer.Row = dict.fromkeys(answer.COLUMNS[name])
    return row | {
        "person": listed.ids[link.person],
        "generation": link.generation,
        "from_person": listed.ids[link.from_person],
        "venue": link.exposure.venue,
        "start": listed.told(link.exposure.start),
        "end": listed.told(link.exposure.end),
        **more,
    }


def _both_ways(contacts: Iterable[Edge[Listed]], directed: bool) -> Iterator[Edge[Listed]]:
    for edge in contacts:
        yield edge
        if not directed:
            yield edge._replace(source=edge.target, target=edge.source)


class _Reading:
    """Rows on their way to a LineList: ids are numbered as they come, and in order at the end."""

    def __init__(self, columns: ListColumns) -> None:
        self._columns = columns
        self._number: dict[str, int] = {}
        self._contacts: list[Edge[Listed]] = []
        self._counted = True
        self._time = lru_cache(8_192)(_time)
        self.refused = 0
        self.refused_first: list[tuple[int, str]] = []

    def take(self, row: Row | Refused) -> None:
        if isinstance(row, Refused):
            raise BadInput(row.sentence)
        columns = self._columns
        source, target = self._id(row, columns.source), self._id(row, columns.target)
        at, plain = self._time(row.get(columns.at, ""))
        until, until_plain = at, True
        if columns.until and (told := row.get(columns.until, "")).strip():
            until, until_plain = self._time(told)
        if until < at:
            raise BadInput("The contact ends before it begins: mend the row.")
        self._counted = self._counted and plain and until_plain
        venue = row.get(columns.venue, "") if columns.venue else ""
        ends = [self._number.setdefault(given, len(self._number)) for given in (source, target)]
        self._contacts.append(Edge(ends[0], ends[1], at, Listed(venue, at, until)))

    def _id(self, row: Row, column: str) -> str:
        given = row.get(column, "")
        if not given.strip():
            raise BadInput(f"The column {column!r} is empty: name the person.")
        return given

    def done(self) -> LineList:
        ids = sorted(self._number, key=_natural)
        place = {self._number[given]: number for number, given in enumerate(ids)}
        contacts = [
            edge._replace(source=place[edge.source], target=place[edge.target]) for edge in self._contacts
        ]
        counted = self._counted and bool(contacts)
        return LineList(ids, contacts, counted, self.refused, self.refused_first)


def _natural(given: str) -> tuple[int, int, str]:
    """Numbers by their size, before all other texts."""
    return (0, int(given), given) if given.isascii() and given.isdigit() else (1, 0, given)


def _time(text: str) -> tuple[int, bool]:
    """The second (or count), and whether it is a number that may be a plain count. Raises BadInput."""
    text = text.strip()
    if not NUMBER.fullmatch(text):
        return parse(text, naive_as=UTC), False
    number = int(text.split(".")[0]) if WHOLE.fullmatch(text) else int(float(text) // 1)
    if abs(number) >= MILLISECONDS_FROM:
        raise BadInput(f"{text!r} is too large for epoch seconds: give seconds, not milliseconds.")
    if abs(number) < PLAIN_BELOW:
        if not WHOLE.fullmatch(text):
            raise BadInput(f"{text!r} is neither a whole number nor epoch seconds: give one of those.")
        return number, True
    return number, False
