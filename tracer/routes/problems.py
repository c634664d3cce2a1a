"""Every failure becomes a problem with one sentence (`tracer.problem`), whichever route it came from."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from producers.errors import TruyvetError
from tracer import problem


def install(api: FastAPI) -> None:
    """Tell failures of this application so."""
    api.add_exception_handler(TruyvetError, _told)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _no_route)
    api.add_exception_handler(Exception, _broken)


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
