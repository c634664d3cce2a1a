"""What a kiosk says to the attendant, in Vietnamese and in English."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from producers.codes.reading import Reason
from producers.kiosk.layouts import Keyboard
from producers.kiosk.outbox import NotKept
from producers.scan import Direction

Here = Literal[
    "no_place",
    "other_venue",
    "unsigned_venue",
    "keyboard",
    "keyboard_unproven",
    "clock_behind",
    "clock_ahead",
]
"""Why a kiosk refuses a code that is good in itself. keyboard: damaged by it, and not to be repaired."""

Why = Reason | NotKept | Here


class Told(NamedTuple):
    """One sentence in each language."""

    vi: str
    en: str


SENTENCES: Mapping[str, Told] = {
    "not_text": Told("Máy quét sai bảng mã: chọn UTF-8.", "The scanner sends no UTF-8: set it so."),
    "too_long": Told("Quá dài: mỗi lần chỉ quét một mã.", "Too long: scan one code at a time."),
    "unknown": Told("Mã lạ: đưa mã cá nhân hoặc thẻ.", "Unknown code: ask for a personal code or card."),
    "not_a_check_in": Told(
        "Mã này không để khai báo: đưa mã cá nhân hoặc thẻ.",
        "This code is for something else: ask for a personal code or card.",
    ),
    "malformed": Told("Đọc thiếu: quét lại, giữ mã phẳng.", "Read in part: hold it flat and scan again."),
    "unknown_version": Told(
        "Mã mới hơn máy này: báo người quản trị.", "Newer than this kiosk: tell the operator."
    ),
    "unknown_key": Told(
        "Chưa có khóa để kiểm mã: báo người quản trị.", "Its key is not here: tell the operator."
    ),
    "bad_signature": Told("Mã hỏng hoặc giả: quét lại.", "Damaged or forged: scan again."),
    "revoked_key": Told("Mã đã bị thu hồi: cần mã mới.", "The code was revoked: a new one is needed."),
    "key_not_for_venue": Told("Mã của nơi khác: cần mã mới.", "Made for another place: a new one is needed."),
    "not_yet_valid": Told("Mã chưa đến giờ: kiểm tra đồng hồ.", "Not valid yet: check the clocks."),
    "expired": Told(
        "Mã đã hết hạn: quét trực tiếp trên màn hình.", "Expired: scan it from the screen itself."
    ),
    "no_alias": Told(
        "Mã cũ chưa có địa điểm: báo người quản trị.", "Nobody named this old code's place yet."
    ),
    "nothing_stays": Told(
        "Mã đổi mỗi lần: đưa thẻ hoặc giấy tờ.", "It changes every time: ask for a card or document."
    ),
    "no_place": Told(
        "Chưa có địa điểm: quét mã của nơi này trước.", "No place yet: scan this place's code first."
    ),
    "other_venue": Told(
        "Mã của địa điểm khác: máy này không dời.", "Another place's code: this kiosk stays."
    ),
    "unsigned_venue": Told(
        "Mã địa điểm không có chữ ký: dùng mã của chương trình này.",
        "This place code bears no signature: use one of ours.",
    ),
    "meeting": Told("Mã họp riêng: đưa mã cá nhân hoặc thẻ.", "A private meeting: ask for a personal code."),
    "keyboard": Told(
        "Bàn phím đang là {keyboard}: đổi sang English (US), rồi quét lại.",
        "The keyboard is set to {keyboard}: set it to English (US) and scan again.",
    ),
    "keyboard_unproven": Told(
        "Chưa chắc bàn phím đúng: quét một mã của chương trình này (TV1) trước.",
        "The keyboard is not proven right: scan a code of ours (TV1) first.",
    ),
    "clock_behind": Told(
        "Đồng hồ chạy lùi: chỉnh giờ rồi quét lại.", "The clock is behind: set it and scan again."
    ),
    "clock_ahead": Told(
        "Đồng hồ sai hoặc máy chưa nối mạng quá lâu: chỉnh giờ, nối mạng.",
        "The clock is ahead, or the network was away too long: set the clock, connect.",
    ),
    "disk_full": Told(
        "Ổ đĩa đầy, CHƯA GHI: báo người quản trị.",
        "The disk is full, NOT SAVED: tell the operator.",
    ),
    "outbox_busy": Told("Máy đang bận, CHƯA GHI: quét lại.", "The kiosk is busy, NOT SAVED: scan again."),
    "outbox_failed": Told(
        "Ổ đĩa hỏng, CHƯA GHI: báo người quản trị.", "The disk fails, NOT SAVED: tell the operator."
    ),
}

KEYBOARDS: Mapping[Keyboard, str] = {
    "caps_lock": "CAPS LOCK",
    "german": "Deutsch (QWERTZ)",
    "french": "Français (AZERTY)",
    "telex": "Tiếng Việt (Telex)",
    "vni": "Tiếng Việt (VNI)",
    "vietnamese": "Tiếng Việt (Telex, VNI)",
}


def told(why: str, keyboard: Keyboard | None = None) -> Told:
    """The sentences for a reason; `keyboard` is named in that which needs it."""
    vi, en = SENTENCES[why]
    name = KEYBOARDS[keyboard] if keyboard else ""
    return Told(vi.format(keyboard=name), en.format(keyboard=name))


def warned(keyboard: Keyboard) -> Told:
    """Beside a code that was taken although the keyboard damaged it."""
    name = KEYBOARDS[keyboard]
    return Told(
        f"Bàn phím đang là {name}: đổi sang English (US).", f"The keyboard is {name}: set English (US)."
    )


WAYS: Mapping[Direction, Told] = {
    "unknown": Told("", ""),
    "in": Told(" VÀO", " in"),
    "out": Told(" RA", " out"),
}


def said(outcome: str, venue: str, direction: Direction) -> Told:
    """What is said when a code was taken, taken already, or was that of a place."""
    vi, en = WAYS[direction]
    if outcome == "moved":
        return Told(f"NƠI NÀY:{vi} {venue}", f"Place{en and f' ({en.strip()})'} set")
    if outcome == "repeated":
        return Told(f"ĐÃ GHI RỒI{vi}", f"Already checked{en or ' in'}")
    return Told(f"ĐÃ GHI{vi}", f"Checked{en or ' in'}")
