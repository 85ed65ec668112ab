"""The pack authors' tools start where POSIX-only modules are missing."""

import subprocess
import sys
from pathlib import Path

import pytest

# Takes away what Windows lacks, then runs the command line.
WITHOUT_POSIX = """
import asyncio, os, signal, sys
sys.modules["fcntl"] = None
del os.pwrite, os.geteuid, signal.SIGHUP
def refuse(*_):
    raise NotImplementedError
asyncio.SelectorEventLoop.add_signal_handler = refuse
from bot.cli import main
main()
"""


@pytest.mark.process
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check"], "no faults"),
        (["ask", "/bio raina"], "Inhuman"),
        (["run"], "Inhuman"),
    ],
)
def test_pack_tools_need_no_posix_module(words: list[str], said: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_POSIX, *words],
        cwd=tmp_path,
        input="/bio raina\n",
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 0, ended.stderr
    assert said in ended.stdout
