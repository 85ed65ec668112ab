"""Pictures, looked at: their size, and that nothing is cut off at an edge."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from lore.pictures.compiler import Compiler, PictureFailedError
from lore.pictures.drawing import Drawing, Legend
from lore.pictures.quotes import quote_card
from lore.pictures.relations import relations
from lore.pictures.timelines import timeline
from lore.query.answers import EntryView, Timeline
from lore.query.arrangement import START
from lore.query.visible_lore import VisibleLore
from tests.lore.pictures.test_drawings import entry, whole_story, written

# The darkest and the lightest of each colour, where there is nothing but the ground.
EMPTY = ((0x16, 0x16), (0x18, 0x18), (0x1D, 0x1D))

HOSTILE = (
    *(
        "😀" * 4000,
        "👨\u200d👩\u200d👧\u200d👦" * 300,
        "#panic() #set page(width: 1pt) $x/0$ @a <b>",
    ),
    *("الجميع يخلق الشيء الذي يخشاه. " * 9, "כל אחד יוצר (1999) Avengers! " * 9),
    *("ทุกคนสร้างสิ่งที่พวกเขากลัว" * 9, "हर कोई उस चीज़ को बनाता है " * 9),
    *("W" * 4000, "Donaudampfschifffahrtsgesellschaftskapitän " * 9, ": ! ? ) " * 200),
    *("Ế\u0301\u0302\u0303\u0304gjpqy " * 30, "a\u200b\u2060b\u202e" * 90, "line\n" * 800, "“"),
)


def look(png: bytes) -> None:
    """Find the edges of a picture empty, and its width no more than 11 to 7."""
    image = Image.open(BytesIO(png)).convert("RGB")
    width, height = image.size
    assert width == 1080
    assert width / height <= 11 / 7
    edges = (width - 8, 0, width, height), (60, 0, width, 8), (60, height - 8, width, height)
    assert all(image.crop(edge).getextrema() == EMPTY for edge in edges)


def of_pack(visible: VisibleLore, legend: Legend) -> Iterator[Drawing]:
    """Yield one drawing of each sort."""
    quote = visible.quote(visible.quotes()[0])
    assert quote
    yield quote_card(quote, legend)
    for drawn in (
        relations(entry(visible, "tony-stark"), legend),
        timeline(whole_story(visible, legend), legend, START, ringed=True),
    ):
        assert drawn
        yield drawn


def test_each_picture_has_its_width_and_room_at_its_edges(
    compiler: Compiler, visible: VisibleLore, legend: Legend
) -> None:
    for drawing in of_pack(visible, legend):
        look(compiler.png(drawing))


def test_the_same_is_drawn_to_the_same_bytes(
    compiler: Compiler, visible: VisibleLore, legend: Legend
) -> None:
    [card, *_] = of_pack(visible, legend)

    assert compiler.png(card) == compiler.png(card)


def test_what_cannot_be_drawn_is_refused_and_the_next_is_drawn(
    compiler: Compiler, visible: VisibleLore, legend: Legend
) -> None:
    [card, *_] = of_pack(visible, legend)

    with pytest.raises(PictureFailedError):
        compiler.png(replace(card, data="{}"))
    look(compiler.png(card))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_leaves_its_picture(
    compiler: Compiler, visible: VisibleLore, legend: Legend, text: str
) -> None:
    stark, story = entry(visible, "tony-stark"), whole_story(visible, legend)
    other = replace(stark.links[0].other, name=text)
    links = tuple(
        replace(link, label=text[:100], other=replace(other, id=link.other.id))
        for link in stark.links
    )
    told = [story.view(one) for one in story.events]
    named = Timeline.of(replace(one, ref=replace(one.ref, name=text)) for one in told)
    drawings = (
        quote_card(written(text, text[:100]), legend),
        relations(replace(stark, ref=replace(stark.ref, name=text), links=links), legend),
        timeline(replace(named, character=other), legend, START, ringed=True),
    )
    for drawing in drawings:
        assert drawing
        look(compiler.png(drawing))


def related(view: EntryView, labels: Iterable[str], name: str) -> EntryView:
    """Return an entry with a relation of each label, all to entries of one name."""
    [first, *_] = view.links
    links = (
        replace(first, label=label, other=replace(first.other, id=f"x{n}", name=name))
        for n, label in enumerate(labels)
    )
    return replace(view, links=tuple(links))


def test_a_word_of_any_length_stays_in_its_box(
    compiler: Compiler, visible: VisibleLore, legend: Legend
) -> None:
    stark, word = entry(visible, "tony-stark"), "W" * 20
    named = replace(stark, ref=replace(stark.ref, name=word))
    drawing = relations(related(named, [word, f"{word}s"], word), legend)

    assert drawing
    image = Image.open(BytesIO(compiler.png(drawing))).convert("L")
    # Between the boxes, which are this many points from the left, are only lines.
    left, right = (round(points * image.width / 440) for points in (144, 155))
    assert max(image.crop((left, 0, right, image.height // 2)).tobytes()) < 0xA0


def test_the_tallest_group_of_relations_stands_alone_where_the_others_fit_beside_it(
    compiler: Compiler, visible: VisibleLore, legend: Legend
) -> None:
    stark = entry(visible, "tony-stark")
    heights = [
        Image.open(BytesIO(compiler.png(drawing))).height
        for labels in (["Fought"] * 9, [*"ABCD", *["Fought"] * 9])
        if (drawing := relations(related(stark, labels, "Thor"), legend))
    ]

    assert len(heights) == 2
    assert heights[0] == heights[1]
