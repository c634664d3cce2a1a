"""What a caller over the network is told when a question cannot be answered (RFC 9457)."""

from collections.abc import Mapping

from producers.errors import BadInput, Refused, TruyvetError, Unavailable
from producers.problem import MEDIA_TYPE, RETRY_AFTER_SECONDS, problem
from tracer.errors import AnswerTooLarge, NotDone, TooManyJobs, UnknownJob, UnknownPerson

__all__ = ["KINDS", "MEDIA_TYPE", "problem", "problem_of"]

KINDS: tuple[tuple[type[TruyvetError], int, str], ...] = (
    (UnknownPerson, 404, "Person not known"),
    (UnknownJob, 404, "Job not known"),
    (NotDone, 409, "The job has no answer"),
    (TooManyJobs, 429, "Too many jobs"),
    (AnswerTooLarge, 400, "Answer too large"),
    (BadInput, 400, "The question cannot be used"),
    (Unavailable, 503, "The store cannot be reached"),
    (Refused, 500, "The store refused"),
)
"""Most special first: an error is told as the first kind it is one of."""


def problem_of(error: TruyvetError) -> tuple[int, dict[str, str | int], Mapping[str, str]]:
    """Status, body and headers for an error raised on purpose."""
    status, title = next(
        ((status, title) for kind, status, title in KINDS if isinstance(error, kind)), (500, "Failed")
    )
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status in (429, 503) else {}
    return status, problem(status, title, str(error)), headers
