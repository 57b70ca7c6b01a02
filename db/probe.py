"""Look at a database before the app opens it, with nothing but the standard library, so that the log-in starts lean."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote, unquote

APPLICATION_ID = 0x494D4931
"""Stands in the header of every SQLite file of ours ("IMI1")."""

MARK = "copying"
"""The table by which a database is known that another one is being copied into, and is not whole yet (`db.copy`)."""

MIGRATIONS = Path(__file__).parent / "migrations"


class StoreKind(StrEnum):
    """What is the matter with a store."""

    MISSING = "store_missing"
    NO_FOLDER = "store_no_folder"
    EXISTS = "store_exists"
    NOT_A_DATABASE = "store_not_a_database"
    NOT_OURS = "store_not_ours"
    NEWER = "store_newer"
    OLDER = "store_older"
    ALTERED = "store_altered"
    LOCKED = "store_locked"
    FULL = "store_full"
    READ_ONLY = "store_read_only"
    DAMAGED = "store_damaged"
    DISK = "store_disk"
    REPLACED = "store_replaced"
    GONE = "store_gone"
    IN_USE = "store_in_use"
    INCOMPLETE = "store_incomplete"
    INTERRUPTED = "store_interrupted"
    AWAY = "store_away"
    UNKNOWN_URL = "store_unknown_url"
    NO_FILE = "store_no_file"
    NO_DRIVER = "store_no_driver"
    NO_DATABASE = "store_no_database"
    DENIED = "store_denied"
    BUG = "store_bug"


class StoreError(Exception):
    """The store cannot do what was asked; `kind` says why, `detail` names the file or the like."""

    def __init__(self, kind: StoreKind, detail: str = "") -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail


def is_postgresql(url: str) -> bool:
    """Whether a URL is of a PostgreSQL server."""
    return url.startswith(("postgresql://", "postgres://"))


def sqlite_path(url: str) -> Path:
    """The file of a `sqlite:///…` URL. Raises `StoreError` for every other URL: NO_FILE for one of a server."""
    if is_postgresql(url):
        raise StoreError(StoreKind.NO_FILE, shown_url(url))
    prefix = "sqlite:///"
    if not url.startswith(prefix) or len(url) == len(prefix):
        raise StoreError(StoreKind.UNKNOWN_URL, url.split(":", 1)[0])
    return Path(unquote(url[len(prefix) :]))


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file; what a URL cannot hold is percent-encoded."""
    return f"sqlite:///{quote(str(path))}"


def shown_url(url: str) -> str:
    """A URL as it may be shown: without its password."""
    head, mark, tail = url.partition("://")
    where, slash, path = tail.partition("/")
    login, at, host = where.rpartition("@")
    login = f"{login.partition(':')[0]}:***" if ":" in login else login
    shown = f"{head}{mark}{login}{at}{host}{slash}{path}"
    return re.sub(r"([?&](?:ssl)?password=)[^&]*", r"\1***", shown)


def migration_names() -> list[str]:
    """The names of the migrations this version brings, in order."""
    return sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))


def meta_value(url: str, name: str) -> str | None:
    """A fact of this database by name, or None; of a database that `probe` has nothing against. Raises `StoreError`."""
    if is_postgresql(url):
        from db.probe_postgresql import meta_value as of_server

        return of_server(url, name)
    with _looking_at(sqlite_path(url)) as connection:
        found = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return found and str(found[0])


def probe(url: str) -> None:
    """Raise `StoreError` unless the database exists, is ours and has this version's schema. Changes nothing."""
    if is_postgresql(url):
        from db.probe_postgresql import probe as of_server

        of_server(url)
        return
    path = sqlite_path(url)
    if not path.parent.is_dir():
        raise StoreError(StoreKind.NO_FOLDER, str(path.parent))
    if not path.is_file():
        raise StoreError(StoreKind.MISSING, str(path))
    with _looking_at(path) as connection:
        (number,) = connection.execute("PRAGMA application_id").fetchone()
        if number != APPLICATION_ID:
            raise StoreError(StoreKind.NOT_OURS, str(path))
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (MARK,)).fetchone():
            raise StoreError(StoreKind.INCOMPLETE, str(path))
        applied = {name for (name,) in connection.execute("SELECT name FROM schema_migration")}
    compare(applied, str(path))


def compare(applied: set[str], where: str) -> None:
    """Raise `StoreError` unless these migrations are just those of this version; `where` names the database."""
    ours = set(migration_names())
    if applied - ours:
        raise StoreError(StoreKind.NEWER, where)
    if ours - applied:
        raise StoreError(StoreKind.OLDER, where)


@contextmanager
def _looking_at(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that only reads. Raises `StoreError`."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
        try:
            yield connection
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        name = getattr(error, "sqlite_errorname", "")
        kind = next((_KINDS[begun] for begun in _KINDS if name.startswith(begun)), StoreKind.NOT_OURS)
        raise StoreError(kind, str(path)) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(StoreKind.NOT_A_DATABASE, str(path)) from error


_KINDS = {
    "SQLITE_BUSY": StoreKind.LOCKED,
    "SQLITE_LOCKED": StoreKind.LOCKED,
    # Even who only reads keeps a file beside the database, on a disk and in a folder that must let them.
    "SQLITE_READONLY": StoreKind.READ_ONLY,
    "SQLITE_CANTOPEN": StoreKind.READ_ONLY,
    "SQLITE_IOERR": StoreKind.DISK,
}
