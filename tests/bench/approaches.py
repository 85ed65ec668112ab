"""Ways to find a name or a sentence that people would use instead, and ours, all called alike."""

import difflib
import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

import tantivy
from rapidfuzz import fuzz, process, utils

from lore.search import Name, NameIndex, Passage, PassageIndex, Verdict, passages, verdict


class Found(NamedTuple):
    """What a question found, best first, and the points of the first.

    `sure` is whether the first is shown without asking back; None where points do not tell.
    """

    keys: list[str]
    points: float
    sure: bool | None


Search = Callable[[str, int], Found]
Build = Callable[[Sequence[Name]], Search]


def found(hits: Sequence[tuple[str, float]], cut: float | None = None) -> Found:
    """Return what was found; people who use such points show the first from `cut` on."""
    points = hits[0][1] if hits else 0.0
    return Found([key for key, _ in hits], points, None if cut is None else points >= cut)


def ours(names: Sequence[Name]) -> Search:
    """Search the names index, which is sure when the bot answers without asking."""
    index = NameIndex.build(names)

    def search(query: str, limit: int) -> Found:
        matches = index.find(query, limit=limit)
        sure = verdict(matches) is Verdict.SURE
        return found([(match.key, match.score) for match in matches])._replace(sure=sure)

    return search


def our_completion(names: Sequence[Name]) -> Search:
    """Search the names index at every key."""
    index = NameIndex.build(names)
    return lambda typed, limit: found(
        [(m.key, m.score) for m in index.complete(typed, limit=limit)]
    )


def our_passages(texts: Sequence[Name]) -> Search:
    """Search the passages index, which is sure when the bot answers without asking."""
    index = PassageIndex.build([Passage(text.key, text.text) for text in texts])

    def search(query: str, limit: int) -> Found:
        hits = index.find(query, limit=limit)
        sure = passages.verdict(hits) is Verdict.SURE
        return found([(hit.key, hit.score) for hit in hits])._replace(sure=sure)

    return search


def with_difflib(names: Sequence[Name]) -> Search:
    """Search by difflib.get_close_matches over lowered names."""
    keys = {name.text.lower(): name.key for name in names}
    texts = list(keys)

    def search(query: str, limit: int) -> Found:
        query = query.lower()
        close = difflib.get_close_matches(query, texts, limit, cutoff=0.4)
        ratios = (difflib.SequenceMatcher(None, text, query).ratio() for text in close)
        hits = [(keys[text], 100 * ratio) for text, ratio in zip(close, ratios, strict=True)]
        return found(hits, 60.0)

    return search


def with_rapidfuzz(scorer: Callable[..., float], cut: float) -> Build:
    """Search by a scorer of rapidfuzz over all names, both sides through default_process."""

    def build(names: Sequence[Name]) -> Search:
        texts = [utils.default_process(name.text) for name in names]

        def search(query: str, limit: int) -> Found:
            query = utils.default_process(query)
            best = process.extract(query, texts, scorer=scorer, limit=limit)
            return found([(names[i].key, points) for _, points, i in best], cut)

        return search

    return build


def with_fts5_trigram(names: Sequence[Name]) -> Search:
    """Search by SQLite's full-text search over letter triples, any of them, by bm25."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE names USING fts5(text, tokenize='trigram')")
    database.executemany("INSERT INTO names VALUES (?)", ((name.text,) for name in names))

    def search(query: str, limit: int) -> Found:
        query = query.lower().replace('"', " ")
        triples = {query[i : i + 3] for i in range(len(query) - 2)}
        if not triples:
            return found([])
        rows = database.execute(
            "SELECT rowid, -rank FROM names WHERE names MATCH ? ORDER BY rank LIMIT ?",
            (" OR ".join(f'"{triple}"' for triple in sorted(triples)), limit),
        )
        return found([(names[row - 1].key, points) for row, points in rows])

    return search


def with_tantivy(names: Sequence[Name]) -> Search:
    """Search by tantivy with fuzzy terms, any of them, the last also as a prefix."""
    schema = tantivy.SchemaBuilder().add_text_field("text").add_unsigned_field("at", stored=True)
    index = tantivy.Index(schema.build())
    writer = index.writer(heap_size=50_000_000, num_threads=1)
    for i, name in enumerate(names):
        writer.add_document(tantivy.Document(text=name.text, at=i))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(query: str, limit: int) -> Found:
        words = utils.default_process(query).split()
        if not words:
            return found([])
        terms: list[tuple[tantivy.Occur, tantivy.Query]] = []
        for i, word in enumerate(words):
            slips = 0 if len(word) < 3 else 1 if len(word) < 6 else 2
            fuzzy = tantivy.Query.fuzzy_term_query(
                index.schema, "text", word, slips, prefix=i == len(words) - 1
            )
            terms.append((tantivy.Occur.Should, fuzzy))
            exact = tantivy.Query.term_query(index.schema, "text", word)
            terms.append((tantivy.Occur.Should, tantivy.Query.boost_query(exact, 2.0)))
        hits = searcher.search(tantivy.Query.boolean_query(terms), limit).hits
        return found([(names[searcher.doc(at)["at"][0]].key, points) for points, at in hits])

    return search


NAMES: dict[str, Build] = {
    "rapidfuzz QRatio": with_rapidfuzz(fuzz.QRatio, 75.0),
    "rapidfuzz WRatio": with_rapidfuzz(fuzz.WRatio, 90.0),
    "rapidfuzz token_sort": with_rapidfuzz(fuzz.token_sort_ratio, 75.0),
    "difflib": with_difflib,
    "SQLite FTS5 trigram": with_fts5_trigram,
    "tantivy fuzzy": with_tantivy,
    "ours": ours,
}
COMPLETION: dict[str, Build] = {
    "rapidfuzz QRatio": with_rapidfuzz(fuzz.QRatio, 75.0),
    "SQLite FTS5 trigram": with_fts5_trigram,
    "tantivy fuzzy": with_tantivy,
    "ours": our_completion,
}
QUOTES: dict[str, Build] = {
    "rapidfuzz token_set": with_rapidfuzz(fuzz.token_set_ratio, 75.0),
    "SQLite FTS5 trigram": with_fts5_trigram,
    "tantivy fuzzy": with_tantivy,
    "ours": our_passages,
}
APPROACHES = {"names": NAMES, "completion": COMPLETION, "quotes": QUOTES}
