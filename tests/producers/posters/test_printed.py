"""What is printed is read again by another program: straight, turned, dim, far away, and in part torn."""

from collections.abc import Callable
from io import BytesIO
from unicodedata import normalize

import pypdfium2
import pytest
import resvg_py
from drawn_posters import LONGEST, ROOM, codes_in
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from producers.posters.layout import Poster, page
from producers.posters.letters import FILES
from producers.posters.paper import Paper
from producers.posters.pdf import write_pdf
from producers.posters.png import write_png
from producers.posters.svg import write_svg

LETTERS = "aăâeêioôơuưyđ"
MARKS = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
COMPOSED = {normalize("NFC", letter + mark) for letter in LETTERS.rstrip("đ") for mark in MARKS}
VIETNAMESE = sorted(COMPOSED | {"đ"})


def pdf_of(*posters: Poster, paper: Paper = Paper.a4) -> pypdfium2.PdfDocument:
    made = BytesIO()
    assert write_pdf((page(one, paper) for one in posters), made) == len(posters)
    return pypdfium2.PdfDocument(made.getvalue())


def pdf_picture(poster: Poster, paper: Paper) -> Image.Image:
    return pdf_of(poster, paper=paper)[0].render(scale=1.5).to_pil()


def svg_picture(poster: Poster, paper: Paper) -> Image.Image:
    made = BytesIO()
    write_svg(page(poster, paper), made)
    drawn = resvg_py.svg_to_bytes(svg_string=made.getvalue().decode(), dpi=110, font_files=[*FILES.values()])
    return Image.open(BytesIO(bytes(drawn))).convert("RGB")


def png_picture(poster: Poster, paper: Paper) -> Image.Image:
    made = BytesIO()
    write_png(page(poster, paper), made)
    return Image.open(made)


Picture = Callable[[Poster, Paper], Image.Image]


@pytest.mark.parametrize("poster", [ROOM, LONGEST], ids=["room", "longest"])
@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("picture", [pdf_picture, svg_picture, png_picture])
def test_each_kind_of_file_holds_the_code(picture: Picture, paper: Paper, poster: Poster) -> None:
    """Drawn by another program from the file (PDF, SVG), or as it is (PNG), and read by a third."""
    assert codes_in(picture(poster, paper)) == [poster.code]


def test_the_three_kinds_of_file_are_one_drawing() -> None:
    """Within what differs at the edges of letters."""
    size = (210, 297)
    small = [one(ROOM, Paper.a4).convert("L").resize(size) for one in (pdf_picture, svg_picture, png_picture)]
    for one in small[1:]:
        differs = sum(abs(a - b) > 64 for a, b in zip(small[0].tobytes(), one.tobytes(), strict=True))
        assert differs / (size[0] * size[1]) < 0.01


@pytest.mark.parametrize("degrees", [7, 45, 90, 133, 180, 270, 301])
def test_a_poster_is_read_however_it_is_held(degrees: int) -> None:
    """Turned by any angle."""
    turned = pdf_picture(ROOM, Paper.a4).rotate(degrees, expand=True, fillcolor="#888888")
    assert codes_in(turned) == [ROOM.code]


def far(picture: Image.Image) -> Image.Image:
    """So far away that a square of the code is two and a half dots of the camera: A4 on 145 dots."""
    return picture.resize((145, 205), Image.Resampling.BOX)


def dim(picture: Image.Image) -> Image.Image:
    """A quarter of the contrast and a third of the light: black and white are 20 of 255 steps apart."""
    return ImageEnhance.Brightness(ImageEnhance.Contrast(picture).enhance(0.25)).enhance(0.33)


def aslant(picture: Image.Image) -> Image.Image:
    """From the side: the right edge is a third shorter."""
    wide, high = picture.size
    corners = (0, 0, 0, high, wide, high * 1.25, wide, -high * 0.25)
    return picture.transform(picture.size, Image.Transform.QUAD, corners, fillcolor="#888888")


def blurred(picture: Image.Image) -> Image.Image:
    """Out of focus: edges are as wide as a square of the code."""
    return picture.filter(ImageFilter.GaussianBlur(picture.width * 150 / 210 / 41 * 0.4))


def torn(picture: Image.Image) -> Image.Image:
    """A hand's corner gone: a disc of 3 cm over the code."""
    hurt = picture.copy()
    dots = picture.width / 210
    ImageDraw.Draw(hurt).ellipse((105 * dots, 165 * dots, 135 * dots, 195 * dots), fill="#bbbbbb")
    return hurt


@pytest.mark.parametrize("harm", [far, dim, aslant, blurred, torn])
def test_a_poster_is_read_in_bad_conditions(harm: Callable[[Image.Image], Image.Image]) -> None:
    """One at a time."""
    assert codes_in(harm(pdf_picture(ROOM, Paper.a4))) == [ROOM.code]


def test_a_poster_is_read_when_several_things_are_bad() -> None:
    """Turned, from the side, in the evening and small."""
    held = aslant(pdf_picture(ROOM, Paper.a4).rotate(12, expand=True, fillcolor="#888888"))
    picture = ImageEnhance.Brightness(held).enhance(0.2)
    assert codes_in(picture.resize((picture.width // 2, picture.height // 2))) == [ROOM.code]


def test_every_vietnamese_letter_is_printed() -> None:
    """Small and capital, composed or not, in letters that the PDF carries and that can be copied out."""
    assert len(VIETNAMESE) == 73
    for part in range(0, len(VIETNAMESE), 15):
        name = " ".join(VIETNAMESE[part : part + 15])
        for given in (name, name.upper(), normalize("NFD", name)):
            document = pdf_of(ROOM._replace(name=given, inside=given))
            told = " ".join(document[0].get_textpage().get_text_bounded().split())
            assert told.count(normalize("NFC", given)) == 2


@pytest.mark.parametrize("bold", [False, True])
def test_letters_look_different_with_and_without_their_marks(bold: bool) -> None:
    """No two letters of the alphabet are one drawing: a font without a mark would print them alike."""
    font = ImageFont.truetype(FILES[bold], 80)
    letters = [*VIETNAMESE, *(letter.upper() for letter in VIETNAMESE)]
    assert len({bytes(font.getmask(letter)) for letter in letters}) == len(letters) == 146


def test_a_list_is_one_file_with_a_page_each() -> None:
    """In its order; the same list gives the same bytes."""
    posters = [ROOM._replace(name=f"Phòng {number}") for number in range(25)]
    document = pdf_of(*posters, paper=Paper.a5)
    assert len(document) == 25
    assert ["Phòng 7" in page.get_textpage().get_text_bounded() for page in document].index(True) == 7
    one, two = BytesIO(), BytesIO()
    write_pdf(map(page, posters), one)
    write_pdf(map(page, posters), two)
    assert one.getvalue() == two.getvalue()


def test_a_name_is_text_in_svg_whatever_is_in_it() -> None:
    """Nothing of it becomes a part of the drawing."""
    made = BytesIO()
    write_svg(page(ROOM._replace(name='</text><script>x</script>&"')), made)
    told = made.getvalue().decode()
    assert "<script" not in told
    assert "&lt;script&gt;" in told
