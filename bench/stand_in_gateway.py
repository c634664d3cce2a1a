"""A gateway for trying kiosks out: it checks every signature, and remembers what it has taken."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from producers import signed_request
from producers.codes.encoded import from_base64, to_base64url
from producers.envelope import Opener

Trouble = Callable[[list[dict[str, Any]]], tuple[int, dict[str, Any], dict[str, str]] | None]


class StandIn:
    """Answers POST /v1/devices, its /rotate and /v1/scans as the gateway does; `trouble` may answer instead.

    after: called before an answer goes out. times: how often a scan came.
    skew: how far the clock of the last who sent scans was told to be ahead.
    """

    def __init__(self, now: Callable[[], int], venue: str = "market 12") -> None:
        self.opener = Opener(bytes(range(32)))
        self.now, self.venue = now, venue
        self.keys: dict[str, Ed25519PublicKey] = {}
        self.taken: dict[str, dict[str, Any]] = {}
        self.times: Counter[str] = Counter()
        self.requests = 0
        self.skew = 0
        self.trouble: Trouble = lambda scans: None
        self.after: Callable[[], None] = lambda: None
        self.nonces: set[str] = set()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # kiosks are killed
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def identity(self, scan: dict[str, Any]) -> str:
        return self.opener.open(scan["person_sealed"])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def devices(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any], dict[str, str]]:
        raw = from_base64(asked["public_key"])
        device = raw[:8].hex()
        self.keys[device] = Ed25519PublicKey.from_public_bytes(raw)
        return 201, self.enrolled(device), {}

    def enrolled(self, device: str) -> dict[str, Any]:
        return {
            "device": device,
            "kind": "kiosk",
            "venue": self.venue or None,
            "envelope_key": to_base64url(self.opener.public),
            "server_time": self.now(),
        }

    def rotated(self, device: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any], dict[str, str]]:
        self.keys[device] = Ed25519PublicKey.from_public_bytes(from_base64(asked["public_key"]))
        return 200, self.enrolled(device), {}

    def scans(self, asked: dict[str, Any], sent_at: int) -> tuple[int, dict[str, Any], dict[str, str]]:
        scans = asked["scans"]
        told = self.trouble(scans)
        if told is not None:
            return told
        answers = []
        for scan in scans:
            known = scan["scan_id"] in self.taken
            assert not known or self.taken[scan["scan_id"]] == scan, "one id, two scans"
            self.taken[scan["scan_id"]] = scan
            self.times[scan["scan_id"]] += 1
            answers.append({"scan_id": scan["scan_id"], "status": "duplicate" if known else "taken"})
        self.skew = sent_at - self.now()
        return 200, {"answers": answers, "clock_skew_seconds": self.skew}, {}

    def signed(self, headers: Any, path: str, body: bytes) -> bool:
        nonce = headers[signed_request.NONCE]
        if nonce in self.nonces:
            return False
        self.nonces.add(nonce)
        message = signed_request.message("POST", path, int(headers[signed_request.TIME]), nonce, body)
        try:
            key = self.keys[headers[signed_request.DEVICE]]
            key.verify(from_base64(headers[signed_request.SIGNATURE]), message)
        except (KeyError, InvalidSignature):
            return False
        return True

    def answer(self, headers: Any, path: str, body: bytes) -> tuple[int, dict[str, Any], dict[str, str]]:
        with self._lock:
            self.requests += 1
            if path == "/v1/devices":
                return self.devices(json.loads(body))
            if not self.signed(headers, path, body):
                return problem(401, "wrong signature")
            if path == "/v1/devices/rotate":
                return self.rotated(headers[signed_request.DEVICE], json.loads(body))
            return self.scans(json.loads(body), int(headers[signed_request.TIME]))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, found, headers = stand_in.answer(self.headers, self.path, body)
                stand_in.after()
                told = json.dumps(found).encode()
                kind = "application/problem+json" if status >= 400 else "application/json"
                self.send_response(status)
                for name, value in {"Content-Type": kind, "Content-Length": len(told), **headers}.items():
                    self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, format: str, *args: object) -> None:
                """Silent."""

        return Handler


def problem(status: int, detail: str, **headers: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    """An error as the gateway tells it."""
    return status, {"type": "about:blank", "status": status, "detail": detail}, headers
