"""Moving to PostgreSQL and back, backing it up, putting a backup back there: as with a file, and nothing half (B12)."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from db import backup as files
from db.models import Authority, User
from db.probe import StoreError, StoreKind, probe
from imi_tui.context import Context
from imi_tui.rules.refusals import Refused
from imi_tui.services import authorities, backup, database_check, database_status, erasures, record_check, users
from imi_tui.services.database_copy import copy
from imi_tui.services.restore import restore
from imi_tui.services.users import NewUser
from tests.databases import Databases, why_no_server
from tests.services.access_house import CLI
from tests.world import Clock, World

ON_EVERY_ENGINE = False

ROOT = Path(__file__).parents[2]


@pytest.fixture
def server(databases: Databases) -> Iterator[str]:
    """The URL of an empty database of a server, without any tables."""
    if why := why_no_server():
        pytest.skip(why)
    with databases.on_server() as url:
        with files.second_store(url) as store, store.writing():
            store.database.execute_sql("DROP SCHEMA public CASCADE")
            store.database.execute_sql("CREATE SCHEMA public")
        yield url


@pytest.fixture
def source(ctx: Context, world: World) -> Context:
    """A file with two authorities, people, what is NULL and what is not, and a record."""
    first = world.authority("Pirmā “iestāde”")
    second = world.authority("Otrā", access_manager=True, email="otra@vdi.example")
    with ctx.store.writing():
        Authority.update(manager=second).where(Authority.id == first).execute()
    for number in range(20):
        world.user(first, "Zoë", f"Ὀδυσσεύς {number}", temporary=number % 2 == 0, blocked=number % 3 == 0)
    users.register(ctx, CLI, first, NewUser("Zebediah", "Quimby", "lv", "z@people.example", "", "zebquimby"))
    authorities.confirm(ctx, CLI, first)
    ctx.store.settle()
    return ctx


def _on(ctx: Context, url: str) -> Context:
    return replace(ctx, settings=replace(ctx.settings, database=url))


def _dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        lines = list(connection.iterdump())
    return sorted(line for line in lines if "search_" not in line and "schema_migration" not in line)


KILLED = """
import os, signal, sys
from pathlib import Path
from db import copy, rows
from imi_tui.rules.policy import system_actor
from imi_tui.services import database_copy, restore
from imi_tui.settings import Settings
from tests.world import Clock

source, target, key, left = sys.argv[1:]
settings = Settings(database=source, record_key=key)
rows.BITE = 7
real = copy._note
def note(store, name, value):
    global left
    real(store, name, value)
    left = int(left) - 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
copy._note = note
if target.startswith("postgresql:"):
    database_copy.copy(settings, system_actor("cli"), source, target, Clock())
else:
    restore.restore(settings, system_actor("cli"), Path(target), Clock(), instead=True)
"""


def _killed(*arguments: object) -> None:
    argv = [sys.executable, "-c", KILLED, *map(str, arguments)]
    run = subprocess.run(argv, check=False, capture_output=True, cwd=ROOT)
    assert run.returncode == -signal.SIGKILL, run.stderr


def test_there_and_back_everything_is_the_same(source: Context, server: str, tmp_path: Path) -> None:
    key = source.settings.record_key_path()
    for left in (2, 9, 14):
        _killed(source.store.url, server, key, left)
        with pytest.raises(StoreError) as half:
            probe(server)
        assert half.value.kind is StoreKind.INCOMPLETE
    there = copy(source.settings, CLI, source.store.url, server, source.now)
    probe(server)
    back = copy(source.settings, CLI, server, f"sqlite:///{tmp_path}/back.db", source.now)
    assert back.tables == there.tables and {one.table: one.rows for one in there.tables}["users"] == 21
    assert _dump(tmp_path / "back.db") == _dump(source.store.path)


def test_on_the_server_it_goes_on(source: Context, server: str) -> None:
    copy(source.settings, CLI, source.store.url, server, source.now)
    with files.second_store(server) as store:
        ctx = replace(_on(source, server), store=store)
        assert record_check.verify(ctx, CLI).broken is None
        assert database_check.check(ctx, CLI) == []
        assert database_status.status(ctx, CLI).engine.startswith("PostgreSQL")
        with store.reading():
            last = max(number for (number,) in User.select(User.id).tuples())
        new = NewUser("Olga", "Tihona", "lv", "olga@people.example")
        assert users.register(ctx, CLI, 1, new).user_id == last + 1
        with pytest.raises(Exception, match="never deleted"), store.writing():
            store.database.execute_sql("DELETE FROM entry")
        with store.writing():
            store.database.execute_sql("SELECT setval('users_id_seq', 1)")
            store.database.execute_sql("ALTER TABLE entry DISABLE TRIGGER entry_kept")
        faults = [(one.code, one.facts.get("name", one.facts.get("table"))) for one in database_check.check(ctx, CLI)]
        assert faults == [("trigger_missing", "entry_kept"), ("number_taken", "users")]


def test_a_backup_of_it_is_put_back_in_one_step(
    source: Context, server: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy(source.settings, CLI, source.store.url, server, source.now)
    file, key = tmp_path / "backup.db", source.settings.record_key_path()
    ctx = _on(source, server)
    with files.second_store(server) as store:
        taken = backup.take(replace(ctx, store=store), CLI, file)
        gone = User.get(User.username == "zebquimby")
        users.delete(replace(ctx, store=store), CLI, gone.authority_id, gone.id)
        with monkeypatch.context() as patched, pytest.raises(Refused) as refused:
            patched.setattr("db.in_use.LEAVING", 0)
            _restore_elsewhere(server, file, key)
        assert refused.value.code == "restore_in_use"
    clock.move(hours=1)
    _killed(server, file, key, 3)
    with files.second_store(server) as store:
        assert record_check.verify(replace(ctx, store=store), CLI).entries == taken.entries + 1
    done = restore(ctx.settings, CLI, file, clock, instead=True)
    assert (done.again, done.restored.before, done.restored.common) == (1, taken.entries + 1, taken.entries)
    assert done.kept is not None and files.record_end(done.kept)[0] == taken.entries + 1
    with files.second_store(server) as store:
        there = replace(ctx, store=store)
        verdict = record_check.verify(there, CLI)
        assert (verdict.broken, len(verdict.restores)) == (None, 1)
        assert database_check.check(there, CLI) == []
        assert erasures.follow(there, CLI) == 0
        with store.reading():
            assert User.get_or_none(User.username == "zebquimby") is None and User.select().count() == 20


def test_what_is_not_ours_on_a_server_is_left_alone(source: Context, server: str, tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "backup.db"
    backup.take(source, CLI, file)
    with files.second_store(server) as store, store.writing():
        store.database.execute_sql("CREATE TABLE theirs (id INTEGER)")
    for instead in (False, True):
        with pytest.raises(Refused) as refused:
            restore(_on(source, server).settings, CLI, file, clock, instead=instead)
        assert refused.value.code == ("store_not_ours" if instead else "restore_exists")
    with pytest.raises(Refused) as refused:
        copy(source.settings, CLI, source.store.url, server, source.now)
    assert refused.value.code == "copy_exists"
    with files.second_store(server) as store, store.reading():
        assert store.database.get_tables() == ["theirs"]


def _restore_elsewhere(url: str, file: Path, key: Path) -> None:
    from imi_tui.settings import Settings

    restore(Settings(database=url, record_key=str(key)), CLI, file, Clock(), instead=True)
