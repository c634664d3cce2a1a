"""What a caller over the network is told when something cannot be done (RFC 9457)."""

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5


def problem(status: int, title: str, detail: str) -> dict[str, str | int]:
    """The body of a problem. `detail` is the error's sentence."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}
