"""The status line says what an attendant must know, in both languages, and nothing that is not so."""

from datetime import UTC, timedelta, timezone

import pytest

from producers.kiosk.outbox import Counts
from producers.kiosk.status import line, row, status_of

VIETNAM = timezone(timedelta(hours=7))
NOON = 1638334800
"""2021-12-01, 12:00 in Vietnam."""


@pytest.mark.parametrize(
    ("counts", "notes", "told"),
    [
        (Counts(0, 0, None), {}, "Chờ gửi/waiting 0 | lần cuối/last --:-- | giờ/clock 12:00"),
        (
            Counts(12, 0, NOON - 3600),
            {"last_sent": str(NOON - 3660), "offline_since": str(NOON - 3600), "trouble": "no network"},
            "Chờ gửi/waiting 12 | lần cuối/last 10:59 | giờ/clock 12:00 | MẤT MẠNG/OFFLINE 11:00",
        ),
        (
            Counts(3, 2, NOON),
            {"last_sent": str(NOON - 86_400), "trouble": "401 The device was revoked."},
            "Chờ gửi/waiting 3 | lần cuối/last 30/11 12:00 | giờ/clock 12:00 | bị từ chối/set aside 2 | "
            "CHƯA GỬI/NOT SENT 401 The device was revoked.",
        ),
        (
            Counts(0, 0, None),
            {"last_sent": str(NOON), "skew_seconds": "-3700"},
            "Chờ gửi/waiting 0 | lần cuối/last 12:00 | giờ/clock 12:00 SAI/OFF -3700 s",
        ),
        (
            Counts(0, 0, None),
            {"skew_seconds": "-3600", "clock_moved": "3600"},
            "Chờ gửi/waiting 0 | lần cuối/last --:-- | giờ/clock 12:00",
        ),
    ],
)
def test_what_the_attendant_reads(counts: Counts, notes: dict[str, str], told: str) -> None:
    """New, offline, refused, with a wrong clock, with a clock that was set right."""
    assert line(status_of(counts, notes), NOON, VIETNAM) == told


def test_programs_get_moments_in_utc() -> None:
    """All fields, also those that say nothing."""
    found = row(status_of(Counts(1, 0, NOON), {"last_sent": str(NOON)}))
    assert found == {
        "waiting": 1,
        "aside": 0,
        "oldest": "2021-12-01T05:00:00Z",
        "last_sent": "2021-12-01T05:00:00Z",
        "offline_since": None,
        "skew_seconds": None,
        "clock_moved": None,
        "trouble": "",
    }
    assert "05:00" in line(status_of(Counts(1, 0, NOON), {}), NOON, UTC)
