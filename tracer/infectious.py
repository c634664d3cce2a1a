"""When a case may have passed it on: from the day of onset, or of a sample, by the profile's days."""

from datetime import UTC

from producers.errors import BadInput
from producers.moment import parse
from tracer.profile import Profile
from tracer.question import ALWAYS, Window

DAY_SECONDS = 86_400


def infectious_window(
    under: Profile,
    given: Window,
    *,
    onset: str | None = None,
    sample: str | None = None,
) -> Window:
    """The infectious window of a profile; a side of `given` that is not without end replaces it.

    onset, sample: one of both, a date (its day in UTC) or the moment at which the day begins elsewhere
    (2021-12-05T00:00+07:00). The day itself counts, and so do all days named, whole. Raises BadInput.
    """
    if onset is not None and sample is not None:
        raise BadInput("a window follows from one day: give onset, or sample where there is no onset.")
    day = day_zero(onset, sample)
    if day is None:
        return given
    told = onset if onset is not None else sample
    if under.days_before is None:
        raise BadInput(f"profile {under.name} says nothing of infectious days: give from and to instead.")
    after = under.days_after
    if onset is None and under.days_after_sample is not None:
        after = under.days_after_sample
    since, until = given
    if since == ALWAYS.since:
        since = max(since, day - under.days_before * DAY_SECONDS)
    if until == ALWAYS.until and after is not None:
        until = min(until, day + (after + 1) * DAY_SECONDS)
    if until <= since:
        raise BadInput(f"the infectious days around {told} leave no time: `to` must be after `from`.")
    return Window(since, until)


def day_zero(onset: str | None, sample: str | None) -> int | None:
    """The first second of the day of onset, else of the sample; None for neither. Raises BadInput."""
    told = onset if onset is not None else sample
    return None if told is None else parse(told, naive_as=UTC)
