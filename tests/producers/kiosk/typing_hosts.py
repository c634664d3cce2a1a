"""Hosts that a scanner types into, as models: what comes out when US keys arrive under another setting."""

from unicodedata import normalize

ROWS = (
    ("1234567890-=", "!@#$%^&*()_+"),
    ("qwertyuiop[]\\", "QWERTYUIOP{}|"),
    ("asdfghjkl;'", 'ASDFGHJKL:"'),
    ("zxcvbnm,./", "ZXCVBNM<>?"),
)
GERMAN = (
    ("1234567890ß´", '!"§$%&/()=?`'),
    ("qwertzuiopü+#", "QWERTZUIOPÜ*'"),
    ("asdfghjklöä", "ASDFGHJKLÖÄ"),
    ("yxcvbnm,.-", "YXCVBNM;:_"),
)
FRENCH = (
    ("&é\"'(-è_çà)=", "1234567890°+"),
    ("azertyuiop^$*", "AZERTYUIOP¨£µ"),
    ("qsdfghjklmù", "QSDFGHJKLM%"),
    ("wxcvbn,;:!", "WXCVBN?./§"),
)


def through(text: str, host: tuple[tuple[str, str], ...]) -> str:
    """Key by key. What is on no key (a letter with an accent) is not typed at all, as scanners do it."""
    table: dict[str, str] = {}
    for (plain, shifted), (plain_there, shifted_there) in zip(ROWS, host, strict=True):
        table |= dict(zip(plain + shifted, plain_there + shifted_there, strict=True))
    return "".join(table.get(one, one if one == " " else "") for one in text)


def german(text: str) -> str:
    return through(text, GERMAN)


def french(text: str) -> str:
    return through(text, FRENCH)


def caps_lock(text: str) -> str:
    return text.swapcase()


TELEX_TONES = dict(zip("sfrxj", "\u0301\u0300\u0309\u0303\u0323", strict=True))
VNI_TONES = dict(zip("12345", "\u0301\u0300\u0309\u0303\u0323", strict=True))
TONES = "\u0301\u0300\u0309\u0303\u0323"


def _composed(text: str, method: str) -> str:
    """An input method that joins each key with the letter right before it, for ever and in any word."""
    tones = TELEX_TONES if method == "telex" else VNI_TONES
    out: list[str] = []
    for key in text:
        last = out[-1] if out else ""
        low, base, marks = key.lower(), last[:1].lower(), last[1:]
        shape = _shape(base, low, method)
        if low in tones and base in "aeiouy" and base:
            rest = "".join(mark for mark in marks if mark not in TONES)
            if tones[low] in marks:  # pressed twice: the mark goes, the key stands
                out[-1] = last[0] + rest
                out.append(key)
            else:
                out[-1] = last[0] + rest + tones[low]
        elif shape and shape in marks:
            out[-1] = last[0] + marks.replace(shape, "")
            out.append(key)
        elif shape:
            tone = "".join(mark for mark in marks if mark in TONES)
            out[-1] = last[0] + shape + tone
        elif method == "telex" and low == "w":
            out.append(("U" if key.isupper() else "u") + "\u031b")
        else:
            out.append(key)
    told = "".join(out).replace("D\u0335", "Đ").replace("d\u0335", "đ")
    return normalize("NFC", told)


def _shape(base: str, key: str, method: str) -> str:
    if method == "telex":
        if key == base and base in "aeo" and base:
            return "\u0302"
        if key == "d" and base == "d":
            return "\u0335"
        if key == "w":
            return {"a": "\u0306", "o": "\u031b", "u": "\u031b"}.get(base, "")
        return ""
    wanted = {"6": ("aeo", "\u0302"), "7": ("ou", "\u031b"), "8": ("a", "\u0306"), "9": ("d", "\u0335")}
    letters, mark = wanted.get(key, ("", ""))
    return mark if base and base in letters else ""


def telex(text: str) -> str:
    return _composed(text, "telex")


def vni(text: str) -> str:
    return _composed(text, "vni")


HOSTS = {"german": german, "french": french, "caps_lock": caps_lock, "telex": telex, "vni": vni}
