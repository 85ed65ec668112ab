"""The way to the ledger's PostgreSQL; what bars it is told with what to do."""

import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

from lore.ledger.errors import LedgerRefusedError, LedgerUnreachableError
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.faults import storage_refusal

# How long the server may take to answer at the start.
_CONNECT_SECONDS = 10.0

OLDEST = 15

# How long a transaction may do nothing; by it is also seen whether the server was told at all.
_PATIENCE = "10s"

# The server ends by itself what a lost process leaves behind.
_SESSION = {
    "synchronous_commit": "on",
    "statement_timeout": "5000",
    "lock_timeout": "2000",
    "idle_in_transaction_session_timeout": _PATIENCE,
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
}


async def connect(address: PostgresAddress, name: str = "lorebot") -> Any:
    """Return a connection to a server that can keep a ledger; a LoreError says why not."""
    with opening_refused(address):
        connection = await asyncpg.connect(
            address.url,
            timeout=_CONNECT_SECONDS,
            server_settings={"application_name": name, **_SESSION},
        )
        try:
            await _check(connection, str(address))
        except BaseException:
            connection.terminate()
            raise
    return connection


@contextmanager
def opening_refused(address: PostgresAddress) -> Iterator[None]:
    """Turn errors on the way to the server into LoreErrors that show no password."""
    shown = str(address)
    try:
        yield
    except asyncpg.InvalidPasswordError:
        raise LedgerRefusedError(shown, "the password is wrong", _PASSWORD) from None
    except asyncpg.InvalidAuthorizationSpecificationError:
        raise LedgerRefusedError(shown, "the server does not let this user in", _USER) from None
    except asyncpg.InvalidCatalogNameError:
        raise LedgerRefusedError(shown, "there is no such database", _DATABASE) from None
    except asyncpg.ProtocolViolationError:
        # The server itself takes all of what a session is begun with.
        raise LedgerRefusedError(shown, *_POOLER) from None
    except asyncpg.InsufficientPrivilegeError:
        raise LedgerRefusedError(shown, "the role may not make tables there", _OWNER) from None
    except (asyncpg.ClientConfigurationError, ssl.SSLError, ValueError) as error:
        reason = f"the address is wrong ({type(error).__name__})"
        raise LedgerRefusedError(shown, reason, _ADDRESS) from None
    except socket.gaierror:
        raise LedgerUnreachableError(shown, "no machine has this name") from None
    except TimeoutError:
        raise LedgerUnreachableError(shown, "no answer came") from None
    except OSError as error:
        raise LedgerUnreachableError(shown, _reason(error)) from None
    except asyncpg.PostgresError as error:
        if storage_refusal(error.sqlstate) is None:
            raise
        raise LedgerUnreachableError(shown, str(error)) from None


_PASSWORD = "Correct it in LORE_LEDGER_URL; characters such as @ or / are written %40 and %2F there"
_USER = "See to it that pg_hba.conf lets it in, and that the role exists"
_DATABASE = "Make it (createdb lorebot), or correct the name in LORE_LEDGER_URL"
_OWNER = "Make it the owner of the database: ALTER DATABASE … OWNER TO …"
_POOLER = (
    "a pooler such as PgBouncer stands before it, and keeps back what sessions are begun with",
    "Name the server itself, its own port included: a statement that hangs would not end through a "
    "pooler",
)
_ADDRESS = "Correct LORE_LEDGER_URL: postgresql://lorebot:PASSWORD@localhost/lorebot"


def _reason(error: OSError) -> str:
    """Return why the server cannot be reached, without the addresses that were tried."""
    if isinstance(error, ConnectionRefusedError) or "refused" in str(error):
        return "nothing listens there"
    return error.strerror or type(error).__name__


async def _check(connection: Any, shown: str) -> None:
    """Raise LedgerRefusedError if the server cannot keep a ledger."""
    version = connection.get_server_version()
    encoding = await connection.fetchval("SHOW server_encoding")
    patience = await connection.fetchval("SHOW idle_in_transaction_session_timeout")
    wrong: tuple[str, str] | None = None
    if version.major < OLDEST:
        wrong = f"it is PostgreSQL {version.major}", f"Update it to {OLDEST} or newer"
    elif encoding != "UTF8":
        wrong = f"its encoding is {encoding}", "Make one with createdb --encoding=UTF8 lorebot"
    elif patience != _PATIENCE:
        wrong = _POOLER
    if wrong:
        raise LedgerRefusedError(shown, *wrong)


async def make_pool(
    address: PostgresAddress, size: int, first: Callable[[Any], Awaitable[None]] | None = None
) -> Any:
    """Return a pool of at most so many connections, each opened when it is needed.

    `first` is called with each new one before it is used.
    """
    with opening_refused(address):
        return await asyncpg.create_pool(
            address.url,
            min_size=0,
            max_size=size,
            timeout=_CONNECT_SECONDS,
            server_settings={"application_name": "lorebot", **_SESSION},
            init=first,
            # Units leave nothing behind that would have to be reset.
            reset=_nothing,
        )


async def _nothing(_: Any) -> None:
    pass
