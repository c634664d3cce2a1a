"""Text inside XML: what XML cannot hold is written as _xHHHH_, as Excel's own files do.

To read it back, turn every _xHHHH_ (four or more hexadecimal digits, upper case) into its character;
a text that holds such a group itself has its first underscore written as _x005F_.
"""

import re
from xml.sax.saxutils import escape, quoteattr

POSSIBLE = "\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff"
IMPOSSIBLE = re.compile(f"[^{POSSIBLE}]")
# Also where the group's last underscore will be that of an impossible character's own group.
LOOKS_ESCAPED = re.compile(f"_(?=x[0-9A-F]{{4,}}(?:_|[^{POSSIBLE}]))")


def content(value: object) -> str:
    """Between two tags."""
    return escape(_possible(str(value)), {"\r": "&#13;"})


def attribute(value: object) -> str:
    """An attribute's value with its quotation marks; TAB and line breaks survive as references."""
    return quoteattr(_possible(str(value)))


def _possible(text: str) -> str:
    kept = LOOKS_ESCAPED.sub("_x005F_", text)
    return IMPOSSIBLE.sub(lambda found: f"_x{ord(found[0]):04X}_", kept)
