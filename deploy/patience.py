"""Ask again for a while what is only just starting."""

import time
from collections.abc import Callable
from typing import TypeVar

from producers.errors import Unavailable

Answer = TypeVar("Answer")
PAUSE_SECONDS = 0.5


def patiently(ask: Callable[[], Answer], seconds: float) -> Answer:
    """The answer; while it is Unavailable ask again, and after so many seconds give up and raise it."""
    end = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except Unavailable:
            if time.monotonic() > end:
                raise
        time.sleep(PAUSE_SECONDS)
