"""The operator's settings: read once from the environment and `.env`, with all faults reported."""

from __future__ import annotations

import getpass
import logging
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import (
    AfterValidator,
    AliasChoices,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

import lore
from bot.core.connection.proxies import Proxies, proxy_url
from bot.core.tokens import FORM, HIDDEN
from bot.features.about.operator import Operator
from lore.curation.quota import Quota
from lore.errors import LoreError
from lore.files import plain_file
from lore.ledger.own_shards import ALONE, Fleet, OwnShards
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.sqlite.backups import Backups
from lore.pack.model import Tiers
from lore.qotd.timetable import RATE
from lore.text.wording import did_you_mean, wrong_value

ENV_FILE = Path(".env")
# A wheel has the pack inside `lore`; in a checkout it is beside it.
_PLACES = (Path(lore.__file__).with_name("_pack"), Path(lore.__file__).parents[1] / "seeds")
SHIPPED_PACK = next((place for place in _PLACES if place.is_dir()), _PLACES[-1])
QUOTA = Quota()
PROXY_NAMES = ("https_proxy", "no_proxy")
Count = Annotated[int, Field(ge=1)]


def _web_address(text: str) -> str:
    """Check the address of a button, as Discord accepts no other kinds."""
    try:
        address = urlsplit(text)
        sound = address.scheme in ("https", "http") and address.hostname and len(text) <= 512
    except ValueError:
        sound = False
    if text and (not sound or not text.isprintable() or " " in text):
        raise ValueError("is no address such as https://example.org/privacy")
    return text


Link = Annotated[str, AfterValidator(_web_address)]

# python-dotenv warns several times of each unreadable line; we name each once ourselves.
logging.getLogger("dotenv.main").disabled = True


class SettingsError(LoreError):
    """Settings are invalid; the text names every fault."""


class Settings(BaseSettings):
    """The operator's settings; `token` is None if the bot only runs in the simulator."""

    model_config = SettingsConfigDict(
        env_prefix="LORE_", extra="ignore", frozen=True, env_ignore_empty=True
    )

    token: SecretStr | None = Field(
        None, validation_alias=AliasChoices("DISCORD_TOKEN", "LORE_DISCORD_TOKEN")
    )
    token_file: Path | None = Field(
        None, validation_alias=AliasChoices("DISCORD_TOKEN_FILE", "LORE_DISCORD_TOKEN_FILE")
    )
    https_proxy: SecretStr | None = Field(None, validation_alias="https_proxy")
    no_proxy: str = Field("", validation_alias="no_proxy")
    data_dir: Path = Path("data")
    ledger_url: SecretStr | None = None
    ledger_url_file: Path | None = None
    ledger_connections: Annotated[int, Field(ge=2, le=1000)] = 8
    pack: Path = SHIPPED_PACK
    fonts: Path | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    contact: Annotated[str, StringConstraints(max_length=200)] = ""
    privacy_url: Link = ""
    terms_url: Link = ""
    site: Link = ""
    site_tiers: str = ""
    health_port: Annotated[int, Field(ge=0, le=65535)] = 8650
    backup_hours: Annotated[float, Field(ge=0, le=8760)] = 24
    backup_keep: Count = 14
    backup_dir: Path | None = None
    backup_command: str = ""
    person_per_minute: Count = 60
    server_per_minute: Count = 600
    entries_per_server: Count = QUOTA.entries
    quotes_per_server: Count = QUOTA.quotes
    suggestions_waiting: Count = QUOTA.queue
    suggestions_per_day: Count = QUOTA.suggestions_per_day
    characters_per_name: Annotated[int, Field(ge=1, le=QUOTA.name)] = QUOTA.name
    characters_per_line: Annotated[int, Field(ge=1, le=QUOTA.line)] = QUOTA.line
    characters_per_text: Annotated[int, Field(ge=1, le=QUOTA.text)] = QUOTA.text
    characters_per_quote: Annotated[int, Field(ge=1, le=QUOTA.words)] = QUOTA.words
    aliases_per_entry: Annotated[int, Field(ge=0, le=QUOTA.aliases)] = QUOTA.aliases
    shard_count: Count | None = None
    shard_ids: Annotated[tuple[int, ...] | None, NoDecode] = None
    processes: Count = 1
    posts_per_second: Annotated[float, Field(ge=1, le=500)] = RATE

    @field_validator("ledger_url")
    @classmethod
    def _address(cls, url: SecretStr | None) -> SecretStr | None:
        if url:
            PostgresAddress(url.get_secret_value())
        return url

    @field_validator("shard_ids", mode="before")
    @classmethod
    def _separate(cls, value: object) -> object:
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @field_validator("shard_ids")
    @classmethod
    def _counted(cls, ids: tuple[int, ...] | None, info: ValidationInfo) -> tuple[int, ...] | None:
        if ids is None or "shard_count" not in info.data:
            return ids
        count = info.data["shard_count"]
        if count is None:
            raise ValueError("needs LORE_SHARD_COUNT, how many there are in all")
        if any(not 0 <= one < count for one in ids):
            raise ValueError("are counted from 0 to LORE_SHARD_COUNT - 1")
        if len({*ids}) < len(ids):
            raise ValueError("name a shard twice")
        return ids

    @field_validator("processes")
    @classmethod
    def _shared_out(cls, processes: int, info: ValidationInfo) -> int:
        given = info.data
        if processes == 1 or "shard_count" not in given or "ledger_url" not in given:
            return processes
        if not (given["ledger_url"] or given["ledger_url_file"]):
            raise ValueError("needs a ledger in PostgreSQL, which LORE_LEDGER_URL names")
        if (given["shard_count"] or 0) < processes:
            raise ValueError("needs LORE_SHARD_COUNT, at least one shard for each of them")
        if given.get("shard_ids"):
            raise ValueError("takes no LORE_SHARD_IDS beside it, as it shares the shards out")
        return processes

    @property
    def fleet(self) -> Fleet:
        """Return how many processes act on one ledger, and how many shards they share out."""
        return Fleet(self.processes, self.shard_count or 0) if self.processes > 1 else ALONE

    def own_shards(self, slot: int = 0) -> OwnShards:
        """Return the shards whose servers the process with that slot posts for."""
        if self.shard_count and self.shard_ids:
            return OwnShards(self.shard_count, self.shard_ids)
        return self.fleet.shards_of(slot)

    @property
    def tiers_of_site(self) -> Tiers | None:
        """Return the tiers that the site tells of; None if it tells of all."""
        named = frozenset(name for part in self.site_tiers.split(",") if (name := part.strip()))
        return named or None

    @property
    def catalogue(self) -> Path:
        """Return the path of the compiled pack."""
        return self.data_dir / "catalogue.db"

    @property
    def ledger(self) -> Path:
        """Return the path of the ledger."""
        return self.data_dir / "ledger.db"

    @property
    def ledger_address(self) -> PostgresAddress | None:
        """Return the address of the ledger in PostgreSQL; None if it is a file."""
        return PostgresAddress(self.ledger_url.get_secret_value()) if self.ledger_url else None

    @property
    def backups(self) -> Backups:
        """Return the backups of the ledger."""
        return Backups(self.ledger, self.backup_dir, elsewhere=self.ledger_url is not None)

    @property
    def sent_off(self) -> Path:
        """Return the file with the name of the last backup that LORE_BACKUP_COMMAND uploaded."""
        return self.data_dir / "backup-sent"

    @property
    def synced(self) -> Path:
        """Return the file with the hash of the commands that were last sent to Discord."""
        return self.data_dir / "commands.sha256"

    @property
    def reload_report(self) -> Path:
        """Return the file in which a running bot reports reloads of its pack."""
        return self.data_dir / "reload.json"

    @property
    def operator(self) -> Operator:
        """Return what people are told about the operator."""
        return Operator(self.contact, self.privacy_url, self.terms_url)

    @property
    def proxies(self) -> Proxies:
        """Return the proxies on the way to Discord; SettingsError if one cannot be used.

        A proxy is set for all programs of the machine, so it must not stop commands that need none.
        """
        if self.https_proxy is None:
            return Proxies()
        try:
            return Proxies(proxy_url(self.https_proxy.get_secret_value()), self.no_proxy)
        except ValueError as error:
            raise SettingsError(f"HTTPS_PROXY: {error}") from None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return all texts that must not be logged."""
        told = [self.token, self.https_proxy, self.proxies.password, self.ledger_url]
        of_ledger = self.ledger_address.secrets if self.ledger_address else ()
        return *(one.get_secret_value() for one in told if one), *of_ledger

    @property
    def identifies(self) -> Path:
        """Return the file with the times at which the bot identified within 24 hours."""
        return self.data_dir / "identifies.log"

    @property
    def quota(self) -> Quota:
        """Return the limits of one server's data."""
        return Quota(
            entries=self.entries_per_server,
            quotes=self.quotes_per_server,
            queue=self.suggestions_waiting,
            suggestions_per_day=self.suggestions_per_day,
            name=self.characters_per_name,
            line=self.characters_per_line,
            text=self.characters_per_text,
            words=self.characters_per_quote,
            aliases=self.aliases_per_entry,
        )

    def standing(self) -> Path:
        """Return the data folder, or its nearest ancestor that exists."""
        folder = self.data_dir.absolute()
        # Unlike Path.exists, this does not raise if we may not look.
        return next(path for path in (folder, *folder.parents) if os.path.exists(path))

    def unusable(self) -> str | None:
        """Return why the data folder cannot be used or created; None if it can."""
        there = self.standing()
        if not there.is_dir():
            wrong, other = f"{there} is not a folder", ""
        elif not os.access(there, os.R_OK | os.W_OK | os.X_OK):
            wrong = f"this user ({user()}) may not write to {there}"
            other = ", or run this as the user whom it belongs to"
        else:
            return None
        return (
            f"The data folder {self.data_dir} cannot be used: {wrong}. "
            f"Name another with LORE_DATA_DIR or --data{other}."
        )

    def prepare(self) -> None:
        """Make the data folder, closed to others, if it does not exist."""
        if wrong := self.unusable():
            raise SettingsError(wrong)
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"The data folder {self.data_dir} cannot be made: {error.strerror}. "
                "Name another with LORE_DATA_DIR or --data."
            ) from None

    def secret_files(self) -> list[Path]:
        """Return the existing files with secrets that we may close to others."""
        # systemd protects its credentials by a list of users, which looks like a group permission.
        systemds = os.environ.get("CREDENTIALS_DIRECTORY", os.devnull)  # noqa: TID251  # as above
        named = (ENV_FILE, self.token_file, self.ledger_url_file)
        files = [file for file in named if file and os.path.isfile(file)]
        return [file for file in files if not file.is_relative_to(systemds)]


def user() -> str:
    """Return the name of the user who runs this process, or the number on systems that have one."""
    return f"id {os.geteuid()}" if hasattr(os, "geteuid") else getpass.getuser()


def origin() -> str:
    """Return which `.env` the settings come from: it is looked for in the current folder."""
    env_file = ENV_FILE.absolute()
    return f"{env_file}" if os.path.isfile(env_file) else f"no .env in {env_file.parent}"


def load(**given: object) -> Settings:
    """Return the settings; arguments take precedence over the environment, that over `.env`."""
    settings, faults = examined(**given)
    if faults:
        lines = "\n".join(f"  {fault}" for fault in faults)
        raise SettingsError(f"These settings (environment or .env) cannot be used:\n{lines}")
    return settings


def examined(**given: object) -> tuple[Settings, list[str]]:
    """Return the settings with defaults for invalid ones, and the faults."""
    faults: list[str] = []
    written: Mapping[str, str | None] = {}
    # A file we may not look for does not exist for us, as for a service in somebody's home.
    # A folder with that name is often a virtual environment.
    env_file = ENV_FILE if os.path.exists(ENV_FILE) and not os.path.isdir(ENV_FILE) else None
    if env_file:
        try:
            faults += _misread(plain_file(env_file))
            written = dotenv_values(env_file)
        except (OSError, UnicodeDecodeError) as error:
            faults.append(_unreadable(env_file, error))
            env_file = None
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    # If both forms of such a name are set, other programs use the lower-case one.
    for name in PROXY_NAMES:
        if written_low := os.environ.get(name):  # noqa: TID251  # settings are read here
            chosen.setdefault(name, written_low)
    chosen["_env_file"] = env_file
    faults += _unknown({*written, *os.environ})  # noqa: TID251  # settings are read here
    try:
        settings = Settings(**chosen)
    except ValidationError as error:
        wrong = error.errors(include_url=False)
        faults += [f"{_key(str(one['loc'][0]))}: {wrong_value(one)}" for one in wrong]
        names = {str(one["loc"][0]) for one in wrong}
        chosen |= {name: Settings.model_fields[name].default for name in names}
        # Whether these are valid depends on another setting.
        settings = Settings(**chosen | {"shard_ids": None, "processes": 1})
    settings = _with_secrets(settings, faults)
    return settings, [FORM.sub(HIDDEN, fault) for fault in faults]


def _with_secrets(settings: Settings, faults: list[str]) -> Settings:
    """Return the settings with the secrets from files of their own; faults are added."""
    if settings.token_file and not settings.token:
        try:
            token = _secret_in(settings.token_file, "DISCORD_TOKEN_FILE", "token")
            settings = settings.model_copy(update={"token": token})
        except SettingsError as error:
            faults.append(str(error))
    if settings.ledger_url_file and not settings.ledger_url:
        try:
            url = _secret_in(settings.ledger_url_file, "LORE_LEDGER_URL_FILE", "address")
            PostgresAddress(url.get_secret_value())
            settings = settings.model_copy(update={"ledger_url": url})
        except SettingsError as error:
            faults.append(str(error))
        except ValueError as error:
            faults.append(f"LORE_LEDGER_URL_FILE: what {settings.ledger_url_file} holds {error}")
    return settings


def _misread(env_file: Path) -> Iterator[str]:
    """Return the numbers of unparsable lines, whose content may be a secret."""
    with env_file.open(encoding="utf-8") as stream:
        for binding in parse_stream(stream):
            if binding.error or (binding.key and binding.value is None):
                text, line = binding.original
                line += text[: -len(text.lstrip())].count("\n")
                yield f"{env_file}, line {line}: it has not the form NAME=value"


def _secret_in(file: Path, setting: str, what: str) -> SecretStr:
    try:
        secret = plain_file(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{setting}: {_unreadable(file, error)}") from None
    if not secret:
        raise SettingsError(f"{setting}: {file} holds no {what}")
    return SecretStr(secret)


def _unreadable(file: Path, error: OSError | UnicodeDecodeError) -> str:
    reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
    return f"{file} cannot be read: {reason}"


def _unknown(written: set[str]) -> Iterator[str]:
    """Return unknown settings, perhaps misspelt ones."""
    known = {_key(name) for name in Settings.model_fields}
    known |= {f"LORE_{name}" for name in known if name.startswith("DISCORD_")}
    for name in sorted(written):
        if name.startswith("LORE_") and name not in known:
            yield f"{name}: there is no such setting{did_you_mean(name, known)}"


def _key(name: str) -> str:
    """Return the name that an operator writes for a setting."""
    key = name.upper()
    return f"DISCORD_{key}" if key.startswith("TOKEN") else f"LORE_{key.removeprefix('LORE_')}"
