"""What can be wrong with a question about visits, beside what any input can get wrong.

BadInput
 +-- UnknownPerson    nothing is stored about the person asked for
 +-- AnswerTooLarge   the answer passed a limit: ask for less, a part is never passed off as all
      +-- OutOfTime   of time: what reads raises it, and a search ends with what is whole
"""

from producers.errors import BadInput
from producers.person import person_text


class UnknownPerson(BadInput):
    """No visit of this person is stored, at any time."""

    def __init__(self, person: int) -> None:
        super().__init__(
            f"no visit of person {person_text(person)} is stored: check the pseudonym, the key that made it, "
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
