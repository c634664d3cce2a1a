"""Posters to look at, and an independent reader (zxing-cpp) that says which codes are in a picture."""

import zxingcpp
from PIL import Image

from producers.codes.own import poster_code
from producers.codes.signing import Signer
from producers.posters.layout import Poster

OURS = Signer(bytes(range(32)))
NOON = 1638360000
ROOM = Poster(
    code=poster_code(OURS, "bv-hue/phong-hop-2", NOON, "in"),
    venue="bv-hue/phong-hop-2",
    name="Phòng họp số 2 – Khoa Hồi sức tích cực",
    inside="Bệnh viện Trung ương Huế",
    direction="in",
    short="9T5RF-KQ3ZW",
    footnote="bv-hue/phong-hop-2 · 2021-12-01",
)
LONGEST = ROOM._replace(code="https://quet.example.vn/#" + poster_code(OURS, "ợ" * 33, NOON))
"""The longest id a code may have, after an address: the smallest squares a poster ever has."""


def codes_in(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]
