"""The question what changed: the same question twice, as it is asked now and as it was asked before."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from pydantic import Field

from producers.errors import BadInput
from producers.moment import iso
from producers.person import parse_person, person_text
from storage.ports import VisitReader
from tracer import trace
from tracer.answer import Row
from tracer.difference import Change, Entry, Key, Side, difference
from tracer.errors import UnknownPerson
from tracer.limits import LeftOut
from tracer.provenance import Counts
from tracer.question import Limits
from tracer.questions import Contacts
from tracer.searching import Search, counted
from tracer.wanted import Readers, Rule

COLUMNS = (
    *("change", "person", "generation", "venue", "start", "end"),
    *("was_generation", "was_venue", "was_start", "was_end", "why"),
)
BEFORE = "was_"


class Difference(Search):
    """Who is new, who is gone, whose exposure changed since an earlier answer, and why?

    What begins with `was_` is how it was asked then; what is not given was as it is now.
    """

    question: Literal["difference"] = "difference"
    of: Literal["contacts", "chain"] = "contacts"
    was_known_at: str | None = Field(default=None, description="The moment of the earlier answer.")
    was_onset: str | None = None
    was_sample: str | None = None
    was_profile: Rule | None = None
    was_min_minutes: float | None = Field(default=None, ge=0)
    was_from: str | None = None
    was_to: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return COLUMNS

    def check(self) -> None:
        if all(getattr(self, name) is None for name in type(self).model_fields if name.startswith(BEFORE)):
            raise BadInput(
                "a difference is between two answers: say how the earlier one was asked (was_known_at, ...)."
            )
        backward = self.direction == "backward" or None
        of_chains = {"generations": self.generations, "people_max": self.people_max, "direction": backward}
        wrong = [name for name, given in of_chains.items() if given is not None]
        if self.of == "contacts" and wrong:
            raise BadInput(f"contacts have no {', '.join(wrong)}: leave it out, or compare chains.")
        for side in self.sides():
            side.check()

    def sides(self) -> tuple[Search | Contacts, Search | Contacts]:
        """The question as it was asked then, and as it is asked now."""
        now = {name: getattr(self, name) for name in Search.model_fields if name != "question"}
        then = {
            "from_" if name == "was_from" else name.removeprefix(BEFORE): value
            for name in type(self).model_fields
            if name.startswith(BEFORE) and (value := getattr(self, name)) is not None
        }
        if "known_at" in then:
            then["as_known_at"] = then.pop("known_at")
        if "onset" in then or "sample" in then:
            then = {"onset": None, "sample": None} | then
        return self._one(now | then), self._one(now)

    def _one(self, fields: dict[str, Any]) -> Search | Contacts:
        if self.of == "chain":
            return Search(question="chain", **fields)
        known = {name: value for name, value in fields.items() if name in Contacts.model_fields}
        return Contacts(**known)

    def rows_from(self, readers: Readers, counts: Counts, limits: Limits) -> Iterator[Row]:
        self.check()
        before, after = self.sides()
        now = _side(after, readers, counts, limits, "is")
        then = _side(before, readers, counts, limits, "was", may_be_unknown=True)
        changes = difference(then, now)
        venues = {one.met.venue for change in changes for one in (change.was, change.now) if one}
        return _rows(changes, now.reader.venue_ids(venues))


def _side(
    asked: Search | Contacts,
    readers: Readers,
    counts: Counts,
    limits: Limits,
    tense: str,
    *,
    may_be_unknown: bool = False,
) -> Side:
    """One answer. A case that nobody knew yet had an empty one."""
    reader, who = readers(asked.known_at())
    wanted = asked.with_persons(who)
    try:
        entries = dict(_entries(wanted, reader, counts, limits))
    except UnknownPerson:
        if not may_be_unknown:
            raise
        entries = {}
    before = BEFORE if tense == "was" else ""
    for name, count in counted((one.met for one in entries.values()), wanted.measure()).items():
        counts[before + name] += count
    return Side(
        *(entries, reader, wanted.window(), wanted.rule(), wanted.seconds_min(), parse_person(wanted.person)),
        case_until=wanted.infectious().until,
        direction=wanted.direction if isinstance(wanted, Search) else "forward",
        tense=tense,
    )


def _entries(
    wanted: Search | Contacts, reader: VisitReader, counts: Counts, limits: Limits
) -> Iterator[tuple[Key, Entry]]:
    case = parse_person(wanted.person)
    if isinstance(wanted, Search):
        for link in wanted.found(reader, counts, limits).whole():
            yield (link.person,), Entry(link.generation, link.from_person, link.exposure)
        return
    left_out = LeftOut()
    found = trace.contacts(
        *(reader, case, wanted.window(), wanted.rule(), wanted.seconds_min()),
        venue_crowd_max=wanted.crowd_max(limits),
        left_out=left_out,
    )
    left_out.too_short = 0  # of two answers; a difference names whoever fell out of one
    counts.update(left_out.counts())
    for met in found:
        yield (met.theirs.person, met.venue, met.mine.arrived, met.theirs.arrived), Entry(1, case, met)


def _rows(changes: list[Change], venue_ids: dict[int, str]) -> Iterator[Row]:
    for change in changes:
        row: Row = {"change": change.kind, "person": person_text(change.person)}
        for before, entry in (("", change.now), (BEFORE, change.was)):
            row |= {
                f"{before}generation": entry.generation if entry else None,
                f"{before}venue": venue_ids[entry.met.venue] if entry else None,
                f"{before}start": iso(entry.met.start) if entry else None,
                f"{before}end": iso(entry.met.end) if entry else None,
            }
        yield row | {"why": change.why}


def in_a_sentence(rows: Iterable[Row]) -> str:
    """How many came, went and changed, of the rows of a difference."""
    people: dict[str, set[str]] = {"new": set(), "gone": set(), "changed": set()}
    for row in rows:
        people[str(row["change"])].add(str(row["person"]))
    if not any(people.values()):
        return "Nothing changed."
    return "People: " + ", ".join(f"{len(found)} {kind}" for kind, found in people.items()) + "."
