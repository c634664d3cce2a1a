"""What the gateway says to a request it does not take, in the caller's language."""

from typing import Literal, NamedTuple

from producers.errors import BadInput

Language = Literal["vi", "en"]


class Told(NamedTuple):
    """A status of HTTP and one sentence in each language; `{...}` is filled in."""

    status: int
    vi: str
    en: str


WORDS: dict[str, Told] = {
    "too_large": Told(
        413,
        "Yêu cầu lớn hơn {most} byte: hãy gửi ít lượt quét hơn mỗi lần.",
        "The request is larger than {most} bytes: send fewer scans at once.",
    ),
    "not_json": Told(
        400,
        "Nội dung không phải JSON UTF-8: hãy sửa thiết bị.",
        "The body is not JSON in UTF-8: mend the device.",
    ),
    "too_deep": Told(
        400, "JSON lồng nhau quá sâu: hãy sửa thiết bị.", "The JSON is nested too deep: mend the device."
    ),
    "bad_request": Told(
        400,
        "Trường {where} không đúng ({what}): hãy sửa thiết bị.",
        "{where} is wrong ({what}): see /openapi.json.",
    ),
    "unsigned": Told(
        401,
        "Thiếu hoặc sai tiêu đề {where}: mỗi yêu cầu phải được thiết bị ký.",
        "The header {where} is missing or wrong: a device signs each request.",
    ),
    "unknown_device": Told(
        401, "Không biết thiết bị này: hãy đăng ký thiết bị.", "This device is not known here: enrol it."
    ),
    "revoked_device": Told(
        401, "Thiết bị đã bị thu hồi: hãy hỏi người vận hành.", "The device was revoked: ask the operator."
    ),
    "wrong_signature": Told(
        401,
        "Chữ ký không đúng với khóa của thiết bị: hãy đăng ký lại.",
        "The signature is not that of the device's key: enrol it again.",
    ),
    "nonce_seen": Told(
        401,
        "Yêu cầu này đã được gửi rồi: hãy ký một yêu cầu mới.",
        "This request was sent before: sign a new one.",
    ),
    "clock_went_back": Told(
        401,
        "Đồng hồ của thiết bị đã chạy lùi: hãy ký lại với mã trong tiêu đề Truyvet-Nonce.",
        "The device's clock went back: sign again with the nonce in the header Truyvet-Nonce.",
    ),
    "key_reused": Told(
        422,
        "Idempotency-Key này đã dùng cho một yêu cầu khác: hãy dùng khóa mới.",
        "This Idempotency-Key was used for another request: draw a new one.",
    ),
    "busy": Told(
        429,
        "Máy chủ đang quá tải: hãy thử lại sau {after} giây.",
        "Too much is waiting here: try again in {after} s.",
    ),
    "device_rate": Told(
        429,
        "Thiết bị gửi quá {most} lượt quét mỗi phút: hãy thử lại sau {after} giây.",
        "The device sends more than {most} scans a minute: try again in {after} s.",
    ),
    "address_rate": Told(
        429,
        "Quá {most} yêu cầu mỗi phút từ một địa chỉ mạng: hãy thử lại sau {after} giây.",
        "More than {most} requests a minute from one network address: try again in {after} s.",
    ),
    "venue_rate": Told(
        429,
        "Quá {most} lượt quét mỗi phút cho một địa điểm: hãy thử lại sau {after} giây.",
        "More than {most} scans a minute for one venue: try again in {after} s.",
    ),
    "later": Told(
        503,
        "Tạm thời chưa nhận được: hãy giữ lại và thử lại sau {after} giây.",
        "It cannot be taken now: keep it and try again in {after} s.",
    ),
    "no_invitation": Told(
        403,
        "Loại thiết bị này cần một mã mời: hãy hỏi người vận hành.",
        "A device of this kind needs an invitation: ask the operator for one.",
    ),
    "wrong_invitation": Told(
        403,
        "Mã mời không đúng, đã hết hạn hoặc cho loại thiết bị khác: hãy xin mã mới.",
        "The invitation is wrong, expired, or for another kind of device: ask for a new one.",
    ),
    "used_invitation": Told(
        409,
        "Mã mời đã được một thiết bị khác dùng: hãy xin mã mới.",
        "Another device used this invitation: ask for a new one.",
    ),
    "bad_key": Told(
        400,
        "Khóa công khai phải là 32 byte Ed25519 dạng base64url: hãy tạo lại khóa.",
        "The public key must be 32 bytes of Ed25519 in base64url: make the key again.",
    ),
    "not_for_this_kind": Told(
        403,
        "Loại thiết bị này không được làm việc đó.",
        "A device of this kind may not do that: use one that may.",
    ),
    "no_such_venue": Told(
        404,
        "Không có địa điểm nào với mã này: hãy so lại với áp phích.",
        "No venue has this code: compare it with the poster.",
    ),
    "cannot_sign": Told(
        503,
        "Chưa có khóa để ký mã: hãy báo người vận hành.",
        "There is no key here to sign codes with: tell the operator.",
    ),
    "venue_of_another": Told(
        403,
        "Địa điểm này do nơi khác quản lý: hãy dùng mã khác hoặc hỏi người vận hành.",
        "This venue is another's: give yours another id, or ask the operator.",
    ),
    "retired_venue": Told(
        404,
        "Địa điểm này đã ngừng dùng, mã đã được gỡ: hãy hỏi người vận hành.",
        "This venue is retired and its codes were taken down: ask the operator.",
    ),
    "no_poster": Told(
        422,
        "Không in được áp phích ({what}).",
        "No poster can be printed of this venue: {what}",
    ),
    "not_found": Told(
        404, "Không có địa chỉ này: xem /openapi.json.", "There is no such address: see /openapi.json."
    ),
    "wrong_method": Told(
        405,
        "Địa chỉ này không nhận phương thức đó: xem /openapi.json.",
        "Not with this method: see /openapi.json.",
    ),
    "failed": Told(
        500,
        "Máy chủ gặp lỗi với yêu cầu này: hãy giữ lại và thử lại sau.",
        "The gateway failed on this request: keep it and try again later.",
    ),
}


class Declined(BadInput):
    """A request that is not taken; `word` is one of WORDS. Its text is the English sentence."""

    def __init__(self, word: str, *, nonce: str = "", **values: object) -> None:
        self.word = word
        self.values = values
        self.nonce = nonce
        """What the device may sign with instead, where that helps."""
        super().__init__(self.sentence("en"))

    @property
    def status(self) -> int:
        return WORDS[self.word].status

    def sentence(self, language: Language) -> str:
        """What is told, in this language."""
        told = WORDS[self.word]
        return (told.vi if language == "vi" else told.en).format_map(self.values)


def language_of(accepted: str) -> Language:
    """The better of our two languages for an Accept-Language header (RFC 9110, 12.5.4); English for none.

    >>> language_of("vi-VN,vi;q=0.9,en;q=0.8"), language_of("fr, en;q=0.5"), language_of("")
    ('vi', 'en', 'en')
    """
    best: dict[str, float] = {"vi": 0.0, "en": 0.0}
    for part in accepted.split(","):
        name, _, quality = part.partition(";")
        language = name.strip().lower().partition("-")[0]
        if language in best:
            best[language] = max(best[language], _quality(quality))
    return "vi" if best["vi"] > best["en"] else "en"


def _quality(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q=")) if text.strip() else 1.0
    except ValueError:
        return 0.0
