"""An export is there whole with a manifest that is true, or not at all."""

import fcntl
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from answers_made import NAMES, chain, contacts, pairs

from producers.errors import BadInput, Unavailable
from tracer.exports.answered import Answered
from tracer.exports.formats import FORMATS, format_of
from tracer.exports.venues import COLUMNS
from tracer.exports.whole_file import export, manifest_path

VENUES = Answered("venues", COLUMNS, [])
VISITS = Answered("visits", ("person",), [])


def answer_for(form: str) -> Answered:
    """An answer that this format holds."""
    return {"geojson": VENUES, "iris": VISITS, "sormas": contacts()}.get(form, chain())


def breaking(answered: Answered, after: int) -> Answered:
    """The same answer from a store that goes away on the way."""

    def rows():
        yield from list(answered.rows)[:after]
        raise Unavailable("the store went away.")

    return replace(answered, rows=rows())


@pytest.mark.parametrize("form", FORMATS)
def test_the_manifest_is_true(tmp_path, form):
    """Rows, bytes and SHA-256 of each file; what was asked; no unfinished file is left."""
    out = tmp_path / "out.x"
    told = export(answer_for(form), FORMATS[form], out, {"question": {"name": "chain"}, "watermark": None})
    assert json.loads((tmp_path / "out.x.manifest.json").read_text("utf-8")) == told
    assert told["question"] == {"name": "chain"}
    assert told["format"] == form
    for file in told["files"]:
        content = (tmp_path / file["file"]).read_bytes()
        assert file["bytes"] == len(content)
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
    assert told["sha256"] == told["files"][0]["sha256"]
    assert told["columns"]
    there = {"out.x", "out.x.manifest.json"} | ({"out.linelist.x"} if form == "epicontacts" else set())
    assert {path.name for path in tmp_path.iterdir()} == there


@pytest.mark.parametrize("form", [name for name in FORMATS if name not in ("geojson", "iris")])
def test_the_rows_are_counted(tmp_path, form):
    """As many as the file holds: in SORMAS one per person."""
    told = export(answer_for(form), FORMATS[form], tmp_path / "out", {})
    assert told["rows"] == (2 if form == "sormas" else len(NAMES))


@pytest.mark.parametrize("form", [name for name in FORMATS if name not in ("geojson", "iris")])
def test_a_store_that_goes_away_leaves_nothing(tmp_path, form):
    """Half way, or after the last row: no file, no manifest, nothing unfinished."""
    for after in (0, 3, len(NAMES)):
        with pytest.raises(Unavailable):
            export(breaking(answer_for(form), after), FORMATS[form], tmp_path / "out", {})
        assert not list(tmp_path.iterdir())


def test_a_failed_export_leaves_the_older_one_as_it_was(tmp_path):
    """File and manifest, both."""
    out = tmp_path / "out.csv"
    export(pairs(["old"]), FORMATS["csv"], out, {})
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(Unavailable):
        export(breaking(pairs(), 5), FORMATS["csv"], out, {})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    export(pairs(["new"]), FORMATS["csv"], out, {})
    assert b"new" in out.read_bytes()


def test_what_a_killed_export_left_is_no_hindrance(tmp_path):
    """Its .part is written over."""
    (tmp_path / "out.csv.part").write_text("half a fi")
    (tmp_path / "out.csv.manifest.json.part").write_text("{")
    export(pairs(["x"]), FORMATS["csv"], tmp_path / "out.csv", {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.csv.manifest.json"]


def test_two_exports_to_one_place_do_not_mix(tmp_path):
    """The second is refused while the first is writing, and takes nothing from it."""
    with (tmp_path / "out.csv.manifest.json.part").open("a") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        (tmp_path / "out.csv.part").write_text("being written")
        with pytest.raises(BadInput, match="another export"):
            export(pairs(["x"]), FORMATS["csv"], tmp_path / "out.csv", {})
        assert (tmp_path / "out.csv.part").read_text() == "being written"


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "graphml"])
def test_a_place_that_cannot_be_written_is_said(tmp_path, form):
    """A folder that is not there, and one that is the file's name."""
    with pytest.raises(BadInput, match="cannot be written"):
        export(pairs(), FORMATS[form], tmp_path / "nowhere" / "out", {})
    with pytest.raises(BadInput, match="is a folder"):
        export(pairs(), FORMATS[form], tmp_path, {})


def test_a_library_that_is_missing_is_named(tmp_path, monkeypatch):
    """With what to install; nothing is left behind."""

    def absent(name):
        raise ImportError(name="xlsxwriter")

    monkeypatch.setattr("tracer.exports.formats.import_module", absent)
    with pytest.raises(BadInput, match=r"xlsx needs xlsxwriter: install truyvet\[export\]"):
        export(pairs(), FORMATS["xlsx"], tmp_path / "out", {})
    assert not list(tmp_path.iterdir())


def test_a_format_says_which_question_it_holds():
    """And which formats would do instead."""
    assert format_of("geojson", "venues").name == "geojson"
    with pytest.raises(BadInput, match=r"geojson cannot hold chain: give one of csv, .*sormas"):
        format_of("geojson", "chain")
    with pytest.raises(BadInput, match="'docx' is not a format"):
        format_of("docx", "chain")


def test_the_manifest_is_beside_the_file():
    """Under its whole name, so that two formats of one name do not share it."""
    assert manifest_path(Path("a/b.csv")) == Path("a/b.csv.manifest.json")
