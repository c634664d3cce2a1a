"""Chromium without a window, with a camera that shows one of our posters."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from page_gateway import NOON, OURS
from PIL import Image

from producers.codes.own import poster_code
from producers.codes.short import short_code, shown
from producers.posters.layout import Poster, page
from producers.posters.png import drawn
from producers.venue import venue_key

MARKET = "chợ Đông Ba"
MARKET_SHORT = shown(short_code(venue_key(MARKET)))
MARKET_CODE = poster_code(OURS, MARKET, NOON)
PHONE: Any = {
    "viewport": {"width": 390, "height": 844},
    "permissions": ["camera"],
    "locale": "vi-VN",
}
PATIENT = """(() => {
    const soon = setTimeout;
    window.setTimeout = (act, ms, ...given) => soon(act, ms === 3000 && given.length ? 60_000 : ms, ...given);
})()"""
"""A place's name is waited for as long as it takes (`lookUp`), and not 3 s: a busy machine is no failure."""

SMALL_AND_DIM = """() => {
    const seen = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility());
    const light = (colour) => {
      const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (one) => {
      for (; one; one = one.parentElement) {
        const colour = getComputedStyle(one).backgroundColor;
        if (!colour.endsWith(", 0)") && colour !== "transparent") return colour;
      }
      return "rgb(255, 255, 255)";
    };
    const contrast = (one) => {
      const both = [light(getComputedStyle(one).color), light(behind(one))].sort((a, b) => b - a);
      return (both[0] + 0.05) / (both[1] + 0.05);
    };
    const words = seen.filter((one) =>
      !one.disabled && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    const targets = seen.filter((one) => one.matches("button, input, select, summary, .button"))
      .map((one) => (one.type === "checkbox" ? one.closest("label") : one));
    return [
      targets.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML),
      words.filter((one) => contrast(one) < 7).map((one) => `${contrast(one)} ${one.outerHTML}`),
    ];
}"""
"""Two lists: what is to be pressed and under 44 dots high, and texts with a contrast under 7 to 1."""


def chromium() -> str | None:
    """Where Chromium is; None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def poster_film(file: Path) -> None:
    """A camera's view of the poster: on a grey wall, a little aslant, seen from two metres."""
    poster = drawn(page(Poster(MARKET_CODE, MARKET, "Chợ Đông Ba", short=MARKET_SHORT)))
    wall = Image.new("RGB", (1280, 720), "#777777")
    wall.paste(poster.resize((480, 679)).rotate(5, expand=True, fillcolor="#777777"), (380, 0))
    frame = BytesIO()
    wall.save(frame, "JPEG", quality=80)
    file.write_bytes(frame.getvalue() * 10)


@contextmanager
def opened(film: Path) -> Iterator[Any]:
    """A browser whose camera shows this film. Skips where no browser is installed."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    where = chromium()
    if where is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=where,
            timeout=120_000,
            args=[
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={film}",
            ],
        )
        yield browser
        browser.close()
