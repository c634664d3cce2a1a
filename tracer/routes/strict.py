"""A word in an address that no question knows is an error: a misspelt limit must not be passed over."""

from fastapi import Request
from fastapi.exceptions import RequestValidationError


async def only_known(request: Request) -> None:
    """Raises RequestValidationError naming the parameters that the description has not, and those it has."""
    told = request.app.openapi()["paths"][request.scope["route"].path][request.method.lower()]
    known = [one["name"] for one in told.get("parameters", ()) if one["in"] == "query"]
    unknown = sorted(set(request.query_params) - set(known))
    if unknown:
        there = f", where there are {', '.join(known)}" if known else ""
        said = f"it is not known here{there}"
        raise RequestValidationError([{"loc": ("query", name), "msg": said} for name in unknown])
