"""What the pages work out by themselves is what the rest of the project works out."""

import random
import re
from collections.abc import Callable
from typing import Any, get_args

from page_codes import CARD, DOCUMENTS, EVERYDAY, NO_DOCUMENTS, OUR_CARD, PLACES, TYPED
from page_gateway import NOON, OPENER, OURS

from producers.codes.everyday import BEGINNINGS
from producers.codes.own import card_code, poster_code, screen_code
from producers.codes.reader import read
from producers.codes.short import ALPHABET, parse_short, short_code, shown
from producers.codes.trust import Given, Key, Trust
from producers.envelope import seal
from producers.errors import BadInput
from producers.gateway.door import Door, Who
from producers.gateway.registrar import Outcome
from producers.gateway.routes import pages
from producers.pseudonym import Pseudonyms
from producers.venue_record import Kind

Phone = Callable[..., Any]
GIVEN = Given(Trust([Key(OURS.id, "Ed25519", OURS.public)]), NOON)
KINDS = (
    """(texts) => import("/pages/code.js").then(({ readCode }) => texts.map((text) => readCode(text).kind))"""
)
SEALED = """([key, texts]) => Promise.all(["seal", "document", "device"].map((name) =>
    import(`/pages/${name}.js`))).then(([{ seal }, { identityIn }, { base64url }]) =>
        Promise.all(texts.map((text) => seal(base64url(new Uint8Array(key)), identityIn(text)))))"""


class Nowhere:
    """A register without places."""

    def venues_of(self, short: str) -> list[str]:
        return []


def read_or_none(text: str) -> str | None:
    try:
        return parse_short(text)
    except BadInput:
        return None


def test_short_codes_are_read_as_everywhere(phone: Phone) -> None:
    """A thousand, right, with one slip, and as people type them."""
    drawn = random.Random(5)
    texts = ["", "H505N-J5WPV", " h5o5nj5wpv ", "H5O5N", "không có", "HLO5N-J5WPV"]
    for _ in range(500):
        code = short_code(drawn.getrandbits(64))
        place = drawn.randrange(10)
        texts += [shown(code).lower(), code[:place] + drawn.choice(ALPHABET) + code[place + 1 :]]
    found = phone().evaluate(
        "(texts) => import('/pages/short.js').then((short) => texts.map(short.parseShort))", texts
    )
    assert found == [read_or_none(text) for text in texts]
    assert 500 < sum(one is not None for one in found) < 600


def test_codes_are_told_apart_as_everywhere(phone: Phone) -> None:
    """Poster, screen, card, a later version, a web address before it, another's code, rubbish."""
    poster = poster_code(OURS, "chợ Đông Ba", NOON, "in")
    texts = {
        poster: ["poster", "in", "chợ Đông Ba"],
        f"https://quet.example.vn/#{poster.lower()}": ["poster", "in", "chợ Đông Ba"],
        screen_code(OURS, "ga Huế", NOON, 30): ["screen", "unknown", "ga Huế"],
        card_code(OURS, bytes(16), NOON): ["card", "unknown", ""],
        "TV2:AAAA": ["newer", "unknown", ""],
        **{text: ["other", "unknown", ""] for text in PLACES},
        "TV1:AAAA": ["other", "unknown", ""],
        "": ["other", "unknown", ""],
    }
    found = phone().evaluate(
        """(texts) => import('/pages/code.js').then(({ readCode }) =>
            texts.map(readCode).map(({ kind, direction, venue }) => [kind, direction, venue]))""",
        list(texts),
    )
    assert found == list(texts.values())


def test_what_a_page_seals_the_gateway_opens(phone: Phone) -> None:
    """Any identity, Vietnamese letters included; two envelopes of one text have nothing in common."""
    texts = ["046099012345", "ợ" * 40, "x" * 64, "TV1:" + "A" * 150]
    sealed = phone().evaluate(
        """([key, texts]) => Promise.all([import('/pages/seal.js'), import('/pages/device.js')]).then(
            ([{ seal }, { base64url }]) =>
                Promise.all(texts.map((text) => seal(base64url(new Uint8Array(key)), text))))""",
        [list(OPENER.public), [*texts, texts[0]]],
    )
    assert [OPENER.open(one) for one in sealed] == [*texts, texts[0]]
    assert sealed[0] != sealed[-1]


def test_a_person_s_document_is_told_from_a_place(phone: Phone) -> None:
    """Whatever the reader takes for a person or for a code of everyday life is private, and no place is."""
    assert {read(text, GIVEN).kind for text in DOCUMENTS.values()} == {"person"}
    assert "person" not in {read(text, GIVEN).kind for text in PLACES}
    badge = "0" + "aB3.-:+=^!/*?&<>()[]{}@%$#" * 5
    private = [*DOCUMENTS.values(), *TYPED, *EVERYDAY, *(beginning + "x" for beginning, *_ in BEGINNINGS)]
    private += [badge[:125], "HC3460000000001", "046190000001|Trần Thị B", f" {CARD}\n"]
    kinds = phone().evaluate(KINDS, [*private, OUR_CARD])
    assert [text for text, kind in zip(private, kinds, strict=False) if kind != "private"] == []
    assert kinds[-1] == "card"


def test_an_officer_s_page_names_the_person_that_a_kiosk_names(phone: Phone) -> None:
    """Whatever document the page sealed: the gateway finds the person whom the reader finds in it."""
    pseudonyms = Pseudonyms(bytes(32))
    door = Door(GIVEN.trust, {}, pseudonyms, OPENER, Nowhere())
    texts = [*DOCUMENTS.values(), OUR_CARD]
    sealed = [seal(OPENER.public, read(text, GIVEN).identity) for text in texts]
    by_kiosk = [found.person for one in sealed if isinstance(found := door.sealed(one), Who)]
    found = phone().evaluate(SEALED, [list(OPENER.public), texts])
    assert [door.sealed_document(one) for one in found] == by_kiosk
    assert len(set(by_kiosk)) == 5  # the citizen cards are one person's, as the other pairs are
    assert OPENER.open(found[0]) == "046190000001"


def test_what_is_no_document_is_told_before_it_is_sealed(phone: Phone) -> None:
    """A name, a place, a damaged card; a number is taken however it is typed. Its end shows whose it is."""
    texts = [*NO_DOCUMENTS.values(), *EVERYDAY, *PLACES, *TYPED]
    found = phone().evaluate(
        "(texts) => import('/pages/document.js').then(({ identityIn }) => texts.map(identityIn))", texts
    )
    assert found == [None] * (len(texts) - len(TYPED)) + list(TYPED.values())
    texts = [CARD.partition("|")[0], *DOCUMENTS.values()]
    endings = phone().evaluate(
        "(texts) => import('/pages/document.js').then(({ endingOf }) => texts.map(endingOf))", texts
    )
    assert endings == ["001"] * 5 + ["317"] * 2 + ["001"] * 2 + ["D34"]


def test_everything_is_said_in_both_languages(phone: Phone) -> None:
    """Each name a page asks for has words, two different texts with the same blanks."""
    scripts = [address for address in pages.served() if re.fullmatch(r"/pages/\w+\.js", address)]
    made = [f"kind_{kind}" for kind in get_args(Kind)] + [f"outcome_{one}" for one in get_args(Outcome)]
    missing = phone().evaluate(
        """async ([pages, scripts, made]) => {
            const { t, speak } = await import("/pages/words.js");
            const { OFFICE } = await import("/pages/words_office.js");
            const names = new Set([...made, ...Object.keys(OFFICE)]);
            const blanks = (text) => (text.match(/\\{\\w+\\}/g) ?? []).sort().join();
            for (const path of pages) {
                const text = await (await fetch(path)).text();
                for (const [, name] of text.matchAll(/data-t(?:-label)?="(\\w+)"/g)) names.add(name);
            }
            for (const path of scripts) {
                const text = await (await fetch(path)).text();
                for (const [, name] of text.matchAll(/\\b(?:t|warn)\\("(\\w+)"/g)) names.add(name);
            }
            const told = (name) => ["vi", "en"].map((to) => (speak(to), t(name)));
            return [...names].map((name) => [name, ...told(name)])
                .filter(([, vi, en]) => !vi || !en || blanks(vi) !== blanks(en) || vi === en)
                .concat([[String(names.size)]]);
        }""",
        [list(pages.PAGES), scripts, made],
    )
    assert int(missing.pop()[0]) > 130
    assert missing == []


def test_who_is_where_is_told_by_the_order_of_recording(phone: Phone) -> None:
    """In, out and in again within one second, whatever the random ids; a refused scan is no presence."""
    found = phone().evaluate(
        """import("/pages/family.js").then(({ present }) => {
            const place = { place: "p", label: "p", venue_code: "p", member: "me", at: 1000 };
            const row = (scan_id, kept, direction, state = "taken") =>
                ({ ...place, scan_id, kept, direction, state });
            const [came, went, again] = [row("c", 1, "in"), row("a", 2, "out"), row("b", 3, "in")];
            const [no, never] = [row("d", 4, "out", "refused"), row("e", 1, "in", "refused")];
            const many = [[went, came], [came, went], [again, went, came], [came, no], [never], []];
            return [...many.map((rows) => present(rows, 1000).length), present([came], 87401).length];
        })"""
    )
    assert found == [0, 0, 1, 1, 0, 0, 0]
