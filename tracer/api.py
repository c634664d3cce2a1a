"""The questions over the network: the routes of `tracer.routes` as one application.

An answer is `application/x-ndjson` and ends when the connection says so: a stream that breaks on
the way is aborted, so that a part never looks like the whole.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from fastapi import Depends, FastAPI

from tracer.asking import Sources
from tracer.jobs import Jobs
from tracer.metrics import Metrics, Watched
from tracer.routes import asked, chains, changes, everyone, jobs, operations, people, problems
from tracer.routes.service import Service
from tracer.routes.strict import only_known

ROUTES = (people, chains, changes, everyone, asked, jobs, operations)
"""Each has `router(service)`. The order is that of the description (`/openapi.json`)."""


def build_api(
    sources: Sources,
    ready: Callable[[], list[str]],
    identify: Callable[[str], int] | None,
    work: Jobs,
    *,
    gauges: Mapping[str, Callable[[], float]] = MappingProxyType({}),
) -> FastAPI:
    """The application that answers from these; `Service` says what each part must be.

    gauges: metrics of `tracer.metrics.GAUGES`, each read when metrics are asked for.
    """
    # The stock pages for reading the description load a script from elsewhere; /openapi.json does not.
    api = FastAPI(title="Truy vết", version=sources.version, docs_url=None, redoc_url=None)
    service = Service(sources, ready, identify, work, Metrics())
    work.tell(service.metrics.job)
    service.metrics.follow(gauges)
    for routes in ROUTES:
        # A probe of the operators' may carry words of its own.
        strict = [] if routes is operations else [Depends(only_known)]
        api.include_router(routes.router(service), dependencies=strict)
    problems.install(api)
    api.add_middleware(Watched, metrics=service.metrics)
    return api
