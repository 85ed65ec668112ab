"""What is frozen, as files that read and compare well: one fact a line, or JSON in full."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client.parser import text_string_to_metric_families

from tests.frozen import adapter, custom_ids, scripts
from tests.frozen.pages import Book, Json, Writer, components

EXPECTED = Path(__file__).parent / "expected"

# These are kept in full, for people to read.
IN_FULL = (
    "entries/ultron/public: /lore ultron [answer]",
    "entries/ultron/public: press go:1:ultron [update]",
    "entries/ultron/public: press accounts:0:ultron [update]",
    "entries/ultron/public: press quotes:ultron [private answer]",
    "entries/raina/spoilers: /lore raina [answer]",
    "entries/vibranium/private: /lore vibranium private:True [private answer]",
    "entries/raid-on-sokovia/public: /lore raid-on-sokovia [answer]",
    "quotes/peace-in-my-time: /quote id:peace-in-my-time [answer]",
    "questions/names: /bio maximof [private answer]",
    "questions/names: /lore maximof explain:True [private answer]",
    "questions/quotes: /quote text:stark [private answer]",
    "questions/search: /search people [answer]",
    "questions/timeline: /timeline [answer]",
    "questions/in vain: /bio qwxzkvj [private answer]",
    "completions: complete /bio name:iron m [choices]",
    "about: /about [private answer]",
    "about an operator: /privacy [private answer]",
    "about/curator: /help [private answer]",
    "curation/new: /entry add kind:Character [form]",
    "curation/new: press Publish [in #lore]",
    "curation/conflict, theirs kept: press Publish [private update] (2)",
    "curation/changes: press History [private update]",
    "suggestions: /entry queue [private answer] (2)",
    "suggestions: press Reject [form]",
    "suggestions: press Approve [to Asker]",
    "suggestions/something wrong: press Something wrong? [form]",
    "suggestions/something wrong: press Next [private update]",
    "suggestions/asked in vain: /entry unanswered [private answer]",
    "files: /entry export [private answer] (2)",
    "files/conflicts: choose s.zorblax-0, s.zorblax-4 [private edit]",
    "settings: choose @Readers [private update]",
    "qotd: /qotd preview [private answer]",
    "qotd/posts: /qotd now [in #quotes] (2)",
    "qotd/posts: /qotd history [private answer]",
)

# What has no place in the name of a file, on any system.
_UNSAFE = re.compile(r"[^\w .,=#@()\[\]-]")

# What a person chooses from, by Discord's numbers.
_MENUS = {3: "option", 5: "user", 6: "role", 8: "channel"}

# What these labels say is told wherever people look at the figures.
_LABELS = (
    "lorebot_answers_missed: reason",
    "lorebot_interactions: command",
    "lorebot_interactions: outcome",
    "lorebot_ledger_write_seconds: outcome",
    "lorebot_shards: state",
)


def collected(folder: Path) -> Book:
    """Play all scripts; the folder is for the files of the bots that run."""
    writer = Writer(folder)
    asyncio.run(scripts.write(writer))
    return writer.book


def files(book: Book) -> dict[str, str]:
    """Return what is frozen, by the names of its files."""
    digests = (f"{digest}  {name}" for name, digest in book.digests().items())
    return {
        "pages.txt": lines(digests),
        "commands.json": pretty(book.commands),
        "forms.txt": lines(sorted(set(_forms(book)))),
        "menus.txt": lines(_menus(book)),
        "metrics.txt": lines(_metrics(book)),
        "settings.txt": lines(adapter.operator_settings()),
        "stored_values.txt": lines(_stored()),
        **{
            f"in_full/{file_name(name)}": pretty(book.pages[name])
            for name in IN_FULL
            if name in book.pages
        },
    }


def write(folder: Path, written: Mapping[str, str]) -> None:
    """Write files into a folder."""
    for name, text in written.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def accept() -> None:
    """Freeze what the bot does now."""
    with TemporaryDirectory() as folder:
        book = collected(Path(folder))
        accepted = files(book)
    if book.broken:
        raise SystemExit(broken_off(book))
    shutil.rmtree(EXPECTED, ignore_errors=True)
    write(EXPECTED, accepted)


def write_in_full(target: Path) -> None:
    """Write every page in full, and all else that is frozen."""
    with TemporaryDirectory() as folder:
        book = collected(Path(folder))
    pages = {f"pages/{file_name(name)}": pretty(page) for name, page in book.pages.items()}
    assert len(pages) == len(book.pages), "two pages would be written to one file"
    broken = {"broken_off.txt": broken_off(book)} if book.broken else {}
    write(target, {**files(book), **pages, **broken})


def broken_off(book: Book) -> str:
    """Say where each script broke off that did not come to its end."""
    return "\n".join(f"{name} broke off:\n{error}" for name, error in book.broken.items())


def lines(found: Iterable[str]) -> str:
    """Return a text of these lines."""
    return "".join(f"{line}\n" for line in found)


def pretty(page: Json) -> str:
    """Return JSON as people read it."""
    return json.dumps(page, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def file_name(page: str) -> str:
    """Return the name of a page's file, in a folder for its script."""
    chapter, _, step = page.partition(": ")
    return f"{chapter}/{_UNSAFE.sub('_', step).strip('_')}.json"


def _forms(book: Book) -> Iterator[str]:
    """Yield each field of each form, with its place, its kind and its limits."""
    for page in book.pages.values():
        if "title" in page:
            fields = [part for part in components(page) if "custom_id" in part]
            for place, field in enumerate(fields, 1):
                kind = _MENUS.get(field["type"]) or f"text up to {field['max_length']}"
                needed = ", needed" if field["required"] else ""
                form = custom_ids.shape(page["custom_id"])
                yield f"{form} · {place} {field['custom_id']}: {kind}{needed}"


def _menus(book: Book) -> Iterator[str]:
    """Yield each value that a menu gives back, but for those of the pack and of people."""
    found: dict[str, set[str]] = defaultdict(set)
    for page in book.pages.values():
        for menu in components(page):
            if menu["type"] in _MENUS and "title" not in page:
                values = {option["value"] for option in menu.get("options", ())}
                found[str(custom_ids.shape(menu["custom_id"]))] |= values
    for menu, values in sorted(found.items()):
        given = custom_ids.TABLE["menus"].get(menu, {}).get("gives")
        yield f"{menu}: {given or ', '.join(sorted(values))}"


def _metrics(book: Book) -> Iterator[str]:
    """Yield each figure with its labels, and what the labels were in all that was played.

    And how it is explained, and the steps of those that have some.
    """
    found: dict[str, set[str]] = {}
    told: set[str] = set()
    seen: dict[str, set[str]] = defaultdict(set)
    for text in book.metrics:
        for family in text_string_to_metric_families(text):
            if not family.name.startswith("lorebot_") or family.name.endswith("_created"):
                continue
            told.add(f"{family.name}: {family.documentation}")
            labels = found.setdefault(f"{family.name} ({family.type})", set())
            for sample in family.samples:
                labels |= {*sample.labels} - {"le"}
                for label, value in sample.labels.items():
                    seen[f"{family.name}: {label}"].add(value)
    for name, labels in sorted(found.items()):
        yield ", ".join((name, *sorted(labels)))
    yield from sorted(told)
    for label, steps in sorted(seen.items()):
        if label.endswith(": le"):
            yield f"{label} {', '.join(sorted(steps, key=float))}"
    for label in _LABELS:
        yield from (f"{label} {value}" for value in sorted(seen[label]))


def _stored() -> Iterator[str]:
    """Yield every value that is stored in the place of something the code has a name for."""
    for name, values in adapter.STORED.items():
        yield name
        yield from (f"  {value}" for value in values)
