"""The SQL that a service sends to the engine: how much of it, and which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from imi_tui.context import Context

Statement = tuple[str, tuple[Any, ...]]


@contextmanager
def statements(ctx: Context) -> Iterator[list[Statement]]:
    """The statements of the body, in order, with their values; beginnings and ends of transactions are none.

    What is inserted in bulk counts as one statement for each table.
    """
    sent: list[Statement] = []
    database = ctx.store.database
    run = database.execute_sql

    def execute_sql(sql: str, params: Any = None, *more: Any, **how: Any) -> Any:
        if not sql.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            sent.append((sql, tuple(params or ())))
        return run(sql, params, *more, **how)

    def insert_rows(model: Any, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        sent.append((f"INSERT INTO {model._meta.table_name}", ()))
        together(model, names, rows)

    def insert_in_order(names: Mapping[Any, Sequence[str]], rows: Iterable[tuple[Any, Sequence[object]]]) -> None:
        sent.extend((f"INSERT INTO {model._meta.table_name}", ()) for model in names)
        in_order(names, rows)

    store = ctx.store
    together, in_order = store.insert_rows, store.insert_in_order
    with (
        patch.object(database, "execute_sql", execute_sql),
        patch.object(store, "insert_rows", insert_rows),
        patch.object(store, "insert_in_order", insert_in_order),
    ):
        yield sent
