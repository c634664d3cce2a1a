"""What can be wrong with a question about visits, beside what any input can get wrong.

Unavailable
 +-- TooManyJobs      as many jobs as are allowed run already
BadInput
 +-- UnknownJob       no such job: it never was, it expired, or another process has it
 +-- NotDone          the job has no answer (yet)
 +-- UnknownPerson    nothing is stored about the person asked for
 +-- AnswerTooLarge   the answer passed a limit: ask for less, a part is never passed off as all
      +-- OutOfTime   of time: what reads raises it, and a search ends with what is whole
"""

from producers.errors import BadInput, Unavailable
from producers.moment import iso
from producers.person import person_text


class UnknownPerson(BadInput):
    """No visit of this person is stored, at any time; or was known at an earlier moment."""

    def __init__(self, person: int, known_at: int | None = None) -> None:
        self.person = person
        when = "is stored" if known_at is None else f"was known at {iso(known_at)}"
        super().__init__(
            f"no visit of person {person_text(person)} {when}: check the pseudonym, the key that made it, "
            "and how long visits are kept."
        )


class AnswerTooLarge(BadInput):
    """A limit of the answer was passed; the message names it."""


class OutOfTime(AnswerTooLarge):
    """The answer took longer than it may; raised before a read, so that what was read before is whole."""

    def __init__(self, seconds_max: float) -> None:
        super().__init__(
            f"the answer passed the limit seconds_max of {seconds_max:g}: ask for fewer generations, "
            "a shorter window or more min_minutes, or raise the limit."
        )


class UnknownJob(BadInput):
    """No job of this name is known to this process."""


class NotDone(BadInput):
    """The job still runs, or ended without an answer."""


class TooManyJobs(Unavailable):
    """As many jobs as are allowed run already; one may have ended a little later."""
