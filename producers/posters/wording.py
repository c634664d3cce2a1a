"""What a poster says, in Vietnamese and in English."""

from typing import NamedTuple

from producers.scan import Direction


class Wording(NamedTuple):
    """One language's part: a title in one line, and steps of one short sentence each."""

    title: str
    steps: tuple[str, str, str]


def _vietnamese(title: str, when: str) -> Wording:
    first, last = "Mở ứng dụng quét mã trên điện thoại.", "Không có điện thoại? Đưa thẻ cho người hướng dẫn."
    return Wording(title, (first, when, last))


def _english(title: str, when: str) -> Wording:
    first, last = "Open the check-in app on your phone.", "No phone? Show your card to the attendant."
    return Wording(title, (first, when, last))


VIETNAMESE: dict[Direction, Wording] = {
    "unknown": _vietnamese("QUÉT MÃ QR", "Quét mã này khi vào và khi ra."),
    "in": _vietnamese("QUÉT MÃ KHI VÀO", "Quét mã này mỗi khi vào."),
    "out": _vietnamese("QUÉT MÃ KHI RA", "Quét mã này mỗi khi ra."),
}
ENGLISH: dict[Direction, Wording] = {
    "unknown": _english("Scan this QR code", "Scan when you come in and when you leave."),
    "in": _english("Scan when you come in", "Scan this code each time you come in."),
    "out": _english("Scan when you leave", "Scan this code each time you leave."),
}
ASKS = "Không quét được? Nhập mã / Cannot scan? Type:"
"""Before the short code."""
