"""The questions over the network: one address for each, answers as lines of JSON.

The only file that knows fastapi. An answer is `application/x-ndjson` and ends when the connection
says so: a stream that breaks on the way is aborted, so that a part never looks like the whole.
"""

from collections.abc import Callable, Iterable
from itertools import chain as chained
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, FastAPI, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException

from producers.errors import BadInput, TruyvetError
from producers.person import parse_person, person_text
from storage.ports import VisitReader
from tracer import answer, problem, trace
from tracer.examples import ROWS
from tracer.metrics import MEDIA_TYPE, Metrics, Watched
from tracer.profiles import PROFILES
from tracer.question import LIMITS, Asked, Direction, Limits, asked, window

NDJSON = "application/x-ndjson"
ROWS_PER_CHUNK = 500

From = Annotated[
    str | None,
    Query(
        alias="from",
        description="The first moment, ISO 8601 (write + as %2B) or epoch seconds; without a zone it is UTC.",
        examples=["2021-12-01"],
    ),
]
To = Annotated[
    str | None,
    Query(
        description="The first moment no longer asked about, written like `from`.", examples=["2021-12-15"]
    ),
]
ProfileName = Annotated[
    str,
    Query(
        alias="profile",
        description=" ".join(f"`{known.name}`: {known.sentence}" for known in PROFILES.values()),
        examples=list(PROFILES),
    ),
]
MinMinutes = Annotated[
    float | None, Query(ge=0, description="The shortest exposure that counts, in minutes.", examples=[15])
]
Generations = Annotated[int, Query(ge=1, description="Exposures on one path, at most.", examples=[3])]
Person = Annotated[str, Path(description="A person, 16 hex digits.", examples=["00000000000000aa"])]


def build_api(
    reader: VisitReader,
    ready: Callable[[], list[str]],
    identify: Callable[[str], int] | None,
    version: str,
    limits: Limits = LIMITS,
) -> FastAPI:
    """The application that answers from this reader.

    ready: the names of what is down now, empty when all is well.
    identify: turns an identity into a person; None where this service holds no key.
    The reader, ready and identify are called from several threads at once.
    """
    # The stock pages for reading the description load a script from elsewhere; /openapi.json does not.
    api = FastAPI(title="Truy vết", version=version, docs_url=None, redoc_url=None)
    metrics = Metrics()
    api.include_router(_people(reader))
    api.include_router(_chains(reader, limits))
    api.include_router(_nation(reader))
    api.include_router(_identities(identify))
    api.include_router(_operations(ready, metrics))
    api.add_exception_handler(TruyvetError, _told)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _no_route)
    api.add_exception_handler(Exception, _broken)
    api.add_middleware(Watched, metrics=metrics)
    return api


def _asked(
    from_: From = None, to: To = None, profile: ProfileName = "overlap", min_minutes: MinMinutes = None
) -> Asked:
    return asked(from_, to, profile, min_minutes)


Question = Annotated[Asked, Depends(_asked)]


def _people(reader: VisitReader) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["people"])

    @router.get("/persons/{person}/visits", **_answers("visits"))
    def visits(person: Person, from_: From = None, to: To = None) -> Response:
        """Where was this person?"""
        found = trace.visits(reader, parse_person(person), window(from_, to))
        return _lines(answer.visit_rows(reader, found))

    @router.get("/persons/{person}/contacts", **_answers("contacts"))
    def contacts(person: Person, question: Question) -> Response:
        """Who was there together with this person?"""
        found = trace.contacts(reader, parse_person(person), *question)
        return _lines(answer.contact_rows(reader, found))

    return router


def _chains(reader: VisitReader, limits: Limits) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["chains"])

    def search(
        person: Person,
        question: Question,
        generations: Generations = limits.generations_max,
        direction: Direction = "forward",
    ) -> trace.Found:
        return trace.chain(
            reader,
            parse_person(person),
            *question,
            direction=direction,
            generations_max=generations,
            people_max=limits.people_max,
        )

    @router.get("/persons/{person}/chain", **_answers("chain"))
    def chain(found: Annotated[trace.Found, Depends(search)]) -> Response:
        """Who is reached from this person (or may have exposed this person), when, and through whom?"""
        return _lines(answer.chain_rows(reader, found))

    @router.get("/persons/{person}/chain/{other}/path", **_answers("path"))
    def path(other: Person, found: Annotated[trace.Found, Depends(search)]) -> Response:
        """By which exposures? No rows where the other person is not in the chain."""
        return _lines(answer.path_rows(reader, trace.path(reader, found, parse_person(other))))

    return router


def _nation(reader: VisitReader) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["everyone"])

    @router.get("/pairs", **_answers("pairs"))
    def pairs(question: Question) -> Response:
        """Who met whom, everyone, in no promised order?"""
        return _lines(answer.pair_rows(reader, trace.pairs(reader, *question)))

    @router.get("/flow", **_answers("flow"))
    def flow() -> Response:
        """What was received, and what became of it?"""
        return _lines([answer.flow_row(reader.flow())])

    return router


def _identities(identify: Callable[[str], int] | None) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["people"])

    @router.post("/pseudonym")
    def pseudonym(identity: Annotated[str, Body(embed=True, min_length=1)]) -> dict[str, str]:
        """Which person is this identity? It travels in the body: addresses end up in logs."""
        if identify is None:
            raise BadInput("this service holds no key for identities: ask with a person (16 hex digits).")
        return {"person": person_text(identify(identity))}

    return router


def _operations(ready: Callable[[], list[str]], metrics: Metrics) -> APIRouter:
    router = APIRouter(tags=["operations"])

    @router.get("/healthz")
    def healthz() -> dict[str, str]:
        """Is the process alive?"""
        return {"status": "ok"}

    @router.get("/readyz")
    def readyz() -> Response:
        """Can it answer now? 503 lists what is down."""
        down = ready()
        return JSONResponse({"ready": not down, "down": down}, status_code=503 if down else 200)

    @router.get("/metrics")
    def counted() -> Response:
        """The counters, for Prometheus."""
        return Response(metrics.text(), media_type=MEDIA_TYPE)

    return router


def _answers(name: str) -> dict[str, Any]:
    """How a question is described: lines of JSON with an example row, or a problem."""
    schema = {"type": "object", "required": list(answer.COLUMNS[name])}
    failed = {"content": {problem.MEDIA_TYPE: {"schema": {"type": "object"}}}}
    return {
        "response_class": StreamingResponse,
        "responses": {
            200: {
                "description": "One row a line.",
                "content": {NDJSON: {"schema": schema, "example": ROWS[name]}},
            },
            400: {"description": "The question cannot be used.", **failed},
            404: {"description": "No visit of this person is stored.", **failed},
            422: {"description": "A parameter has a wrong type.", **failed},
            503: {"description": "The store is down; see Retry-After.", **failed},
        },
    }


def _lines(rows: Iterable[answer.Row]) -> StreamingResponse:
    """The rows as a stream. The first are made now, so that an early failure is still a problem."""
    texts = answer.ndjson(rows)
    first = "".join(islice(texts, ROWS_PER_CHUNK))
    more = iter(lambda: "".join(islice(texts, ROWS_PER_CHUNK)), "")
    return StreamingResponse(chained((first,), more), media_type=NDJSON)


def _problem(status: int, title: str, detail: str) -> JSONResponse:
    return JSONResponse(problem.problem(status, title, detail), status, media_type=problem.MEDIA_TYPE)


def _told(_: Request, error: Exception) -> Response:
    assert isinstance(error, TruyvetError)
    status, body, headers = problem.problem_of(error)
    return JSONResponse(body, status, dict(headers), media_type=problem.MEDIA_TYPE)


def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
    return _problem(422, "A parameter is wrong", f"{wrong}: see /openapi.json.")


def _no_route(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _problem(error.status_code, str(error.detail), f"{error.detail}: see /openapi.json.")


def _broken(_: Request, error: Exception) -> Response:
    return _problem(
        500, "Failed", f"the service failed on this question ({type(error).__name__}): see its log."
    )
