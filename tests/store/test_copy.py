"""A database copied into another: every row the same, goes on after a kill, refused by the app until it is whole."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from db import copy as rows
from db import rows as plain
from db.engine import Store
from db.models import TABLES, database
from db.probe import StoreError, StoreKind, probe
from imi_tui.context import Context
from imi_tui.rules.policy import system_actor
from imi_tui.rules.refusals import Refused
from imi_tui.rules.verbs import Verb
from imi_tui.services import record_check
from imi_tui.services.database_copy import copy
from imi_tui.settings import Settings
from tests.record import forget, write
from tests.world import World

CLI = system_actor("cli")


@pytest.fixture
def source(ctx: Context, world: World) -> Context:
    """Two authorities that name each other against the order of their ids, people, and a record with a gap in it."""
    first = world.authority("Pirmā “iestāde”", informal="Ķ\u0304\n'; --")
    second = world.authority("Otrā", access_manager=True, email="otra@vdi.example")
    with ctx.store.writing():
        database.execute_sql("UPDATE authority SET manager_id = ? WHERE id = ?", (second, first))
    for number in range(30):
        world.user(first, "Zoë", f"Ὀδυσσεύς {number}", temporary=number % 2 == 0, blocked=number % 3 == 0)
    for number in range(12):
        write(ctx, (Verb.USER_EDITED, Verb.USER_REGISTERED, Verb.LOGIN)[number % 3], number + 1)
    forget(ctx, 2)
    ctx.store.close()
    return replace(ctx, settings=replace(ctx.settings, record_key=""))  # beside the database


def _dump(path: Path) -> list[str]:
    """Everything in a SQLite file, but for what each index is made of and when the migrations were run."""
    with closing(sqlite3.connect(path)) as connection:
        lines = list(connection.iterdump())
    return sorted(line for line in lines if "search_" not in line and "schema_migration" not in line)


def _copy(source: Context, target: Path, **how: Any) -> Any:
    return copy(source.settings, CLI, source.store.url, f"sqlite:///{target}", source.now, **how)


def test_there_and_back_everything_is_the_same(source: Context, tmp_path: Path) -> None:
    there, back = tmp_path / "there.db", tmp_path / "back.db"
    done = _copy(source, there)
    assert [one.table for one in done.tables] == [model._meta.table_name for model in TABLES]
    assert {one.table: one.rows for one in done.tables}["users"] == 30
    assert done.entries == 13 and done.key.read_bytes() == source.settings.record_key_path().read_bytes()
    settings = Settings(database=f"sqlite:///{there}")
    copied = Context(Store(settings.database), source.catalogue, settings, source.hasher)
    assert record_check.verify(copied, CLI).broken is None
    copied.store.close()
    again = _copy(copied, back)
    assert again.tables == done.tables
    assert _dump(there) == _dump(source.store.path) == _dump(back)
    probe(f"sqlite:///{back}")


def test_the_guards_of_the_record_stand_again(source: Context, tmp_path: Path) -> None:
    _copy(source, tmp_path / "there.db")
    with closing(sqlite3.connect(tmp_path / "there.db")) as connection:
        for sql in ("DELETE FROM entry", "UPDATE entry SET verb = 'x'", "INSERT INTO entry SELECT * FROM entry"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(sql)


KILLED = """
import os, signal, sys
from db import copy, rows
from imi_tui.rules.policy import system_actor
from imi_tui.services import database_copy
from imi_tui.settings import Settings
from tests.world import Clock

source, target, left = sys.argv[1], sys.argv[2], int(sys.argv[3])
rows.BITE = 7
real = copy._note
def note(store, name, value):
    global left
    real(store, name, value)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
copy._note = note
database_copy.copy(Settings(database=source), system_actor("cli"), source, target, Clock())
"""


def test_killed_again_and_again_it_goes_on_and_nobody_opens_half_of_it(
    source: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "there.db"
    for left in (1, 2, 3, 9, 5):
        argv = [sys.executable, "-c", KILLED, source.store.url, f"sqlite:///{target}", str(left)]
        run = subprocess.run(argv, check=False, capture_output=True, cwd=Path(__file__).parents[2])
        assert run.returncode == -signal.SIGKILL, run.stderr
        with pytest.raises(StoreError) as half:
            probe(f"sqlite:///{target}")
        assert half.value.kind in {StoreKind.INCOMPLETE, StoreKind.NOT_OURS}
    monkeypatch.setattr(plain, "BITE", 7)
    _copy(source, target)
    assert _dump(target) == _dump(source.store.path)


def test_what_is_there_is_never_touched(source: Context, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    shutil.copy(source.store.path, other)
    for fresh in (False, True):
        with pytest.raises(Refused) as refused:
            _copy(source, other, fresh=fresh)
        assert refused.value.code == "copy_exists"
    with pytest.raises(Refused) as refused:
        _copy(source, Path(source.store.path))
    assert refused.value.code == "copy_itself"


def test_half_a_copy_of_something_else_is_only_thrown_away_when_asked(source: Context, tmp_path: Path) -> None:
    target = tmp_path / "there.db"
    rows.begin(f"sqlite:///{target}", "another")
    with pytest.raises(Refused) as refused:
        _copy(source, target)
    assert refused.value.code == "copy_of_another"
    _copy(source, target, fresh=True)
    assert _dump(target) == _dump(source.store.path)


def test_what_changes_meanwhile_is_found(source: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = rows.compare

    def meddle(one: Store, other: Store, *rest: Any) -> Any:
        with closing(sqlite3.connect(tmp_path / "there.db")) as connection, connection:
            connection.execute("UPDATE users SET phone = '1' WHERE id = 7")
        return real(one, other, *rest)

    monkeypatch.setattr(rows, "compare", meddle)
    with pytest.raises(Refused) as refused:
        _copy(source, tmp_path / "there.db")
    assert (refused.value.code, refused.value.facts) == ("copy_differs", {"table": "users", "key": (7,)})
    with pytest.raises(StoreError) as half:
        probe(f"sqlite:///{tmp_path}/there.db")
    assert half.value.kind is StoreKind.INCOMPLETE


def test_a_source_in_use_or_with_another_key_there_is_refused(source: Context, tmp_path: Path) -> None:
    (tmp_path / "there.db.record-key").write_text("ab" * 32 + "\n")
    with pytest.raises(Refused) as refused:
        _copy(source, tmp_path / "there.db")
    assert refused.value.code == "copy_other_key"
    hold = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM meta').fetchall(); print(1);"
    )
    argv = [sys.executable, "-uc", f"{hold} sys.stdin.read()", source.store.path]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline()
        with pytest.raises(Refused) as refused:
            _copy(source, tmp_path / "there.db")
        assert refused.value.code == "copy_in_use"
        os.kill(other.pid, signal.SIGTERM)


def test_values_are_the_same_whatever_the_driver_gives() -> None:
    table = plain.Table(next(model for model in TABLES if model._meta.table_name == "users"))
    at = table.columns.index
    row: list[object] = [None] * len(table.columns)
    row[at("password_temporary")], row[at("registered_at")] = 1, "2026-11-24 09:00:00"
    other: list[object] = [None] * len(table.columns)
    other[at("password_temporary")], other[at("registered_at")] = True, datetime(2026, 11, 24, 9)
    assert table._plain(row) == table._plain(other)
    row[at("registered_at")] = "yesterday"
    with pytest.raises(StoreError):
        table._plain(row)
