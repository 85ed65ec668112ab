"""The tools of a pack's author as they are typed."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.ops.pack_folder import NotAnAuthorsPackError, author_folder
from bot.settings import SHIPPED_PACK
from lore.pack.model import Kind

Lorebot = Callable[..., Result]


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a pack with documents, which is the current one."""
    story = SHIPPED_PACK.parent / "docs/packs/monkey-king"
    folder = shutil.copytree(story, tmp_path / "monkey-king")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("LORE_PACK", raising=False)
    return folder


@pytest.fixture
def lorebot(pack: Path) -> Lorebot:
    """Run a command in the folder of the pack."""
    assert Path.cwd() == pack
    return lambda *line: CliRunner().invoke(app, [str(word) for word in line])


def test_cite_prints_where_words_are_ready_to_paste(lorebot: Lorebot) -> None:
    result = lorebot("cite", "a rock that had drunk")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith('"novel:2 a rock that had drunk"\n    On top of the Mountain')


def test_cite_shows_the_words_most_similar_to_missing_ones(lorebot: Lorebot) -> None:
    result = lorebot("cite", "a rack that had drank")

    assert (result.exit_code, result.stderr) == (
        1,
        "That stands in no document; this comes nearest:\n",
    )
    assert result.stdout.startswith('"novel:2 a rock that had drunk"\n')
    assert lorebot("cite", "submarines and satellites").stderr == "That stands in no document.\n"


def test_cite_counts_places_that_are_too_many_to_be_shown(lorebot: Lorebot, pack: Path) -> None:
    (pack / "documents/novel.txt").write_text("The king and the queen.\n" * 25, "utf-8")
    result = lorebot("cite", "the queen")

    assert result.stderr == "It stands in 5 more places; more words tell them apart.\n"
    assert result.stdout.count('the queen"\n') == 20


def test_cite_names_documents_that_are_missing(lorebot: Lorebot, pack: Path) -> None:
    (pack / "documents/stage.txt").rename(pack / "documents/stag.txt")
    result = lorebot("cite", "a rock that had drunk")

    assert result.exit_code == 1
    assert "stage.txt is not there; did you mean stag.txt?" in result.stderr
    assert result.stdout.startswith('"novel:2 a rock that had drunk"\n')


def test_cite_needs_to_know_where_the_documents_are(lorebot: Lorebot, pack: Path) -> None:
    text = (pack / "pack.toml").read_text("utf-8")
    (pack / "pack.toml").write_text(text.replace('documents = "documents"\n', ""), "utf-8")

    assert "or name it: --documents DIR" in str(lorebot("cite", "a rock").exception)
    assert lorebot("cite", "a rock", "--documents", "documents").exit_code == 0


def test_pack_is_that_of_the_setting_else_that_of_the_current_folder(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert author_folder(None) == Path()
    monkeypatch.setenv("LORE_PACK", str(tmp_path / "other"))
    assert author_folder(None) == tmp_path / "other"
    assert author_folder(pack) == pack


def test_check_is_of_the_pack_in_the_current_folder(lorebot: Lorebot, pack: Path) -> None:
    assert lorebot("check").output.startswith("The Monkey King: ")
    (pack / "pack.toml").unlink()
    assert lorebot("check").output.startswith("Avengers: Age of Ultron: ")


def test_a_pack_has_to_be_named_outside_a_packs_folder(
    lorebot: Lorebot, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pack.parent)

    assert "Here is no pack.toml. Name your pack's folder" in str(lorebot("cite", "a").exception)


def test_pack_that_is_installed_with_the_bot_is_not_worked_on(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ops.pack_folder._IN_THE_WHEEL", pack)

    with pytest.raises(NotAnAuthorsPackError, match="would be replaced with it"):
        author_folder(None)


def test_new_begins_an_entry_of_each_kind(lorebot: Lorebot, pack: Path) -> None:
    for kind in Kind:
        result = lorebot(
            "new", kind, f"Old Wu the {kind}", *(["--from", "novel:2"] * (kind == "event"))
        )

        assert result.output.startswith(f"{kind}s/old-wu-the-{kind}.toml: ".replace("/", os.sep))
        assert (pack / f"{kind}s/old-wu-the-{kind}.toml").is_file()


def test_new_adds_a_quote(lorebot: Lorebot, pack: Path) -> None:
    assert lorebot("new", "quote", "it was no monkey").output.endswith(
        "the quote it-was-no-monkey\n"
    )
    assert 'id = "it-was-no-monkey"' in (pack / "quotes/teahouse.toml").read_text("utf-8")


def test_new_needs_all_documents(lorebot: Lorebot, pack: Path) -> None:
    (pack / "documents/stage.txt").write_text("A stage.", "utf-16")
    result = lorebot("new", "character", "Old Wu")

    assert "stage.txt is UTF-16 text; save it as UTF-8" in str(result.exception)
    assert not (pack / "characters/old-wu.toml").exists()


def test_source_asks_for_the_licence_of_a_document(lorebot: Lorebot, tmp_path: Path) -> None:
    essay = tmp_path / "essay.txt"
    essay.write_text("Of monkeys.\nOf kings.\n", "utf-8")

    assert "it is never assumed" in str(
        lorebot("source", "add", essay, "--tier", "stage").exception
    )
    assert "There is no tier radio. Say one of the tiers: --tier novel" in str(
        lorebot("source", "add", essay, "--tier", "radio", "--licence", "PD").exception
    )
    result = lorebot("source", "add", essay, "--tier", "stage", "--licence", "PD")
    assert (result.exit_code, result.output) == (0, "essay: essay.txt, 2 paragraphs.\n")


def test_source_follows_a_document_that_was_changed(lorebot: Lorebot, pack: Path) -> None:
    assert lorebot("source", "update").output == "No document was changed.\n"
    file = pack / "documents/novel.txt"
    file.write_text(f"A preface.\n{file.read_text('utf-8')}", "utf-8")
    result = lorebot("source", "update")

    assert (result.exit_code, result.stderr) == (0, "")
    assert "changed pack.toml in 2 places\n" in result.stdout
    file.write_text(file.read_text("utf-8").replace("sun and moon", "sun and stars"), "utf-8")
    result = lorebot("source", "update")
    assert result.exit_code == 1
    assert "stands nowhere any more" in result.stderr


def test_new_makes_a_pack_that_can_be_begun_at_once(
    lorebot: Lorebot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plot.txt").write_text("The Rabbit ran past.\n", "utf-8")
    Path("notes.txt").write_text("Alice saw the Rabbit.\n", "utf-8")
    documents = ("--source", "plot.txt", "--source", "notes.txt")
    pack = ("new", "pack", "alice", *documents)

    assert "it is never assumed" in str(lorebot(*pack).exception)
    assert "once for each" in str(lorebot(*pack, *("--licence", "PD") * 3).exception)
    result = lorebot(*pack, "--licence", "PD", "--licence", "own")
    assert (result.exit_code, result.exception) == (0, None)
    assert lorebot("check", "--pack", "alice").output == "Alice: 0 entries, 0 quotes, no faults.\n"
    monkeypatch.chdir("alice")
    assert "with 2 sentences" in lorebot("new", "character", "Rabbit").output


def test_lines_that_break_off_are_said_not_to_be_paragraphs(lorebot: Lorebot, pack: Path) -> None:
    text = "The monkey\nlearned to fly, and\nflew away.\n\nThe rain fell\non the rocks.\n"
    Path("essay.txt").write_text(text, "utf-8")
    added = lorebot("source", "add", "essay.txt", "--licence", "own", "--tier", "stage")
    line = 'id = "essay"'
    listed = (pack / "pack.toml").read_text("utf-8")

    assert added.stdout.startswith("essay: essay.txt, 5 paragraphs.\nMany of its lines end within")
    assert f"below {line} in pack.toml" in added.stdout
    (pack / "pack.toml").write_text(
        listed.replace(line, f'{line}\nparagraphs_by = "blank line"'), "utf-8"
    )
    assert "paragraphs: 5 is 2 now" in lorebot("check", "--fix").stdout


def test_check_says_last_that_a_changed_document_needs_an_update(
    lorebot: Lorebot, pack: Path
) -> None:
    novel = pack / "documents/novel.txt"
    novel.write_text(f"A preface.\n{novel.read_text('utf-8')}", "utf-8")
    last = "lorebot source update first: it moves the cites of novel.txt."

    assert lorebot("check").stderr.splitlines()[-1] == last
    lorebot("source", "update")
    assert last not in lorebot("check").stderr
