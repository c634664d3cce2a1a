"""A question is put to what can answer it, and what the answer rests on is told with it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

from producers.errors import BadInput
from producers.moment import iso
from producers.person import parse_person, person_text
from storage.ports import VisitReader
from tracer.answer import Row
from tracer.errors import OutOfTime, UnknownPerson
from tracer.provenance import CAVEAT, CountingReader, Counts, Knowledge, span
from tracer.question import LIMITS, Limits
from tracer.wanted import Wanted, Who

LINKED_TOLD_MAX = 20
"""People with several documents who are named beside an answer: it is a header over HTTP."""
TOLD_OF_RULE = ("name", "version", "sentence", "source", "cannot")


@dataclass(frozen=True)
class Sources:
    """What answers are made from. Called from several threads at once where a service has them."""

    now: Callable[[], VisitReader]
    """Reads visits as they stand; asked for once an answer, which it answers whole."""
    past: Callable[[int], VisitReader]
    """Reads them as they stood at an earlier moment, epoch seconds."""
    known: Callable[[], Knowledge]
    """What can be known now; asked before anything is read."""
    limits: Limits = LIMITS
    units: Callable[[Collection[str], int], Mapping[str, str]] = lambda venues, moment: {}
    """The administrative units of these venues at an epoch second, by the venue's id, where known."""
    seconds: Callable[[], float] = lambda: 0
    """Of a clock that never goes back, for the limit seconds_max; by default one that stands still."""
    version: str = ""
    """Of the program."""


@runtime_checkable
class KnowsLinks(Protocol):
    """A reader to which several pseudonyms may be one person."""

    def who(self, person: int) -> int:
        """The person whose pseudonym this is."""
        ...

    def documents(self, person: int) -> Collection[int]:
        """All pseudonyms of that person; none where there is only this one."""
        ...


class Answer(NamedTuple):
    """The rows of an answer, to be read once, and what is told of it."""

    wanted: Wanted
    rows: Iterator[Row]
    told: dict[str, Any]
    """What is known before the rows are read: no counts."""
    counts: Counts

    def whom(self, pseudonym: str) -> str:
        """The person the answer calls so."""
        linked: dict[str, list[str]] = self.told.get("linked", {})
        return next((person for person, every in linked.items() if pseudonym in every), pseudonym)

    def about(self) -> dict[str, Any]:
        """What the answer rests on; where it streams, the counts are whole when the last row is read."""
        return self.told | {"counts": dict(self.counts)}


def ask(wanted: Wanted, sources: Sources, go_on: Callable[[Counts], None] = lambda counts: None) -> Answer:
    """The answer. `go_on` is told the counts before each read, and raises to end it.

    The watermark is asked for first: the answer rests on everything up to it, and perhaps on more.
    Raises BadInput, Unavailable, Refused.
    """
    wanted.check()
    wanted = wanted.with_units(sources.units)
    known, counts = sources.known(), Counts(visits_read=0)
    told = _told(wanted, sources, known)
    go_on = in_time(go_on, wanted.time_max(sources.limits), sources.seconds)

    def reader(at: int | None) -> tuple[VisitReader, Who]:
        if at is not None and at > known.made:
            raise BadInput(f"nobody can have known anything at {iso(at)}, which is still to come.")
        visits = sources.now() if at is None else sources.past(at)

        def who(asked: str) -> str:
            person = parse_person(asked)
            if not isinstance(visits, KnowsLinks) or not (every := visits.documents(person)):
                return asked
            found = person_text(visits.who(person))
            linked: dict[str, list[str]] = told.setdefault("linked", {})
            if len(linked) < LINKED_TOLD_MAX:
                linked[found] = sorted(map(person_text, every))
            return found

        return CountingReader(visits, counts, go_on), who

    try:
        rows = wanted.rows_from(reader, counts, sources.limits)
    except UnknownPerson as error:
        raise UnknownPerson(error.person, wanted.known_at()) from None
    return Answer(wanted, rows, told, counts)


def in_time(
    go_on: Callable[[Counts], None], seconds_max: float | None, seconds: Callable[[], float]
) -> Callable[[Counts], None]:
    """`go_on`, which from now on raises OutOfTime when the time is over: once.

    A search ends then, and what it has is still told, for which the names of venues are read.
    """
    if seconds_max is None:
        return go_on
    until, over = seconds() + seconds_max, False

    def within(counts: Counts) -> None:
        nonlocal over
        go_on(counts)
        if not over and seconds() > until:
            over = True
            raise OutOfTime(seconds_max)

    return within


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
