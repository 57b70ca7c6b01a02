"""The rows of a table as plain values, the same on every engine: read in the order of the key, put in as they were.

Peewee's models speak to one database at a time, so two are read beside each other here by their columns alone.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from peewee import BooleanField, DateTimeField, Field, IntegerField

from db.engine import Store
from db.probe import StoreError, StoreKind, is_postgresql

BITE = 5000
"""Rows that are read or put in at once."""

Row = tuple[object, ...]


class Table:
    """A model's table: its name, its columns with those of the key first, the fields behind them."""

    def __init__(self, model: Any) -> None:
        meta = model._meta
        self.name: str = meta.table_name
        self.key: list[Field] = list(meta.get_primary_keys())
        named = {field.name for field in self.key}
        self.fields: list[Field] = self.key + [field for field in meta.sorted_fields if field.name not in named]
        self.columns: list[str] = [field.column_name for field in self.fields]
        self.own = [at for at, one in enumerate(self.fields) if getattr(one, "rel_model", None) is model]
        """Places of the columns that name another row of the same table."""
        self._yes_no = [at for at, one in enumerate(self.fields) if isinstance(one, BooleanField)]
        self._instants = [at for at, one in enumerate(self.fields) if isinstance(one, DateTimeField)]

    def key_of(self, row: Row) -> Row:
        """The key of a row."""
        return row[: len(self.key)]

    def pages(self, store: Store, after: Row | None = None) -> Generator[list[Row], None, None]:
        """The rows after this key, in its order, a bite at a time; inside a view of the store."""
        sql, values = self._ordered_after(store, after)
        with store.wrapped(), _cursor(store, self.name) as cursor:
            cursor.execute(sql, values)
            while rows := cursor.fetchmany(BITE):
                yield [self._plain(row) for row in rows]

    def rows(self, store: Store) -> Generator[Row, None, None]:
        """Every row, in the order of the key."""
        for page in self.pages(store):
            yield from page

    def count(self, store: Store) -> int:
        """How many rows there are."""
        return int(store.database.execute_sql(f"SELECT COUNT(*) FROM {_quoted(store, self.name)}").fetchone()[0])  # noqa: S608  # a name of our own

    def put(self, store: Store, rows: Sequence[Row]) -> None:
        """Put rows in, inside a write transaction; what names another row of the same table is left for `link`."""
        stored = [self._stored(store, row) for row in rows]
        for row in stored if self.own else ():
            for at in self.own:
                row[at] = None
        store.put(self.name, self.columns, stored)

    def link(self, store: Store, rows: Sequence[Row]) -> None:
        """Let rows that are all there name each other, inside a write transaction."""
        for at in self.own:
            pairs = [(row[at], *self.key_of(row)) for row in rows if row[at] is not None]
            matched = " AND ".join(f"{_quoted(store, one.column_name)} = {store.database.param}" for one in self.key)
            sql = f"UPDATE {_quoted(store, self.name)} SET {_quoted(store, self.columns[at])} = {store.database.param}"  # noqa: S608  # names of our own
            with store.wrapped():
                store.database.cursor().executemany(f"{sql} WHERE {matched}", pairs)

    def _ordered_after(self, store: Store, after: Row | None) -> tuple[str, Row]:
        order = [_ordered(store, field) for field in self.key]
        columns = ", ".join(_quoted(store, column) for column in self.columns)
        sql = f"SELECT {columns} FROM {_quoted(store, self.name)}"  # noqa: S608  # names of our own
        values: Row = ()
        if after is not None:
            places = ", ".join([store.database.param] * len(after))
            sql += f" WHERE ({', '.join(order)}) > ({places})"
            values = after
            if _is_number(self.key[0]):
                # The index is in the engine's own order of texts, which need not be this one: it is of use for numbers.
                sql += f" AND {_quoted(store, self.columns[0])} >= {store.database.param}"
                values = (*after, after[0])
        return f"{sql} ORDER BY {', '.join(order)}", values

    def _plain(self, given: Sequence[Any]) -> Row:
        """A row as plain values, from what a driver gives."""
        row = list(given)
        try:
            for at in self._yes_no:
                row[at] = None if row[at] is None else bool(row[at])
            for at in self._instants:
                if isinstance(row[at], str):
                    row[at] = datetime.fromisoformat(row[at])
        except (TypeError, ValueError) as error:
            raise StoreError(StoreKind.DAMAGED, self.name) from error
        return tuple(row)

    def _stored(self, store: Store, row: Row) -> list[Any]:
        """A row as the driver of the store takes it."""
        stored: list[Any] = list(row)
        for at in self._instants if not is_postgresql(store.url) else ():
            stored[at] = None if row[at] is None else str(row[at])
        return stored


def _ordered(store: Store, field: Field) -> str:
    """A column of the key, texts in the order of their bytes on every engine."""
    named = _quoted(store, field.column_name)
    return named if _is_number(field) or not is_postgresql(store.url) else f'{named} COLLATE "C"'


def _is_number(field: Field) -> bool:
    return isinstance(getattr(field, "rel_field", field), IntegerField)


def _quoted(store: Store, name: str) -> str:
    quote = store.database.quote
    return f"{quote[0]}{name}{quote[1]}"


@contextmanager
def _cursor(store: Store, name: str) -> Iterator[Any]:
    """A cursor that holds a bite of what it reads, not all of it."""
    connection = store.database.connection()
    if is_postgresql(store.url):
        with connection.cursor(name=f"copy_{name}") as cursor:
            yield cursor
    else:
        yield connection.cursor()
