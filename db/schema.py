"""Create and upgrade the schema: playhouse.migrations run under our lock, with the digest of each file recorded."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playhouse.migrations import Migration, Runner

from db import locks
from db.backup import remove, remove_but_lock
from db.engine import Store, copy_file, create_file, translated
from db.models import TABLES, Meta
from db.probe import (
    MARK,
    MIGRATIONS,
    StoreError,
    StoreKind,
    is_postgresql,
    probe,
    shown_url,
    sqlite_path,
    sqlite_url,
)


def create(url: str) -> Store:
    """Make a new, empty database of this version and open it. Raises `StoreError` (EXISTS, NO_FOLDER, …).

    On a server the database itself is there already, and empty.
    """
    if not is_postgresql(url):
        create_file(url)
    store = Store(url)
    try:
        with store.alone():
            if is_postgresql(url) and set(store.database.get_tables()) - {MARK}:
                raise StoreError(StoreKind.EXISTS, shown_url(url))
            run_pending(store)
    except BaseException:
        store.close()
        raise
    return store


@contextmanager
def making(url: str, *, instead: bool = False) -> Iterator[str]:
    """Make a database beside its place, to be filled, and move it there at the end: a stopped run leaves nothing half.

    Who makes it at the same moment is waited for. Yields the URL to fill it under. Raises `StoreError` (EXISTS where
    there is a file, unless `instead`; NO_FOLDER). A server's database is filled in its place, marked until it is whole.
    """
    if is_postgresql(url):
        with _making_in_place(url, instead):
            yield url
        return
    path = sqlite_path(url).absolute()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(StoreKind.NO_FOLDER, str(path.parent)) from error
    with locks.alone(path):
        if path.exists() and not instead:
            raise StoreError(StoreKind.EXISTS, str(path))
        beside = path.with_name(f"{path.name}.making")
        remove(beside)
        made = sqlite_url(beside)
        try:
            create(made).close()
            yield made
            Store(made).settle()
            remove_but_lock(path)
            beside.replace(path)
        finally:
            remove(beside)


@contextmanager
def _making_in_place(url: str, instead: bool) -> Iterator[None]:
    store = Store(url)
    with store.alone():
        tables = set(store.database.get_tables())
    if tables and MARK not in tables and not instead:
        raise StoreError(StoreKind.EXISTS, shown_url(url))
    empty(store)
    with store.writing():
        store.database.execute_sql(f"CREATE TABLE {MARK} (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
    try:
        create(url).close()
        yield
        store = Store(url)
        with store.writing():
            store.database.execute_sql(f"DROP TABLE {MARK}")
    except BaseException:
        empty(store)
        raise
    finally:
        store.close()


def empty(store: Store) -> None:
    """Drop every table of a server's database. Raises `StoreError`."""
    with store.writing():
        for table in store.database.get_tables():
            store.database.execute_sql(f'DROP TABLE IF EXISTS "{table}" CASCADE')


def upgrade(url: str, now: datetime, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Path | None:
    """Bring an existing database to this version; returns the copy of the old file that was put beside it first.

    `progress` is told how much is copied, and of how much. Returns None where there was nothing to do. Raises
    `StoreError`: NEWER where the database is of a later version, ALTERED where a migration that was run is not the file
    we have.
    """
    if not _is_older(url):
        return None
    store = Store(url)
    with store.alone():
        if not _is_older(url):  # somebody else upgraded it while we waited
            return None
        with store.writing():  # whoever may not write leaves no copy behind
            Meta.delete().where(Meta.name == "").execute()
        if is_postgresql(url):
            run_pending(store)  # each migration all or nothing, by the server's own transactions
            store.close()
            return None
        stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        copy = store.path.with_name(f"{store.path.name}.before-upgrade-{stamp}")
        copy_file(store.path, copy, progress)
        run_pending(store)
    store.close()
    return copy


def mend(url: str) -> None:
    """Set right what somebody may have left awry who moved data by other means. Raises `StoreError`."""
    if not is_postgresql(url):
        set_mode(url)
        return
    store = Store(url)
    with store.writing():
        store.align(TABLES)
    store.close()


def set_mode(url: str) -> None:
    """Put a SQLite file that is not in WAL mode, as one that was put there by hand, into it. Raises `StoreError`."""
    with translated(), closing(sqlite3.connect(sqlite_path(url))) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def _is_older(url: str) -> bool:
    try:
        probe(url)
    except StoreError as error:
        if error.kind is not StoreKind.OLDER:
            raise
        return True
    return False


def run_pending(store: Store) -> None:
    """Run what is pending; one process at a time, see `Store.alone`. Raises `StoreError` (ALTERED)."""
    store.connect()
    with translated():
        runner = _Runner(store.database, str(MIGRATIONS))
        runner.check_unaltered()
        run = runner.up()
        with store.writing():
            for name in run:
                Meta.insert(name=f"migration:{name}", value=runner.digest(name)).execute()
            if run:
                store.migrated()


class _Runner(Runner):  # type: ignore[misc]  # Peewee has no types
    """The migrations of an engine: the common ones, and in the place of some the engine's own."""

    def migrations(self) -> list[Migration]:
        """All of them, in order."""
        return [one._replace(path=str(self._file(one.name))) for one in super().migrations()]

    def check_unaltered(self) -> None:
        """Raise `StoreError(ALTERED)` where a migration that was run is not the file we have."""
        if not Meta.table_exists():
            return
        recorded = {row.name: row.value for row in Meta.select().where(Meta.name.startswith("migration:"))}
        for name in set(self.applied()):
            if recorded.get(f"migration:{name}", self.digest(name)) != self.digest(name):
                raise StoreError(StoreKind.ALTERED, name)

    def digest(self, name: str) -> str:
        """The digest of the file that is run."""
        return hashlib.sha256(self._file(name).read_bytes()).hexdigest()

    def _file(self, name: str) -> Path:
        own = MIGRATIONS / _ENGINES.get(type(self.database).__module__, "") / f"{name}.py"
        return own if own.exists() else MIGRATIONS / f"{name}.py"


_ENGINES = {"db.postgresql": "postgresql"}
"""The folder of an engine's own migrations."""
