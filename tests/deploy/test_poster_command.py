"""The command that prints posters: each file is there whole or not at all, and holds codes that are read."""

import json
import re
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

import deploy.cli.code_tables
import deploy.cli.poster
import deploy.cli.venues  # noqa: F401  (they add their commands to the app)
from deploy.cli.shared import Exit, app
from deploy.posters import named_here
from producers.codes.short import keys_of, parse_short
from producers.errors import BadInput, Refused
from producers.memory_log import MemoryLog
from producers.venue import venue_key


@pytest.fixture(autouse=True)
def folder(embedded: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to print into; a key is there."""
    CliRunner().invoke(app, ["code", "keys", "make"])
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    return tmp_path / "out"


def run(*words: str) -> Result:
    done = CliRunner().invoke(app, ["poster", *words])
    if isinstance(done.exception, BadInput):
        raise done.exception
    return done


def read(text: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(CliRunner().invoke(app, ["code", "read", text]).stdout)
    return found


def pages(file: str) -> list[Image.Image]:
    return [page.render(scale=1).to_pil() for page in pypdfium2.PdfDocument(file)]


def only_code(picture: Image.Image) -> str:
    (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)


def test_a_poster_in_each_kind_of_file_is_read_back(folder: Path) -> None:
    """Printed, drawn, read and accepted: venue and way are what was asked for."""
    words = ("chợ Đông Ba", "--name", "Chợ Đông Ba", "--direction", "in", "--out")
    for name in ("a.pdf", "a.PNG", "a.svg"):
        assert run(*words, name).exit_code == Exit.complete
    for picture in (pages("a.pdf")[0], Image.open("a.PNG")):
        found = read(only_code(picture))
        assert (found["accepted"], found["venue"], found["direction"]) == (True, "chợ Đông Ba", "in")
    assert "Chợ Đông Ba" in Path("a.svg").read_text("utf-8")
    assert sorted(file.name for file in folder.iterdir()) == ["a.PNG", "a.pdf", "a.svg"]


def test_the_short_code_stands_on_the_poster() -> None:
    """As one types it; it names the venue whose code is above it."""
    run("chợ Đông Ba", "--name", "Chợ Đông Ba", "--out", "a.pdf")
    told = pypdfium2.PdfDocument("a.pdf")[0].get_textpage().get_text_bounded()
    (typed,) = re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", told)
    first, end = keys_of(parse_short(typed))
    assert first <= venue_key("chợ Đông Ba") < end


def test_a_list_is_a_page_for_each_room_in_its_order() -> None:
    """A row that cannot be printed costs itself and is told with its line."""
    Path("rooms.csv").write_text("id,ten,nha\nr/1,Phòng 1,A\nr/2,永安,A\n,Phòng 3,A\nr/4,Phòng 4,\n", "utf-8")
    words = (
        "id",
        "--name",
        "ten",
        "--inside",
        "nha",
        "--list",
        "rooms.csv",
        "--paper",
        "a5",
        "--out",
        "r.pdf",
    )
    done = run(*words)
    assert done.exit_code == Exit.incomplete
    assert "line 3: the name '永安'" in done.stderr
    assert "line 4: the venue id ''" in done.stderr
    assert "2 posters in r.pdf; 2 rows gave none." in done.stderr
    assert [read(only_code(page))["venue"] for page in pages("r.pdf")] == ["r/1", "r/4"]


def test_a_registered_venue_s_name_and_building_need_not_be_said() -> None:
    """What is said wins; a venue that nobody registered has its id for a name."""
    Path("list.csv").write_text("id,name,inside\nubnd,UBND thành phố Huế,\nhue/1,Phòng họp 1,ubnd\n", "utf-8")
    assert CliRunner().invoke(app, ["venues", "import", "list.csv"]).exit_code == Exit.complete

    def printed(*words: str) -> str:
        run(*words, "--out", "a.pdf")
        return str(pypdfium2.PdfDocument("a.pdf")[0].get_textpage().get_text_bounded())

    registered = printed("hue/1")
    assert "Phòng họp 1" in registered
    assert "UBND thành phố Huế" in registered
    said = printed("hue/1", "--name", "Sảnh")
    assert "Sảnh" in said
    assert "UBND thành phố Huế" not in said
    assert "Tầng 2" in printed("hue/1", "--inside", "Tầng 2")
    assert printed("hue/2").count("hue/2") == 2  # its name, and the small print


def test_no_name_is_guessed_while_the_registry_cannot_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A poster hangs for years: the name is asked for, and with one nothing is looked up."""
    with pytest.raises(Refused, match=r"the name of 'hue/1' is in the registry, so give --name, or: topic"):
        named_here(MemoryLog(lambda: 0), "hue/1", 0)
    monkeypatch.setenv("TRUYVET_BROKER", "kafka://127.0.0.1:1")
    assert run("hue/1", "--name", "Phòng họp 1", "--out", "a.pdf").exit_code == Exit.complete


def test_a_poster_that_should_perhaps_not_hang_is_told(folder: Path) -> None:
    """Of a venue that nobody registered, by a slip perhaps, or of a retired one; it is printed anyway."""
    (folder / "list.csv").write_text("id,name\nhue/1,Phòng họp 1\n", encoding="utf-8")
    CliRunner().invoke(app, ["venues", "import", "list.csv"])
    assert run("hue/1", "--out", "a.pdf").stderr.splitlines() == ["One poster in a.pdf."]
    assert "Nobody registered 'hue/l'" in run("hue/l", "--out", "b.pdf").stderr
    CliRunner().invoke(app, ["venues", "retire", "hue/1"])
    assert "'hue/1' is retired" in run("hue/1", "--out", "c.pdf").stderr


def test_an_address_stands_before_the_code() -> None:
    """And the code is read with it."""
    run("x", "--url", "https://quet.example.vn/", "--out", "x.pdf")
    text = only_code(pages("x.pdf")[0])
    assert text.startswith("https://quet.example.vn/#TV1:")
    assert read(text)["venue"] == "x"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["x", "--out", "x.doc"], "name a .pdf"),
        (["--list", "rooms.csv", "--out", "x.png"], "name a .pdf"),
        (["--out", "x.pdf"], "a poster is for a venue"),
        (["x", "--name", "永", "--out", "x.pdf"], "no poster can show"),
        (["x", "--url", "quet.example.vn", "--out", "x.pdf"], "begins with https"),
        (["x", "--out", "nowhere/x.pdf"], "cannot be written"),
        (["--list", "rooms.csv", "--out", "x.pdf"], "has no column 'venue'"),
        (["id", "--name", "id", "--list", "rooms.csv", "--out", "x.pdf"], "gives no poster"),
    ],
)
def test_what_cannot_be_printed_leaves_no_file(folder: Path, words: list[str], message: str) -> None:
    """Nor does it touch the one that was there."""
    Path("rooms.csv").write_text("id\n永\n", "utf-8")
    Path("x.pdf").write_bytes(b"older")
    with pytest.raises(BadInput, match=message):
        run(*words)
    assert sorted(file.name for file in folder.iterdir()) == ["rooms.csv", "x.pdf"]
    assert Path("x.pdf").read_bytes() == b"older"
