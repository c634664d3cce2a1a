"""The questions as anybody may put them: each with its parameters, as texts and numbers.

The command line, the network, a job and an export fill in the same object, so the same question
has the same answer and the same account of itself everywhere.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, InstanceOf
from pydantic.json_schema import SkipJsonSchema

from producers.errors import BadInput
from producers.moment import parse
from producers.person import parse_person
from storage.ports import VisitReader
from tracer import answer, provenance
from tracer.answer import Row
from tracer.dose import Measure
from tracer.infectious import day_zero, infectious_window
from tracer.profile import Profile, profile_from, read_profile
from tracer.profiles import profile, seconds_min
from tracer.provenance import Counts
from tracer.question import Limits, Window, window

Rule = str | dict[str, Any] | SkipJsonSchema[InstanceOf[Profile]]
"""The name of a profile, or a rule of one's own: its fields, or a TOML or JSON text of them."""


Who = Callable[[str], str]
"""The person whose pseudonym this is, both as texts. Raises BadInput."""
Readers = Callable[[int | None], tuple[VisitReader, Who]]
"""The reader as things stood at a moment, epoch seconds, or stand now (None), and who is who to it."""


Number = TypeVar("Number", int, float)

PERSONS = ("person", "other")
"""The fields that name somebody."""


def least(asked: Number | None, allowed: Number | None) -> Number | None:
    """The smaller one of a limit that is asked for and the one that is allowed; None: there is none."""
    return min((one for one in (asked, allowed) if one is not None), default=None)


class Wanted(BaseModel):
    """What every question has: a name, and the window [from, to) it is about."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    question: str
    from_: str | None = Field(default=None, validation_alias="from", serialization_alias="from")
    to: str | None = None
    as_known_at: str | None = Field(
        default=None, description="Answer as it could have been answered at this earlier moment."
    )

    @property
    def columns(self) -> tuple[str, ...]:
        """Of the rows, in order."""
        return answer.COLUMNS[self.question]

    @property
    def streams(self) -> bool:
        """Are its counts known only when the last row is read?"""
        return False

    def window(self) -> Window:
        """The window as it follows from all that was said. Raises BadInput."""
        return window(self.from_, self.to)

    def known_at(self) -> int | None:
        """The earlier moment, epoch seconds. Raises BadInput."""
        return None if self.as_known_at is None else parse(self.as_known_at, naive_as=UTC)

    def rule(self) -> Profile | None:
        """The profile, where the question is about meetings. Raises BadInput."""
        return None

    def check(self) -> None:
        """Raises BadInput for what cannot be used, before anything is read."""
        self.window()
        self.known_at()
        self.rule()

    def limits(self, given: Limits) -> dict[str, float]:
        """Those of the service that bear on this answer, by name."""
        return {}

    def time_max(self, given: Limits) -> float | None:
        """How many seconds the answer may take; None: no limit."""
        return given.seconds_max

    def told(self) -> dict[str, Any]:
        """The question as an answer repeats it; the profile is told apart."""
        told = self.model_dump(by_alias=True, exclude={"question", "profile"}, exclude_none=True)
        return {"name": self.question} | told

    def rows_from(self, readers: Readers, counts: Counts, limits: Limits) -> Iterator[Row]:
        """The answer, as known when it is asked to be."""
        reader, who = readers(self.known_at())
        return self.with_persons(who).rows(reader, counts, limits)

    def with_persons(self, who: Who) -> Self:
        """The same question, about the persons whose pseudonyms it names. Raises BadInput."""
        named = {name: who(asked) for name in PERSONS if (asked := getattr(self, name, None)) is not None}
        return self.model_copy(update=named) if named else self

    def with_units(self, units: Callable[[Collection[str], int], Mapping[str, str]]) -> Self:
        """The same question, with the units of its venues where it is about units."""
        return self

    def rows(self, reader: VisitReader, counts: Counts, limits: Limits) -> Iterator[Row]:
        """The answer. What can fail fails at once where the answer does not stream."""
        raise NotImplementedError


def as_of_now(wanted: Wanted) -> None:
    """Raises BadInput where a question about everyone is asked of an earlier moment."""
    if wanted.as_known_at is not None:
        raise BadInput(
            f"{wanted.question} as known at an earlier moment would read a nation's scans anew: "
            "ask about a person, a case or one venue, or leave as_known_at out."
        )


class Meetings(Wanted):
    """What every question about meetings has besides."""

    profile: Rule = "overlap"
    min_minutes: float | None = Field(default=None, ge=0)
    venue_crowd_max: int | None = Field(
        default=None, ge=1, description="Leave out stays shared with more people than this, and say how many."
    )

    def rule(self) -> Profile:
        if isinstance(self.profile, Profile):
            return self.profile
        if isinstance(self.profile, dict):
            return profile_from(self.profile, "the profile")
        # A name has neither an equals sign nor a brace; a rule in TOML or JSON has.
        is_rule = "=" in self.profile or "{" in self.profile
        return read_profile(self.profile, "the profile") if is_rule else profile(self.profile)

    def check(self) -> None:
        super().check()
        self.seconds_min()

    def limits(self, given: Limits) -> dict[str, float]:
        named = {"venue_crowd_max": self.crowd_max(given), "seconds_max": self.time_max(given)}
        return {name: limit for name, limit in named.items() if limit is not None}

    def crowd_max(self, given: Limits) -> int | None:
        """The smaller one of what is asked and what is allowed; None: no limit."""
        return least(self.venue_crowd_max, given.venue_crowd_max)

    def seconds_min(self) -> int:
        """The least exposure that counts. Raises BadInput."""
        return seconds_min(self.rule(), self.min_minutes)


class OfACase(Meetings):
    """What a question about one case has besides."""

    person: str
    onset: str | None = Field(
        default=None, description="Day of first symptoms: the profile's infectious days."
    )
    sample: str | None = Field(default=None, description="Day of a positive sample, where there is no onset.")

    def check(self) -> None:
        super().check()
        parse_person(self.person)

    def infectious(self) -> Window:
        """When the case may have passed it on. Raises BadInput."""
        return infectious_window(
            self.rule(), window(self.from_, self.to), onset=self.onset, sample=self.sample
        )

    def measure(self) -> Measure:
        """By what its exposures weigh. Raises BadInput."""
        zero = day_zero(self.onset, self.sample)
        days = {} if zero is None else {parse_person(self.person): zero}
        return Measure(self.rule(), self.window(), day_zero=days)

    def told(self) -> dict[str, Any]:
        days = {"infectious": provenance.span(self.infectious())} if self.onset or self.sample else {}
        return super().told() | days
