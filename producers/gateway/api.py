"""The gateway as one application: its routes, its pages, and what all its answers share."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles

from producers.gateway.routes import devices, operations, problems, scans, venues
from producers.gateway.routes.counted import Counted
from producers.gateway.routes.service import Service

Routes = Callable[[Service], APIRouter]

ROUTES = (devices, scans, venues, operations)
"""Each has `router(service)`. The order is that of the description (`/openapi.json`)."""
PAGES = Path(__file__).parent / "pages"


def build_gateway(
    service: Service,
    *,
    version: str,
    told: Callable[[BaseException], None],
    more: Sequence[Routes] = (),
    pages: Path = PAGES,
) -> FastAPI:
    """The application. told: what is to be done with an error that nobody foresaw. more: further routers."""
    # The stock pages for reading the description load a script from elsewhere; /openapi.json does not.
    api = FastAPI(title="Truy vết: gateway", version=version, docs_url=None, redoc_url=None)
    for routes in [*(one.router for one in ROUTES), *more]:
        api.include_router(routes(service))
    problems.install(api, service.metrics, told)
    service.metrics.follow(lambda: service.collector.scans)
    if pages.is_dir():
        _show(api, pages)
    api.add_middleware(Counted, metrics=service.metrics, clock=service.clock)
    return api


def _show(api: FastAPI, pages: Path) -> None:
    """The phone's page at `/`, the officer's at `/checkpoint`, and the files they need beside them."""

    def checkpoint() -> Response:
        return FileResponse(pages / "checkpoint.html")

    api.add_api_route("/checkpoint", checkpoint, include_in_schema=False)
    files: Any = StaticFiles(directory=pages, html=True)
    api.mount("/", files)
