"""Text that strangers wrote, made harmless in a cell without losing a letter.

A spreadsheet runs a cell that begins with = + - @ (also full-width) as a formula, some after a TAB, a
carriage return or spaces, and some begin a new cell at a semicolon, TAB or line break inside a quoted
one. So an apostrophe is put

  - before a cell that begins with an apostrophe, TAB, carriage return or line feed;
  - at the start of a cell, and after every semicolon, TAB, carriage return and line feed in it, before
    an apostrophe or before a formula sign, spaces and quotation marks in between or not.

To read a cell back, take away one apostrophe at its start and one after each of those four characters,
where there is one. Every text comes back exactly; no letter is ever removed or changed.
"""

import re

SEPARATOR = re.compile(r"[;\t\r\n]")
SKIPPED = r"[\s\x22\u200b\u200e\u200f\ufeff]*"
UNSAFE = re.compile(rf"\A(?=[\t\r\n])|(?:\A|(?<=[;\t\r\n]))(?='|{SKIPPED}[=+\-@＝＋－＠])")
HALF = re.compile(r"[\ud800-\udfff]")


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> guarded("=1+2"), guarded("'quoted'"), guarded("Nguyễn Thị Hường")
    ("'=1+2", "''quoted'", 'Nguyễn Thị Hường')
    """
    # Most cells begin with a letter or digit and hold no separator; looking closer takes ten times as long.
    if text[:1].isalnum() and not SEPARATOR.search(text):
        return text
    return UNSAFE.sub("'", text)


def whole(text: str) -> str:
    r"""Text that UTF-8 can hold: half a character, which it cannot, is written as \udXXX."""
    return text.encode(errors="backslashreplace").decode() if HALF.search(text) else text
