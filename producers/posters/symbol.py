"""The text of a code as the black and white squares of a QR code, made by `segno`."""

import segno

from producers.errors import BadInput


def symbol(text: str) -> tuple[str, ...]:
    """Rows of `1` (black) and `0`, without the white margin. Raises BadInput where the text is too long.

    Error correction M (15 % may be dirty or torn), more where it costs no size: at one size of paper
    larger squares are read from further away, which helps a poster more than a higher level does. After
    the `#` of an address the code goes on in QR's alphanumeric mode, which is a third smaller.
    """
    address, mark, code = text.rpartition("#")
    parts = [(address + mark, None), (code, None)] if mark else text
    try:
        made = segno.make(parts, error="m", micro=False)  # type: ignore[arg-type]  # it takes parts too
    except ValueError:
        raise BadInput(f"a text of {len(text)} letters does not fit a QR code: shorten it.") from None
    return tuple("".join("1" if square else "0" for square in row) for row in made.matrix)
