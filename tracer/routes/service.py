"""What the routes of the network interface answer with, whoever made it."""

from collections.abc import Callable
from dataclasses import dataclass

from tracer.asking import Answer, Sources, ask
from tracer.jobs import Jobs
from tracer.metrics import Metrics
from tracer.wanted import Wanted


@dataclass(frozen=True)
class Service:
    """One service's parts. Routes run in several threads, so all of it is called from several at once."""

    sources: Sources
    ready: Callable[[], list[str]]
    """One sentence for each part that is down now, empty when all is well."""
    identify: Callable[[str], int] | None
    """Turns an identity into a person; None where this service holds no key."""
    jobs: Jobs
    metrics: Metrics

    def ask(self, wanted: Wanted) -> Answer:
        """The answer, read at once where it does not stream. Raises BadInput, Unavailable, Refused."""
        return ask(wanted, self.sources)
