"""What a process writes down for its operators: one JSON object a line on stderr, and nothing of a person.

Messages are ours: counts and coordinates, and the sentences of `producers.errors`, which name nobody. The
text of any other error may quote what was sent, so only its kind is written, and where in the code it arose.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from typing import Any

from producers.errors import TruyvetError

FRAMES_MAX = 6


class JsonLines(logging.Formatter):
    """`at` (UTC), `level`, `what`, and what else the caller gives in `extra={"fields": {...}}`."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at.replace("+00:00", "Z"), "level": record.levelname.lower()}
        line |= {"what": record.getMessage()} | getattr(record, "fields", {})
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, TruyvetError):
            line["error"] = f"{type(error).__name__}: {error}"
        elif error:
            frames = extract_tb(error.__traceback__)[-FRAMES_MAX:]
            line["error"] = type(error).__name__
            line["where"] = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames]
        return json.dumps(line, ensure_ascii=False)


def log_to_stderr() -> None:
    """JSON lines on stderr, for this process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # Says "error" for a coordinator that is still starting, and tries again by itself.
    logging.getLogger("aiokafka.consumer.group_coordinator").setLevel(logging.CRITICAL)
    # Warns of every tenth of a second in which a busy machine let it wait.
    logging.getLogger("kafka.net").setLevel(logging.ERROR)
