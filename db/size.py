"""How much room a database takes."""

from __future__ import annotations

import peewee

from db.engine import Store, translated


def size_of(store: Store) -> int:
    """Bytes on the disk: the file with what stands beside it, or what the server says. Raises `StoreError`."""
    if isinstance(store.database, peewee.SqliteDatabase):
        beside = (store.path.with_name(store.path.name + suffix) for suffix in ("", "-wal", "-shm"))
        return sum(path.stat().st_size for path in beside if path.exists())
    store.connect()
    with translated():
        (size,) = store.database.execute_sql("SELECT pg_database_size(current_database())").fetchone()
    return int(size)
