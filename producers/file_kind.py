"""What a file is, told by its first bytes and checked against what its name promises."""

from pathlib import Path

from producers.errors import BadInput

FORMAT_OF_SUFFIX = {
    ".csv": "CSV",
    ".tsv": "CSV",
    ".ndjson": "NDJSON",
    ".jsonl": "NDJSON",
    ".json": "NDJSON",
    ".parquet": "Parquet",
    ".pq": "Parquet",
}
KIND_OF_FIRST_BYTES = {
    b"\x1f\x8b": "gzip",
    b"PAR1": "Parquet",
    b"PK\x03\x04": "a zip archive or Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"(\xb5/\xfd": "Zstandard data",
    b"BZh": "bzip2 data",
    b"\xfd7zXZ": "xz data",
    b"%PDF": "a PDF",
}
FIRST_BYTES = 8


def kind_of(head: bytes) -> str:
    """The kind of bytes that begin so; `text` when they begin like nothing else."""
    return next((kind for first, kind in KIND_OF_FIRST_BYTES.items() if head.startswith(first)), "text")


def promised(path: Path) -> tuple[str, bool]:
    """What the name says: CSV, NDJSON, Parquet or nothing, and whether that is gzipped.

    >>> promised(Path("scans.2021.csv.gz"))
    ('CSV', True)
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    gzipped = suffixes[-1:] == [".gz"]
    if gzipped:
        suffixes.pop()
    return FORMAT_OF_SUFFIX.get(suffixes[-1], "") if suffixes else "", gzipped


def check_outside(path: Path, head: bytes) -> str:
    """`gzip`, `Parquet` or `text`, whichever the file is. Raises BadInput on anything else."""
    kind, (name, gzipped) = kind_of(head), promised(path)
    if not head:
        raise BadInput(f"{path} is empty: export it again.")
    if kind not in ("gzip", "Parquet", "text"):
        raise BadInput(f"{path} is {kind}: save it as CSV in UTF-8 and give that file.")
    if name == "Parquet" and gzipped:
        raise BadInput(f"{path} is Parquet inside gzip: unpack it with gunzip and give the Parquet file.")
    if gzipped and kind != "gzip":
        raise BadInput(f"{path} is not gzip, as its name says: get it again, or drop .gz from its name.")
    if name in ("CSV", "NDJSON") and kind == "gzip" and not gzipped:
        raise BadInput(f"{path} is gzip, not {name} as its name says: rename it to {path.name}.gz.")
    if name and (name == "Parquet") != (kind == "Parquet"):
        raise BadInput(
            f"{path} is {kind}, not {name} as its name says: get it again, or give it its right name."
        )
    return kind


def check_inside(path: Path, head: bytes) -> None:
    """Raises BadInput if what a gzip file holds is not text."""
    kind = kind_of(head)
    if kind != "text":
        raise BadInput(f"{path} holds {kind} inside gzip: unpack it, and give CSV in UTF-8 or Parquet.")


def text_format(path: Path, first_line: str) -> str:
    """`CSV` or `NDJSON`, told by the first line. Raises BadInput if the name says otherwise."""
    name, _ = promised(path)
    found = "NDJSON" if first_line.lstrip().startswith("{") else "CSV"
    if name == "CSV" and found == "NDJSON":
        raise BadInput(f"{path} begins with a JSON object, not with CSV column names: name it .ndjson.")
    if name == "NDJSON" and found == "CSV":
        raise BadInput(
            f"{path} does not begin with a JSON object: write one object per line (`jq -c '.[]'` does it "
            "for an array), or name it .csv if it is CSV."
        )
    return found
