"""Bring a file of check-ins in: rows become scans, scans become records, records go to the log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Any

from deploy.wiring import Wiring, clock
from producers.files import open_rows
from producers.intake import Columns, Intake
from producers.packing import Packer
from producers.row import Refused, Row
from producers.scan import SCANS_PER_RECORD_MAX, TOPIC

REFUSED_SHOWN_MAX = 10


@dataclass
class Imported:
    """What became of a file's rows: read = published + refused. A row with both ends is two scans."""

    read: int = 0
    published: int = 0
    refused: int = 0
    scans: int = 0
    refused_first: list[tuple[int, str]] = field(default_factory=list)
    """(line, why) of the first ten."""

    def row(self) -> dict[str, Any]:
        return {
            "read": self.read,
            "published": self.published,
            "refused": self.refused,
            "scans": self.scans,
            "refused_lines": [line for line, _ in self.refused_first],
        }


def import_file(
    wiring: Wiring,
    path: Path,
    columns: Columns,
    *,
    naive_as: tzinfo | None = None,
    needed: Sequence[str] | None = None,
    mended: Callable[[Row | Refused], Row | Refused] = lambda row: row,
    origin: str = "",
    progress: Callable[[float, float], None] = lambda done, total: None,
) -> Imported:
    """Publish every good row; when this returns, the log has acknowledged all of them.

    needed: the columns the file must have, where `mended` makes its rows into those that `columns` names.
    origin: says of each scan where it comes from (`producers.origin`).
    Raises BadInput for a file that cannot be read (to the end), Unavailable and Refused for the
    log. Run it again after a failure: a scan that was published already is counted once.
    """
    span = wiring.limits.around(clock())
    days = wiring.settings.retention_days
    oldest = span.earliest or None
    intake = Intake(columns, wiring.pseudonyms, naive_as, oldest, span.latest, kept_days=days or None)
    done = Imported()
    with open_rows(path, needed or columns.names()) as rows:
        log = wiring.log
        packer = Packer(log.partitions(TOPIC), SCANS_PER_RECORD_MAX)
        try:
            for line, row in rows:
                done.read += 1
                taken = intake.take(mended(row))
                if isinstance(taken, Refused):
                    done.refused += 1
                    if len(done.refused_first) < REFUSED_SHOWN_MAX:
                        done.refused_first.append((line, taken.sentence))
                    continue
                done.published += 1
                done.scans += len(taken)
                for event in taken:
                    if origin:
                        event["origin"] = origin
                    if full := packer.add(event):
                        log.publish(TOPIC, *full)
                if done.read % 5000 == 0:
                    progress(rows.bytes_read(), rows.bytes_total)
        finally:
            # Also when the file breaks off: the good rows before it are not lost.
            for record in packer.flush():
                log.publish(TOPIC, *record)
            log.flush()
        progress(rows.bytes_total, rows.bytes_total)
    return done
