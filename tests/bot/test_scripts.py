"""Names and texts in many scripts: found however typed, not confused, shown as written."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
import pytest_asyncio

from bot.core.rendering import RenderOptions
from bot.features.lookup import entry, offers
from bot.features.search import views as search
from lore.catalogue.database import Catalogue
from lore.curation.drafts import Draft, EntryDraft, QuoteDraft
from lore.curation.quota import Quota
from lore.ledger.records import Actor
from lore.ledger.sqlite.database import open_store
from lore.ledger.verbs.ledger import ledger_in
from lore.pack.model import SERVER, Kind
from lore.query.answers import DidYouMean, Found, FoundPassage, QuoteChoices, Quoted, Scope, Unknown
from lore.query.library import Library
from lore.query.open_pack import OpenPack
from lore.search import Name, NameIndex, Verdict, verdict
from tests.tiers import EVERY_TIER

HERE = Scope(1, EVERY_TIER)


class PreSerialized(NamedTuple):
    """A name, how else it is typed, other names near to it, and a text with what is searched."""

    name: str
    same: tuple[str, ...]
    others: tuple[str, ...]
    text: str
    words: tuple[str, ...]


SCRIPTS = {
    "latin": PreSerialized(
        "Íñigo Çelik",
        ("inigo celik", "INIGO ÇELIK", "I\u0301n\u0303igo C\u0327elik", "Ｉñigo Çelik"),
        ("Iago Colin",),
        "Der Käfer schläft über dem Café.",
        ("kafer", "CAFÉ", "schläft"),
    ),
    "greek": PreSerialized(
        "Αχιλλέας",
        ("αχιλλεας", "ΑΧΙΛΛΕΑΣ", "Ἀχιλλέας", "αχιλλέασ"),
        ("Ανδρέας",),
        "Ο Οδυσσεύς γύρισε στην Ιθάκη.",
        ("οδυσσευσ", "ΙΘΆΚΗ", "γύρισε"),
    ),
    "cyrillic": PreSerialized(
        "Артём Кий",
        ("артем кий", "АРТЁМ КИЙ", "Арте\u0308м Кии\u0306", "Арте́м Кий"),
        ("Артём Кии", "Артем Кіи"),
        "Чайка летела над Ёлкино.",
        ("елкино", "ЧАЙКА", "летела"),
    ),
    "ukrainian": PreSerialized(
        "Ґалаґан Їжак",
        ("ґалаґан їжак", "ҐАЛАҐАН ЇЖАК"),
        ("Галаган Їжак", "Ґалаґан Іжак"),
        "Їжак і ґанок.",
        ("їжак", "ґанок"),
    ),
    "arabic": PreSerialized(
        "أحمد المُعتصم",
        ("احمد المعتصم", "أَحْمَد المعتصم", "أحمـــد المعتصم", "إحمد المعتصم"),
        ("أحمر المعتصم", "أحمد المقتصم", "أحمد المعتص"),
        "سافرت ليلى إلى مدينة بعيدة.",
        ("ليلي", "مدينه", "إِلى"),
    ),
    "persian": PreSerialized(
        "کیان شاهی",
        ("كيان شاهي", "کیان شاهى", "كيانشاهى"),
        ("گیان شاهی", "کیان شاهد"),
        "یک کتاب روی میز است.",
        ("كتاب", "میز"),
    ),
    "hebrew": PreSerialized(
        "שָׁלוֹם ג׳ורג׳",
        ("שלום ג'ורג'", "שלום ג׳ורג׳", "שְׁלוֹם גורג"),
        ("שלומי גורן", "שלוה ג׳ורג׳"),
        "הלכתי אל הים בערב.",
        ("הַיָּם", "בערב"),
    ),
    "devanagari": PreSerialized(
        "पिता",
        ("पिता",),
        ("पत", "पित", "पीता", "पिती", "पिन्ता"),
        "मैं कल दिल्ली गया था।",
        ("दिल्ली", "कल"),
    ),
    "hindi": PreSerialized(
        "ज़ोया ख़ान",
        ("जोया खान", "\u095bोया \u0959ान", "ज़ोया खान"),
        ("जोया खाना", "जया खान"),
        "लड़की फ़िल्म देखने गई।",
        ("लडकी", "फिल्म", "लड़की", "फ\u093cिल्म"),
    ),
    "bengali": PreSerialized(
        "কাঁচা ফুল",
        ("কাঁচা ফুল", "কাঁচাফুল"),
        ("কাচা ফল", "কাঁচি ফুল", "কাঁচা ফুলি"),
        "আমি ঢাকায় থাকি।",
        ("ঢাকায়", "থাকি"),
    ),
    "tamil": PreSerialized(
        "மீனா",
        ("மீனா",),
        ("மினா", "மீன", "மேனா"),
        "நான் சென்னை போகிறேன்.",
        ("சென்னை",),
    ),
    "thai": PreSerialized(
        "ไก่",
        ("ไก่",),
        ("ไก", "ไก้", "ไข่", "ไก่ๆ"),
        "เมื่อวานฉันไปกรุงเทพมหานครกับเพื่อน",
        ("กรุงเทพ", "เพื่อน", "ไป"),
    ),
    "lao": PreSerialized("ມ້າ", ("ມ້າ",), ("ມາ", "ໝາ"), "ຂ້ອຍຢາກໄປວຽງຈັນ", ("ວຽງຈັນ",)),
    "khmer": PreSerialized("ភ្នំ", ("ភ្នំ",), ("ភ្នក", "ភំ"), "ខ្ញុំចង់ទៅភ្នំពេញ", ("ភ្នំពេញ",)),
    "burmese": PreSerialized("မြို့", ("မြို့",), ("မြို", "မို့"), "ကျွန်တော်ရန်ကုန်သွားမယ်", ("ရန်ကုန်",)),
    "han": PreSerialized(
        "萬里長城",
        ("萬里長城",),
        ("萬里長江", "長江"),
        "我们明天去北京看长城吧",
        ("长城", "北京", "看", "明天 长城"),
    ),
    "kana": PreSerialized(
        "ドラゴン・バリ",
        ("ドラゴンバリ", "どらごんばり", "ﾄﾞﾗｺﾞﾝ・ﾊﾞﾘ", "ト\u3099ラコ\u3099ン バリ"),
        ("トラコン・バリ", "ドラゴン・パリ", "ドラゴン・ハリ", "ドラゴンバ"),
        "昨日、とうきょうで大きなハナビ大会が開かれた。",
        ("はなび", "トウキョウ", "大会", "昨日"),
    ),
    "hangul": PreSerialized(
        "김민수",
        ("김 민수", "\u1100\u1175\u11b7\u1106\u1175\u11ab\u1109\u116e"),
        ("김민주", "긴민수", "기민수"),
        "어제 도쿄에서 큰 불꽃놀이가 열렸다.",
        ("불꽃놀이", "도쿄", "큰"),
    ),
}
NAMES = pytest.mark.parametrize("written", SCRIPTS.values(), ids=SCRIPTS)
LOOP = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(
    catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Library]:
    async with open_store(tmp_path_factory.mktemp("scripts") / "ledger.db") as database:
        entries = ledger_in(database, Quota()).entries
        drafts: list[Draft] = []
        for one in SCRIPTS.values():
            drafts.append(EntryDraft(Kind.CHARACTER, one.name, one.text))
            drafts.append(QuoteDraft(one.text, "Narrator"))
        for number, draft in enumerate(drafts):
            by = Actor(number, 11, datetime(2026, 11, 29, 12, tzinfo=UTC))
            await entries.publish(1, draft, by)
        yield Library([OpenPack(catalogue)], random.Random(0), entries)


@LOOP
@NAMES
async def test_name_is_found_in_every_spelling(library: Library, written: PreSerialized) -> None:
    for typed in (written.name, *written.same):
        answer = await library.look_up(typed, HERE)

        assert isinstance(answer, Found), (typed, answer)
        assert answer.view.ref.name == written.name


@LOOP
@NAMES
async def test_similar_name_is_never_answered_with_the_entry(
    library: Library, written: PreSerialized
) -> None:
    for other in written.others:
        assert isinstance(await library.look_up(other, HERE), DidYouMean | Unknown), other


@pytest.mark.parametrize(
    ("name", "same", "others"),
    [
        ("شاه\u200cنامه", ("شاهنامه", "شاه نامه", "شاه‌نامة"), ("شاه\u200cنامک", "شانامه")),
        ("ශ්\u200dරී", ("ශ්රී", "ශ්‍රී"), ("ශරී", "ශ්රි")),
        ("ക്\u200cഷ", ("ക്ഷ",), ("കഷ",)),
    ],
)
def test_invisible_joiners_do_not_matter(
    name: str, same: tuple[str, ...], others: tuple[str, ...]
) -> None:
    index = NameIndex.build([Name(name, "key")])

    assert {verdict(index.find(typed)) for typed in (name, *same)} == {Verdict.SURE}
    assert Verdict.SURE not in {verdict(index.find(other)) for other in others}


@LOOP
@NAMES
async def test_name_is_offered_while_typed(library: Library, written: PreSerialized) -> None:
    for typed in (written.name, *written.same):
        [first, *_] = await library.complete(typed, HERE)

        assert first.ref.name == written.name


@LOOP
@NAMES
async def test_name_is_shown_as_written(
    library: Library, catalogue: Catalogue, written: PreSerialized
) -> None:
    answer = await library.look_up(written.name, HERE)
    assert isinstance(answer, Found)
    options = RenderOptions(catalogue.info)

    shown = "\n".join(map(str, entry.blocks(answer, options, 0)[0]))

    assert written.name in shown
    assert written.text in shown
    [offer, *_] = offers(await library.complete(written.name, HERE), catalogue.info)
    assert offer.name.startswith(written.name)


@LOOP
@NAMES
async def test_words_of_a_text_are_found_and_highlighted(
    library: Library, written: PreSerialized
) -> None:
    for words in written.words:
        hits = await library.search(words, HERE)
        texts = [passage.text for passage in hits.passages]
        assert written.text in texts, words

        shown = search.highlighted(hits.passages[texts.index(written.text)])
        assert shown.replace("**", "") == written.text
        assert "**" in shown


@LOOP
@NAMES
async def test_words_of_a_quote_are_found(library: Library, written: PreSerialized) -> None:
    for words in written.words:
        answer = await library.quote_like(words, HERE)

        assert isinstance(answer, Quoted | QuoteChoices), words
        quotes = answer.quotes if isinstance(answer, QuoteChoices) else (answer.view,)
        assert written.text in [quote.lines[0].words for quote in quotes]


def test_highlight_longer_than_the_excerpt_is_cut() -> None:
    passage = FoundPassage(None, None, "ああ" * 300, ((0, 600),), SERVER)

    assert search.highlighted(passage) == f"**{'あ' * search.EXCERPT}**…"


@pytest.mark.parametrize("ahead", range(3))
def test_excerpt_begins_and_ends_with_whole_letters(ahead: int) -> None:
    text = "ก" * ahead + "ม้" * 300
    passage = FoundPassage(None, None, text, ((ahead + 200, ahead + 202),), SERVER)

    shown = search.highlighted(passage).strip("…").replace("**", "")

    assert shown in text
    assert "ม้ม้ม้" in shown
    assert not shown.startswith("\u0e49")
    assert text[text.index(shown) + len(shown)] != "\u0e49"
