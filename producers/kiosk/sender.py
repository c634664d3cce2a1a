"""Sends what waits in the outbox to the gateway, batch by batch, and waits its turn when that cannot be.

A scan leaves the outbox only after the gateway's answer for it. What the gateway refuses for good is set
aside with the reason; what it cannot take as a whole is halved until the one scan is found that it cannot
take. Anything else (no network, a captive portal, a gateway under load, a device that was revoked) leaves
every scan where it is.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from producers.errors import Unavailable
from producers.kiosk.outbox import Outbox, Waiting

PATH = "/v1/scans"
SCANS_MAX = 500
BYTES_MAX = 60_000
"""Of one request; the gateway takes 64 KiB."""
PAUSE_SECONDS = 1.0
PAUSE_SECONDS_MAX = 300.0
FAILURES_ONLINE = 3
"""Of the failures before the gateway was reached so many still count: it may be going up and down."""
NOT_OURS_SECONDS = 60.0
"""At least so long between two tries when the answer is not about the scans: a person must act."""
OF_THE_BODY = (400, 413, 422)
"""Answers that blame what was sent; the same would be blamed again."""
REFUSED = 401
"""Not signed as it should be: by another key than the gateway knows, or not with the nonce it asks for."""
OF_THE_DEVICE = (REFUSED, 403)


class Answer(NamedTuple):
    """What came back: status, the JSON object of the body (empty where it is none), seconds to wait if told.

    problem: the body is an error as the gateway tells it (RFC 9457), and comes from no one in between.
    """

    status: int
    body: dict[str, Any]
    retry_after: float | None = None
    problem: bool = False


class Post(Protocol):
    """Sends one signed body to a path of the gateway. Raises Unavailable when no answer came."""

    def __call__(self, path: str, body: bytes) -> Answer: ...


class Round(NamedTuple):
    """What one try did: scans the gateway has, scans set aside, seconds to the next try (None: all sent)."""

    sent: int
    aside: int
    pause: float | None


class Sender:
    """One try after another. draw: a random number from 0 to 1, so that 10,000 kiosks do not come at once."""

    def __init__(self, outbox: Outbox, post: Post, draw: Callable[[], float]) -> None:
        self._outbox, self._post, self._draw = outbox, post, draw
        self._failures = 0
        self._scans_max = SCANS_MAX

    def round(self, at: int) -> Round:
        """Sends one batch. at: the clock (epoch seconds), for the notes. Raises Unavailable of the outbox."""
        batch = self._outbox.waiting(self._scans_max, BYTES_MAX)
        if not batch:
            return Round(0, 0, None)
        notes = self._outbox.notes()
        body = f'{{"scans":[{",".join(one.body for one in batch)}]}}'.encode()
        try:
            answer = self._post(PATH, body)
        except Unavailable as error:
            self._outbox.note(offline_since=notes.get("offline_since", at), trouble=error)
            return self._later()
        self._outbox.note(offline_since=None)
        if "offline_since" in notes:  # after days offline a busy gateway is asked again soon
            self._failures = min(self._failures, FAILURES_ONLINE)
        if answer.status == 200:
            return self._answered(batch, answer.body, at)
        if answer.status in OF_THE_BODY and answer.problem:
            return self._blamed(batch, answer)
        told = f"{answer.status} {_sentence(answer.body)}".strip()
        self._outbox.note(trouble=told)
        wait = NOT_OURS_SECONDS if answer.status in OF_THE_DEVICE else 0.0
        return self._later(max(wait, answer.retry_after or 0.0))

    def _answered(self, batch: list[Waiting], body: dict[str, Any], at: int) -> Round:
        """Only what is answered for by its id counts: a captive portal says 200 to everything."""
        answers = {one["scan_id"]: one for one in _answers(body)}
        ours = [answers[one.scan_id] for one in batch if one.scan_id in answers]
        sent = [one["scan_id"] for one in ours if one.get("status") in ("taken", "duplicate")]
        refused = [
            (one["scan_id"], str(one.get("reason", "")), str(one.get("sentence", "")))
            for one in ours
            if one.get("status") == "refused"
        ]
        self._outbox.set_aside(refused)
        self._outbox.sent(sent)
        if not sent and not refused:
            self._outbox.note(
                trouble="200, but no answer for the scans: is the network's own page in between?"
            )
            return self._later(NOT_OURS_SECONDS)
        skew = body.get("clock_skew_seconds")
        known = {} if not isinstance(skew, int) else {"skew_seconds": skew, "heard_at": at - skew}
        self._outbox.note(last_sent=at, trouble=None, clock_moved=None, **known)
        self._failures = 0
        self._scans_max = min(SCANS_MAX, 2 * self._scans_max)
        return Round(len(sent), len(refused), 0.0)

    def _blamed(self, batch: list[Waiting], answer: Answer) -> Round:
        """Half as many next time; what is blamed alone is set aside."""
        if len(batch) > 1:
            self._scans_max = len(batch) // 2
            return Round(0, 0, 0.0)
        self._outbox.set_aside([(batch[0].scan_id, f"http_{answer.status}", _sentence(answer.body))])
        return Round(0, 1, 0.0)

    def _later(self, seconds_min: float = 0.0) -> Round:
        """Twice as long after each failure, at random up to there, and never sooner than was asked for."""
        most = min(PAUSE_SECONDS_MAX, PAUSE_SECONDS * 2 ** min(self._failures, 20))
        self._failures += 1
        return Round(0, 0, seconds_min + self._draw() * max(most, seconds_min))


def _answers(body: dict[str, Any]) -> list[dict[str, Any]]:
    found = body.get("answers")
    if not isinstance(found, list):
        return []
    return [one for one in found if isinstance(one, dict) and isinstance(one.get("scan_id"), str)]


def _sentence(body: dict[str, Any]) -> str:
    """What the problem document says (RFC 9457)."""
    return str(body.get("detail") or body.get("title") or "")
