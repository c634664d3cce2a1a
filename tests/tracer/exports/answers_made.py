"""Answers to export, with names as strangers write them, and a reader over a handful of visits."""

import csv
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby, product
from pathlib import Path

from producers.moment import iso
from producers.person import person_text
from producers.venue import venue_key
from storage.ports import Flow, Presence
from streams.tables import StoredScan
from streams.visit import EndKnownBy, Visit
from tracer.answer import COLUMNS, Row
from tracer.exports.answered import Answered
from tracer.exports.formats import FORMATS
from tracer.exports.whole_file import export
from tracer.question import Direction

NINE = 1638349200  # 2021-12-01T09:00:00Z, in Vietnam 16:00
ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VIETNAMESE = "".join(
    letter + (tone if letter.lower() in "aăâeêioôơuưy" else "") for letter, tone in product(ALPHABET, TONES)
)
NAMES = [
    unicodedata.normalize("NFC", VIETNAMESE),
    unicodedata.normalize("NFD", VIETNAMESE),
    "Nguyễn Thị Hường",
    *("=1+2", "+84912345678", "-2+3", "@SUM(A1)", "\t=cmd", "\r=cmd", "\n=cmd", '"=1+2"', ";=1+2"),
    *("＝1+2", "＋1", "－1", "＠x", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0", "  =1+2", "a;=1+2"),
    *("'quoted'", "''", "'", "a\tb", "line\r\nbreak", "line\n=1", "x;'y", "phòng 1, tầng 2", 'tên "đẹp"'),
    *(
        "<b>&amp;</b>",
        "]]>",
        "<!ENTITY x>",
        "_x000B_",
        "_x005F_",
        "\x00\x0b\x1f",
        "\ufffe\uffff",
        "😀",
        "1e5",
    ),
    *("00123", "123456789012345678", "TRUE", "1/2", " trailing ", "\u200e=1", "\u202eabc", "null", "Null"),
]
"""Venue names: the whole Vietnamese alphabet both ways, and what hurt other systems."""
HALF = "half \ud800 a character"


def span_of(number: int) -> Row:
    """Where the exposure of this number starts and ends: a quarter of an hour, one after another."""
    start = NINE + 1000 * number
    return {"start": iso(start), "end": iso(start + 900)}


def pairs(names: Iterable[str] = NAMES) -> Answered:
    """One meeting of 1 and 2, 2 and 3, ... at each of these venues."""
    rows: list[Row] = [
        {"person_a": person_text(one), "person_b": person_text(one + 1), "venue": name, **span_of(one)}
        for one, name in enumerate(names, 1)
    ]
    return Answered("pairs", COLUMNS["pairs"], rows, made=NINE, version="0")


def contacts(names: Iterable[str] = NAMES) -> Answered:
    """Person 1 met 2, 3, 2, 3, ... at these venues."""
    rows: list[Row] = [
        {
            "person": person_text(2 + one % 2),
            "venue": name,
            **span_of(one),
            "minutes": 15.0,
            "minutes_min": 10.0,
            "minutes_max": 15.0,
            "dose": 15.0,
            "my_visit": "/".join(map(str, span_of(one).values())),
            "their_visit": "/".join(map(str, span_of(one).values())),
        }
        for one, name in enumerate(names)
    ]
    return Answered("contacts", COLUMNS["contacts"], rows, person_text(1), made=NINE, version="0")


def chain(names: Iterable[str] = NAMES, direction: Direction = "forward") -> Answered:
    """From case 1 to 2, from 2 to 3, ... (the other way round, backward)."""
    rows: list[Row] = [
        {
            "person": person_text(one + 1),
            "generation": one,
            "exposed_at": span_of(one)["start"],
            "from_person": person_text(one),
            "venue": name,
            **span_of(one),
            "generation_min": one,
            "dose_max": 15.0,
        }
        for one, name in enumerate(names, 1)
    ]
    return Answered("chain", COLUMNS["chain"], rows, person_text(1), direction, made=NINE, version="0")


def written(answered: Answered, form: str, folder: Path) -> Path:
    """The export of this answer."""
    out = folder / f"out.{form}"
    export(answered, FORMATS[form], out, {})
    return out


def restored(cell: str) -> str:
    """A guarded cell as it was, by the rule docs/exports.md gives to anyone who reads one."""
    return re.sub(r"(\A|(?<=[;\t\r\n]))'", "", cell)


def cells_of(path: Path) -> list[list[str]]:
    """The cells of a CSV file as a plain reader sees them, headers first."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def rows_of(path: Path, header: int = 0) -> list[dict[str, str]]:
    """The rows below a header, each cell restored."""
    cells = cells_of(path)
    return [dict(zip(cells[header], map(restored, row), strict=True)) for row in cells[header + 1 :]]


class FewVisits:
    """A VisitReader over (person, venue, arrived, departed)."""

    def __init__(self, *stays: tuple[int, str, int, int]) -> None:
        self._ids = {venue_key(venue): venue for _, venue, _, _ in stays}
        self.visits = sorted(
            Visit(venue_key(venue), arrived, person, departed, arrived, departed, EndKnownBy.checkout, 1)
            for person, venue, arrived, departed in stays
        )

    def visits_of(self, persons: Collection[int], since: int, until: int) -> list[Visit]:
        return [one for one in self.visits if one.person in persons and one.arrived < until > since]

    def visits_at(self, places: Collection[Presence]) -> list[Visit]:
        return [
            one
            for one in self.visits
            if any(
                one.venue == at.venue and one.arrived < at.until and one.departed > at.since for at in places
            )
        ]

    def visits_by_venue(self, since: int, until: int) -> Iterator[list[Visit]]:
        present = (one for one in self.visits if one.arrived < until and one.departed > since)
        for _, together in groupby(present, key=lambda one: one.venue):
            yield list(together)

    def venue_ids(self, keys: Collection[int]) -> dict[int, str]:
        return {key: self._ids[key] for key in keys if key in self._ids}

    def scans_told(self, person: int, since: int, until: int) -> list[StoredScan]:
        return []

    def knows(self, person: int) -> bool:
        return any(one.person == person for one in self.visits)

    def flow(self) -> Flow:
        return Flow(1, 1, 1, 0, 0, 1, 1, 1, NINE, NINE)
