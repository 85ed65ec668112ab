"""The folders and their walls, as ARCHITECTURE.md has them."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = sorted(path for room in ("lore", "bot") for path in (ROOT / room).rglob("*.py"))
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """Parse a file, once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes_of(path: Path) -> list[ast.AST]:
    """Return everything in the tree of a file."""
    return list(ast.walk(tree_of(path)))


def imported(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, wherever in it."""
    for node in nodes_of(path):
        yield from names_in(node)


def names_in(node: ast.AST) -> Iterator[str]:
    """Yield what a statement imports; nothing if it is none that imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def forbidden_imports(room: str, *forbidden: str) -> list[str]:
    """Return imports of the forbidden modules in the files of a folder."""
    return [
        f"{name_of(path)}: {module}"
        for path in sorted((ROOT / room).rglob("*.py"))
        for module in imported(path)
        if any(f"{module}.".startswith(f"{one}.") for one in forbidden)
    ]


def module_of(path: Path) -> str:
    """Return the name under which a file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def nearest(name: str, modules: set[str]) -> str | None:
    """Return the module that an imported name is, or stands in."""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name or None


def calling(path: Path) -> Iterator[str]:
    """Yield the last name of each call: `send` for `interaction.response.send()`."""
    for node in nodes_of(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def lines_of(node: ast.stmt) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def own_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without those of the functions directly inside it."""
    inner = sum(lines_of(node) for node in function.body if isinstance(node, FUNCTIONS))
    return lines_of(function) - inner


def test_lore_imports_neither_discord_nor_the_bot() -> None:
    assert forbidden_imports("lore", "discord", "bot", "aiohttp", "typer", "rich") == []


def test_simulator_imports_nothing_of_the_bot() -> None:
    other_rooms = [f"bot.{path.stem}" for path in (ROOT / "bot").iterdir()]
    other_rooms.remove("bot.simulator")

    assert forbidden_imports("bot/simulator", "lore", "discord", *other_rooms) == []


def test_no_module_imports_in_a_circle_not_even_for_types() -> None:
    modules = {module_of(path) for path in OURS}
    graph = {
        module_of(path): {m for name in imported(path) if (m := nearest(name, modules))}
        for path in OURS
    }

    # It raises where there is a circle, and names it.
    assert set(TopologicalSorter(graph).static_order()) == modules


FEATURES = sorted(path.parent.name for path in (ROOT / "bot/features").glob("*/__init__.py"))


def exported(feature: str) -> set[str]:
    """Return what a feature hands to others: the names in its `__init__`."""
    tree = ast.parse((ROOT / "bot/features" / feature / "__init__.py").read_text("utf-8"))
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@pytest.mark.parametrize("feature", FEATURES)
def test_features_import_of_each_other_only_ids_and_what_they_export(feature: str) -> None:
    allowed = {
        f"bot.features.{other}.{name}" for other in FEATURES for name in (*exported(other), "ids")
    }
    imports = [
        f"{name_of(path)}: {module}"
        for path in sorted((ROOT / "bot/features" / feature).rglob("*.py"))
        for module in imported(path)
        if module.startswith("bot.features.")
        if not module.startswith(f"bot.features.{feature}.")
        if module not in allowed and module.rpartition(".")[0] not in allowed
    ]

    assert imports == []


def test_the_core_knows_no_feature_and_not_what_runs_it() -> None:
    assert forbidden_imports("bot/core", "bot.features", "bot.app", "bot.client", "bot.cli") == []


def test_views_import_no_ledger_catalogue_or_commands() -> None:
    views = [
        name_of(path)
        for path in (ROOT / "bot/features").rglob("*.py")
        if path.stem == "views" or "views" in path.parts
    ]
    forbidden = (
        *("bot.app", "bot.client", "bot.core.request", "lore.query.library", "lore.catalogue"),
        *("lore.ledger.port", "lore.ledger.sqlite", "sqlite3"),
    )
    found = forbidden_imports("bot/features", *forbidden)

    assert len(views) > 8
    assert [line for line in found if line.partition(":")[0] in views] == []


def test_custom_ids_depend_on_nothing_of_the_bot_but_how_they_are_written() -> None:
    ids = list((ROOT / "bot/features").rglob("ids.py"))
    elsewhere = [
        f"{name_of(path)}: {module}"
        for path in ids
        for module in imported(path)
        if module.startswith("bot.")
        if not module.startswith(("bot.core.ids.", "bot.core.limits.", "bot.core.text."))
    ]

    assert len(ids) > 6
    assert elsewhere == []


def test_search_imports_no_lore() -> None:
    elsewhere = [f"lore.{path.stem}" for path in (ROOT / "lore").iterdir()]
    elsewhere.remove("lore.search")

    assert forbidden_imports("lore/search", *elsewhere) == []


def test_sql_lives_in_catalogue_and_ledger() -> None:
    users = {line.split(":")[0] for line in forbidden_imports("lore", "sqlite3", "aiosqlite")}

    assert {user for user in users if not user.startswith("lore/ledger/")} == {
        "lore/catalogue/database.py"
    }


# What makes, copies, checks and opens the ledger's file as such.
OF_THE_FILE = {f"lore/ledger/sqlite/{name}.py" for name in (
    "backup", "database", "file_rows", "inspecting", "lineage", "migrate", "schema",
)}  # fmt: skip

# What makes and opens the ledger in PostgreSQL as such.
OF_THE_SERVER = {f"lore/ledger/postgres/{name}.py" for name in (
    "announcing", "database", "fleet", "inspecting", "migrate", "note", "server_rows", "slot",
    "tickets", "timeline",
)}  # fmt: skip


def test_sql_statements_are_behind_the_ledgers_port() -> None:
    statement = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|PRAGMA)\b [\w*(]")
    found = {
        name_of(path)
        for path in OURS
        for node in nodes_of(path)
        if isinstance(node, ast.Constant)
        if isinstance(node.value, str) and statement.search(node.value)
    }

    shared = {name for name in found if name.startswith("lore/ledger/verbs/")}
    assert found - shared == {"lore/catalogue/database.py", *OF_THE_FILE, *OF_THE_SERVER}
    assert len(shared) > 10


def test_the_shared_statements_know_no_engine() -> None:
    engines = ("sqlite3", "aiosqlite", "lore.ledger.sqlite", "asyncpg", "lore.ledger.postgres")

    assert forbidden_imports("lore/ledger/verbs", *engines) == []
    assert forbidden_imports("lore/ledger/unit.py", *engines) == []


def test_ledgers_in_files_need_no_package_for_postgresql() -> None:
    # What is imported within a function is not imported before it is called.
    at_once = [
        (name_of(path), module)
        for path in OURS
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        for module in names_in(node)
    ]
    needing, before = {"asyncpg"}, set[str]()
    while needing != before:
        before = set(needing)
        needing |= {
            user.removesuffix(".py").replace("/", ".")
            for user, module in at_once
            if any(f"{module}.".startswith(f"{name}.") for name in before)
        }

    assert "lore.ledger.postgres.database" in needing
    ours = {name for name in needing if not name.startswith("lore.ledger.postgres.")}
    assert ours == {"asyncpg"}


OF_THE_PACK = re.compile(r"\b(film|canon|fan)\b", re.IGNORECASE)


def test_only_packs_contain_the_names_of_tiers() -> None:
    named = [
        f"{name_of(path)}:{node.lineno}: {node.value}"
        for path in OURS
        for node in nodes_of(path)
        if isinstance(node, ast.Constant)
        if isinstance(node.value, str) and OF_THE_PACK.search(node.value)
    ]

    assert named == []


@pytest.mark.parametrize(
    ("call", "allowed"),
    [
        # Elsewhere it might be sent beside an acknowledgement, of which Discord takes one.
        ("send_message", ("bot/core/request.py",)),
        ("edit_message", ("bot/core/request.py", "bot/simulator/")),
        ("send_modal", ("bot/core/request.py",)),
        ("followup", ("bot/core/request.py",)),
    ],
)
def test_interactions_are_answered_only_in_allowed_files(
    call: str, allowed: tuple[str, ...]
) -> None:
    senders = {name_of(p) for p in (ROOT / "bot").rglob("*.py") if call in set(calling(p))}

    assert {sender for sender in senders if not sender.startswith(allowed)} == set()


REST = {"fetch_member", "fetch_channel", "fetch_user", "fetch_message", "create_dm"}


def test_requests_to_discord_are_made_where_they_cannot_be_cancelled() -> None:
    """A request that is cancelled while a limit holds it can hold up all later ones."""
    elsewhere = [
        f"{name_of(path)}: {call.func.attr}"
        for path in (ROOT / "bot").rglob("*.py")
        if not name_of(path).startswith("bot/simulator/")
        for awaited in nodes_of(path)
        if isinstance(awaited, ast.Await)
        if isinstance(call := awaited.value, ast.Call) and isinstance(call.func, ast.Attribute)
        if call.func.attr in REST
        or (call.func.attr == "send" and ast.unparse(call.func.value).endswith("channel"))
    ]

    assert elsewhere == []


def test_no_function_is_longer_than_40_lines() -> None:
    assert [
        f"{name_of(path)}: {function.name}"
        for path in OURS
        for function in nodes_of(path)
        if isinstance(function, FUNCTIONS) and own_lines(function) > 40
    ] == []


def test_no_two_classes_have_one_name() -> None:
    places: dict[str, list[str]] = {}
    for path in OURS:
        for node in nodes_of(path):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(name_of(path))

    assert {name: files for name, files in places.items() if len(files) > 1} == {}


CACHES = {"LayoutCache", "Recent", "SharedCache", "defaultdict", "OrderedDict"}


def test_no_module_keeps_a_cache() -> None:
    """What lives as long as the process would outlive the pack that it was made of."""
    kept = [
        f"{name_of(path)}:{node.lineno}"
        for path in OURS
        for node in tree_of(path).body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Call)
        if ast.unparse(node.value.func).partition("[")[0] in CACHES
    ]

    assert kept == []


# What is remembered for as long as the process lives depends on nothing that people wrote.
REMEMBERING = {
    "bot/core/ids.py": "how the fields of each class of custom_ids are read",
    "bot/simulator/limits.py": "which messages were judged; it knows no pack and no server",
    "lore/query/questions/words.py": "the stems of words",
    "lore/qotd/timetable.py": "the zones that tzdata lists",
    "lore/search/scripts.py": "what a character is",
    "lore/search/words.py": "what a character is",
    "lore/ledger/postgres/statements.py": "how a statement of ours is written for PostgreSQL",
}


def test_no_function_remembers_what_packs_or_servers_hold() -> None:
    """What a method remembers goes with its object; what a function does stays."""
    remembering = {
        name_of(path)
        for path in OURS
        for node in tree_of(path).body
        if isinstance(node, FUNCTIONS)
        for decorator in node.decorator_list
        if ast.unparse(decorator).partition("(")[0].rpartition(".")[2] in {"cache", "lru_cache"}
    }

    assert remembering == REMEMBERING.keys()


def test_every_module_says_first_what_it_is_for() -> None:
    modules = {path: tree_of(path) for path in OURS}

    assert [name_of(path) for path, tree in modules.items() if not ast.get_docstring(tree)] == []


# With these begins what says what something is, not what it does.
NO_VERB = re.compile(
    r"(?:An?|All|As|Both|By|Each|Every|Everything|For|How|In|Its|Likewise|Many|Of|On|One|Several|"
    r"That|The|These|This|Those|Two|What|When|Whenever|Where|Whether|Which|Who|Why|Within)\b"
)


def test_docstrings_of_functions_begin_with_a_verb() -> None:
    docstrings = {
        f"{name_of(path)}: {node.name}": docstring
        for path in [*OURS, *sorted((ROOT / "tests").rglob("*.py"))]
        for node in nodes_of(path)
        if isinstance(node, FUNCTIONS) and (docstring := ast.get_docstring(node))
        # What a test is for is its name, and people read what a command is for.
        if not node.name.startswith("test_")
        and not any("command" in ast.unparse(one) for one in node.decorator_list)
    }

    assert len(docstrings) > 2000
    assert {place: one for place, one in docstrings.items() if NO_VERB.match(one)} == {}


# Imports, in a process of its own each, one module before all others of ours.
IMPORT_FIRST = """
import importlib, os, sys
import aiohttp, discord, jellyfish, numpy, prometheus_client, pydantic, rapidfuzz, rich, typer
for module in sys.argv[1:]:
    if not os.fork():
        importlib.import_module(module)
        os._exit(0)
    if os.wait()[1]:
        print(module)
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_module_of_a_feature_can_be_imported_before_all_others() -> None:
    # Features export to each other, so that one may need another that is only half there.
    modules = [module_of(path) for path in (ROOT / "bot/features").rglob("*.py")]
    command = [sys.executable, "-c", IMPORT_FIRST, *modules]

    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == ""


ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def defined(path: Path) -> set[str]:
    """Return the functions, classes and methods of a file: `Library.look_up`."""
    names: set[str] = set()
    for node in tree_of(path).body:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{one.name}" for one in node.body if isinstance(one, FUNCTIONS)}
    return names


def test_every_place_that_the_architecture_page_names_exists() -> None:
    places = set(re.findall(r"`((?:lore|bot|tests|seeds|deploy)/[\w/.]*)`", ARCHITECTURE))

    assert len(places) > 40
    assert {place for place in places if not (ROOT / place).exists()} == set()


def test_the_walks_go_through_functions_that_are_there() -> None:
    steps = re.findall(r"`(\S+\.py)`:\s+`([\w.]+)`", ARCHITECTURE)

    assert len(steps) > 20
    assert [(file, name) for file, name in steps if name not in defined(ROOT / file)] == []


def test_the_map_has_every_folder_of_the_code() -> None:
    folders = {
        path.parent.relative_to(ROOT).as_posix()
        for room in ("lore", "bot")
        for path in (ROOT / room).rglob("__init__.py")
    }
    # Inside a feature its own `__init__` says what it is.
    folders = {one for one in folders if not one.startswith("bot/features/")} - {"lore", "bot"}
    drawn = set(re.findall(r"^\| `((?:lore|bot)/[\w/]+)` \|", ARCHITECTURE, re.MULTILINE))

    assert drawn == folders
