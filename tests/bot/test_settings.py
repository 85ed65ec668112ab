"""The operator's settings, and how invalid ones are reported."""

from pathlib import Path

import pytest

from bot import settings as settings_
from bot.settings import SettingsError
from bot.simulator.server import TOKEN
from lore.ledger.own_shards import OwnShards

LEDGER = "postgresql://lorebot:open%20sesame@db.example.org/lorebot"


@pytest.fixture(autouse=True)
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path from which `.env` is read."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".env"


def faults() -> list[str]:
    return settings_.examined()[1]


def test_all_faults_are_reported_at_once(env_file: Path) -> None:
    text = f"LORE_LOG_LEVEL=loud\nLORE_CONTACT={'x' * 201}\nLORE_BAKUP_KEEP=3\nLORE_BACKUP_HOURS\n"
    env_file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        settings_.load()
    assert str(refused.value).splitlines() == [
        "These settings (environment or .env) cannot be used:",
        "  .env, line 4: it has not the form NAME=value",
        "  LORE_BAKUP_KEEP: there is no such setting; did you mean LORE_BACKUP_KEEP?",
        "  LORE_LOG_LEVEL: 'loud' is none of DEBUG, INFO, WARNING or ERROR",
        "  LORE_CONTACT: is 201 characters long, 200 are allowed",
    ]


def test_valid_settings_are_kept_beside_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LORE_LOG_LEVEL", "loud")
    monkeypatch.setenv("LORE_BACKUP_KEEP", "3")
    settings, _ = settings_.examined(data_dir=Path("elsewhere"))
    assert (settings.log_level, settings.backup_keep) == ("INFO", 3)
    assert settings.data_dir == Path("elsewhere")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("hunter2 is the token\n", 1),
        ("LORE_LOG_LEVEL=INFO\n\n# A comment.\n\nDISCORD_TOKEN='hunter2\n", 5),
        ('\r\nDISCORD_TOKEN="hunter2\r\nLORE_LOG_LEVEL=INFO\r\n', 2),
    ],
)
def test_unparsable_line_is_reported_by_number_and_not_shown(
    env_file: Path, caplog: pytest.LogCaptureFixture, text: str, line: int
) -> None:
    env_file.write_bytes(text.encode())
    assert faults() == [f".env, line {line}: it has not the form NAME=value"]
    assert caplog.records == []


@pytest.mark.parametrize(
    "text", ["export LORE_BACKUP_KEEP=3\n", "\ufeffLORE_BACKUP_KEEP='3' # a\n"]
)
def test_valid_forms_of_env_files_are_read(env_file: Path, text: str) -> None:
    env_file.write_text(text, encoding="utf-8")
    settings, faults = settings_.examined()
    assert (settings.backup_keep, faults) == (3, [])


def test_settings_that_are_not_text_are_refused(env_file: Path) -> None:
    env_file.write_bytes(b"LORE_CONTACT=\xff\xfe\n")
    assert faults() == [".env cannot be read: it is not UTF-8 text"]


def test_maximum_text_length_can_be_lowered_but_not_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LORE_CHARACTERS_PER_NAME", "40")
    monkeypatch.setenv("LORE_CHARACTERS_PER_TEXT", "4001")
    settings, faults = settings_.examined()
    assert (settings.quota.name, settings.quota.text) == (40, 4000)
    assert faults == ["LORE_CHARACTERS_PER_TEXT: '4001' is too high: 4000 at most"]


@pytest.mark.parametrize(
    ("ids", "count", "fault"),
    [
        ("0,1", "", "needs LORE_SHARD_COUNT, how many there are in all"),
        ("0 2", "2", "are counted from 0 to LORE_SHARD_COUNT - 1"),
        ("0 0 1", "4", "name a shard twice"),
        ("a", "2", "'a' is not a whole number"),
    ],
)
def test_invalid_shard_ids_are_reported(
    monkeypatch: pytest.MonkeyPatch, ids: str, count: str, fault: str
) -> None:
    monkeypatch.setenv("LORE_SHARD_IDS", ids)
    monkeypatch.setenv("LORE_SHARD_COUNT", count)
    assert faults() == [f"LORE_SHARD_IDS: {fault}"]


def test_invalid_shard_count_is_one_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LORE_SHARD_IDS", "0")
    monkeypatch.setenv("LORE_SHARD_COUNT", "two")
    assert faults() == ["LORE_SHARD_COUNT: 'two' is not a whole number"]


@pytest.mark.parametrize(
    ("url", "count", "ids", "fault"),
    [
        ("", "4", "", "needs a ledger in PostgreSQL, which LORE_LEDGER_URL names"),
        (LEDGER, "", "", "needs LORE_SHARD_COUNT, at least one shard for each of them"),
        (LEDGER, "1", "", "needs LORE_SHARD_COUNT, at least one shard for each of them"),
        (LEDGER, "4", "0,1", "takes no LORE_SHARD_IDS beside it, as it shares the shards out"),
    ],
)
def test_invalid_number_of_processes_is_reported(
    monkeypatch: pytest.MonkeyPatch, url: str, count: str, ids: str, fault: str
) -> None:
    monkeypatch.setenv("LORE_LEDGER_URL", url)
    monkeypatch.setenv("LORE_SHARD_COUNT", count)
    monkeypatch.setenv("LORE_SHARD_IDS", ids)
    monkeypatch.setenv("LORE_PROCESSES", "2")
    assert faults() == [f"LORE_PROCESSES: {fault}"]


def test_processes_share_all_shards_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LORE_LEDGER_URL", LEDGER)
    monkeypatch.setenv("LORE_SHARD_COUNT", "5")
    monkeypatch.setenv("LORE_PROCESSES", "3")
    shares = [settings_.load().own_shards(slot) for slot in range(3)]
    assert shares == [OwnShards(5, (0,)), OwnShards(5, (1, 2)), OwnShards(5, (3, 4))]


def test_token_may_be_in_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text(f" {TOKEN}\n")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", "token")
    token = settings_.load().token
    assert token is not None
    assert token.get_secret_value() == TOKEN


@pytest.mark.parametrize(
    ("content", "fault"),
    [(None, "cannot be read: No such file or directory"), (" \n", "holds no token")],
)
def test_file_without_a_token_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, content: str | None, fault: str
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN_FILE", "token")
    if content is not None:
        Path("token").write_text(content)
    assert faults() == [f"DISCORD_TOKEN_FILE: token {fault}"]


@pytest.mark.parametrize("name", ["DISCORD_TOKEN_FILE", "LORE_HEALTH_PORT", "LORE_LOG_LEVEL"])
def test_token_in_another_setting_is_not_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, TOKEN)
    [fault] = faults()
    assert TOKEN not in fault


@pytest.mark.parametrize("text", ["example.org/privacy", "ftp://a.org", "https://", "https://a b"])
def test_a_policy_that_is_not_a_web_address_is_refused(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LORE_PRIVACY_URL", text)
    assert faults() == ["LORE_PRIVACY_URL: is no address such as https://example.org/privacy"]


@pytest.mark.parametrize("in_file", [False, True])
def test_address_of_the_ledger_hides_its_password(
    monkeypatch: pytest.MonkeyPatch, in_file: bool
) -> None:
    Path("address").write_text(f"{LEDGER}\n")
    name, value = ("_FILE", "address") if in_file else ("", LEDGER)
    monkeypatch.setenv(f"LORE_LEDGER_URL{name}", value)
    settings = settings_.load()
    assert settings.ledger_address
    assert settings.ledger_address.url == LEDGER
    assert "sesame" not in f"{settings!r} {settings.ledger_address} {settings.ledger_address!r}"
    assert {"open%20sesame", "open sesame", LEDGER} <= set(settings.secrets)


@pytest.mark.parametrize("in_file", [False, True])
@pytest.mark.parametrize("url", ["mysql://a:sesame@b/c", "a:sesame@b", "postgresql://a:sesame@b"])
def test_other_texts_are_no_address_of_a_ledger(
    monkeypatch: pytest.MonkeyPatch, url: str, in_file: bool
) -> None:
    Path("address").write_text(url)
    name, value = ("_FILE", "address") if in_file else ("", url)
    monkeypatch.setenv(f"LORE_LEDGER_URL{name}", value)
    [fault] = faults()
    assert fault.startswith(f"LORE_LEDGER_URL{name}: ")
    assert "is no address such as postgresql://lorebot:PASSWORD@localhost/lorebot" in fault
    assert "sesame" not in fault
