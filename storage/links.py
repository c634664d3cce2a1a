"""Several documents of one person: which pseudonyms an operator said are one, and how that is taken back.

A scan says which document was shown. Whoever shows a citizen card today and an insurance card tomorrow is two
pseudonyms, and a link `A is the same as B` makes them one person to every question, the past included. Scans
and visits stay as they were made, so a link that is taken back leaves no trace in them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from producers.errors import BadInput
from producers.person import person_text
from storage.engine import Engine
from storage.questions import question

EVER = 2**63
"""After every microsecond."""


class Link(NamedTuple):
    """What an operator told: `person` is the same as `same_as` (0: as nobody), at this microsecond."""

    person: int
    same_as: int
    told: int


class Links:
    """Which pseudonyms are one person. Persons are 64-bit ints.

    same_as: pseudonym -> the one it is the same as. Of those who are one, the person is the one at the end of
    these links; links that run in a circle (two operators at once) end at the least of it.
    """

    def __init__(self, same_as: Mapping[int, int]) -> None:
        self._same_as = dict(same_as)

    @staticmethod
    def told(links: Iterable[Link]) -> "Links":
        """As they stand after all these were told, in this order."""
        same_as: dict[int, int] = {}
        for link in links:
            same_as.pop(link.person, None)
            if link.same_as:
                same_as[link.person] = link.same_as
        return Links(same_as)

    def __bool__(self) -> bool:
        return bool(self._same_as)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Links) and self._same_as == other._same_as

    __hash__ = None  # type: ignore[assignment]

    def pairs(self) -> dict[int, int]:
        """Pseudonym -> the one it is the same as, as told."""
        return dict(self._same_as)

    @cached_property
    def _whose(self) -> dict[int, int]:
        """Everyone who has a link -> the person they are."""
        whose: dict[int, int] = {}
        for start in self._same_as:
            path = [start]
            while (last := path[-1]) not in whose and last in self._same_as:
                if (following := self._same_as[last]) in path:
                    whose[last] = min(path[path.index(following) :])
                    break
                path.append(following)
            person = whose.setdefault(path[-1], path[-1])
            whose |= dict.fromkeys(path, person)
        return whose

    @cached_property
    def _members(self) -> dict[int, list[int]]:
        members: dict[int, list[int]] = defaultdict(list)
        for pseudonym, person in self._whose.items():
            members[person].append(pseudonym)
        return dict(members)

    def who(self, pseudonym: int) -> int:
        """The person whose pseudonym this is: itself where nothing was told."""
        return self._whose.get(pseudonym, pseudonym)

    def linked(self, pseudonym: int) -> bool:
        """Is it one of several of a person?"""
        return pseudonym in self._whose

    def everyone(self) -> list[int]:
        """Every pseudonym that is one of several."""
        return list(self._whose)

    def all_of(self, person: int) -> list[int]:
        """All pseudonyms of a person (`who` names it)."""
        return self._members.get(person, [person])


NONE = Links({})


def end_of(same_as: Mapping[int, int], pseudonym: int) -> int:
    """Whom following the links leads to; the least of a circle."""
    path = [pseudonym]
    while (following := same_as.get(path[-1])) is not None:
        if following in path:
            return min(path[path.index(following) :])
        path.append(following)
    return path[-1]


class LinkTable:
    """What was told, in the store; for several threads. Raises Unavailable and Refused as a store does."""

    def __init__(self, engine: Engine, database: str, clock: Callable[[], int]) -> None:
        """clock: microseconds since 1970."""
        self._engine = engine
        self._database = database
        self._clock = clock
        self._known = (0, NONE)
        """How many rows there were, and what they say."""

    def told(self, before: int = EVER) -> list[Link]:
        """Everything told before this microsecond, in order."""
        rows = self._engine.rows(question("links", self._database, before=before))
        return [Link._make(row) for row in rows]

    def links(self, before: int | None = None) -> Links:
        """As they stand, or stood before this epoch second. Read anew only when something was told."""
        if before is not None:
            return Links.told(self.told(before * 1_000_000))
        count = int(self._engine.rows(question("links_count", self._database))[0][0])
        if count != self._known[0]:
            told = self.told()
            self._known = len(told), Links.told(told)
        return self._known[1]

    def link(self, pairs: Iterable[tuple[int, int]]) -> int:
        """Tell that the first of each pair is the same person as the second; how many of it are new.

        Raises BadInput, with nothing told, for a pair that cannot be: of one with itself, or of a pseudonym
        that is the same as another one already.
        """
        told, new = self.links().pairs(), []
        for person, other in pairs:
            there = told.get(person)
            if there == other:
                continue
            if (end := end_of(told, person)) == end_of(told, other):
                both = f"{person_text(person)} and {person_text(other)}"
                raise BadInput(f"{both} are one person already: nothing to link.")
            if there is not None:
                raise BadInput(
                    f"{person_text(person)} is the same as {person_text(there)} already: unlink it first, or "
                    f"link {person_text(end)}."
                )
            new.append((person, other))
            told[person] = other
        self._tell(new)
        return len(new)

    def unlink(self, person: int) -> None:
        """Take back what was told of this pseudonym. Raises BadInput where nothing was."""
        if person not in self.links().pairs():
            raise BadInput(
                f"{person_text(person)} is not linked to anybody: `truyvet persons links` lists who is."
            )
        self._tell([(person, 0)])

    def _tell(self, pairs: list[tuple[int, int]]) -> None:
        if pairs:
            persons, others = zip(*pairs, strict=True)
            told = [self._clock()] * len(pairs)
            self._engine.insert(
                f"{self._database}.links", {"person": persons, "same_as": others, "told": told}
            )
