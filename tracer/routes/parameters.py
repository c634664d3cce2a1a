"""What a question may be asked with in an address: the same words and meanings for every route."""

from typing import Annotated, Any

from fastapi import Depends, Path, Query

from tracer.profiles import PROFILES
from tracer.question import Direction

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
AsKnownAt = Annotated[
    str | None,
    Query(
        description="Answer as it could have been answered at this earlier moment, written like `from`.",
        examples=["2021-12-10T08:00Z"],
    ),
]
ProfileName = Annotated[
    str,
    Query(
        alias="profile",
        description=" ".join(f"`{known.name}`: {known.sentence}" for known in PROFILES.values())
        + " Or a rule of one's own, as a JSON object or TOML text.",
        examples=list(PROFILES),
    ),
]
MinMinutes = Annotated[
    float | None, Query(ge=0, description="The shortest exposure that counts, in minutes.", examples=[15])
]
CrowdMax = Annotated[
    int | None,
    Query(
        ge=1,
        description="Leave out stays shared with more people than this; `Truyvet-About` tells how many.",
        examples=[500],
    ),
]
Onset = Annotated[
    str | None,
    Query(
        description="Day of the case's first symptoms: the profile's infectious days become the window.",
        examples=["2021-12-05"],
    ),
]
Sample = Annotated[
    str | None,
    Query(description="Day of the positive sample of a case without symptoms, likewise."),
]
Generations = Annotated[int | None, Query(ge=1, description="Exposures on one path, at most.", examples=[3])]
PeopleMax = Annotated[
    int | None,
    Query(
        ge=1,
        description="End with the generations before more people than this; `Truyvet-About` tells how many.",
        examples=[10_000],
    ),
]
SecondsMax = Annotated[
    float | None,
    Query(gt=0, description="End with the generations that are whole after so long, likewise.", examples=[5]),
]
Toward = Annotated[
    Direction, Query(alias="direction", description="Whom did the case expose, or who the case?")
]
Person = Annotated[str, Path(description="A person, 16 hex digits.", examples=["00000000000000aa"])]
Asked = dict[str, Any]
"""The fields of a question (`tracer.questions`), as an address gave them."""


# async: what is not runs in a thread of its own, which costs more than it does.
async def _window(from_: From = None, to: To = None, as_known_at: AsKnownAt = None) -> Asked:
    return {"from": from_, "to": to, "as_known_at": as_known_at}


InWindow = Annotated[Asked, Depends(_window)]


async def _meetings(
    window: InWindow, profile: ProfileName = "overlap", min_minutes: MinMinutes = None
) -> Asked:
    return window | {"profile": profile, "min_minutes": min_minutes}


OfMeetings = Annotated[Asked, Depends(_meetings)]


async def _case(
    person: Person,
    meetings: OfMeetings,
    onset: Onset = None,
    sample: Sample = None,
    venue_crowd_max: CrowdMax = None,
) -> Asked:
    days = {"onset": onset, "sample": sample}
    return meetings | days | {"person": person, "venue_crowd_max": venue_crowd_max}


OfACase = Annotated[Asked, Depends(_case)]


async def _search(
    case: OfACase,
    generations: Generations = None,
    direction: Toward = "forward",
    people_max: PeopleMax = None,
    seconds_max: SecondsMax = None,
) -> Asked:
    limits = {"people_max": people_max, "seconds_max": seconds_max}
    return case | limits | {"generations": generations, "direction": direction}


OfAChain = Annotated[Asked, Depends(_search)]
