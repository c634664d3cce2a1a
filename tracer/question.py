"""What a question may say: when, under which profile, how far; and the limits of any answer."""

from dataclasses import dataclass
from datetime import UTC
from typing import Literal, NamedTuple

from producers.errors import BadInput
from producers.moment import parse
from producers.scan import SECONDS_MAX
from tracer.profiles import Profile, profile, seconds_min

Direction = Literal["forward", "backward"]
"""Forward: whom may the case have exposed? Backward: who may have exposed the case?"""


class Window(NamedTuple):
    """The half-open span of epoch seconds [since, until) a question is about."""

    since: int
    until: int


ALWAYS = Window(0, SECONDS_MAX)


@dataclass(frozen=True, slots=True)
class Limits:
    """How far an answer goes when the question does not say."""

    generations_max: int = 3
    """Exposures on one path. Part of the question: the answer is whole within it."""
    people_max: int = 1_000_000
    """People in one chain. An answer that passes it ends with the last whole generation, and says so."""
    exposures_max: int = 2_000_000
    """Exposures of an outbreak that are held one by one, about 1 kB each; refused beyond them. Those that are
    only summed are not counted."""
    venue_crowd_max: int | None = None
    """A stay shared with more people than this in the window (a case's: in its days) is not followed, and
    counted; None: every stay is."""
    seconds_max: float | None = None
    """How long a search may go on. It ends with the last generation that is whole, and says so."""
    index_visits_max: int = 0
    """How many visits a question about many cases may hold in memory, about 90 bytes each; 0: none."""
    whole: bool = True
    """Whether an answer that met people_max or seconds_max is an error, or else ends there and says so."""


LIMITS = Limits()


class Asked(NamedTuple):
    """The part that every question about meetings shares, in the order `tracer.trace` takes it."""

    window: Window
    profile: Profile
    min_seconds: int


def window(from_text: str | None, to_text: str | None) -> Window:
    """[from, to) of two moments; none is without end. Without a zone they are UTC. Raises BadInput.

    >>> window("2021-12-01", "2021-12-02T00:00:00+07:00")
    Window(since=1638316800, until=1638378000)
    """
    since = ALWAYS.since if from_text is None else parse(from_text, naive_as=UTC)
    until = ALWAYS.until if to_text is None else parse(to_text, naive_as=UTC)
    if until <= since:
        raise BadInput(f"the window from {from_text} to {to_text} is empty: `to` must be after `from`.")
    return Window(since, until)


def asked(
    from_text: str | None = None,
    to_text: str | None = None,
    profile_name: str = "overlap",
    min_minutes: float | None = None,
    own: Profile | None = None,
) -> Asked:
    """The texts of a question, read; `own` is a profile instead of a named one.

    Raises BadInput naming the first that cannot be used.
    """
    under = profile(profile_name) if own is None else own
    return Asked(window(from_text, to_text), under, seconds_min(under, min_minutes))
