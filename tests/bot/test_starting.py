"""How the process starts, and the one sentence and exit code when it cannot."""

import asyncio
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from importlib.metadata import version
from pathlib import Path
from threading import Event, Thread

import pytest
from discord.http import Route

from bot.cli import INTERRUPTED, clock, main
from bot.core.tokens import NO_FORM
from bot.settings import Settings
from bot.simulator.server import TOKEN, Simulator
from lore.ledger.sqlite.lock import only_process

Started = tuple[int, str, str]
Lorebot = Callable[..., Started]


@pytest.fixture
def lorebot(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Lorebot]:
    """Run the command line in an empty folder; return exit code, standard output and error."""
    handlers = list(logging.getLogger().handlers)
    monkeypatch.setenv("LORE_HEALTH_PORT", "0")

    def lorebot(*words: str) -> Started:
        monkeypatch.setattr(sys, "argv", ["lorebot", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return int(ended.value.code or 0), out, err

    assert settings.token is None
    yield lorebot
    logging.getLogger().handlers[:] = handlers


@pytest.fixture
def discord_elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Run a simulator on a thread of its own, which the process takes for Discord."""
    ready: Future[Simulator] = Future()
    over = Event()

    async def serve() -> None:
        async with Simulator(clock) as simulator:
            ready.set_result(simulator)
            await asyncio.to_thread(over.wait)

    thread = Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    simulator = ready.result()
    monkeypatch.setattr(Route, "BASE", simulator.api)
    yield simulator
    over.set()
    thread.join()


@pytest.fixture
def broken_pack(tmp_path: Path) -> Path:
    """Write a pack with faults in two files."""
    (tmp_path / "broken" / "heroes").mkdir(parents=True)
    (tmp_path / "broken" / "pack.toml").write_text("title = 5\n", encoding="utf-8")
    (tmp_path / "broken" / "heroes" / "thor.toml").write_text("", encoding="utf-8")
    return tmp_path / "broken"


@pytest.mark.parametrize("verb", [["run"], ["ask", "/help"], ["check"]])
def test_broken_pack_is_refused_with_all_its_faults(
    lorebot: Lorebot, broken_pack: Path, verb: list[str]
) -> None:
    code, _, err = lorebot(*verb, "--pack", str(broken_pack))

    assert code == 2
    assert "heroes/thor.toml:1: no place for a file here" in err
    assert "pack.toml:1: title: " in err
    assert "Traceback" not in err


def test_missing_pack_is_refused(lorebot: Lorebot) -> None:
    assert lorebot("check", "--pack", "nowhere")[0] == 2


def test_wrong_token_is_one_sentence_and_not_retried(
    lorebot: Lorebot, discord_elsewhere: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = TOKEN.replace("token", "wrong")
    monkeypatch.setenv("DISCORD_TOKEN", wrong)
    code, _, err = lorebot("run", "--data", "data")

    assert code == 78
    assert err.splitlines()[-1] == "Discord refused the token. Check DISCORD_TOKEN in .env."
    assert "Traceback" not in err
    assert wrong not in err
    assert len(discord_elsewhere.requests) == 1


@pytest.mark.parametrize("token", ["hunter2", "wrong token", "no\u00e9", "токен"])
def test_malformed_token_is_not_sent(
    lorebot: Lorebot, discord_elsewhere: Simulator, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", token)
    code, _, err = lorebot("run", "--data", "data")

    assert code == 78
    assert err == f"DISCORD_TOKEN: {NO_FORM}\n"
    assert not discord_elsewhere.requests


def test_ledger_in_use_is_reported(
    lorebot: Lorebot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    with only_process(settings.ledger):
        code, _, err = lorebot("run", "--data", str(settings.data_dir))

    assert code == 75
    assert f"Stop that process (kill {os.getpid()}), or use another folder with --data DIR." in err


def test_missing_document_is_named(lorebot: Lorebot, tmp_path: Path) -> None:
    code, _, err = lorebot("check", "--documents", str(tmp_path))

    assert code == 1
    assert "000_2089fa8a3e3ceb6e.txt" in err
    assert "Traceback" not in err


def test_check_prints_one_json_object_for_editors_and_ci(
    lorebot: Lorebot, broken_pack: Path
) -> None:
    code, out, err = lorebot("check", "--json", "--pack", str(broken_pack))
    report = json.loads(out)

    assert (code, err) == (2, "")
    assert report["faults"][0]["file"] == "heroes/thor.toml"
    assert report["faults"][0]["line"] == 1
    assert report["faults"][0]["what"].startswith("no place for a file here")
    assert (report["entries"], report["quotes"], report["compared"]) == (0, 0, False)
    assert (report["remarks"], report["left_out"]) == ([], [])


def test_check_reports_a_missing_pack_as_json(lorebot: Lorebot) -> None:
    code, out, _ = lorebot("check", "--json", "--pack", "nowhere")
    [fault] = json.loads(out)["faults"]

    assert code == 2
    assert fault["what"] == "nowhere holds no pack.toml, so it is no pack."


def test_check_mends_what_is_certain_and_says_so(
    lorebot: Lorebot, seeds: Path, tmp_path: Path
) -> None:
    pack = shutil.copytree(seeds, tmp_path / "pack")
    text = (pack / "pack.toml").read_text(encoding="utf-8")
    made = text.replace('id = "avengers-age-of-ultron"\n', "")
    (pack / "pack.toml").write_text(made, encoding="utf-8")
    code, out, err = lorebot("check", "--fix", "--pack", str(pack))

    assert (code, err) == (0, "")
    assert out.startswith("mended pack.toml:1: id: nothing is 'avengers-age-of-ultron' now\n")
    assert json.loads(lorebot("check", "--fix", "--json", "--pack", str(pack))[1])["changes"] == []


def test_check_shows_its_progress_on_a_terminal(
    lorebot: Lorebot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rich.console.Console.is_terminal", True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    _, _, err = lorebot("check")

    assert "Checking" in err


def test_a_start_that_compiles_shows_its_progress_on_a_terminal(
    lorebot: Lorebot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.catalogue.unlink()
    monkeypatch.setattr("rich.console.Console.is_terminal", True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    shown = ["Compiling the pack" in lorebot("ask", "/about")[2] for _ in range(2)]

    assert shown == [True, False]


def test_check_prints_the_counts_of_the_pack(lorebot: Lorebot) -> None:
    code, out, _ = lorebot("check")

    assert code == 0
    assert out.startswith("Avengers: Age of Ultron: ")
    assert "quotes, no faults.\n" in out


def test_ask_prints_one_object_per_line_until_exit(lorebot: Lorebot) -> None:
    lines = ["/bio tony strak", "press Delete", "nonsense", "exit", "/about"]
    code, out, _ = lorebot("ask", "--json", *lines)
    turns = [json.loads(line) for line in out.splitlines()]

    assert code == 1
    assert [turn["line"] for turn in turns] == lines[:3]
    assert [turn["replies"][0]["kind"] for turn in turns] == ["message", "update", "error"]
    assert set(turns[0]) == {"line", "replies", "ms"}
    assert turns[0]["replies"][0]["text"].startswith("Tony Stark\n")
    assert set(turns[0]["replies"][0]) == {
        "kind",
        "ephemeral",
        "text",
        "buttons",
        "choices",
        "fields",
        "body",
    }


@pytest.mark.process
def test_run_without_a_token_simulates_until_its_input_ends(settings: Settings) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "run", "--data", str(settings.data_dir)],
        input="/bio tony strak\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
        cwd=settings.data_dir,
    )

    assert ended.returncode == 0
    assert "DISCORD_TOKEN=your-bot-token" in ended.stdout
    assert "Tony Stark" in ended.stdout
    assert ended.stderr == ""


@pytest.mark.parametrize(
    ("lines", "ended"),
    [
        (["/bio tony strak", "/bio nobody at all"], 0),
        (["nonsense", "/bio tony strak"], 1),
        (["/bio tony strak", "press Nothing"], 1),
    ],
)
@pytest.mark.usefixtures("settings")
def test_ask_exits_with_1_if_a_line_could_not_be_played(
    lorebot: Lorebot, lines: list[str], ended: int
) -> None:
    code, out, _ = lorebot("ask", "--data", "data", *lines)
    assert code == ended
    assert "Tony Stark" in out


# Sends itself Ctrl-C when it comes to load the command line.
INTERRUPTED_WHILE_LOADING = """
import os, signal, sys
from bot.entry import main
class Interrupt:
    def find_spec(self, name, *_):
        if name == "bot.cli":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
main()
"""


@pytest.mark.process
def test_ctrl_c_while_loading_prints_no_traceback(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_WHILE_LOADING, "run"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=50,
        cwd=tmp_path,
    )

    assert ended.returncode == -signal.SIGINT
    assert ended.stderr == b""


@pytest.mark.process
def test_ctrl_c_ends_a_simulation_that_waits_for_a_line(settings: Settings) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--data", str(settings.data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=settings.data_dir,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(b"/bio tony strak\n")
    process.stdin.flush()
    while b"Tony Stark" not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGINT)
    # Its input stays open meanwhile.
    assert process.wait(timeout=50) == INTERRUPTED
    assert process.stderr
    assert process.stderr.read() == b""
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()


@pytest.mark.process
@pytest.mark.parametrize("stdin", ["</dev/null", "<&-"])
def test_run_without_input_exits_with_0(settings: Settings, stdin: str) -> None:
    run = [sys.executable, "-m", "bot", "run", "--data", str(settings.data_dir)]
    ended = subprocess.run(
        ["sh", "-c", f'exec "$@" {stdin}', "sh", *run],
        capture_output=True,
        check=False,
        timeout=50,
        cwd=settings.data_dir,
    )

    assert (ended.returncode, ended.stderr) == (0, b"")


def test_data_folder_that_is_a_file_is_refused_in_a_sentence(lorebot: Lorebot) -> None:
    Path("taken").write_text("", encoding="utf-8")
    code, _, err = lorebot("ask", "--data", "taken", "/about")

    assert code == 78
    assert err.startswith("The data folder taken cannot be used: ")
    assert "taken is not a folder. Name another with LORE_DATA_DIR or --data." in err


def test_unwritable_file_is_named(lorebot: Lorebot, settings: Settings) -> None:
    settings.catalogue.unlink()
    settings.catalogue.with_name(f"catalogue.db.{os.getpid()}.new").mkdir()
    code, _, err = lorebot("ask", "--data", str(settings.data_dir), "/about")

    assert code == 1
    assert err.startswith(f"{settings.catalogue}.{os.getpid()}.new: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", ["ledger.db", "catalogue.db"])
@pytest.mark.parametrize("verb", [["ask", "/about"], ["doctor"], ["backup"]])
def test_io_error_at_the_start_is_one_sentence(
    lorebot: Lorebot, settings: Settings, verb: list[str], name: str
) -> None:
    # Linux answers every read at the beginning of this with an I/O error.
    (settings.data_dir / name).unlink(missing_ok=True)
    (settings.data_dir / name).symlink_to("/proc/self/mem")
    code, out, err = lorebot(*verb, "--data", str(settings.data_dir))

    assert code in (0, 1)
    assert "Traceback" not in err
    assert name == "catalogue.db" or "disk I/O error" in out + err


def test_version_is_printed(lorebot: Lorebot) -> None:
    assert lorebot("--version") == (0, f"lorebot {version('lorebot')}\n", "")


@pytest.mark.process
def test_a_too_old_python_is_refused_with_the_version_needed() -> None:
    old = "import sys; sys.version_info = (3, 10, 13); import bot"
    ended = subprocess.run([sys.executable, "-c", old], capture_output=True, text=True)

    assert ended.returncode == 1
    assert ended.stderr == "Lorebot needs Python 3.11 or newer; this is Python 3.10.13.\n"
