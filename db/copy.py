"""Move all rows from one database to another of the same version, whatever the engines, and compare them (B12, B13).

The target carries a mark from its first instant to its last, the table `copying`, by which `probe` knows it for half a
copy; in it stands how far each table has come, so that a run that was killed goes on where it ended.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from peewee import DataError, IntegrityError

from db import schema
from db.backup import close_in_itself, remove, second_store
from db.engine import Store, create_file, translated
from db.models import TABLES, Meta
from db.probe import MARK, StoreError, StoreKind, is_postgresql, shown_url, sqlite_path, sqlite_url
from db.rows import Row, Table

Progress = Callable[[int, int], None]
"""Told how many rows are done, and of how many."""

DONE = "done"

_GUARDED = ("entry", "entry_values")
"""The tables of the record."""


class Compared(NamedTuple):
    """A table that is the same on both sides: its name, how many rows it has, and the digest of them all in order."""

    table: str
    rows: int
    digest: str


class Differs(Exception):
    """The first row in which the two databases differ: of which table, and its key on either side."""

    def __init__(self, table: str, key: object) -> None:
        super().__init__(table, key)
        self.table = table
        self.key = key


class Unfit(Differs):
    """Rows that the target does not take: of which table, and the keys of the first and the last of them."""


def state_of(url: str) -> str:
    """What the target is: `absent`, `half` (a copy to be gone on with), `other` (anything else).

    Raises `StoreError` where a server does not let us look.
    """
    if is_postgresql(url):
        with second_store(url) as store, store.reading():
            tables = set(store.database.get_tables())
        return "absent" if not tables else "half" if MARK in tables else "other"
    path = sqlite_path(url)
    if not path.exists() or not path.stat().st_size:
        path.unlink(missing_ok=True)  # a run that was killed at its very first step
        return "absent"
    try:
        with second_store(url) as store, store.reading():
            tables = set(store.database.get_tables())
    except StoreError:
        return "other"
    return "half" if not tables or MARK in tables else "other"


def drop(url: str) -> None:
    """Remove half a copy, to begin anew. Raises `StoreError(EXISTS)` where the target is anything else."""
    state = state_of(url)
    if state == "other":
        raise StoreError(StoreKind.EXISTS, shown_url(url))
    if state == "half" and is_postgresql(url):
        with second_store(url) as store:
            schema.empty(store)
    elif state == "half":
        remove(sqlite_path(url))


def begin(url: str, source: str) -> None:
    """Make the target where it is absent, marked, with an empty schema; `source` names what is copied there.

    A half one is gone on with. Raises `StoreError`: EXISTS where the target is anything else, REPLACED where it is half
    a copy of something other than `source`.
    """
    state = state_of(url)
    if state == "other":
        raise StoreError(StoreKind.EXISTS, shown_url(url))
    if state == "absent" and not is_postgresql(url):
        create_file(url)
    with second_store(url) as store, store.alone():
        with store.writing():
            mark(store)
            if _noted(store, "source") is None:
                _note(store, "source", source)
        if _noted(store, "source") != source:
            raise StoreError(StoreKind.REPLACED, shown_url(url))
        schema.run_pending(store)
        with store.writing():
            open_record(store)


def mark(store: Store) -> None:
    """Mark a database as half a copy, inside a write transaction."""
    store.database.execute_sql(f"CREATE TABLE IF NOT EXISTS {MARK} (name TEXT PRIMARY KEY, value TEXT NOT NULL)")


def run(source: Store, target: Store, leave: Collection[str], progress: Progress) -> None:
    """Copy every row, but for the facts of `Meta` to `leave`; inside a view of the source. Raises `StoreError`."""
    tables = [Table(model) for model in TABLES]
    total, done = sum(table.count(source) for table in tables), 0
    for table in tables:
        state = _noted(target, table.name)
        if state == DONE:
            done += table.count(target)
            progress(done, total)
            continue
        after = None if state is None else json.loads(state)
        done += table.count(target)
        for rows in table.pages(source, None if after is None else tuple(after)):
            kept = [row for row in rows if not _left(table, row, leave)]
            try:
                with target.writing():
                    table.put(target, kept)
                    _note(target, table.name, json.dumps(table.key_of(rows[-1])))
            except (IntegrityError, DataError) as error:
                raise Unfit(table.name, _to_blame(table, rows)) from error
            done += len(rows)
            progress(done, total)
        for rows in table.pages(source) if table.own else ():
            with target.writing():
                table.link(target, rows)
        with target.writing():
            _note(target, table.name, DONE)


def _to_blame(table: Table, rows: Sequence[Row]) -> object:
    """The key of a row that an engine may not take, for a NUL in a text; else those of the first and the last row."""
    nul = (table.key_of(row) for row in rows if any(isinstance(one, str) and "\0" in one for one in row))
    return next(nul, (table.key_of(rows[0]), table.key_of(rows[-1])))


def compare(source: Store, target: Store, leave: Collection[str], progress: Progress) -> list[Compared]:
    """Read both row by row, each table in the order of its key; inside a view of both.

    Raises `Differs` at the first row that is not the same on both sides.
    """
    tables = [Table(model) for model in TABLES]
    total, done, found = sum(table.count(source) for table in tables), 0, []
    for table in tables:
        digest, number = hashlib.sha256(), 0
        with closing(table.rows(source)) as ours, closing(table.rows(target)) as theirs:
            both = [(row for row in side if not _left(table, row, leave)) for side in (ours, theirs)]
            for one, other in zip_longest(*both):
                if one != other:
                    raise Differs(table.name, table.key_of(one if one is not None else other or ()))
                digest.update(_line(one or ()))
                number += 1
                if number % 1000 == 0:
                    progress(done + number, total)
        done += number
        progress(done, total)
        found.append(Compared(table.name, number, digest.hexdigest()))
    return found


def finish(target: Store) -> None:
    """The copy is whole: put the guards of the record back and take the mark away, in one step. Raises `StoreError`."""
    with target.writing():
        _close_record(target)
        target.database.execute_sql(f"DROP TABLE {MARK}")
        target.align(TABLES)
        for model in TABLES if is_postgresql(target.url) else ():
            target.database.execute_sql(f'ANALYZE "{model._meta.table_name}"')  # else it knows nothing of what came


def into_file(source: Store, path: Path, leave: Collection[str], progress: Progress) -> None:
    """Copy a database into a new SQLite file, as it is at one instant, and compare the two. Raises `StoreError`."""
    url = sqlite_url(path.absolute())
    begin(url, shown_url(source.url))
    with second_store(url) as target:
        with source.reading():
            total = 2 * sum(Table(model).count(source) for model in TABLES)
            run(source, target, leave, lambda done, _total: progress(done, total))
            with target.reading():
                compare(source, target, leave, lambda done, _total: progress(total // 2 + done, total))
        finish(target)
        target.settle()
    with translated(), closing(sqlite3.connect(path)) as connection:
        close_in_itself(connection)


def _line(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False, default=str).encode(errors="surrogatepass") + b"\n"


def _noted(store: Store, name: str) -> str | None:
    sql = f"SELECT value FROM {MARK} WHERE name = {store.database.param}"  # noqa: S608  # a name of our own
    store.connect()
    with translated():
        found = store.database.execute_sql(sql, (name,)).fetchone()
    return None if found is None else str(found[0])


def _note(store: Store, name: str, value: str) -> None:
    param = store.database.param
    store.database.execute_sql(f"DELETE FROM {MARK} WHERE name = {param}", (name,))  # noqa: S608  # likewise
    store.database.execute_sql(f"INSERT INTO {MARK} VALUES ({param}, {param})", (name, value))  # noqa: S608  # likewise


def _left(table: Table, row: Row, leave: Collection[str]) -> bool:
    """Whether a row is of the database itself: by which migrations it was made, and the facts to `leave`."""
    return table.name == Meta._meta.table_name and (row[0] in leave or str(row[0]).startswith("migration:"))


def open_record(store: Store) -> None:
    """Take the guards of the record away: they let an entry's values in only together with it."""
    if is_postgresql(store.url):
        for name in _GUARDED:
            store.database.execute_sql(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        return
    rows = store.database.execute_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    if rows:
        _note(store, "triggers", json.dumps([sql for _name, sql in rows]))
    for name, _sql in rows:
        store.database.execute_sql(f'DROP TRIGGER "{name}"')


def _close_record(store: Store) -> None:
    if is_postgresql(store.url):
        for name in _GUARDED:
            store.database.execute_sql(f"ALTER TABLE {name} ENABLE TRIGGER USER")
        return
    for sql in json.loads(_noted(store, "triggers") or "[]"):
        store.database.execute_sql(sql)
