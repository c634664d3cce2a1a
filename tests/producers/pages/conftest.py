"""One browser for all tests of the pages, a fresh phone and a fresh stand-in gateway for each."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import MARKET, MARKET_SHORT, PATIENT, PHONE, opened, poster_film
from page_gateway import StandIn, served


@pytest.fixture(scope="module")  # while it is open, no other test may run an event loop
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Starting one costs a second."""
    film = tmp_path_factory.mktemp("camera") / "poster.mjpeg"
    poster_film(film)
    with opened(film) as browser:
        yield browser


@pytest.fixture
def gateway() -> Iterator[StandIn]:
    """It knows the market, by id and by short code."""
    market = {"venue": MARKET, "name": "Chợ Đông Ba", "unit": "", "state": "active"}
    with served(StandIn(venues={MARKET: market, MARKET_SHORT.replace("-", ""): market})) as stand_in:
        yield stand_in


@pytest.fixture
def phone(chrome: Any, gateway: StandIn) -> Iterator[Callable[..., Any]]:
    """Opens a page of the gateway on a new phone; every message of the browser's console is a failure."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def opening(path: str = "/", *, script: str = "", ready: str = "#line:not(:empty)") -> Any:
        context = chrome.new_context(**PHONE)
        contexts.append(context)
        context.set_default_timeout(60_000)
        context.add_init_script(PATIENT)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.complaints, page.asked = complaints, []
        page.on("request", lambda request: page.asked.append(request.url))
        if script:
            page.add_init_script(script)
        page.goto(gateway.address + path)
        page.wait_for_selector(ready)
        return page

    yield opening
    for context in contexts:
        context.close()
    # The browser itself writes down each answer that is an error, and each that it could not have.
    assert [one for one in complaints if "Failed to load resource" not in one] == []
