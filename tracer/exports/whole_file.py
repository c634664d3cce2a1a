"""A file is there whole or not at all, with a manifest that says what it is and how to check it."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from producers.errors import BadInput
from tracer.exports.answered import Answered, Written
from tracer.exports.formats import Format

MANIFEST_VERSION = 1


def manifest_path(out: Path) -> Path:
    """Where the manifest of an export to `out` is."""
    return out.with_name(f"{out.name}.manifest.json")


def export(answered: Answered, form: Format, out: Path, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Writes the answer to `out` (and beside it), then its manifest; returns the manifest.

    Everything is written under names ending in `.part` and renamed when it is complete and on disk;
    on any failure those are removed, and an older export at `out` stays as it was.
    asked: what the manifest says of the question. Raises BadInput where a file cannot be written or
    another export is writing it, and whatever reading the rows raises.
    """
    files, manifest = form.files(out), manifest_path(out)
    if out.is_dir():
        raise BadInput(f"{out} is a folder: name the file to write.")
    try:
        with _alone(out, [_part(file) for file in (*files, manifest)]) as parts:
            written = form.write(answered, parts[:-1])
            told = {"manifest": MANIFEST_VERSION, **asked, **_described(form, files, parts, written)}
            text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
            parts[-1].write_text(text, "utf-8", "backslashreplace")
            for part in parts:
                _to_disk(part)
            # A manifest never stands beside a file it does not describe, whenever the power fails.
            manifest.unlink(missing_ok=True)
            for part, file in zip(parts, (*files, manifest), strict=True):
                part.replace(file)
            return told
    except OSError as error:
        raise BadInput(
            f"{out} cannot be written ({error.strerror or error}): check its place and free space."
        ) from None


@contextmanager
def _alone(out: Path, parts: list[Path]) -> Iterator[list[Path]]:
    """The unfinished files, for this export only; what is left of them at the end is removed."""
    with parts[-1].open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadInput(f"another export is writing {out}: wait for it, or give another --out.") from None
        try:
            yield parts
        finally:
            for part in parts:
                part.unlink(missing_ok=True)


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _described(form: Format, files: list[Path], parts: list[Path], written: list[Written]) -> dict[str, Any]:
    described: list[dict[str, Any]] = [
        {
            "file": file.name,
            "rows": done.rows,
            "columns": list(done.columns),
            "bytes": part.stat().st_size,
            "sha256": _sum(part),
        }
        for file, part, done in zip(files, parts, written, strict=False)
    ]
    main = {name: described[0][name] for name in ("rows", "columns", "sha256")}
    return {"format": form.name, **main, "files": described}


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        total = sha256()
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
