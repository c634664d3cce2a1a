"""What the routes of the network interface answer with, whoever made it."""

from collections.abc import Callable
from dataclasses import dataclass

from storage.ports import VisitReader
from tracer.metrics import Metrics
from tracer.question import LIMITS, Limits


@dataclass(frozen=True)
class Service:
    """One service's parts. Routes run in several threads, so all of it is called from several at once."""

    reader: VisitReader
    ready: Callable[[], list[str]]
    """One sentence for each part that is down now, empty when all is well."""
    identify: Callable[[str], int] | None
    """Turns an identity into a person; None where this service holds no key."""
    metrics: Metrics
    limits: Limits = LIMITS
