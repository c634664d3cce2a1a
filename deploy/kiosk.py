"""A kiosk at work: one thread takes codes and beeps, another sends, and neither waits for the other."""

import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import SystemRandom
from threading import Event, Thread

from deploy.kiosk_screen import Screen
from deploy.output import tell
from producers.codes.trust import Trust
from producers.errors import TruyvetError, Unavailable
from producers.kiosk import device as device_file
from producers.kiosk.carrier import Carrier
from producers.kiosk.device import Device
from producers.kiosk.door import Door, Verdict
from producers.kiosk.outbox import Outbox
from producers.kiosk.scanner import codes, keyboard, serial
from producers.kiosk.sender import REFUSED, Answer, Sender
from producers.kiosk.status import status_of
from producers.scan import Direction

GATHER_SECONDS = 2.0
"""A queue of people becomes one request; the last of them is sent this soon."""
IDLE_SECONDS = 30.0
REPLUG_SECONDS = 2.0


def clock() -> int:
    """Epoch seconds of this machine."""
    return int(time.time())


def carried(device: Device) -> Carrier:
    """What this kiosk sends goes by it, signed by its key."""
    return Carrier(device, clock, lambda: secrets.token_hex(16))


def look(outbox: Outbox, screen: Screen) -> None:
    """Brings the status line up to date. An outbox that fails has been told, or will be at the next code."""
    with suppress(Unavailable):
        screen.status(status_of(outbox.counts(), outbox.notes()), clock())


class Sending:
    """Sends in a thread of its own, with its own hold on the outbox."""

    def __init__(self, folder: Path, device: Device, screen: Screen) -> None:
        self._folder, self._device, self._screen = folder, device, screen
        self._wake, self._ending = Event(), Event()
        self._thread = Thread(target=self._run, name="sending", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There is something new."""
        self._wake.set()

    def finish(self) -> None:
        """Sends on until nothing waits or a try fails."""
        self._ending.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        """A kiosk that cannot send is ended, so that whoever watches over it starts it again."""
        try:
            self._send()
        except Exception as error:
            tell(f"Sending failed ({type(error).__name__}): start the kiosk again; its scans are kept.")
            os.kill(os.getpid(), signal.SIGINT)
            raise

    def _send(self) -> None:
        outbox = Outbox(self._folder / device_file.OUTBOX)
        self._carrier = carried(self._device)
        sender = Sender(outbox, self._post, SystemRandom().random)
        while True:
            ending = self._ending.is_set()
            pause = self._round(outbox, sender)
            if pause == 0:
                continue
            if ending:
                break
            self._wait(pause)
        self._carrier.close()
        outbox.close()

    def _post(self, path: str, body: bytes) -> Answer:
        """A kiosk that was given a new key meanwhile (`kiosk rotate`) goes on with that."""
        answer = self._carrier.post(path, body)
        if answer.status == REFUSED and (now := device_file.enrolled(self._folder)).seed != self._device.seed:
            self._carrier.close()
            self._device, self._carrier = now, carried(now)
            answer = self._carrier.post(path, body)
        return answer

    def _round(self, outbox: Outbox, sender: Sender) -> float | None:
        try:
            pause = sender.round(clock()).pause
        except TruyvetError as error:  # of the outbox: it is tried again, and meanwhile the door says red
            tell(str(error))
            return IDLE_SECONDS
        look(outbox, self._screen)
        return pause

    def _wait(self, pause: float | None) -> None:
        """None: until something new comes, and a moment longer for the rest of the queue."""
        if pause is not None:
            self._ending.wait(pause)
        elif self._wake.wait(IDLE_SECONDS):
            self._wake.clear()
            self._ending.wait(GATHER_SECONDS)


def verdicts(
    folder: Path, trust: Trust, screen: Screen, *, port: Path | None, baud: int, direction: Direction
) -> Iterator[Verdict]:
    """Takes codes until there are no more, and sends meanwhile; ends when all is sent or a try has failed.

    Each green verdict is on the disk when it is given. Raises BadInput where no kiosk is enrolled.
    """
    device = device_file.enrolled(folder)
    outbox = Outbox(folder / device_file.OUTBOX)
    door = Door(
        outbox,
        envelope_key=device.key(),
        trust=trust,
        heard=device.enrolled_at,
        fixed=device.venue,
        direction=direction,
        typed=port is None,
    )
    sending = Sending(folder, device, screen)
    sending.start()
    for text in _texts(port, baud):
        verdict = door.take(text, clock(), time.monotonic())
        screen.beep(verdict)
        yield verdict
        if verdict.outcome == "taken":
            sending.wake()
        look(outbox, screen)
    sending.finish()
    outbox.close()


def _texts(port: Path | None, baud: int) -> Iterator[str]:
    """Codes as they are scanned. A serial scanner that was pulled out is waited for."""
    if port is None:
        with keyboard(sys.stdin.fileno()) as read:
            yield from codes(read)
        return
    told = False
    while True:
        try:
            with serial(port, baud) as read:
                told = False
                yield from codes(read)
        except Unavailable as error:
            if not told:
                tell(f"Máy quét không nối · {error}")
            told = True
        time.sleep(REPLUG_SECONDS)
