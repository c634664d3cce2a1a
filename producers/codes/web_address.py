"""The parts of a web address inside a code, where a code is one."""

from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit


class WebAddress(NamedTuple):
    """`https://host/path?query#fragment`; the host in lower case, without a port."""

    host: str
    path: str
    query: dict[str, list[str]]
    fragment: str

    def asked(self, name: str) -> str:
        """The one value of a query field, empty unless there is exactly one."""
        values = self.query.get(name, [])
        return values[0] if len(values) == 1 else ""


def web_address(text: str, *, bare: bool = False) -> WebAddress | None:
    """None where the text is no http or https address. `bare`: one without `https://` counts as well."""
    if bare and "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname or parts.username is not None:
            return None
        query = parse_qs(parts.query, keep_blank_values=True, max_num_fields=50)
        return WebAddress(parts.hostname.lower().rstrip("."), parts.path, query, parts.fragment)
    except ValueError:  # a bracket that does not close, a port that is none
        return None
