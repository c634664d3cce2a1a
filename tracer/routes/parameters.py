"""What a question may be asked with in an address: the same words and meanings for every route."""

from typing import Annotated

from fastapi import Depends, Path, Query

from tracer.profiles import PROFILES
from tracer.question import Asked, asked

From = Annotated[
    str | None,
    Query(
        alias="from",
        description="The first moment, ISO 8601 (write + as %2B) or epoch seconds; without a zone it is UTC.",
        examples=["2021-12-01"],
    ),
]
To = Annotated[
    str | None,
    Query(
        description="The first moment no longer asked about, written like `from`.", examples=["2021-12-15"]
    ),
]
ProfileName = Annotated[
    str,
    Query(
        alias="profile",
        description=" ".join(f"`{known.name}`: {known.sentence}" for known in PROFILES.values()),
        examples=list(PROFILES),
    ),
]
MinMinutes = Annotated[
    float | None, Query(ge=0, description="The shortest exposure that counts, in minutes.", examples=[15])
]
Generations = Annotated[int, Query(ge=1, description="Exposures on one path, at most.", examples=[3])]
Person = Annotated[str, Path(description="A person, 16 hex digits.", examples=["00000000000000aa"])]


def _asked(
    from_: From = None, to: To = None, profile: ProfileName = "overlap", min_minutes: MinMinutes = None
) -> Asked:
    return asked(from_, to, profile, min_minutes)


Question = Annotated[Asked, Depends(_asked)]
"""Window, profile and least minutes, read: `tracer.trace` takes them in this order."""
