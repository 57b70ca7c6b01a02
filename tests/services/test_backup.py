"""A backup taken while others write is whole, verified and private; what is not in order becomes none (B13)."""

from __future__ import annotations

import multiprocessing
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from db import backup as files
from db.engine import Store
from db.models import Authority, Meta, User
from db.probe import StoreError, StoreKind, probe
from imi_tui.context import Context
from imi_tui.rules.chain import read_checkpoint
from imi_tui.rules.refusals import Refused
from imi_tui.services import authorities, backup, record_key
from tests.record import attacker, remove
from tests.services.access_house import CLI
from tests.world import World

ON_EVERY_ENGINE = False


@pytest.fixture
def house(ctx: Context, world: World) -> Context:
    """An authority with a user, and five entries of the record."""
    authority = world.authority()
    world.user(authority, "Zebediah", "Quimby", administrator=True)
    for _number in range(5):
        authorities.confirm(ctx, CLI, authority)
    return ctx


def test_a_backup_is_whole_and_private_and_without_the_key(house: Context, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    taken = backup.take(house, CLI, file)
    assert (taken.entries, taken.bytes, file.stat().st_mode & 0o777) == (5, file.stat().st_size, 0o600)
    assert [path.name for path in tmp_path.glob("*backup.db*")] == ["backup.db"]
    probe(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT first_name FROM users").fetchone() == ("Zebediah",)
    key = record_key.load(house.settings)
    assert key.secret.hex().encode() not in file.read_bytes() and key.secret not in file.read_bytes()
    point = read_checkpoint(key, files.noted(file)["checkpoint"])
    assert point is not None and (point.id, point.digest) == files.record_end(file)
    with house.store.reading():
        assert Meta.get(Meta.name == backup.TAKEN).value == "2026-11-24T09:00:00+00:00"
        assert Authority.select().count() == User.select().count() == 1  # the models speak to the database in use


def test_nothing_is_written_over(house: Context, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    file.write_text("mine")
    with pytest.raises(Refused) as refused:
        backup.take(house, CLI, file)
    assert refused.value.code == "backup_exists" and file.read_text() == "mine"
    with pytest.raises(Refused) as refused:
        backup.take(house, CLI, tmp_path / "nowhere" / "backup.db")
    assert refused.value.code == "backup_unwritable"


def test_a_full_disk_leaves_nothing(house: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_source: Path, target: Path, _progress: object) -> None:
        target.touch()
        raise StoreError(StoreKind.FULL)

    monkeypatch.setattr("db.backup.copy_view", full)
    with pytest.raises(Refused) as refused:
        backup.take(house, CLI, tmp_path / "backup.db")
    assert refused.value.code == "backup_no_room" and not list(tmp_path.glob("*backup.db*"))


def test_a_record_that_was_tampered_with_is_not_backed_up_as_if_it_were_whole(house: Context, tmp_path: Path) -> None:
    with attacker(house.store.path) as db:
        remove(db, 5, 5)
    with pytest.raises(Refused) as refused:
        backup.take(house, CLI, tmp_path / "backup.db")
    assert (refused.value.code, refused.value.facts["entry"]) == ("backup_record_broken", 5)
    assert not list(tmp_path.glob("*backup.db*"))


def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(house: Context, tmp_path: Path) -> None:
    with closing(sqlite3.connect(house.store.path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("UPDATE users SET authority_id = 4711")
    with pytest.raises(Refused) as refused:
        backup.take(house, CLI, tmp_path / "backup.db")
    assert refused.value.code == "backup_unsound"


KILLED = """
import os, signal, sys
from pathlib import Path
from db import backup as files
from imi_tui.context import make_context
from imi_tui.rules.policy import system_actor
from imi_tui.services import backup
from imi_tui.settings import Settings

def die(*_args):
    os.kill(os.getpid(), signal.SIGKILL)
files.faults_of = die
backup.take(make_context(Settings(database=sys.argv[1])), system_actor("cli"), Path(sys.argv[2]))
"""


def test_killed_in_the_middle_there_is_no_backup_and_nothing_is_in_the_way(house: Context, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    argv = [sys.executable, "-c", KILLED, house.store.url, str(file)]
    run = subprocess.run(argv, check=False, capture_output=True, cwd=Path(__file__).parents[2])
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert not file.exists() and list(tmp_path.glob(".backup.db.making-*"))
    backup.take(house, CLI, file)
    assert [path.name for path in tmp_path.glob("*backup.db*")] == ["backup.db"]


def _write(url: str, begun: object, over: object) -> None:
    """Count two facts up, both in each transaction, until told to end."""
    store = Store(url)
    while not over.is_set():  # type: ignore[attr-defined]  # an event of another process
        with store.writing():
            for name in ("one", "other"):
                value = int(Meta.get(Meta.name == name).value)
                Meta.update(value=str(value + 1)).where(Meta.name == name).execute()
        begun.set()  # type: ignore[attr-defined]  # likewise
    store.close()


def test_whoever_writes_meanwhile_is_in_it_whole_or_not_at_all(
    house: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.backup._PAGES", 1)  # many chances for somebody else in between
    with house.store.writing():
        for name in ("one", "other"):
            Meta.create(name=name, value="0")
    house.store.close()
    spawn = multiprocessing.get_context("spawn")
    begun, over = spawn.Event(), spawn.Event()
    writers = [spawn.Process(target=_write, args=(house.store.url, begun, over)) for _number in range(2)]
    for writer in writers:
        writer.start()
    begun.wait()
    seen = []
    for number in range(6):
        backup.take(house, CLI, tmp_path / f"backup{number}.db")
        with closing(sqlite3.connect(tmp_path / f"backup{number}.db")) as connection:
            rows = dict(connection.execute("SELECT name, value FROM meta WHERE name IN ('one', 'other')").fetchall())
        assert rows["one"] == rows["other"]
        seen.append(int(rows["one"]))
    over.set()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert seen == sorted(seen) and seen[-1] > seen[0]
