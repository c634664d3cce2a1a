"""What operations ask of the gateway itself: is it alive, can it take scans, what did it count?"""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from producers.gateway.metrics import MEDIA_TYPE
from producers.gateway.routes.service import Service


def router(service: Service) -> APIRouter:
    """The routes of operations."""
    routes = APIRouter(tags=["operations"])

    @routes.get("/healthz")
    def healthz() -> dict[str, str]:
        """Is the process alive?"""
        return {"status": "ok"}

    @routes.get("/readyz", responses={503: {"description": "Something it needs is down."}})
    def readyz() -> Response:
        """Can it take scans now? 503 lists what is down."""
        down = service.ready()
        return JSONResponse({"ready": not down, "down": down}, status_code=503 if down else 200)

    @routes.get("/metrics", response_class=Response, responses={200: {"content": {MEDIA_TYPE: {}}}})
    def counted() -> Response:
        """The counters, for Prometheus."""
        return Response(service.metrics.text(), media_type=MEDIA_TYPE)

    return routes
