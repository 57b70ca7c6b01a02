"""The SQL that a service sends to the engine: how much of it, and which."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from imi_tui.context import Context

Statement = tuple[str, tuple[Any, ...]]


@contextmanager
def statements(ctx: Context) -> Iterator[list[Statement]]:
    """The statements of the body, in order, with their values; beginnings and ends of transactions are none."""
    sent: list[Statement] = []
    database = ctx.store.database
    run = database.execute_sql

    def execute_sql(sql: str, params: Any = None, *more: Any, **how: Any) -> Any:
        if not sql.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            sent.append((sql, tuple(params or ())))
        return run(sql, params, *more, **how)

    with patch.object(database, "execute_sql", execute_sql):
        yield sent
