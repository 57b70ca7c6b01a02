"""Whether a database has the shape that the models say: tables, columns, indexes, the guards of the record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from peewee import AutoField

from db.engine import Store
from db.models import TABLES, Entry
from db.probe import is_postgresql

TRIGGERS = (
    *("entry_appended", "entry_unchanged", "entry_kept"),
    *("entry_values_appended", "entry_values_unchanged", "entry_values_kept"),
)
"""What keeps the record from being changed other than by the program (`migrations/0004_record`)."""


class Misfit(NamedTuple):
    """What is missing: a `table`, a `column`, an `index`, a `trigger`; and of which table."""

    what: str
    table: str
    name: str


def misfits(store: Store) -> Iterator[Misfit]:
    """Everything that the models name and the database has not; inside a view of the store."""
    database = store.database
    there = set(database.get_tables())
    for model in TABLES:
        meta = model._meta
        if meta.table_name not in there:
            yield Misfit("table", meta.table_name, "")
            continue
        columns = {column.name for column in database.get_columns(meta.table_name)}
        for field in meta.sorted_fields:
            if field.column_name not in columns:
                yield Misfit("column", meta.table_name, field.column_name)
        indexed = {(tuple(index.columns), bool(index.unique)) for index in database.get_indexes(meta.table_name)}
        for index in meta.fields_to_index():
            names = tuple(_column(one) for one in index._expressions)
            if (names, bool(index._unique)) not in indexed:
                yield Misfit("index", meta.table_name, ", ".join(names))
    for name in sorted(set(TRIGGERS) - _triggers(store)):
        yield Misfit("trigger", "entry_values" if name.startswith("entry_values") else "entry", name)


def dangling(store: Store) -> list[tuple[str, str]]:
    """Tables with a row that names one in another table which is not there; a few at most."""
    if is_postgresql(store.url):
        return []  # the server lets none be
    found = store.database.execute_sql("PRAGMA foreign_key_check").fetchmany(5)
    return [(str(table), str(parent)) for table, _row, parent, _number in found]


def damage(store: Store) -> list[str]:
    """What the engine finds wrong in its own file, in its own words; a few at most."""
    if is_postgresql(store.url):
        return []  # what is damaged shows when it is read, and `amcheck` is for the server's own administrator
    found = [str(row[0]) for row in store.database.execute_sql("PRAGMA integrity_check(5)").fetchall()]
    return [] if found == ["ok"] else found


def out_of_mode(store: Store) -> str:
    """The journal mode, where it is not the one that the app relies on; else nothing."""
    if is_postgresql(store.url):
        return ""
    mode = str(store.database.execute_sql("PRAGMA journal_mode").fetchone()[0])
    return "" if mode == "wal" else mode


def second_names(store: Store) -> list[Path]:
    """Other names of the very same file in its folder, under which it must not be opened."""
    if is_postgresql(store.url):
        return []
    path = store.path
    return [one for one in path.parent.glob(f"{path.name}.*") if one.is_file() and one.samefile(path)]


def behind(store: Store) -> list[str]:
    """Tables whose next number is one that is taken; inside a view of the store."""
    if not is_postgresql(store.url):
        return []  # the next one follows the highest there is
    found = []
    for model in TABLES:
        meta = model._meta
        if not isinstance(meta.primary_key, AutoField) or model is Entry:  # whose numbers the record itself gives
            continue
        (sequence,) = store.database.execute_sql(
            "SELECT pg_get_serial_sequence(%s, 'id')", (meta.table_name,)
        ).fetchone()
        if sequence:
            (next_one,) = store.database.execute_sql(
                f"SELECT last_value + CASE WHEN is_called THEN 1 ELSE 0 END FROM {sequence}"  # noqa: S608  # the server's own name
            ).fetchone()
            (last,) = store.database.execute_sql(f"SELECT COALESCE(MAX(id), 0) FROM {meta.table_name}").fetchone()  # noqa: S608  # a name of our own
            if next_one <= last:
                found.append(meta.table_name)
    return found


def _column(expression: Any) -> str:
    return str(getattr(expression, "column_name", expression))


def _triggers(store: Store) -> set[str]:
    sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if is_postgresql(store.url):
        sql = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    rows = store.database.execute_sql(sql).fetchall()
    return {name for (name,) in rows}
