"""The pages as files: under a strict policy, all of one version, and nothing in them from elsewhere."""

import asyncio
import json
import re

import httpx
import pytest
from fastapi import FastAPI

from producers.gateway.routes import pages

FILES = pages.served()
OURS = {address: file for address, file in FILES.items() if "/vendor/" not in address}


def get(path: str, **headers: str) -> httpx.Response:
    async def send() -> httpx.Response:
        app = FastAPI()
        app.include_router(pages.router())
        words = {name.replace("_", "-"): value for name, value in headers.items()}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            return await client.get(path, headers=words)

    return asyncio.run(send())


@pytest.mark.parametrize("path", [*pages.PAGES, "/pages/phone.js", "/pages/sw.js", "/pages/nothing"])
def test_every_answer_has_the_policy(path: str) -> None:
    """Also that there is no such page; only the gateway itself may be loaded, run or asked."""
    answer = get(path)
    assert answer.status_code == (404 if "nothing" in path else 200)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert not re.search(r"unsafe|https?:|data:|\*", policy)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_page_that_did_not_change_is_not_sent_again() -> None:
    """A browser that has it is told so."""
    first = get("/pages/phone.js")
    again = get("/pages/phone.js", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/pages/../routes/pages.py", "/pages/%2e%2e/routes/pages.py", "/pages/"])
def test_nothing_beside_the_pages_is_served(path: str) -> None:
    """No path leads out of the folder."""
    assert get(path).status_code == 404


def test_the_service_worker_names_every_file_and_their_version() -> None:
    """All that the pages load; the version is another one when any file is."""
    text = FILES["/pages/sw.js"].body.decode()
    listed = json.loads(re.search(r"FILES = (.*);", text)[1])  # type: ignore[index]
    assert json.loads(re.search(r"PAGES = (.*);", text)[1]) == list(pages.PAGES)  # type: ignore[index]
    for page in pages.PAGES:
        loaded = set(re.findall(r'(?:href|src)="(/pages/[^"]+)"', FILES[page].body.decode()))
        assert loaded
        assert loaded <= set(listed)
    imported = {
        name
        for address, file in OURS.items()
        if address.endswith(".js")
        for name in re.findall(r'from "\./([\w/.]+)"', file.body.decode())
    }
    assert {f"/pages/{name}" for name in imported} <= set(listed)
    assert all(get(name).status_code == 200 for name in listed)
    assert re.search(r'VERSION = "[0-9a-f]{16}";', text)
    assert get("/pages/sw.js").headers["service-worker-allowed"] == "/"


@pytest.mark.parametrize("address", sorted(OURS))
def test_no_page_loads_or_runs_what_is_from_elsewhere(address: str) -> None:
    """No address of another host, no script or style inside a page, no text read as HTML or as code."""
    if address.endswith(".png"):
        return
    text = OURS[address].body.decode()
    hosts = set(re.findall(r"https?://([\w.]+)", text))
    assert hosts <= {"www.w3.org"}  # the name of SVG, which nobody asks for
    as_code = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert not re.search(as_code, text)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", text if "<html" in text else "")


def test_what_others_wrote_has_its_licence_beside_it() -> None:
    """And is served with it."""
    for name, words in {"jsQR": "Apache License", "qrcode": "MIT License"}.items():
        assert words in get(f"/pages/vendor/{name}.LICENSE").text
        assert [one for one in FILES if one.startswith(f"/pages/vendor/{name}.")]
