"""Texts that people hold before a phone or an officer's device; nobody's real ones."""

from page_gateway import NOON, OURS

from producers.codes.own import card_code

CARD = "046190000001|191000001|Trần Thị B|03021990|Nữ|1 Lê Lợi, Huế|15042021"
HEALTH_CARD = "|".join(
    (
        *("DN4460000000001", "Trần Thị B".encode().hex(), "03/02/1990", "2", "1 Lê Lợi".encode().hex()),
        *("46 - 001", "01/01/2021", "-", "01/01/2021", "4600000", "-", "4", "01/01/2021", "$"),
    )
)
PC_COVID = "001093029317|NGUYEN VAN A|1987-01-18|0|162979388586171100|<1<00<0123232422"
"""The example of decision 1405/QD-BTTTT."""

DOCUMENTS = {
    "citizen card of 7": CARD,
    "citizen card of 6": "046190000001|Trần Thị B|1990|Nữ|1 Lê Lợi, Huế|15042021",
    "citizen card, spaces": "046190000001 | | Trần Văn B | 03021990 | NAM | 1 Lê Lợi, Huế | ",
    "citizen card, as a scanner types it": "046190000001||Tr?n Th? B|03021990|N?|1 L? L?i|15042021",
    "pc-covid": PC_COVID,
    "pc-covid, masked": PC_COVID.replace("001093", "******"),
    "health insurance": HEALTH_CARD,
    "health insurance, new number": HEALTH_CARD.removeprefix("DN446"),
    "hue": "https://huecity.vn/the/AB12CD34",
}
"""The gateway's reader takes each for a person (producers/codes)."""

TYPED = {"046 190 000 001": "046190000001", "0912.345.678": "0912345678", "191000001": "191000001"}
"""Numbers as people type them, and what they are."""

EVERYDAY = (
    "WIFI:T:WPA;S:nha;P:bi mat;;",
    "wifi:S:nha;;",
    "00020101021138540010A00000072701240006970436",
    "bitcoin:1A1zP1",
    "BEGIN:VCARD\nFN:Trần Thị B\nEND:VCARD",
    "MECARD:N:Trần Thị B;;",
    "mailto:b@example.org",
    "TEL:+84912345678",
    "SMSTO:0912345678:chào",
    "HC1:6BF+70790T9WJWG.FKY",
    "shc:/5676290952432060346029243740446031222959532654603460292540772804336028",
)

PLACES = (
    "NZCOVIDTRACER:eyJ0eXAiOiJlbnRyeSJ9",
    "https://tracing.covid19.govt.nz/scan#data=eyJ0eXAiOiJlbnRyeSJ9",
    "UKC19TRACING:1:eyJhbGciOiJFUzI1NiJ9.eyJpZCI6IkFCQ0QxMjM0In0.c2lnbmF0dXJl",
    "https://e.coronawarn.app?v=1#CAESDwgBEglM4buFIGjhu5lp",
    "https://app.luca-app.de/webapp/0f0e0d0c-0b0a-4908-8706-050403020100#e30",
    "https://qr.notify-me.ch?v=3#CAMSDwgBEglM4buFIGjhu5lp",
    "https://www.safeentry-qr.gov.sg/login/PROD-200000001M-123456-QUAN-PHO-SE",
    "STG-180000001W-QUAN-PHO-SE",
    "https://www.service.nsw.gov.au/campaign/service-nsw-mobile-app?data=eyJ0Ijo=",
    "https://qr.pccovid.gov.vn/q?id=0912345678",
    "https://qr.tokhaiyte.vn/0912345678",
    "https://qr.huecity.vn/abcdef",
    "Z-3456",
    "Chợ Đông Ba",
)
"""Of others, and old ones that an operator may name a place by (docs/codes.md#legacy-codes)."""

NO_DOCUMENTS = {
    "a name": "Nguyễn Văn Anh",
    "a place": PLACES[0],
    "a citizen card of 8": CARD + "|",
    "a citizen card without a gender": CARD.replace("Nữ", ""),
    "a number and a name": "046190000001|Trần Thị B",
    "12 letters": "ABCDEFGHIJKL",
    "8 digits": "12345678",
    "13 digits": "1234567890123",
    "nothing": "",
}

OUR_CARD = card_code(OURS, bytes(16), NOON)
