"""The privacy policy and the terms: true to the ledger's tables, and linked where they exist."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import discord
import pytest

from bot.features.about.operator import Operator
from bot.features.privacy import views as privacy
from bot.settings import Settings
from lore.ledger.migrations import migrations_in
from lore.ledger.sqlite.migrate import migrate
from lore.ledger.sqlite.schema import MIGRATIONS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return every table of a new ledger with its columns."""
    file = tmp_path_factory.mktemp("new") / "ledger.db"
    migrate(file, migrations_in(MIGRATIONS))
    with closing(sqlite3.connect(file)) as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type='table'")]
        return {
            table: [row[1] for row in db.execute(f"PRAGMA table_info({table})")] for table in tables
        }


@pytest.fixture(scope="module")
def policy() -> dict[str, str]:
    """Return what the policy says about each table."""
    text = (DOCS / "privacy.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.MULTILINE))


def test_policy_lists_exactly_the_tables_of_the_ledger(
    policy: dict[str, str], columns: dict[str, list[str]]
) -> None:
    assert set(policy) == set(columns)


def test_policy_says_which_tables_hold_a_persons_id(
    policy: dict[str, str], columns: dict[str, list[str]]
) -> None:
    holding = {table for table, names in columns.items() if any(n.endswith("_by") for n in names)}

    assert {
        table for table, said in policy.items() if "their id" in said or "id of who" in said
    } == (holding)


def test_policy_states_how_many_backups_are_kept(settings: Settings) -> None:
    text = (DOCS / "privacy.md").read_text(encoding="utf-8")

    assert f"({settings.backup_keep} by default, one a day)" in text
    assert settings.backup_hours == 24


def test_privacy_links_to_the_operators_policies() -> None:
    operator = Operator("me", "https://example.org/privacy", "https://example.org/terms")
    links = [
        item.url
        for item in privacy.notice(operator).walk_children()
        if isinstance(item, discord.ui.Button) and item.url
    ]

    assert links == ["https://example.org/privacy", "https://example.org/terms"]


def test_privacy_has_no_link_if_the_operator_set_none() -> None:
    assert not list(Operator("me").links())
