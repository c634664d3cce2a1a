"""Every request that is not taken becomes a problem (RFC 9457) with one sentence in the caller's language."""

from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from producers import signed_request
from producers.errors import BadInput, TruyvetError
from producers.gateway.declined import Declined, language_of
from producers.gateway.metrics import Metrics
from producers.problem import MEDIA_TYPE, RETRY_AFTER_SECONDS, problem
from producers.venue_record import WrongField

TITLES = {
    400: "The request cannot be used",
    401: "Not signed by a device known here",
    403: "Not allowed",
    404: "Not known",
    405: "Not with this method",
    409: "Already used",
    413: "Too large",
    422: "The request cannot be used",
    429: "Too many",
    500: "Failed",
    503: "Not now",
}
TITLES_VI = {
    400: "Không dùng được yêu cầu này",
    401: "Không do thiết bị đã đăng ký ở đây ký",
    403: "Không được phép",
    404: "Không có",
    405: "Không dùng phương thức này",
    409: "Đã được dùng",
    413: "Quá lớn",
    422: "Không dùng được yêu cầu này",
    429: "Quá nhiều",
    500: "Bị lỗi",
    503: "Chưa được lúc này",
}


def install(api: FastAPI, metrics: Metrics, told: Callable[[BaseException], None]) -> None:
    """Tell failures of this application so. told: what is to be done with those that nobody foresaw."""

    def answer(request: Request, why: Declined) -> Response:
        metrics.declined(why.word)
        return declined(request, why)

    def foreseen(request: Request, error: Exception) -> Response:
        if isinstance(error, Declined):
            return answer(request, error)
        if isinstance(error, BadInput):
            where = error.field if isinstance(error, WrongField) and error.field else "body"
            return answer(request, Declined("bad_request", where=where, what=str(error).rstrip(".")))
        assert isinstance(error, TruyvetError)
        told(error)
        return answer(request, Declined("later", after=RETRY_AFTER_SECONDS))

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        return answer(request, Declined("bad_request", where=where, what=first["msg"]))

    def no_route(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        word = {404: "not_found", 405: "wrong_method"}.get(error.status_code)
        why = Declined(word) if word else Declined("bad_request", where="body", what=str(error.detail))
        response = answer(request, why)
        response.headers.update(error.headers or {})
        return response

    def broken(request: Request, error: Exception) -> Response:
        told(error)
        return answer(request, Declined("failed"))

    def gone(request: Request, error: Exception) -> Response:
        return Response(status_code=499)  # nobody is there to read it

    api.add_exception_handler(TruyvetError, foreseen)
    api.add_exception_handler(RequestValidationError, invalid)
    api.add_exception_handler(HTTPException, no_route)
    api.add_exception_handler(ClientDisconnect, gone)
    api.add_exception_handler(Exception, broken)


def declined(request: Request, why: Declined) -> Response:
    """The problem as it is sent; `code` is the word for programs, `field` what of the request is wrong."""
    language = language_of(request.headers.get("accept-language", ""))
    headers = {"Content-Language": language, "Vary": "Accept-Language"}
    if why.status in (429, 503):
        headers["Retry-After"] = str(why.values.get("after", RETRY_AFTER_SECONDS))
    if why.nonce:
        headers[signed_request.NONCE] = why.nonce
    title = (TITLES_VI if language == "vi" else TITLES)[why.status]
    body = problem(why.status, title, why.sentence(language)) | {"code": why.word}
    if why.word == "bad_request":
        body["field"] = str(why.values["where"])
    return JSONResponse(body, why.status, headers, media_type=MEDIA_TYPE)
