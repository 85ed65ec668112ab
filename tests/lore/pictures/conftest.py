"""What draws, opened once, and the shipped pack to be drawn."""

import pytest

from lore.catalogue.database import Catalogue
from lore.pictures.compiler import Compiler
from lore.pictures.drawing import Legend, TierStyle
from lore.pictures.fonts import Glyphs, font_folders, read_glyphs
from lore.query.open_pack import OpenPack
from lore.query.visible_lore import VisibleLore


@pytest.fixture(scope="package")
def compiler() -> Compiler:
    return Compiler(font_folders())


@pytest.fixture(scope="package")
def glyphs() -> Glyphs:
    return read_glyphs(font_folders())


@pytest.fixture
def visible(catalogue: Catalogue) -> VisibleLore:
    return OpenPack(catalogue).visible(catalogue.info.every_tier)


@pytest.fixture
def legend(catalogue: Catalogue) -> Legend:
    return Legend(catalogue.info, TierStyle("Added by this server", "#3c8d53"))
