"""Why one scan of a request is refused, in two languages; the others of the request are taken."""

from typing import get_args

from producers.codes import reading
from producers.gateway.declined import Language

SENTENCES: dict[str, tuple[str, str]] = {
    "bad_field": ("Một trường của lượt quét không đúng.", "A field of the scan is wrong: mend the device."),
    "no_person": ("Thiếu người: hãy quét thẻ hoặc mã cá nhân.", "The person is missing: scan a card."),
    "two_persons": ("Lượt quét có hai người: hãy gửi một.", "The scan names a person twice: send one code."),
    "no_venue": ("Thiếu địa điểm: hãy quét mã địa điểm.", "The venue is missing: scan its poster."),
    "two_venues": ("Lượt quét có hai địa điểm: hãy gửi một.", "The scan names a venue twice: send one."),
    "venue_not_allowed": (
        "Điện thoại phải gửi mã của địa điểm: hãy quét áp phích.",
        "A phone sends the venue's code, not its id: scan the poster.",
    ),
    "not_a_venue": (
        "Đây là mã của người: hãy quét áp phích.",
        "It is a person's code: scan the venue's poster.",
    ),
    "not_a_person": ("Đây không phải mã của người: hãy quét thẻ.", "It is no person's code: scan a card."),
    "no_such_venue": (
        "Không có địa điểm nào với mã ngắn này: hãy so lại với áp phích.",
        "No venue has this short code: compare it with the poster.",
    ),
    "bad_plate": (
        "Biển số xe không đúng: hãy ghi như trên xe.",
        "The plate is none: write it as on the vehicle.",
    ),
    "damaged_envelope": (
        "Danh tính được niêm phong không mở được: hãy đăng ký lại thiết bị.",
        "The sealed identity does not open: enrol the device again.",
    ),
    "from_the_future": (
        "Thời điểm ở tương lai: hãy chỉnh đồng hồ.",
        "It is from the future: set the device's clock.",
    ),
    "too_old": ("Lượt quét đã quá cũ nên không lưu nữa.", "It is older than what is kept."),
    "out_before_in": ("Giờ ra trước giờ vào.", "The way out is before the way in: check the device's clock."),
    "stay_too_long": (
        "Từ lúc vào đến lúc ra quá 31 ngày: hãy kiểm tra đồng hồ.",
        "More than 31 days lie between the way in and the way out: check the device's clock.",
    ),
    "conflicting_id": (
        "Mã lượt quét này đã dùng cho lượt quét khác.",
        "Another scan was taken with this id: draw ids at random.",
    ),
    # Of a code that was read (producers.codes.reading).
    "not_text": ("Mã không phải chữ Unicode: hãy đặt máy quét sang UTF-8.", "The code is not Unicode text."),
    "too_long": ("Văn bản dài hơn mọi mã QR.", "The text is longer than any code: scan one code."),
    "unknown": ("Không biết loại mã này: hãy kiểm tra lại.", "No known system writes such codes."),
    "not_a_check_in": ("Đây không phải mã khai báo: hãy quét áp phích.", "It is no code to check in with."),
    "malformed": ("Mã bị hỏng: hãy quét lại.", "The code is damaged: scan it again."),
    "unknown_version": ("Mã thuộc phiên bản mới hơn.", "The code is of a newer version than this program."),
    "unknown_key": ("Không tin khóa đã ký mã này.", "The key that signed the code is not trusted here."),
    "bad_signature": (
        "Chữ ký của mã không đúng: mã hỏng hoặc giả.",
        "The code's signature is wrong: damaged or forged.",
    ),
    "revoked_key": (
        "Khóa ký mã này đã bị thu hồi: hãy in lại.",
        "The code's key was revoked: have it made again.",
    ),
    "key_not_for_venue": ("Khóa này không dành cho địa điểm đó.", "The code's key is for another venue."),
    "not_yet_valid": (
        "Mã chưa có hiệu lực: hãy kiểm tra đồng hồ.",
        "The code is of a time to come: check the clocks.",
    ),
    "expired": (
        "Mã trên màn hình đã hết hạn: hãy quét lại.",
        "The code was shown too long ago: scan the screen itself.",
    ),
    "no_alias": (
        "Chưa biết mã cũ này là địa điểm nào.",
        "Nobody has said which venue this old code stands for.",
    ),
    "meeting": (
        "Đây là mã họp riêng, không phải địa điểm công cộng: hãy quét áp phích.",
        "It is a private meeting's code and no public place: scan the venue's poster.",
    ),
    "nothing_stays": ("Mã này không cho biết địa điểm nào.", "The code names nothing that could be kept."),
}

assert set(get_args(reading.Reason)) <= set(SENTENCES)


def sentence(reason: str, language: Language) -> str:
    """What the person at the device is told."""
    return SENTENCES[reason][language != "vi"]
