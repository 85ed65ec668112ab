"""`lorebot check --fix`: writes into a pack's files what is certain, and says what it changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from lore.errors import LoreError, PackFault
from lore.files import write_whole
from lore.pack import former_tiers, licences, published
from lore.pack.check import Checked, check
from lore.pack.problems import PackProblem
from lore.pack.reader import PACK_FILE, Reading
from lore.pack.schema import write as write_schemas
from lore.pack.text_files import NotTextError
from lore.pack.toml_file import RowMend
from lore.text.wording import shown

_SCHEMAS = "schema"
# What is mended may bring to light what can be mended as well.
_ROUNDS = 4

Tell = Callable[[PackFault], None]


class FixError(LoreError):
    """A file cannot be written; what stood in it stands there still."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file} cannot be written: {why}. Nothing was changed in it.")


def fix(folder: Path, of_documents: Path | None, tell: Tell, **how: Any) -> Checked:
    """Mend all that is certain and check anew; `tell` is told of each change once it is made.

    `how` goes on to the check. FixError when a file cannot be written.
    """
    found = check(folder, of_documents, **how)
    for _ in range(_ROUNDS):
        if not _mended(found.reading, tell):
            break
        found = check(folder, of_documents, **how)
    return found


def _mended(reading: Reading, tell: Tell) -> bool:
    """Tell whether anything could be mended."""
    by_file: dict[str, list[PackProblem]] = defaultdict(list)
    for problem in (*reading.problems, *reading.remarks):
        if problem.mend is not None:
            by_file[problem.where.file].append(problem)
    changed = _modernise(reading, tell)
    for name, file in reading.files.items():
        path = reading.folder / name
        if file.mends:
            changed |= _mend_rows(path, name, file.mends, tell)
        elif name in by_file:
            changed |= rewrite(reading, path, by_file[name], tell)
    return changed or _credit(reading, tell) or _publish(reading, tell)


def _modernise(reading: Reading, tell: Tell) -> bool:
    """Write a pack from before [[tiers]] as new ones are, with a schema for each file."""
    path = reading.folder / PACK_FILE
    file = reading.files.get(PACK_FILE)
    if file is None or file.faults or file.mends:
        return False
    text = text_in(path)
    new = former_tiers.rewritten(text)
    if new == text:
        return False
    if not (reading.folder / _SCHEMAS).exists():
        write_schemas(reading.folder / _SCHEMAS)
        tell(PackFault(_SCHEMAS, 1, "for editors, the schema of each kind of file is there now"))
    # What tells that the pack is a former one comes last.
    for name in sorted(reading.files, key=lambda name: (name == PACK_FILE, name)):
        text = new if name == PACK_FILE else text_in(reading.folder / name)
        if not text.startswith("#:schema"):
            end = "\r\n" if "\r\n" in text else "\n"
            text = f"{_schema_line(name)}{end}{text}"
            tell(PackFault(name, 1, "a line for editors names its schema now"))
        replace_text(reading.folder / name, text)
    tell(PackFault(PACK_FILE, 1, "[tiers] is [[tiers]] now"))
    return True


def _schema_line(name: str) -> str:
    """Return the first line of a file of the pack, which tells an editor what may stand in it."""
    kind = {PACK_FILE: "pack", "events": "event", "quotes": "quotes"}.get(name.split("/")[0])
    return f"#:schema {'../' * name.count('/')}{_SCHEMAS}/{kind or 'entry'}.json"


def _credit(reading: Reading, tell: Tell) -> bool:
    """Write LICENCE.txt where it is out of step with the pack."""
    wrong = any(fault.mendable for fault in licences.faults(reading))
    if wrong:
        write_licences(reading, tell)
    return wrong


def write_licences(reading: Reading, tell: Tell) -> None:
    """Bring LICENCE.txt into step with the pack."""
    path = reading.folder / licences.FILE
    try:
        text, changes = licences.text_and_changes(reading)
    except (NotTextError, OSError) as error:
        raise FixError(path, f"it {error}") from error
    if changes:
        replace_text(path, text)
    for change in changes:
        tell(change)


def _publish(reading: Reading, tell: Tell) -> bool:
    """List the ids that are new in a pack without faults, if it has a list of ids."""
    new = [] if reading.faults() else published.unlisted(reading)
    if new:
        path = reading.folder / published.FILE
        text = text_in(path)
        whole = text if text.endswith("\n") or not text else f"{text}\n"
        replace_text(path, whole + "".join(f"{line}\n" for line in new))
        for line, id in enumerate(new, whole.count("\n") + 1):
            tell(PackFault(published.FILE, line, f"{id} is listed now"))
    return bool(new)


def _mend_rows(path: Path, name: str, mends: Mapping[int, RowMend], tell: Tell) -> bool:
    """Write these rows, counted from 0, as they have to be."""
    text = text_in(path)
    lines = text.split("\n")
    changes = []
    for row, mend in mends.items():
        if (line := mend.mended(lines[row])) != lines[row]:
            lines[row] = line
            changes.append(PackFault(name, row + 1, mend.done))
    if changes:
        replace_text(path, "\n".join(lines))
    for change in changes:
        tell(change)
    return bool(changes)


def rewrite(reading: Reading, path: Path, mends: list[PackProblem], tell: Tell) -> bool:
    """Write into a file what is right there, and rename it if its name is no id."""
    text = text_in(path)
    try:
        document = tomlkit.parse(text)
    except TOMLKitError:
        # What could be read of the file was checked, but it has to be mended by hand first.
        return False
    changes, new_name = [], None
    for problem in mends:
        if problem.where.path == ("id",) and problem.where.file != PACK_FILE:
            new_name = f"{problem.mend}.toml"
            continue
        before = _set(document, problem.where.path, problem.mend)
        if before != problem.mend:
            key = next(key for key in reversed(problem.where.path) if isinstance(key, str))
            what = f"{key}: {shown(before)} is {shown(problem.mend)} now"
            changes.append(replace(reading.fault(problem), what=what))
    if (new := tomlkit.dumps(document)) != text:
        replace_text(path, new)
    if new_name and not (target := path.with_name(new_name)).exists():
        _rename(path, target)
        changes.append(PackFault(problem.where.file, 1, f"the file is called {new_name} now"))
    for change in changes:
        tell(change)
    return bool(changes)


def _set(document: Any, path: tuple[str | int, ...], value: object) -> Any:
    """Set the value at a path; return what stood there, None if nothing did."""
    for step in path[:-1]:
        document = document[step]
    last: Any = path[-1]
    is_there = isinstance(last, int) or last in document
    before: Any = document[last] if is_there else None
    document[last] = value
    return before.unwrap() if hasattr(before, "unwrap") else before


def text_in(path: Path) -> str:
    """Return the text of a file with its line ends as they are."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return file.read()


def replace_text(path: Path, text: str) -> None:
    """Put a text in place of a file's in one step: there is the old one or the new."""
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise FixError(path, str(error.strerror)) from error


def _rename(path: Path, target: Path) -> None:
    try:
        path.rename(target)
    except OSError as error:
        raise FixError(path, str(error.strerror)) from error
