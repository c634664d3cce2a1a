"""The pages for phones, checkpoints and offices: the gateway's own files, nothing from elsewhere.

The service worker holds all files of one version together; the version is a digest of them, so that any
change reaches a phone whole. The policy lets a page load, run and ask nothing but the gateway itself, and no
script that stands in a page: what somebody writes into a venue's name stays a text.
"""

import json
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from fastapi import APIRouter, Request, Response

FOLDER = files("producers.gateway") / "pages"
KINDS = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webmanifest": "application/manifest+json",
}
PAGES = {"/": "index.html", "/checkpoint": "checkpoint.html", "/office": "office.html"}
WORKER = "sw.js"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


class Served(NamedTuple):
    """One file: its bytes, what it is, and a digest for caches."""

    body: bytes
    kind: str
    tag: str


@cache
def served() -> dict[str, Served]:
    """Every file by its address; the licences of what others wrote are among them."""
    found: dict[str, bytes] = {}
    for folder, place in ((FOLDER, "/pages/"), (FOLDER / "vendor", "/pages/vendor/")):
        for file in sorted(folder.iterdir(), key=lambda one: one.name):
            if file.is_file():
                found[place + file.name] = file.read_bytes()
    version = sha256(b"".join(name.encode() + body for name, body in sorted(found.items()))).hexdigest()[:16]
    worker = f"/pages/{WORKER}"
    listed = [name for name in found if name != worker and not name.endswith((".html", ".LICENSE"))]
    told = f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(listed)};\n"
    found[worker] = told.encode() + found[worker]
    for address, name in PAGES.items():
        if body := found.pop(f"/pages/{name}", None):
            found[address] = body
    return {address: _served(address, body) for address, body in found.items()}


def _served(address: str, body: bytes) -> Served:
    ending = PAGES.get(address, address).rpartition(".")[2]
    return Served(body, KINDS.get(ending, "text/plain; charset=utf-8"), f'"{sha256(body).hexdigest()[:32]}"')


def router() -> APIRouter:
    """The pages by their addresses and the files under `/pages/`; not in the description for programs."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    @routes.get("/checkpoint")
    @routes.get("/office")
    @routes.get("/pages/{name:path}")
    def page(request: Request) -> Response:
        file = served().get(request.url.path)
        if file is None:
            return Response("There is no such page.\n", 404, HEADERS, "text/plain; charset=utf-8")
        headers = HEADERS | {"ETag": file.tag}
        if request.url.path == f"/pages/{WORKER}":
            headers["Service-Worker-Allowed"] = "/"
        if request.headers.get("If-None-Match") == file.tag:
            return Response(status_code=304, headers=headers)
        return Response(file.body, 200, headers, file.kind)

    return routes
