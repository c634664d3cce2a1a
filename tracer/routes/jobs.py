"""Long questions as jobs: begin, watch, stop, and fetch the answer."""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response, StreamingResponse

from tracer.jobs import Job, State
from tracer.routes.asked import QUESTION
from tracer.routes.lines import ABOUT, NDJSON, header
from tracer.routes.service import Service

LOOK_SECONDS = 0.5
"""How often the watchers of a job look at it."""
LOOKS_PER_SIGN_OF_LIFE = 30


def router(service: Service) -> APIRouter:
    """The routes of jobs."""
    routes, jobs = APIRouter(prefix="/v1", tags=["jobs"]), service.jobs

    @routes.post("/jobs", status_code=202)
    def begin(wanted: QUESTION) -> Response:
        """Accept a question at once; `Location` is where the job is."""
        job = jobs.begin(wanted)
        return JSONResponse(job.told(), 202, {"Location": f"/v1/jobs/{job.name}"})

    @routes.get("/jobs/{job}")
    def look(job: str) -> Response:
        """Where is it? With what its answer rests on when it is done, or a problem when it failed."""
        return JSONResponse(jobs.find(job).told())

    @routes.get("/jobs/{job}/events")
    def watch(job: str) -> Response:
        """The same whenever it changes, as server-sent events; the stream ends with the job."""
        return StreamingResponse(_events(jobs.find(job)), media_type="text/event-stream")

    @routes.get("/jobs/{job}/result")
    def result(job: str) -> Response:
        """The rows, one a line."""
        found, blocks = jobs.result(job)
        return StreamingResponse(blocks, media_type=NDJSON, headers={ABOUT: header(found.about or {})})

    @routes.delete("/jobs/{job}")
    def stop(job: str) -> Response:
        """Stop it; of a job that ended, drop its answer."""
        return JSONResponse(jobs.stop(job).told())

    return routes


async def _events(job: Job) -> AsyncIterator[str]:
    """Looking now and then costs no thread, however many watch."""
    before, looks = "", 0
    while True:
        ended = job.state is not State.running
        now = json.dumps(job.told(), ensure_ascii=False, separators=(",", ":"))
        if now != before:
            yield f"event: {job.state}\ndata: {now}\n\n"
            before, looks = now, 0
        if ended:
            return
        await asyncio.sleep(LOOK_SECONDS)
        looks += 1
        if looks % LOOKS_PER_SIGN_OF_LIFE == 0:
            yield ": still at work\n\n"
