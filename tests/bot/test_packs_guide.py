"""What the guide for authors says happens, typed in order into an empty folder."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app

GUIDE = (Path(__file__).parents[2] / "docs/packs.md").read_text(encoding="utf-8")
FIRST_PART = GUIDE.partition("\n## The tools")[0]


def steps() -> Iterator[tuple[str, str, str]]:
    """Return what is done in order: what kind of block, a file or command, and its text."""
    before = ""
    for part in re.split(r"^```", FIRST_PART, flags=re.MULTILINE):
        kind, _, text = part.partition("\n")
        if kind == "console":
            for command in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                line, _, output = command.partition("\n")
                yield kind, line, output
        elif kind in ("text", "toml"):
            [*_, file] = re.findall(r"`([\w/-]+\.\w+)`", before)
            yield "file", file, text
        before = part


def typed(line: str) -> str:
    """Return what a command prints; it has to end well."""
    program, *words = shlex.split(line)
    if program == "cat":
        return Path(words[0]).read_text("utf-8")
    result = CliRunner().invoke(app, words)
    assert (program, result.exit_code, result.exception) == ("lorebot", 0, None), line
    return result.stdout


def test_a_bot_answers_at_the_end_of_the_first_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LORE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("LORE_PACK", raising=False)
    done = list(steps())
    for kind, what, text in done:
        if kind == "file":
            Path(what).write_text(text, "utf-8")
        elif what.startswith("cd "):
            monkeypatch.chdir(what.removeprefix("cd "))
        else:
            printed = typed(what)
            assert printed.startswith(text), what
            assert text or "was afraid to come too late" in printed, what

    assert len(done) > 10
