"""Open a database by URL: one face over SQLite and PostgreSQL. The consistent view, the write transaction, the errors.

All that differs between engines is in `db.sqlite`, `db.postgresql` and the two halves of `db.search`. Whoever uses a
store meets `StoreError` with a kind, never an exception of a driver.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from db.probe import APPLICATION_ID, StoreError, StoreKind, is_postgresql, sqlite_path

# Peewee imports psycopg whenever it is installed (1.37 times the start-up); SQLite has no use for it.
sys.modules.setdefault("psycopg", None)  # type: ignore[arg-type]  # None is how an import is refused
sys.modules.setdefault("psycopg2", None)  # type: ignore[arg-type]  # likewise

import peewee

from db import sqlite
from db.models.base import database as models_database

if TYPE_CHECKING:
    from db import postgresql

LOCK_PATIENCE = 10.0
"""Seconds that a write waits for its turn before it gives up."""


_PLAIN = frozenset({int, type(None)})
"""What every driver takes as it is; most of what is stored, and a conversion costs as much as the rest of an insert."""


class Interrupter(Protocol):
    """Stops a query that is under way, from another thread."""

    def interrupt(self) -> None:
        """Stop it."""


class Store:
    """A database that is open for this process; each thread gets its own connection."""

    def __init__(self, url: str, *, create: bool = False, read_only: bool = False) -> None:
        self.url = url
        self._engine = _engine(url, create=create, read_only=read_only)
        self.database = self._engine.database
        models_database.initialize(self.database)
        self._insertions: dict[tuple[Any, tuple[str, ...]], tuple[str, Callable[[Sequence[object]], list[object]]]] = {}
        self.patience: float | None = None
        """Seconds in place of `LOCK_PATIENCE`: less where the program is about to end, also for who waits already."""

    @property
    def path(self) -> Path:
        """The file, of a store that is one. Raises `StoreError(NO_FILE)`."""
        return sqlite_path(self.url)

    def connect(self) -> None:
        """Connect this thread; raises `StoreError` where that is not possible."""
        if self.database.is_closed():
            with translated():
                self._engine.connect()

    def close(self) -> None:
        """Close this thread's connection, also one that is dead."""
        self._engine.close()

    def settle(self) -> None:
        """Bring everything to its place and close it, so that a file can be moved."""
        self.connect()
        with translated():
            self._engine.settle()
        self.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One consistent view for all the queries inside. Raises `StoreError`."""
        self.connect()
        with translated(), self._engine.view():
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The write transaction: one at a time, all or nothing. Raises `StoreError`.

        Waits for its turn up to `LOCK_PATIENCE` seconds. An exception inside rolls everything back.
        """
        self.connect()
        self._engine.in_place()
        began = time.monotonic()
        with self._engine.queue(self._patience):
            with translated():
                transaction = self._entered(began)
            with translated(), _Entered(transaction):
                self._engine.in_place()  # it may have been replaced while we waited for our turn
                yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock under which the schema is made or upgraded. Raises `StoreError`."""
        self.connect()
        with translated(), self._engine.alone():
            yield

    def insert_rows(self, model: Any, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Insert many rows at once, inside a write transaction; `names` are the model's fields, in the rows' order.

        A field that is not named gets its default.
        """
        insert, stored = self._insertion(model, names)
        with self.wrapped():
            self._engine.put(insert, map(stored, rows))

    def insert_in_order(self, names: Mapping[Any, Sequence[str]], rows: Iterable[tuple[Any, Sequence[object]]]) -> None:
        """The same for rows of several models, each with its model, which must be put in one after the other."""
        made = {model: self._insertion(model, fields) for model, fields in names.items()}
        with self.wrapped(), self._engine.one_by_one() as execute:
            for model, row in rows:
                insert, stored = made[model]
                execute(insert, stored(row))

    def put(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Put rows in as the driver takes them, inside a write transaction."""
        with self.wrapped():
            self._engine.put(self._insert(table, columns), rows)

    def _insert(self, table: str, columns: Sequence[str]) -> str:
        """The SQL that inserts a row."""
        left, right = self.database.quote
        named = ", ".join(f"{left}{column}{right}" for column in columns)
        places = ", ".join([self.database.param] * len(columns))
        return f"INSERT INTO {left}{table}{right} ({named}) VALUES ({places})"  # noqa: S608  # names of our own

    def _insertion(self, model: Any, names: Sequence[str]) -> tuple[str, Callable[[Sequence[object]], list[object]]]:
        """The SQL that inserts a row of these fields, and how it is made what the driver takes; put together once."""
        key = (model, tuple(names))
        if key in self._insertions:
            return self._insertions[key]
        fields = [model._meta.fields[name] for name in names]
        unnamed = [one for one in model._meta.sorted_fields if one.default is not None and one.name not in names]
        defaults = [field.db_value(field.default) for field in unnamed]
        converters = [field.db_value for field in fields]

        def stored(row: Sequence[object]) -> list[object]:
            pairs = zip(converters, row, strict=True)
            return [value if type(value) in _PLAIN else convert(value) for convert, value in pairs] + defaults

        insert = self._insert(model._meta.table_name, [field.column_name for field in [*fields, *unnamed]])
        return self._insertions.setdefault(key, (insert, stored))

    def claimed(self, query: Any, model: Any) -> Any:
        """The query such that its rows of this model are held for the write transaction it is asked in.

        What another one holds is left out and not waited for; where there is one writer anyway it is the query itself.
        """
        return self._engine.claimed(query, model)

    def align(self, models: Iterable[Any]) -> None:
        """The numbers that tables give by themselves follow those that rows came with; inside a write transaction."""
        numbered = [one for one in models if isinstance(one._meta.primary_key, peewee.AutoField)]
        self._engine.align([one._meta.table_name for one in numbered])

    @contextmanager
    def bulk(self, *models: Any) -> Iterator[None]:
        """Around many inserts into a database that nobody uses yet: its indexes may be made afterwards."""
        self.connect()
        with self._engine.bulk([model._meta.table_name for model in models]):
            yield

    def migrated(self) -> None:
        """What an engine needs once migrations have run; inside a write transaction."""
        self._engine.migrated()

    def wrapped(self) -> AbstractContextManager[object]:
        """Whatever the driver's own cursor raises inside is Peewee's outside."""
        return self._engine.wrapped()

    def interrupter(self) -> Interrupter:
        """What another thread may stop a stale query on this thread's connection by."""
        self.connect()
        return self._engine.interrupter()

    def _patience(self) -> float:
        return LOCK_PATIENCE if self.patience is None else self.patience

    def _entered(self, began: float) -> Any:
        while True:
            transaction = self._engine.turn()
            entered = False
            try:
                transaction.__enter__()
                entered = True
                self._engine.take()
            except peewee.DatabaseError as error:
                if entered:
                    transaction.__exit__(type(error), error, error.__traceback__)
                if _kind(error) is not StoreKind.LOCKED or time.monotonic() - began > self._patience():
                    raise
                self._engine.rest()
            else:
                return transaction


class _Entered:
    """A transaction that was entered already: only leaves it."""

    def __init__(self, transaction: Any) -> None:
        self._transaction = transaction

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exc: object) -> None:
        self._transaction.__exit__(*exc)


def _engine(url: str, *, create: bool, read_only: bool) -> sqlite.Engine | postgresql.Engine:
    if not is_postgresql(url):
        return sqlite.Engine(url, create=create, read_only=read_only)
    from db import postgresql

    return postgresql.Engine(url, read_only=read_only)


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
        sqlite.copy_file(source, target, progress)


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


def _kind(error: BaseException) -> StoreKind:
    if (postgresql := sys.modules.get("db.postgresql")) is not None:
        kind: StoreKind | None = postgresql.kind_of(error)
        if kind is not None:
            return kind
    return sqlite.kind_of(error)
