"""The chain of exposures that starts from a case, forward or backward, in the order of time.

The rule, forward:
  - a person's label is the earliest start of an exposure that reaches them;
  - an onward exposure starts strictly after the start of one's own exposure (or in the same second,
    or so many hours later at the earliest, where the profile says so);
  - the case's own exposures start at window.since or later; every exposure starts in the window;
  - a path has at most generations_max exposures;
  - of equal starts: the fewest generations, then the smallest from_person, then the smallest venue.
Backward is its mirror: the label is the latest start, and the exposure of a source starts strictly
before the start of the exposure it explains; `from_person` is the one step nearer to the case.

There is no set of visited people. Someone first reached late by a short path may be reached earlier
by a longer one, which opens meetings in between; so a label may improve, and its person is expanded
again. Round k expands only the people whose label improved in round k-1, with the labels of that
round (Bellman-Ford): after round k every label is the best over paths of at most k exposures, which
makes the generation limit exact. Links are immutable, so a path stays the evidence it was when a
label on it improves later.

Why "starts strictly after" and not "goes on after"? Where nobody is at two venues at once, stays are
compared, each exposure for itself, and there is no latent gap, nobody is lost. Say B is exposed by A at
t, and meets C in a meeting that began at or before t and goes on after t. At t, B stands at one venue; so
A, B and C are all there, and A and C meet as well, from t or before. The meeting of A and C lasts from
then until the first of them leaves, which is no less than the shorter of A's exposure of B and what was
left of B's meeting with C: it passes any minimum those two pass. If it began after A's own label, A
exposes C directly, no later and with one generation fewer. If not, the same holds for A and the one who
exposed A, and so on back to the case, who may expose from the start of the window on.

It does lose people where one of these does not hold. A latent gap: B, exposed at t, is with C from before
t + gap until long after, and A need never have met C. Summed minutes: A and C may share too few of them.
Edges that are no stays (a line list): A and C need not be listed. `docs/profiles.md` has examples and what
to ask instead; the rule is the same for all, and the published vectors rest on it.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Generic

from tracer.limits import Newcomers
from tracer.links import Chain, Edge, Evidence, Link, edge_of, steps
from tracer.question import Direction, Window

__all__ = ["Chain", "ChainSearch", "Edge", "Evidence", "Link", "edge_of", "steps"]


class ChainSearch(Generic[Evidence]):
    """The search without its reading: ask `wants`, find their edges, `feed` them, until none is wanted.

    One feed is one round. Nothing is read here, so visits, line lists and vectors run the same code.
    strict: False lets an onward exposure start in the same second (or day) as one's own.
    latent: the least time from one's own exposure to an onward one, in the unit of `at`.
    case_until: the case's own exposures start before it, where it is earlier than the window's end.
    others: further cases, each with the span in which its own exposures start. No case is ever reached.
    weigh: the dose of an exposure; None: none is weighed.
    """

    def __init__(
        self,
        case: int,
        window: Window,
        direction: Direction,
        generations_max: int,
        people_max: int,
        *,
        strict: bool = True,
        latent: int = 0,
        case_until: int | None = None,
        others: Mapping[int, Window] = MappingProxyType({}),
        weigh: Callable[[Evidence], float] | None = None,
    ) -> None:
        self.case = case
        self.window = window
        self.direction = direction
        self.generations_max = generations_max
        self.people_max = people_max
        self._sign = 1 if direction == "forward" else -1
        self._gap = max(1 if strict else 0, latent)
        until = window.until if case_until is None else min(case_until, window.until)
        self._cases = {case: Window(window.since, until), **others}
        self._weigh = weigh
        self._labels: dict[int, Link[Evidence]] = {}
        self._generation_min: dict[int, int] = {}
        self._dose_max: dict[int, float] = {}
        self._improved: dict[int, Link[Evidence] | None] = dict.fromkeys(self._cases)
        self._generations = 0
        self._cut: str | None = None
        self._left_out = 0

    def wants(self) -> dict[int, Window]:
        """The people to expand now, each with the span in which an exposure of theirs may start."""
        if self._cut is not None or self._generations >= self.generations_max:
            return {}
        return self._spans()

    def _spans(self) -> dict[int, Window]:
        spans = {person: self._span(person, link) for person, link in self._improved.items()}
        return {person: span for person, span in spans.items() if span.since < span.until}

    def feed(self, edges: Iterable[Edge[Evidence]]) -> None:
        """One round: every edge of the people wanted (others are ignored), in any order, each person's all.

        The edges are taken one by one and no further than people_max allows twice: a round that would
        pass it is dropped as a whole, and the search ends with the labels of the round before.
        """
        spans = self.wants()
        found: dict[int, Link[Evidence]] = {}
        doses: dict[int, float] = {}
        new = Newcomers(self._labels, self.people_max)
        for edge in edges:
            near, far = (edge.source, edge.target) if self._sign > 0 else (edge.target, edge.source)
            span = spans.get(near)
            if span is None or not span.since <= edge.at < span.until or far in self._cases:
                continue
            if self._weigh is not None:
                doses[far] = max(doses.get(far, 0.0), self._weigh(edge.evidence))
            if new.full:
                break
            if not new.allowed(far) or not self._better(edge, near, far, found):
                continue
            parent = self._improved[near]
            found[far] = Link(far, self._generations + 1, edge.at, near, edge.evidence, parent)
        if self._takes(new, found, doses):
            self._improved = dict(found)

    def stop(self, limit: str) -> None:
        """End the search with the rounds that are whole; nobody who is wanted is followed."""
        self._left_out = len(self.wants())
        self._cut = limit

    def _takes(
        self, new: "Newcomers", found: Mapping[int, Link[Evidence]], doses: Mapping[int, float]
    ) -> bool:
        """Add what a round found, as a whole, or end the search without it."""
        if new.over:
            self._cut, self._left_out = "people_max", len(new.people)
            return False
        self._labels.update(found)
        self._generations += 1
        for far in found:
            self._generation_min.setdefault(far, self._generations)
        for far, dose in doses.items():
            self._dose_max[far] = max(self._dose_max.get(far, 0.0), dose)
        return True

    def spreading(self) -> dict[int, Window]:
        """The cases and everyone reached so far, each with the span in which an exposure may start."""
        people: dict[int, Link[Evidence] | None] = {**dict.fromkeys(self._cases), **self._labels}
        return {person: self._span(person, link) for person, link in people.items()}

    def passes_on(self, person: int, at: int) -> bool:
        """May an exposure that starts `at` follow from how this person was reached so far?"""
        link = self._labels.get(person)
        if link is None and person not in self._cases:
            return False
        span = self._span(person, link)
        return span.since <= at < span.until

    def generation_min(self, person: int) -> int | None:
        """The fewest exposures by which this person is reached so far; 0 for a case, None for nobody."""
        return 0 if person in self._cases else self._generation_min.get(person)

    def result(self) -> Chain[Evidence]:
        """Everyone reached. Raises ValueError while someone is still wanted."""
        if self.wants():
            raise ValueError("the search is not over: feed it until wants() is empty")
        links = sorted(self._labels.values(), key=lambda link: (link.at, link.person))
        return Chain(
            *(self.case, self.direction, links, self._generations, self._cut, self._left_out),
            unfollowed=0 if self._cut else self._unfollowed(),
            generation_min=self._generation_min,
            dose_max=self._dose_max,
        )

    def _unfollowed(self) -> int:
        return len(self._spans())

    def _span(self, person: int, link: Link[Evidence] | None) -> Window:
        """When an exposure beyond this label may start; a case is bound by no label."""
        return self._cases[person] if link is None else self._open(link.at)

    def _open(self, at: int) -> Window:
        """When an exposure may start that follows one that started `at`."""
        if self._sign > 0:
            return Window(max(self.window.since, at + self._gap), self.window.until)
        return Window(self.window.since, min(self.window.until, at + 1 - self._gap))

    def _better(self, edge: Edge[Evidence], near: int, far: int, found: dict[int, Link[Evidence]]) -> bool:
        """Does this edge reach `far` better than the rounds before and than this round so far?

        An equal start in an earlier round has fewer generations and stays.
        """
        time = self._sign * edge.at
        label = self._labels.get(far)
        if label is not None and time >= self._sign * label.at:
            return False
        rival = found.get(far)
        if rival is None:
            return True
        rank: tuple[int, int, Evidence] = (time, near, edge.evidence)
        return rank < (self._sign * rival.at, rival.from_person, rival.exposure)
