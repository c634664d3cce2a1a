"""What an attendant sees and hears of a kiosk: a line in colour and a bell for each code, and its status."""

import shlex
import shutil
import subprocess
import sys
from datetime import datetime, tzinfo
from threading import Lock
from typing import Any

from deploy.output import tell
from producers.kiosk.door import Verdict
from producers.kiosk.status import Status, line
from producers.kiosk.wording import said, told, warned
from producers.moment import iso

GREEN, RED, PLAIN = "\x1b[1;97;42m", "\x1b[1;97;41m", "\x1b[0m"
BELL = "\a"
CLEAR = "\r\x1b[K"


class Screen:
    """Writes to stdout, from two threads. At a terminal in colour, with the status line kept at the bottom.

    sound: a command that is run with `green` or `red` as its last word, or nothing.
    """

    def __init__(self, zone: tzinfo | None, sound: str = "", *, quiet: bool = False) -> None:
        self._zone, self._sound = zone, shlex.split(sound)
        self._terminal = sys.stdout.isatty() and not quiet
        self._bottom = ""
        self._lock = Lock()
        self._players: list[subprocess.Popen[bytes]] = []

    def beep(self, verdict: Verdict) -> None:
        """Plays the sound and does not wait for its end."""
        if not self._sound:
            return
        self._players = [one for one in self._players if one.poll() is None]
        try:
            command = [*self._sound, "green" if verdict.green else "red"]
            self._players.append(subprocess.Popen(command, stdin=subprocess.DEVNULL))
        except OSError as error:
            tell(f"The command of --sound does not run ({error.strerror}): mend it; the bell still rings.")
            self._sound = []

    def show(self, verdict: Verdict) -> None:
        """The terminal's bell rings once for green and twice for red."""
        time = datetime.fromtimestamp(verdict.at, self._zone).strftime("%H:%M:%S")
        texts = [f"{time} {sentence(verdict)}"]
        if verdict.keyboard and verdict.why != "keyboard":
            texts.append(" · ".join(warned(verdict.keyboard)))
        colour, bells = (GREEN, BELL) if verdict.green else (RED, 2 * BELL)
        with self._lock:
            if self._terminal:
                texts[0] = f"{CLEAR}{colour} {texts[0]} {PLAIN}{bells}"
            sys.stdout.write("\n".join(texts) + "\n" + self._bottom)
            sys.stdout.flush()

    def status(self, status: Status, at: int) -> None:
        """Writes the line at the bottom, where there is a terminal and it says something new."""
        if not self._terminal:
            return
        text = line(status, at, self._zone)[: shutil.get_terminal_size().columns - 1]
        with self._lock:
            if text != self._bottom:
                sys.stdout.write(f"{CLEAR}{text}")
                sys.stdout.flush()
                self._bottom = text


def sentence(verdict: Verdict) -> str:
    """Vietnamese first, English after it."""
    if verdict.why:
        vi, en = told(verdict.why, verdict.keyboard)
        return f"KHÔNG NHẬN: {vi} · NOT TAKEN: {en}"
    place = verdict.place
    return " · ".join(
        said(verdict.outcome, place.venue if place else "", place.direction if place else "unknown")
    )


def row(verdict: Verdict) -> dict[str, Any]:
    """A verdict for programs; nothing of the person is in it."""
    place = verdict.place
    return {
        "at": iso(verdict.at),
        "outcome": verdict.outcome,
        "reason": verdict.why,
        "scan_id": verdict.scan_id or None,
        "venue": place.venue if place else None,
        "direction": place.direction if place else None,
        "keyboard": verdict.keyboard,
        "sentence": told(verdict.why, verdict.keyboard).en if verdict.why else None,
    }
