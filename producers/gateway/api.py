"""The gateway as one application: its routes, its pages, and what all its answers share."""

from collections.abc import Callable, Sequence

from fastapi import APIRouter, FastAPI

from producers.gateway.routes import (
    declarations,
    devices,
    operations,
    pages,
    posters,
    problems,
    registration,
    scans,
    venues,
)
from producers.gateway.routes.counted import Counted
from producers.gateway.routes.service import Service

Routes = Callable[[Service], APIRouter]

ROUTES = (devices, scans, declarations, registration, posters, venues, operations)
"""Each has `router(service)`. The order is that of the description (`/openapi.json`). Posters come before the
route that takes any id, for an id may hold slashes."""


def build_gateway(
    service: Service,
    *,
    version: str,
    told: Callable[[BaseException], None],
    more: Sequence[Routes] = (),
) -> FastAPI:
    """The application. told: what is to be done with an error that nobody foresaw. more: further routers."""
    # The stock pages for reading the description load a script from elsewhere; /openapi.json does not.
    api = FastAPI(title="Truy vết: gateway", version=version, docs_url=None, redoc_url=None)
    for routes in [*(one.router for one in ROUTES), *more]:
        api.include_router(routes(service))
    problems.install(api, service.metrics, told)
    service.metrics.follow(lambda: service.collector.scans)
    api.include_router(pages.router())
    api.add_middleware(Counted, metrics=service.metrics, clock=service.clock)
    return api
