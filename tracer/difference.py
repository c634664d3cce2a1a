"""What changed between two answers about one case: who is new, who is gone, what differs, and why."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from producers.moment import iso
from producers.person import person_text
from storage.ports import VisitReader
from streams.visit import Visit
from tracer.colocation import CoLocation, meet
from tracer.next_scan import ended_by_next
from tracer.profile import Profile
from tracer.question import ALWAYS, Direction, Window

Key = tuple[int, ...]
"""Names one entry of an answer; the person comes first."""


Known = dict[tuple[bool, int, int], list[Visit]]
"""Stays by (as of one exposed?, person, venue): a rule may end those of exposed people otherwise."""


ANOTHER_PATH = "another path is preferred"


class Entry(NamedTuple):
    """One exposure of an answer, and how many exposures from the case it is."""

    generation: int
    from_person: int
    met: CoLocation

    def said(self) -> tuple[int, int, int, int, int]:
        """What an answer says of it; the stays behind it may be told otherwise and it is still the same."""
        return (self.generation, self.from_person, self.met.venue, self.met.start, self.met.end)


@dataclass(frozen=True)
class Side:
    """One of the two answers: what it found, and how."""

    entries: Mapping[Key, Entry]
    reader: VisitReader
    window: Window
    profile: Profile
    min_seconds: int
    case: int
    case_until: int
    direction: Direction = "forward"
    tense: str = "was"
    """`was` of the earlier one, `is` of the later one."""

    def people(self) -> dict[int, Entry]:
        """Everyone in the answer, with one of their entries."""
        return {key[0]: entry for key, entry in self.entries.items()}

    def visits(self, met: Collection[CoLocation]) -> Known:
        """What this side knows of the stays of these exposures."""
        found: Known = {}
        stays = [visit for one in met for visit in (one.mine, one.theirs)]
        if stays:
            people = {visit.person for visit in stays}
            since, until = min(one.arrived for one in stays), max(one.departed for one in stays) + 1
            told = self.reader.visits_of(people, since, until)
            for exposed, some in ((False, told), (True, ended_by_next(self.reader, told, self.profile))):
                for visit in some:
                    found.setdefault((exposed, visit.person, visit.venue), []).append(visit)
        return found


class Change(NamedTuple):
    """One difference. `was` and `now` are the exposure in the earlier and the later answer."""

    kind: str
    """`new`: the person is only in the later answer; `gone`: only in the earlier one; else `changed`."""
    person: int
    was: Entry | None
    now: Entry | None
    why: str


def difference(earlier: Side, later: Side) -> list[Change]:
    """Every entry that is not the same in both answers, by person and time."""
    was_people, people = earlier.people(), later.people()
    differing = [
        (key, earlier.entries.get(key), later.entries.get(key))
        for key in earlier.entries.keys() | later.entries.keys()
        if _said(earlier.entries.get(key)) != _said(later.entries.get(key))
    ]
    known_then = earlier.visits([now.met for _, _, now in differing if now])
    known_now = later.visits([was.met for _, was, _ in differing if was])
    changes = []
    for key, was, now in differing:
        kind = "changed" if key[0] in was_people and key[0] in people else "new" if now else "gone"
        reasons = [
            *(_reasons(now, earlier, known_then, was_people) if now else ()),
            *(_reasons(was, later, known_now, people) if was else ()),
        ]
        # Both sides may tell the same; what is told of the earlier one comes first and is enough.
        changes.append(Change(kind, key[0], was, now, reasons[0] if reasons else ANOTHER_PATH))
    return sorted(changes, key=lambda one: (one.person, _start(one.was or one.now)))


def _said(entry: Entry | None) -> tuple[int, ...] | None:
    return entry.said() if entry else None


def _start(entry: Entry | None) -> int:
    return entry.met.start if entry else 0


def _reasons(
    entry: Entry,
    other: Side,
    known: Known,
    people: Mapping[int, Entry],
) -> Iterator[str]:
    """Why the other answer does not have this exposure so, the first cause first."""
    forward = other.direction == "forward"
    for visit, exposed in ((entry.met.theirs, forward), (entry.met.mine, not forward)):
        yield from _told_otherwise(visit, known.get((exposed, visit.person, visit.venue), ()), other.tense)
    mine, theirs, rule = entry.met.mine, entry.met.theirs, other.profile
    least = 0 if rule.minutes_summed_hours else other.min_seconds
    how = f"{rule.name} version {rule.version}"
    how += f" with {other.min_seconds / 60:g} minutes or more" if other.min_seconds else ""
    since, until = other.window
    days = Window(since, min(until, other.case_until)) if entry.generation == 1 else other.window
    found = meet(mine, theirs, rule, days, least, direction=other.direction)
    if meet(mine, theirs, rule, ALWAYS, least, direction=other.direction) is None:
        yield f"it {other.tense} no exposure under {how}"
    elif meet(mine, theirs, rule, other.window, least, direction=other.direction) is None:
        yield f"it {other.tense} outside the window {_span(other.window)}"
    elif found is None:
        # In the window, but not long enough in the case's days.
        when = "after" if entry.met.start >= other.case_until else "too short within"
        yield f"it {other.tense} {when} the case's infectious days, until {iso(other.case_until)}"
    elif (found.start, found.end) != (entry.met.start, entry.met.end):
        yield f"it {other.tense} from {iso(found.start)} until {iso(found.end)} under {how}, in that window"
    elif rule.minutes_summed_hours and entry.met.theirs.person not in people:
        yield f"its minutes {other.tense} too few under {how}, summed"
    if entry.from_person != other.case:
        who = f"{person_text(entry.from_person)}, from whom it comes, {other.tense}"
        reached = people.get(entry.from_person)
        if reached is None:
            yield f"{who} not reached"
        elif (reached.met.start >= entry.met.start) == forward:
            yield f"{who} reached at {iso(reached.met.start)}"


def _told_otherwise(visit: Visit, known: Iterable[Visit], tense: str) -> Iterator[str]:
    """How a stay is told on the other side, where that differs."""
    who = f"the stay of {person_text(visit.person)}"
    for other in known:
        if other.arrived == visit.arrived:
            if (other.departed, other.ended) != (visit.departed, visit.ended):
                yield f"{who} {tense} told to end at {_end(other)}, not at {_end(visit)}"
            return
    for other in known:
        if other.arrived <= visit.departed and visit.arrived <= other.departed:
            yield f"{who} {tense} told to begin at {iso(other.arrived)}, not at {iso(visit.arrived)}"
            return
    yield f"{who} {tense} not known"


def _span(window: Window) -> str:
    since = "" if window.since == ALWAYS.since else f"from {iso(window.since)}"
    until = "" if window.until == ALWAYS.until else f"until {iso(window.until)}"
    return f"{since} {until}".strip()


def _end(visit: Visit) -> str:
    return f"{iso(visit.departed)} ({visit.ended.name})"
