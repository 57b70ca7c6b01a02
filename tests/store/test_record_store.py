"""The store itself keeps the record: what was appended is never changed or deleted, but for erasing personal values."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import peewee
import pytest

from db import schema
from db.engine import Store
from imi_tui.context import Context
from imi_tui.rules.verbs import Verb
from tests.record import write

REFUSED = (
    "UPDATE entry SET actor_id = 9",
    "UPDATE entry SET digest = digest",
    "DELETE FROM entry WHERE id = 2",
    "UPDATE entry_values SET salt = 'x'",
    "DELETE FROM entry_values WHERE kind = 'public'",
    "DELETE FROM entry_values",
    "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE id = 1",
    "INSERT OR REPLACE INTO entry_values SELECT * FROM entry_values",
    "INSERT INTO entry_values VALUES (1, 'whole', 'salt', '{}')",
    "UPDATE OR REPLACE entry SET id = 1 WHERE id = 2",
)


@pytest.fixture
def filled(ctx: Context) -> Context:
    for verb in (Verb.USER_EDITED, Verb.LOGIN):
        write(ctx, verb)
    return ctx


@pytest.mark.parametrize("statement", REFUSED)
def test_what_was_appended_stays(filled: Context, statement: str) -> None:
    before = _all(filled)
    with pytest.raises(peewee.IntegrityError), filled.store.writing():
        filled.store.database.execute_sql(statement)
    assert _all(filled) == before


def test_personal_values_can_be_erased(filled: Context) -> None:
    with filled.store.writing():
        filled.store.database.execute_sql("DELETE FROM entry_values WHERE kind = 'personal'")
    assert [row[1] for row in _all(filled)[1]] == ["public"]


def _all(ctx: Context) -> tuple[list[object], list[tuple[object, ...]]]:
    with closing(sqlite3.connect(ctx.store.path)) as look:
        tables = [
            look.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in ("entry", "entry_values")
        ]
    return tables[0], tables[1]


def test_entries_of_before_are_taken_over_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The upgrade needs no key."""
    url = f"sqlite:///{tmp_path}/imi.db"
    older = tmp_path / "migrations"
    older.mkdir()
    for path in schema.MIGRATIONS.glob("000[123]_*.py"):
        (older / path.name).write_bytes(path.read_bytes())
    with monkeypatch.context() as before:
        before.setattr("db.probe.MIGRATIONS", older)
        before.setattr("db.schema.MIGRATIONS", older)
        store = schema.create(url)
    with store.writing():
        execute = store.database.execute_sql
        for entry_id in (1, 2):
            execute(
                "INSERT INTO entry (at, verb, actor_kind, values_digest, previous, digest) VALUES"
                f" ('2026-11-24 09:00:00', 'login:done', 'login', 'v', 'p', 'd{entry_id}')"
            )
        execute("INSERT INTO entry_values VALUES (2, 'salt', '{}')")
    store.close()
    assert schema.upgrade(url, datetime(2026, 11, 25, tzinfo=UTC)) is not None
    with closing(sqlite3.connect(tmp_path / "imi.db")) as look:
        assert look.execute("SELECT id, algorithm, personal_digest, digest FROM entry").fetchall() == [
            (1, "sha256", "", "d1"),
            (2, "sha256", "", "d2"),
        ]
        assert look.execute("SELECT * FROM entry_values").fetchall() == [(2, "whole", "salt", "{}")]
        assert not look.execute("SELECT 1 FROM sqlite_master WHERE name LIKE '%before'").fetchall()
    assert not list(tmp_path.glob("*.record-key"))
    Store(url).close()
