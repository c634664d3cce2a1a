"""What a chain is made of: exposures that lead from one person to another, and the paths they form."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

from tracer.colocation import CoLocation
from tracer.errors import AnswerTooLarge
from tracer.question import Direction

Evidence = TypeVar("Evidence")


class Edge(NamedTuple, Generic[Evidence]):
    """`source` may have passed it on to `target` in an exposure that starts `at` this second.

    evidence: what shows it; values of one search must be comparable, the smallest is preferred.
    """

    source: int
    target: int
    at: int
    evidence: Evidence


class Link(NamedTuple, Generic[Evidence]):
    """How a person is reached: the last exposure of a path, and through `parent` all before it."""

    person: int
    generation: int
    """How many exposures the path has, this one included."""
    at: int
    from_person: int
    """The person one step nearer to the case."""
    exposure: Evidence
    parent: "Link[Evidence] | None"
    """The link of from_person on this path, None where that is the case."""


class Chain(NamedTuple, Generic[Evidence]):
    """Everyone reached, ordered by (at, person), and how far the search went."""

    case: int
    direction: Direction
    links: list[Link[Evidence]]
    generations: int
    """The links are right and whole for paths of up to this many exposures."""
    cut: str | None
    """The limit that stopped the search (`people_max`, `seconds_max`), None for a whole answer."""
    left_out: int = 0
    """What that limit left out: with `people_max` the further people of the generation that passed it
    (counted up to as many again), with `seconds_max` the people not followed further."""
    unfollowed: int = 0
    """The people reached in the last generation, who were not followed further."""
    generation_min: Mapping[int, int] = MappingProxyType({})
    """Per person the fewest exposures of any path, which may be later than the earliest one."""
    dose_max: Mapping[int, float] = MappingProxyType({})
    """Per person the highest dose of any one exposure that ends a path; empty where none was weighed."""

    def left_out_counts(self) -> dict[str, int]:
        """What is not in the answer, by a name for each kind; empty for a chain that ended by itself."""
        counts = {f"left_out_{self.cut}": self.left_out} if self.cut else {}
        return counts | ({"unfollowed": self.unfollowed} if self.unfollowed else {})

    def whole(self) -> list[Link[Evidence]]:
        """The links of a whole answer. Raises AnswerTooLarge on a cut one."""
        if self.cut is not None:
            raise AnswerTooLarge(
                f"the chain passed the limit {self.cut} after {self.generations} generations: "
                "ask for fewer generations, a shorter window or more min_minutes, or raise the limit."
            )
        return self.links


def steps(link: Link[Evidence]) -> list[Link[Evidence]]:
    """The path that ends in this link, the exposure at the case first."""
    path = [link]
    while path[-1].parent is not None:
        path.append(path[-1].parent)
    return path[::-1]


def edge_of(met: CoLocation, direction: Direction) -> Edge[CoLocation]:
    """A meeting told by the person nearer to the case, as an edge. The other one may be reached by it."""
    near, far = met.mine.person, met.theirs.person
    source, target = (near, far) if direction == "forward" else (far, near)
    return Edge(source, target, met.start, met)
