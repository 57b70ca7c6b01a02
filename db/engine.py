"""Open a database by URL; the pragmas, the write transaction, the kinds of store errors.

All that differs between engines is here (and in `db.search`). Whoever uses a store meets `StoreError` with a kind,
never an exception of a driver.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from db.probe import APPLICATION_ID, StoreError, StoreKind, sqlite_path

# Peewee imports psycopg whenever it is installed (1.37 times the start-up); SQLite has no use for it.
sys.modules.setdefault("psycopg", None)  # type: ignore[arg-type]  # None is how an import is refused
sys.modules.setdefault("psycopg2", None)  # type: ignore[arg-type]  # likewise

import peewee

from db.models.base import database as models_database

LOCK_PATIENCE = 10.0
"""Seconds that a write waits for its turn before it gives up."""

_STEP = 0.05
"""Seconds that SQLite itself waits for a lock; beyond it we wait with jitter, so that nobody starves."""

_KINDS = {
    "SQLITE_FULL": StoreKind.FULL,
    "SQLITE_READONLY": StoreKind.READ_ONLY,
    "SQLITE_BUSY": StoreKind.LOCKED,
    "SQLITE_LOCKED": StoreKind.LOCKED,
    "SQLITE_CORRUPT": StoreKind.DAMAGED,
    "SQLITE_NOTADB": StoreKind.NOT_A_DATABASE,
    "SQLITE_CANTOPEN": StoreKind.MISSING,
    "SQLITE_INTERRUPT": StoreKind.INTERRUPTED,
    "SQLITE_IOERR": StoreKind.DISK,
}


class Store:
    """A database that is open for this process; each thread gets its own connection."""

    def __init__(self, url: str, *, create: bool = False, read_only: bool = False) -> None:
        self.url = url
        self.path = sqlite_path(url)
        mode = "rwc" if create else "ro" if read_only else "rw"
        self.database = peewee.SqliteDatabase(
            f"{self.path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=_STEP,
            lock_type="IMMEDIATE",
            # The read lane is interrupted from the event loop's thread.
            check_same_thread=False,
            pragmas=[
                ("foreign_keys", 1),
                ("synchronous", "FULL"),
                ("secure_delete", 1),
                ("cache_size", -8000),
            ],
        )
        models_database.initialize(self.database)
        self._inode: int | None = None
        self.patience: float | None = None
        """Seconds in place of `LOCK_PATIENCE`: less where the program is about to end, also for who waits already."""

    def connect(self) -> None:
        """Connect this thread; raises `StoreError` where that is not possible."""
        if self.database.is_closed():
            with translated():
                self._connect()

    def close(self) -> None:
        """Close this thread's connection."""
        if not self.database.is_closed():
            self.database.close()

    def settle(self) -> None:
        """Bring everything into the one file and close it, so that it can be moved."""
        self.connect()
        with translated():
            self.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One consistent view for all the queries inside. Raises `StoreError`."""
        self.connect()
        with translated(), self.database.atomic("DEFERRED"):
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The write transaction: one at a time, all or nothing. Raises `StoreError`.

        Waits for its turn up to `LOCK_PATIENCE` seconds. An exception inside rolls everything back.
        """
        self.connect()
        self._still_in_place()
        transaction = self.database.atomic()
        with translated():
            self._enter(transaction)
        with translated(), _Entered(transaction):
            self._still_in_place()  # it may have been replaced while we waited for our turn
            yield

    def insert_rows(self, model: Any, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Insert many rows at once, inside a write transaction; `names` are the model's fields, in the rows' order.

        A field that is not named gets its default.
        """
        fields = [model._meta.fields[name] for name in names]
        unnamed = [one for one in model._meta.sorted_fields if one.default is not None and one.name not in names]
        defaults = [field.db_value(field.default) for field in unnamed]
        quote = self.database.quote
        columns = ", ".join(f"{quote[0]}{field.column_name}{quote[1]}" for field in [*fields, *unnamed])
        places = ", ".join([self.database.param] * len([*fields, *unnamed]))
        sql = f"INSERT INTO {quote[0]}{model._meta.table_name}{quote[1]} ({columns}) VALUES ({places})"  # noqa: S608  # names of our own
        converted = (
            [*(field.db_value(value) for field, value in zip(fields, row, strict=True)), *defaults] for row in rows
        )
        self.database.cursor().executemany(sql, converted)

    def interrupter(self) -> sqlite3.Connection:
        """This thread's connection, whose `interrupt()` another thread may call to stop a stale query."""
        self.connect()
        connection: sqlite3.Connection = self.database.connection()
        return connection

    def _connect(self) -> None:
        """Connect to the file that is in place, and know it again; another one may be put there at any moment."""
        while True:
            inode = self.path.stat().st_ino if self.path.exists() else None
            self.database.connect()
            self._inode = self.path.stat().st_ino
            if self._inode == inode:
                return
            self.database.close()

    def _enter(self, transaction: Any) -> None:
        began = time.monotonic()
        while True:
            try:
                transaction.__enter__()
                return
            except peewee.OperationalError as error:
                patience = LOCK_PATIENCE if self.patience is None else self.patience
                if _kind(error) is not StoreKind.LOCKED or time.monotonic() - began > patience:
                    raise
                time.sleep(random.uniform(0.002, _STEP))  # noqa: S311  # jitter, no secret

    def _still_in_place(self) -> None:
        """A file deleted or replaced under an open connection takes writes that are lost: refuse them."""
        try:
            inode = self.path.stat().st_ino
        except OSError as error:
            raise StoreError(StoreKind.GONE, str(self.path)) from error
        if inode != self._inode:
            raise StoreError(StoreKind.REPLACED, str(self.path))


class _Entered:
    """A transaction that was entered already: only leaves it."""

    def __init__(self, transaction: Any) -> None:
        self._transaction = transaction

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exc: object) -> None:
        self._transaction.__exit__(*exc)


def create_file(url: str) -> None:
    """Make the empty database file of a SQLite URL: folder 0700, file 0600, WAL, our application id.

    Raises `StoreError` where the folder cannot be made or the file exists already.
    """
    path = sqlite_path(url)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError as error:
        raise StoreError(StoreKind.EXISTS, str(path)) from error
    except OSError as error:
        raise StoreError(StoreKind.NO_FOLDER, str(path.parent)) from error
    with translated():
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.close()


def copy_file(source: Path, target: Path, progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
    """Copy a SQLite database while it may be in use, to a file of mode 0600. Raises `StoreError`.

    `progress` is told how many pages are done, and of how many.
    """
    with translated():
        target.touch(mode=0o600)
        one, other = sqlite3.connect(source), sqlite3.connect(target)
        try:
            one.backup(other, pages=500, progress=lambda _state, left, total: progress(total - left, total))
        finally:
            other.close()
            one.close()


@contextmanager
def translated() -> Iterator[None]:
    """Whatever the driver raises inside is a `StoreError` outside, but for what the schema refuses and our own bugs."""
    try:
        yield
    except peewee.IntegrityError:
        raise
    except (peewee.DatabaseError, peewee.InterfaceError, sqlite3.DatabaseError) as error:
        kind = _kind(error)
        if kind is StoreKind.BUG:
            raise
        raise StoreError(kind) from error


def _kind(error: BaseException | None) -> StoreKind:
    """The kind of a driver's error; a full disk hides behind "cannot rollback", so the whole chain is read."""
    seen: set[int] = set()
    names = []
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        names.append(getattr(error, "sqlite_errorname", ""))
        error = error.__cause__ or error.__context__
    for name in names:
        for prefix, kind in _KINDS.items():
            if name and name.startswith(prefix):
                return kind
    return StoreKind.BUG
