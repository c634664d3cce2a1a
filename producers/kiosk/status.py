"""How a kiosk is, in one line that an attendant understands, and in one row for whoever looks after it."""

from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from producers.kiosk.outbox import Counts
from producers.moment import iso

SKEW_SECONDS_MAX = 60


class Status(NamedTuple):
    """Counts of the outbox and what was noted; moments in epoch seconds, None where there was none.

    skew_seconds: the kiosk's clock less the gateway's, when they last spoke.
    clock_moved: by how much somebody set the clock since. trouble: why the last try to send failed.
    """

    waiting: int
    aside: int
    oldest: int | None
    last_sent: int | None
    offline_since: int | None
    skew_seconds: int | None
    clock_moved: int | None
    trouble: str


def status_of(counts: Counts, notes: dict[str, str]) -> Status:
    """From the outbox, so that any process can tell."""

    def number(name: str) -> int | None:
        return int(notes[name]) if name in notes else None

    return Status(
        *counts,
        number("last_sent"),
        number("offline_since"),
        number("skew_seconds"),
        number("clock_moved"),
        notes.get("trouble", ""),
    )


def line(status: Status, now: int, zone: tzinfo | None) -> str:
    """Vietnamese, then English; wall-clock times of the place. A narrow screen cuts off the end."""

    def when(at: int | None) -> str:
        return "--:--" if at is None else _clock(at, now, zone)

    parts = [
        ("Chờ gửi", "waiting", str(status.waiting)),
        ("lần cuối", "last", when(status.last_sent)),
        ("giờ", "clock", " ".join([when(now), *_off(status)])),
    ]
    if status.aside:
        parts.append(("bị từ chối", "set aside", str(status.aside)))
    if status.offline_since is not None:
        parts.append(("MẤT MẠNG", "OFFLINE", when(status.offline_since)))
    elif status.trouble:
        parts.append(("CHƯA GỬI", "NOT SENT", status.trouble))
    return " | ".join(f"{vi}/{en} {value}" for vi, en, value in parts)


def row(status: Status) -> dict[str, Any]:
    """The same for programs; moments in ISO 8601."""
    moments = {"oldest", "last_sent", "offline_since"}
    return {
        name: iso(value) if name in moments and value is not None else value
        for name, value in status._asdict().items()
    }


def _clock(at: int, now: int, zone: tzinfo | None) -> str:
    moment, today = datetime.fromtimestamp(at, zone), datetime.fromtimestamp(now, zone)
    return moment.strftime("%H:%M" if moment.date() == today.date() else "%d/%m %H:%M")


def _off(status: Status) -> list[str]:
    """A clock that is off by more than a minute makes meetings that never were."""
    skew = (status.skew_seconds or 0) + (status.clock_moved or 0)
    return [f"SAI/OFF {skew:+} s"] if abs(skew) > SKEW_SECONDS_MAX else []
