"""A chain in which nobody passes it on for longer than so many days after an exposure.

A later exposure then matters: it renews the time in which a person passes on. So a label is not enough,
and every exposure that may reach a person is followed, each once, from the fewest generations on.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from tracer.chain import ChainSearch, Edge, Evidence, Link
from tracer.limits import Newcomers
from tracer.question import Direction, Window


class RenewalSearch(ChainSearch[Evidence]):
    """As `ChainSearch`, and an onward exposure starts at most `lasts` after one of the person's own.

    lasts: in the unit of `at`. The case is bound by the window and case_until only, and being exposed
    itself changes nothing for it.
    """

    def __init__(
        self,
        case: int,
        window: Window,
        direction: Direction,
        generations_max: int,
        people_max: int,
        *,
        lasts: int,
        strict: bool = True,
        latent: int = 0,
        case_until: int | None = None,
        others: Mapping[int, Window] = MappingProxyType({}),
        weigh: Callable[[Evidence], float] | None = None,
    ) -> None:
        super().__init__(
            *(case, window, direction, generations_max, people_max),
            strict=strict,
            latent=latent,
            case_until=case_until,
            others=others,
            weigh=weigh,
        )
        self._lasts = lasts
        self._seen: set[tuple[int, int]] = set()
        self._times: dict[int, list[int]] = defaultdict(list)
        """Of all exposures found, by person: times that grow with the search (negative backward)."""
        self._fresh: dict[int, list[Link[Evidence]]] = {}
        """The exposures found in the last round, by person, the earliest first (the latest, backward)."""

    def feed(self, edges: Iterable[Edge[Evidence]]) -> None:
        wanted = self.wants()
        found: dict[tuple[int, int], Link[Evidence]] = {}
        doses: dict[int, float] = {}
        new = Newcomers(self._labels, self.people_max)
        for edge in edges:
            near, far = (edge.source, edge.target) if self._sign > 0 else (edge.target, edge.source)
            if near not in wanted or far in self._cases:
                continue
            parent = self._parent(near, edge.at)
            if parent is None and not self._passes_on(near, edge.at):
                continue
            if self._weigh is not None:
                doses[far] = max(doses.get(far, 0.0), self._weigh(edge.evidence))
            rival = found.get((far, edge.at))
            known = (far, edge.at) in self._seen
            if new.full:
                break
            if not new.allowed(far) or known or (rival and not _before(near, edge.evidence, rival)):
                continue
            generation = self._generations + 1
            found[far, edge.at] = Link(far, generation, edge.at, near, edge.evidence, parent)
        if self._takes(new, self._earliest(found.values()), doses):
            self._seen.update(found)
            self._fresh = defaultdict(list)
            for (person, _), link in sorted(found.items(), key=lambda one: self._sign * one[0][1]):
                self._fresh[person].append(link)
                insort(self._times[person], self._sign * link.at)

    def spreading(self) -> dict[int, Window]:
        """As there, from the first moment to the last; `passes_on` knows the gaps between."""
        spans = dict(self._cases)
        for person, times in self._times.items():
            ends = [
                self._ending(self._open(self._sign * time), self._sign * time)
                for time in (times[0], times[-1])
            ]
            spans[person] = Window(min(one.since for one in ends), max(one.until for one in ends))
        return spans

    def passes_on(self, person: int, at: int) -> bool:
        if person in self._cases:
            return super().passes_on(person, at)
        times, time = self._times.get(person, []), self._sign * at
        found = bisect_left(times, time - self._lasts)
        in_window = self.window.since <= at < self.window.until
        return in_window and found < len(times) and time - times[found] >= self._gap

    def _spans(self) -> dict[int, Window]:
        """From the first moment any of the last round's exposures reaches to the last; gaps included."""
        if self._generations == 0:
            return super()._spans()
        ends = {
            person: [self._span(person, links[end]) for end in (0, -1)]
            for person, links in self._fresh.items()
        }
        hulls = {
            person: Window(min(one.since for one in spans), max(one.until for one in spans))
            for person, spans in ends.items()
        }
        return {person: hull for person, hull in hulls.items() if hull.since < hull.until}

    def _span(self, person: int, link: Link[Evidence] | None) -> Window:
        span = super()._span(person, link)
        return span if link is None else self._ending(span, link.at)

    def _ending(self, span: Window, at: int) -> Window:
        """Of the span open after an exposure `at`, what lies no further than it lasts."""
        if self._sign > 0:
            return Window(span.since, min(span.until, at + self._lasts + 1))
        return Window(max(span.since, at - self._lasts), span.until)

    def _parent(self, person: int, at: int) -> Link[Evidence] | None:
        """The first of the person's own exposures in the last round from which one `at` follows."""
        if person in self._cases or not self.window.since <= at < self.window.until:
            return None
        links, time = self._fresh[person], self._sign * at
        found = bisect_left(links, time - self._lasts, key=lambda link: self._sign * link.at)
        if found < len(links) and time - self._sign * links[found].at >= self._gap:
            return links[found]
        return None

    def _passes_on(self, person: int, at: int) -> bool:
        """Is this a case, in the time of its own?"""
        span = self._cases.get(person)
        return span is not None and span.since <= at < span.until

    def _earliest(self, links: Iterable[Link[Evidence]]) -> dict[int, Link[Evidence]]:
        """The labels that these exposures better: of equal starts the fewer generations stay."""
        better: dict[int, Link[Evidence]] = {}
        for link in links:
            rival = better.get(link.person) or self._labels.get(link.person)
            if rival is None or self._sign * link.at < self._sign * rival.at:
                better[link.person] = link
        return better


def _before(near: int, evidence: Evidence, rival: Link[Evidence]) -> bool:
    mine: tuple[int, Evidence] = (near, evidence)
    return mine < (rival.from_person, rival.exposure)
