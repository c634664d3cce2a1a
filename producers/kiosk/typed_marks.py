"""Vietnamese input methods, backwards: which keys may have been pressed, when this text came out.

Telex and VNI join keys into letters with marks: after `A`, the key `S` (VNI: `1`) gives `Á`. Which key a mark
came from is certain, and where it was pressed nearly always: right after its letter. What else there is, and
programs differ in it, is tried in the order of how much it departs from that: a mark typed some keys later, a
mark that replaced another, a key that was pressed twice and so stood for itself.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple
from unicodedata import normalize

Method = Literal["telex", "vni"]
METHODS: tuple[Method, ...] = ("telex", "vni")

GRAVE, ACUTE, TILDE, HOOK, DOT = "\u0300\u0301\u0303\u0309\u0323"
CIRCUMFLEX, BREVE, HORN = "\u0302\u0306\u031b"
STROKE = "Đ"
TONES: dict[Method, dict[str, str]] = {
    "telex": {ACUTE: "S", GRAVE: "F", HOOK: "R", TILDE: "X", DOT: "J"},
    "vni": {ACUTE: "1", GRAVE: "2", HOOK: "3", TILDE: "4", DOT: "5"},
}
SHAPES: dict[Method, dict[str, str]] = {
    "telex": {BREVE: "W", HORN: "W"},  # a circumflex or a stroke is its letter once more
    "vni": {CIRCUMFLEX: "6", HORN: "7", BREVE: "8"},
}
SHAPED = {"A": CIRCUMFLEX + BREVE, "E": CIRCUMFLEX, "O": CIRCUMFLEX + HORN, "U": HORN}
"""The marks of shape a letter may bear."""
VOWELS = "AEIOUY"
LATER_MAX = 2
"""How many keys later than its letter a mark is looked for."""
COST_MAX = 4


class Way(NamedTuple):
    """One way a letter may have come about: keys pressed for it, and keys pressed so many letters later."""

    cost: int
    now: str
    later: tuple[tuple[int, str], ...] = ()


def typed_before(text: str, method: Method) -> Iterator[str]:
    """Every row of keys that may have become this text (capitals, any Unicode form), likeliest first."""
    letters = _letters(text)
    ways = [_ways(letter, "".join(letters[at + 1 : at + 2]), method) for at, letter in enumerate(letters)]
    if not all(ways):
        return
    for cost in range(COST_MAX + 1):
        for chosen in _chosen(ways, cost, 0):
            yield _keys([chosen.get(at, all[0]) for at, all in enumerate(ways)])


def _letters(text: str) -> list[str]:
    """Base letters, each with its marks behind it."""
    found: list[str] = []
    for one in normalize("NFD", text):
        if found and normalize("NFD", one) in GRAVE + ACUTE + TILDE + HOOK + DOT + CIRCUMFLEX + BREVE + HORN:
            found[-1] += one
        else:
            found.append(one)
    return found


def _ways(letter: str, following: str, method: Method) -> list[Way]:
    base, marks = letter[0], letter[1:]
    if not marks and base != STROKE:
        twice = [Way(1, base + following[0])] if _doubled(base, following, method) else []
        return [Way(0, base), *twice]
    shape = [_shape_key(base, one, method) for one in marks if one in SHAPED.get(base, "")]
    if base == STROKE:
        base, shape = "D", ["D" if method == "telex" else "9"]
    tone = [TONES[method][one] for one in marks if one in TONES[method]]
    keys = shape + tone
    if len(keys) != len(marks) + (letter[0] == STROKE):
        return []  # no key of this method gives such a letter
    found = [Way(0, base + "".join(keys))]
    if letter.startswith("U" + HORN) and method == "telex":  # W alone gives it too, and far more often
        found = [Way(0, "W" + "".join(tone)), Way(1, base + "".join(keys))]
    if len(keys) == 2:
        found.append(Way(1, base + "".join(reversed(keys))))
    for later in range(1, LATER_MAX + 1):
        found += [Way(1 + later, base + "".join(keys[:-1]), ((later, keys[-1]),))]
    for other in set(TONES[method].values()) - set(tone) if tone else ():
        found.append(Way(2, base + "".join(shape) + other + tone[0]))
    return found


def _shape_key(base: str, mark: str, method: Method) -> str:
    return SHAPES[method].get(mark, base)


def _doubled(base: str, following: str, method: Method) -> bool:
    """Would the next key have marked this letter, had it not been pressed twice?"""
    key = following[:1]
    if base in VOWELS and key in TONES[method].values():
        return True
    shapes = {_shape_key(base, mark, method) for mark in SHAPED.get(base, "")}
    return key in shapes or (base == "D" and key == ("D" if method == "telex" else "9"))


def _chosen(ways: Sequence[list[Way]], cost: int, start: int) -> Iterator[dict[int, Way]]:
    """Every choice of other ways than the first that costs exactly so much."""
    if cost == 0:
        yield {}
        return
    for at in range(start, len(ways)):
        for way in ways[at][1:]:
            if 0 < way.cost <= cost:
                for rest in _chosen(ways, cost - way.cost, at + 1):
                    yield {at: way} | rest


def _keys(ways: list[Way]) -> str:
    later: dict[int, str] = {}
    found = []
    for at, way in enumerate(ways):
        found.append(way.now + later.pop(at, ""))
        for keys, key in way.later:
            later[at + keys] = later.get(at + keys, "") + key
    return "".join(found) + "".join(later.values())
