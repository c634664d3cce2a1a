"""A question is put to what can answer it, and what the answer rests on is told with it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from producers.errors import BadInput
from producers.moment import iso
from storage.ports import VisitReader
from tracer.answer import Row
from tracer.errors import UnknownPerson
from tracer.provenance import CAVEAT, CountingReader, Counts, Knowledge, span
from tracer.question import LIMITS, Limits
from tracer.wanted import Wanted

TOLD_OF_RULE = ("name", "version", "sentence", "source", "cannot")


@dataclass(frozen=True)
class Sources:
    """What answers are made from. Called from several threads at once where a service has them."""

    reader: VisitReader
    past: Callable[[int], VisitReader]
    """The reader as it could have answered at an earlier moment, epoch seconds."""
    known: Callable[[], Knowledge]
    """What can be known now; asked before anything is read."""
    limits: Limits = LIMITS
    version: str = ""
    """Of the program."""


class Answer(NamedTuple):
    """The rows of an answer, to be read once, and what is told of it."""

    wanted: Wanted
    rows: Iterator[Row]
    told: dict[str, Any]
    """What is known before the rows are read: no counts."""
    counts: Counts

    def about(self) -> dict[str, Any]:
        """What the answer rests on; where it streams, the counts are whole when the last row is read."""
        return self.told | {"counts": dict(self.counts)}


def ask(wanted: Wanted, sources: Sources, go_on: Callable[[Counts], None] = lambda counts: None) -> Answer:
    """The answer. `go_on` is told the counts before each read, and raises to end it.

    The watermark is asked for first: the answer rests on everything up to it, and perhaps on more.
    Raises BadInput, Unavailable, Refused.
    """
    wanted.check()
    known, counts = sources.known(), Counts(visits_read=0)

    def reader(at: int | None) -> VisitReader:
        if at is not None and at > known.made:
            raise BadInput(f"nobody can have known anything at {iso(at)}, which is still to come.")
        return CountingReader(sources.reader if at is None else sources.past(at), counts, go_on)

    told = _told(wanted, sources, known)
    try:
        rows = wanted.rows_from(reader, counts, sources.limits)
    except UnknownPerson as error:
        raise UnknownPerson(error.person, wanted.known_at()) from None
    return Answer(wanted, rows, told, counts)


def _told(wanted: Wanted, sources: Sources, known: Knowledge) -> dict[str, Any]:
    """Plain values: the same beside a file, in a job and over the network."""
    rule, at, complete = wanted.rule(), wanted.known_at(), known.watermark
    if at is not None and complete is not None:
        complete = min(complete, at)
    return {
        "question": wanted.told(),
        "window": span(wanted.window()),
        "profile": None if rule is None else {name: getattr(rule, name) for name in TOLD_OF_RULE},
        "limits": wanted.limits(sources.limits),
        "as_known_at": _moment(at),
        "watermark": _moment(complete),
        "kept_since": _moment(known.kept_since),
        "made": iso(known.made),
        "version": sources.version,
        "caveat": CAVEAT,
    }


def _moment(second: int | None) -> str | None:
    return None if second is None else iso(second)
