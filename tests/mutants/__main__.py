"""Changes the code in one place at a time, and says which changes no test notices.

A copy of the checkout is changed, and of the tests those run that come by the changed lines.
"""

import argparse
import ast
import difflib
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import coverage
import pytest
from cosmic_ray.commands import init
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec

from tests.mutants.operators import install

ROOT = Path(__file__).parents[2]
AREAS = tomllib.loads((Path(__file__).parent / "areas.toml").read_text())
SEED = 13
# What takes long to import and is not changed: each run of the tests has it already.
LIBRARIES = ("aiohttp", "discord", "jsonschema", "numpy", "pydantic", "typer")
OPTIONS = (
    *("-x", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not slow and not process"),
    # A test that is slow on a busy machine has not noticed anything.
    *("--timeout", "0"),
)

fork = multiprocessing.get_context("fork")


class Known(NamedTuple):
    """The tests of an area: which of them come by each line of the code, how long each takes."""

    by_line: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]

    def tests(self, file: str, lines: Iterable[int]) -> list[str]:
        """Return the tests that come by these lines, or else by the file, the quickest first."""
        by_line = self.by_line.get(file, {})
        found = {test for line in lines for test in by_line.get(line, ())} - {""}
        if not found:
            found = {test for tests in by_line.values() for test in tests} - {""}
        return sorted(found & self.seconds.keys(), key=lambda test: self.seconds[test])


class Watching:
    """Notes which test runs, for how long, and whether it fails."""

    def __init__(self, traced: coverage.Coverage) -> None:
        self._traced = traced
        self.seconds: dict[str, float] = defaultdict(float)
        self.failed: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self._traced.switch_context(item.nodeid)
        result = yield
        self._traced.switch_context("")
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.failed.add(report.nodeid)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("areas", nargs="*", choices=[[], *AREAS], help="all if none is named")
    parser.add_argument("--sample", type=int, default=40, help="changes of each area; 0 for all")
    asked = parser.parse_args()
    install()
    for library in LIBRARIES:
        import_module(library)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tempfile.tempdir = folder
        copy = copied(Path(folder))
        os.chdir(copy)
        sys.path.insert(0, str(copy))
        for area in asked.areas or AREAS:
            report(area, asked.sample)


def copied(folder: Path) -> Path:
    """Return the checkout as it is, without what git ignores, in a folder of its own."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.check_output(listed, cwd=ROOT, text=True).split("\0"):
        if name and (ROOT / name).is_file():
            (folder / "code" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / "code" / name)
    if (ROOT.parent / "shared").is_dir():
        (folder / "shared").symlink_to(ROOT.parent / "shared")
    return folder / "code"


def report(area: str, sample: int) -> None:
    """Try an area's changes, and print each that survives and how many do not."""
    code = globbed(AREAS[area]["code"])
    known = run_all(code, globbed(AREAS[area]["tests"]))
    tried = whole = changes(code)
    if sample and len(whole) > sample:
        tried = sorted(random.Random(SEED).sample(whole, sample), key=place)
    killed = sum(is_killed(one, known) for one in tried)
    of = f" of {len(whole)}, drawn with seed {SEED}" if len(tried) < len(whole) else ", all"
    print(f"{area}: {killed} of {len(tried)} killed ({killed / len(tried):.0%}){of}", flush=True)


def globbed(patterns: Iterable[str]) -> list[Path]:
    """Return the files that the patterns name."""
    return sorted({file for pattern in patterns for file in Path().glob(pattern)})


def place(change: MutationSpec) -> tuple[str, int, int, str, int]:
    return str(change.module_path), *change.start_pos, change.operator_name, change.occurrence


def changes(code: Sequence[Path]) -> list[MutationSpec]:
    """Return all changes to the code, in its order."""
    with (
        tempfile.TemporaryDirectory() as folder,
        use_db(f"{folder}/work.db", WorkDB.Mode.create) as work,
    ):
        init(code, work, {})
        every = [one for item in work.work_items for one in item.mutations]
    # How a record is made is not what it is for.
    lines = {file: file.read_text().split("\n") for file in code}
    kept = [
        one
        for one in every
        if not lines[one.module_path][one.start_pos[0] - 1].startswith("@dataclass")
    ]
    return sorted(kept, key=place)


def run_all(code: Sequence[Path], tests: Sequence[Path]) -> Known:
    """Run all tests of an area once as the code is, and note which lines each comes by."""

    def run() -> None:
        traced = coverage.Coverage("known.coverage", include=list(map(str, code)))
        watching = Watching(traced)
        traced.start()
        pytest.main([*OPTIONS[1:], *map(str, tests)], plugins=[watching])
        traced.stop()
        traced.save()
        stood = {test: s for test, s in watching.seconds.items() if test not in watching.failed}
        Path("known.json").write_text(json.dumps(stood))
        for test in watching.failed:
            print(f"left out, as it fails already: {test}", file=sys.stderr)

    Path("known.coverage").unlink(missing_ok=True)
    in_child(run, None)
    data = coverage.CoverageData("known.coverage")
    data.read()
    by_line = {
        str(Path(file).relative_to(Path().resolve())): data.contexts_by_lineno(file)
        for file in data.measured_files()
    }
    return Known(by_line, json.loads(Path("known.json").read_text()))


def is_killed(change: MutationSpec, known: Known) -> bool:
    """Make a change and run what comes by it; print it if no test fails."""
    file = change.module_path
    tests = known.tests(str(file), statement(file.read_text(), change.start_pos[0]))
    operator = get_operator(change.operator_name)(**change.operator_args)

    def run() -> None:
        sys.dont_write_bytecode = True
        os._exit(pytest.main([*OPTIONS, *tests]))

    with use_mutation(file, operator, change.occurrence) as (before, after):
        limit = 60 + 5 * sum(known.seconds[test] for test in tests)
        killed = bool(tests) and in_child(run, limit) != 0
    if not killed:
        print(f"survived: {file}:{change.start_pos[0]}, which {len(tests)} tests come by")
        lines = difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=0)
        print("\n".join(f"  {line}" for line in [*lines][3:]), flush=True)
    return killed


def statement(source: str, line: int) -> range:
    """Return the lines of the smallest statement around a line, or only that line."""
    around = [
        range(node.lineno, (node.end_lineno or 0) + 1)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return min(around, key=len, default=range(line, line + 1))


def in_child(run: Callable[[], None], limit: float | None) -> int:
    """Run it in a process of its own; what it exits with, -1 if it is not through in time."""

    def quiet() -> None:
        with Path("output.log").open("w") as log:
            os.dup2(log.fileno(), 1)
            if limit is not None:
                os.dup2(log.fileno(), 2)
            run()

    child = fork.Process(target=quiet, daemon=True)
    child.start()
    child.join(limit)
    if child.is_alive():
        child.kill()
        child.join()
        return -1
    return child.exitcode or 0


if __name__ == "__main__":
    main()
