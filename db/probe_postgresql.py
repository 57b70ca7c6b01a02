"""Look at a PostgreSQL database before the app opens it: is it there, ours, and of this version?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from db.probe import MARK, StoreError, StoreKind, compare, shown_url


def meta_value(url: str, name: str) -> str | None:
    """A fact of this database by name, or None. Raises `StoreError`."""
    with _looking_at(url) as connection:
        found = connection.execute_sql("SELECT value FROM meta WHERE name = %s", (name,)).fetchone()
    return found and str(found[0])


def probe(url: str) -> None:
    """Raise `StoreError` unless the database exists, is ours and has this version's schema. Changes nothing."""
    with _looking_at(url) as database:
        tables = set(database.get_tables())
        if not tables:
            raise StoreError(StoreKind.MISSING, shown_url(url))
        if MARK in tables:
            raise StoreError(StoreKind.INCOMPLETE, shown_url(url))
        if not {"schema_migration", "meta"} <= tables:
            raise StoreError(StoreKind.NOT_OURS, shown_url(url))
        applied = {name for (name,) in database.execute_sql("SELECT name FROM schema_migration").fetchall()}
    compare(applied, shown_url(url))


@contextmanager
def _looking_at(url: str) -> Iterator[Any]:
    """A connection for a moment. Raises `StoreError`."""
    from db.engine import translated
    from db.postgresql import Engine

    engine = Engine(url)
    try:
        with translated():
            engine.connect()
            yield engine.database
    except StoreError as error:
        raise StoreError(error.kind, error.detail or shown_url(url)) from error
    finally:
        engine.close()
