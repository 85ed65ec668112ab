"""Command-line output to a terminal that is not UTF-8."""

import io
import json
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.ops.output import decodable
from bot.settings import Settings


@pytest.fixture(
    params=[
        "cp1252",
        "ascii",
        *(pytest.param(one, marks=pytest.mark.slow) for one in ("latin-1", "koi8-r")),
    ]
)
def encoding(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def run_and_capture(monkeypatch: pytest.MonkeyPatch, encoding: str, *words: str) -> str:
    """Run the command line and return its output, decoded with this encoding."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"/bio raina\n/bio \xff\x81\n")))
    monkeypatch.setattr(sys, "argv", ["lorebot", *words])
    with pytest.raises(SystemExit):
        main()
    return "".join(stream.buffer.getvalue().decode(encoding) for stream in (out, err))


@pytest.mark.parametrize("verb", ["run", "ask"])
def test_unencodable_character_is_a_question_mark(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, encoding: str, verb: str
) -> None:
    lines = ["complete /bio щ", "/bio raina"] if verb == "ask" else []
    said = run_and_capture(monkeypatch, encoding, verb, "--data", str(settings.data_dir), *lines)
    assert "Clairvoyant Inhuman of Afterlife" in said
    assert "?" in said


def test_json_output_loses_no_character(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    data = ["--data", str(settings.data_dir)]
    [line] = run_and_capture(
        monkeypatch, encoding, "ask", "--json", *data, "/bio щука"
    ).splitlines()
    turn = json.loads(line)
    assert turn["line"] == "/bio щука"
    assert "There is no entry for “щука”." in turn["replies"][0]["text"]


@pytest.mark.usefixtures("settings")
def test_every_command_prints_a_path_in_another_script(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    Path("данные").mkdir()
    for words in (
        ["check", "--pack", "данные"],
        ["doctor", "--data", "данные"],
        ["backup", "--data", "данные"],
        ["restore", "копия.db", "--data", "данные"],
        ["purge", "--data", "данные"],
        ["нечто"],
        ["ask", "--нечто"],
    ):
        assert run_and_capture(monkeypatch, encoding, *words)


def test_undecodable_argument_is_made_printable() -> None:
    assert decodable("/bio щ\udcff") == "/bio щ\ufffd"
    assert decodable("/bio \udcd1\udc89") == "/bio щ"
