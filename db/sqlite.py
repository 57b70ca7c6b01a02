"""SQLite behind the store's one face: its file, its pragmas, its one writer, the kinds of its errors."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import peewee

from db.locks import alone
from db.probe import StoreError, StoreKind, sqlite_path
from db.turn import in_turn

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


class Engine:
    """A SQLite file by its URL."""

    def __init__(self, url: str, *, create: bool = False, read_only: bool = False) -> None:
        self.path: Path = sqlite_path(url)
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
        self._inode: int | None = None

    def connect(self) -> None:
        """Connect to the file that is in place, and know it again; another one may be put there at any moment."""
        while True:
            inode = self.path.stat().st_ino if self.path.exists() else None
            self.database.connect()
            self._inode = self.path.stat().st_ino
            if self._inode == inode:
                return
            self.database.close()

    def close(self) -> None:
        """Close this thread's connection."""
        if not self.database.is_closed():
            self.database.close()

    def settle(self) -> None:
        """Bring everything into the one file."""
        self.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def bulk(self, tables: Sequence[str]) -> Iterator[None]:
        """Without the tables' indexes, which are made in the end, and without waiting for the disk until then.

        A million users of the demo take 260 seconds of the processor instead of 410.
        """
        run = self.database.execute_sql
        places = ", ".join("?" * len(tables))
        sql = f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ({places})"  # noqa: S608  # places
        indexes = [(name, made) for name, made in run(sql, tables).fetchall() if made and " UNIQUE " not in made]
        cache, waits = self.database.cache_size, self.database.synchronous
        self.database.cache_size, self.database.synchronous = -256_000, "OFF"
        for name, _made in indexes:
            run(f'DROP INDEX "{name}"')
        yield
        for _name, made in indexes:
            run(made)
        self.database.cache_size, self.database.synchronous = cache, waits

    def in_place(self) -> None:
        """A file deleted or replaced under an open connection takes writes that are lost: refuse them."""
        try:
            inode = self.path.stat().st_ino
        except OSError as error:
            raise StoreError(StoreKind.GONE, str(self.path)) from error
        if inode != self._inode:
            raise StoreError(StoreKind.REPLACED, str(self.path))

    def view(self) -> Any:
        """A transaction that sees one consistent view."""
        return self.database.atomic("DEFERRED")

    def queue(self, patience: Callable[[], float]) -> AbstractContextManager[None]:
        """Our turn among those who want to write, waited for up to `patience` seconds; within a write it is ours."""
        return nullcontext() if self.database.in_transaction() else in_turn(self.path, patience)

    def turn(self) -> Any:
        """The write transaction; entering it takes the turn, or fails after a moment."""
        return self.database.atomic()

    def take(self) -> None:
        """Nothing more: the turn came with the transaction."""

    def rest(self) -> None:
        """Wait a moment before the next try to have the turn."""
        time.sleep(random.uniform(0.002, _STEP))  # noqa: S311  # jitter, no secret

    def wrapped(self) -> AbstractContextManager[object]:
        """An error of the driver's own cursor is, outside, Peewee's of the same kind."""
        wrapper: AbstractContextManager[object] = peewee.__exception_wrapper__
        return wrapper

    def put(self, insert: str, rows: Iterable[Sequence[object]]) -> None:
        """Run an INSERT with each of the rows."""
        self.database.cursor().executemany(insert, rows)

    @contextmanager
    def one_by_one(self) -> Iterator[Callable[[str, Sequence[object]], object]]:
        """Runs many small statements one after the other."""
        yield self.database.cursor().execute

    def interrupter(self) -> sqlite3.Connection:
        """What stops the query under way on this thread's connection."""
        connection: sqlite3.Connection = self.database.connection()
        return connection

    def claimed(self, query: Any, _model: Any) -> Any:
        """The query itself: nobody else writes."""
        return query

    def align(self, tables: Sequence[str]) -> None:
        """Nothing: the next number follows the highest there is."""

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the upgrade lock. Raises `StoreError`."""
        with alone(self.path):
            yield

    def migrated(self) -> None:
        """Nothing more: texts are compared by their bytes."""


def kind_of(error: BaseException) -> StoreKind:
    """The kind of a driver's error; a full disk hides behind "cannot rollback", so the whole chain is read."""
    seen: set[int] = set()
    names = []
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        names.append(getattr(at, "sqlite_errorname", ""))
        at = at.__cause__ or at.__context__
    for name in names:
        for prefix, kind in _KINDS.items():
            if name and name.startswith(prefix):
                return kind
    return StoreKind.BUG


def copy_file(source: Path, target: Path, progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
    """Copy a SQLite database while it may be in use, to a file of mode 0600.

    `progress` is told how many pages are done, and of how many. Raises the driver's errors.
    """
    target.touch(mode=0o600)
    one, other = sqlite3.connect(source), sqlite3.connect(target)
    try:
        one.backup(other, pages=500, progress=lambda _state, left, total: progress(total - left, total))
    finally:
        other.close()
        one.close()
