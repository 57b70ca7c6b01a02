"""A backup put back: verified, without who was deleted since, told by the record; the one before is kept (B13, B14)."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from db import backup as files
from db import schema, sqlite
from db.models import Authority, EntryValues, Mail, User, UserSession
from db.probe import StoreError, StoreKind, probe
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import Refused, StoreAway
from imi_tui.rules.verbs import Verb
from imi_tui.services import authorities, backup, database_check, erasures, record_check, retention, session_rows, users
from imi_tui.services.record_faults import Breach
from imi_tui.services.restore import Restoration, restore
from imi_tui.services.users import NewUser
from tests.record import attacker, remove, write
from tests.services.access_house import CLI
from tests.world import NOW, Clock, World

ON_EVERY_ENGINE = False
"""What is shown here is of files; of a server, in `test_on_server`."""


class House:
    """A house with an authority and an administrator, five entries of its record, and a backup of them."""

    def __init__(self, ctx: Context, world: World, folder: Path) -> None:
        self.ctx = ctx
        self.authority = world.authority()
        self.anna = world.administrator(self.authority)
        self.other = world.administrator(self.authority, "Olga", "Tihona")
        self.file = folder / "kept" / "backup.db"
        self.file.parent.mkdir()
        for _number in range(5):
            self.enter()

    def enter(self) -> None:
        """One more entry of the record."""
        authorities.confirm(self.ctx, CLI, self.authority)

    def back_up(self) -> None:
        backup.take(self.ctx, CLI, self.file)

    def restore(self, **how: Any) -> Restoration:
        """Put the backup back; the database is open again afterwards."""
        self.ctx.store.close()
        return restore(self.ctx.settings, CLI, self.file, self.ctx.now, **{"instead": True, **how})

    def refused(self, **how: Any) -> str:
        """The code with which putting it back is refused; nothing of the database has changed then."""
        self.ctx.store.settle()
        before = self.path.read_bytes() if self.path.exists() else None
        with pytest.raises(Refused) as refused:
            self.restore(**how)
        assert (self.path.read_bytes() if self.path.exists() else None) == before
        assert not list(self.path.parent.glob("*.restoring*"))
        return refused.value.code

    @property
    def path(self) -> Path:
        return Path(self.ctx.store.path)


@pytest.fixture
def house(ctx: Context, world: World, tmp_path: Path) -> House:
    return House(ctx, world, tmp_path)


def _found(ctx: Context, **how: Any) -> tuple[int, Breach] | None:
    broken = record_check.verify(ctx, CLI, **how).broken
    return (broken.entry_id, broken.how) if broken else None


def test_the_record_tells_of_it_and_the_one_before_is_kept(house: House, clock: Clock) -> None:
    house.back_up()
    for _number in range(3):
        house.enter()
    outside = record_check.checkpoint(house.ctx, CLI)
    clock.move(hours=1)
    done = house.restore()
    assert done.kept is not None and done.kept.name == "imi.db.before-restore-20261124T100000Z"
    assert database_check.check(house.ctx, CLI) == []
    assert files.record_end(done.kept)[0] == 8
    verdict = record_check.verify(house.ctx, CLI)
    assert (verdict.broken, verdict.entries, verdict.kept) == (None, 6, True)
    (told,) = verdict.restores
    assert (told.entry_id, told.before, told.to, told.common) == (6, 8, 5, 5)
    assert (told.kept, told.taken, told.at) == (done.kept.name, NOW.isoformat(), "2026-11-24T10:00:00+00:00")
    aside = list(house.path.parent.glob("*.checkpoint.before-restore-*"))
    assert [path.read_text().split()[1] for path in aside] == ["8"]
    # What somebody kept elsewhere before is no forgery, and not vouched for by this database either.
    verdict = record_check.verify(house.ctx, CLI, checkpoint=outside)
    assert (verdict.broken, verdict.elsewhere) == (None, told)
    house.enter()
    assert _found(house.ctx) is None


def test_what_is_cut_or_put_back_by_hand_afterwards_is_found_as_before(house: House, clock: Clock) -> None:
    house.back_up()
    for _number in range(3):
        house.enter()
    clock.move(hours=1)
    house.restore()
    for _number in range(4):
        house.enter()
    with attacker(house.path) as db:
        remove(db, 8, 10)
    assert _found(house.ctx) == (8, Breach.CUT)
    for _number in range(5):
        write(house.ctx, Verb.AUTHORITY_EDITED)
    assert _found(house.ctx) == (10, Breach.OLDER_COPY)


def test_nobody_without_the_key_can_say_that_there_was_a_restore(house: House) -> None:
    house.back_up()
    for _number in range(3):
        house.enter()
    with attacker(house.path) as db:
        digest = db.execute("SELECT digest FROM entry WHERE id = 5").fetchone()[0]
        remove(db, 6, 8)
        db.execute(
            "INSERT INTO entry VALUES (6, '2026-11-24 10:00:00', 'database:restored', 'cli', NULL, NULL, NULL,"
            " 'hmac-sha256', '', '', ?, ?)",
            (digest, "f" * 64),
        )
    assert _found(house.ctx) == (6, Breach.CHANGED)


def test_a_checkpoint_from_after_the_backup_but_of_before_the_restore_may_be_older_than_its_end(
    house: House, clock: Clock
) -> None:
    house.back_up()
    house.enter()
    early = record_check.checkpoint(house.ctx, CLI)
    clock.move(hours=1)
    house.enter()
    house.restore()
    assert record_check.verify(house.ctx, CLI, checkpoint=early).elsewhere is not None
    # One that says to be of that time and is of the new course of events is held against it.
    clock.move(hours=1)
    house.enter()
    later = record_check.checkpoint(house.ctx, CLI)
    with attacker(house.path) as db:
        remove(db, 7, 99)
    house.ctx.settings.record_checkpoint_path().unlink()
    assert _found(house.ctx, checkpoint=later) == (7, Breach.CUT)


def test_who_was_deleted_since_is_deleted_again_before_anybody_opens_it(house: House) -> None:
    new = NewUser("Zebediah", "Quimby", "lv", "zebediah@people.example", "", "zebquimby")
    gone = users.register(house.ctx, CLI, house.authority, new).user_id
    house.back_up()
    users.delete(house.ctx, house.anna, house.authority, gone)  # no worker has run since: the list does not know yet
    done = house.restore()
    assert (done.again, done.listed) == (1, True)
    with house.ctx.store.reading():
        assert User.get_or_none(User.id == gone) is None
        assert User.select().count() == 2
    assert _found(house.ctx) is None


def test_who_was_erased_since_is_erased_again(house: House, clock: Clock) -> None:
    new = NewUser("Zebediah", "Quimby", "lv", "zebediah@people.example", "", "zebquimby")
    gone = users.register(house.ctx, CLI, house.authority, new).user_id
    house.back_up()
    users.delete(house.ctx, house.anna, house.authority, gone)
    erasures.follow(house.ctx, CLI)
    clock.move(days=1200)
    retention.erase_due(house.ctx, CLI)
    house.restore()
    with closing(sqlite3.connect(house.path)) as connection:
        dump = "\n".join(connection.iterdump())
    assert "Quimby" not in dump and "zebquimby" not in dump
    assert _found(house.ctx) is None
    with house.ctx.store.reading():
        assert not EntryValues.select().where(EntryValues.values.contains("Zebediah")).exists()


def test_who_was_deleted_before_is_kept_as_proof_no_longer_for_a_restore(house: House, clock: Clock) -> None:
    new = NewUser("Zebediah", "Quimby", "lv", "zebediah@people.example", "", "zebquimby")
    gone = users.register(house.ctx, CLI, house.authority, new).user_id
    house.back_up()
    users.delete(house.ctx, house.anna, house.authority, gone)
    clock.move(days=1000)
    house.restore()
    clock.move(days=100)
    retention.erase_due(house.ctx, CLI)
    assert erasures.overdue(house.ctx, CLI) == 1
    assert erasures.overdue(house.ctx, CLI) == 0
    with closing(sqlite3.connect(house.path)) as connection:
        dump = "\n".join(connection.iterdump())
    assert "Quimby" not in dump and "zebquimby" not in dump
    assert _found(house.ctx) is None


def test_open_sessions_are_over_and_what_was_mailed_is_not_mailed_again(house: House) -> None:
    with house.ctx.store.writing():
        session = session_rows.begin(house.ctx, house.anna.user_id or 0, house.ctx.now())
        ids = [
            Mail.create(
                kind="welcome", authority=house.authority, user=house.anna.user_id, next_try_at=NOW, created_at=NOW
            ).id
            for _number in range(2)
        ]
    house.back_up()
    with house.ctx.store.writing():
        Mail.update(state="sent", sent_at=NOW, message_id="<a@b.example>").where(Mail.id == ids[0]).execute()
    house.restore()
    with house.ctx.store.reading():
        assert UserSession.get_by_id(session).ended_at is not None
        assert [mail.state for mail in Mail.select().where(Mail.id.in_(ids)).order_by(Mail.id)] == ["sent", "queued"]
        assert Mail.get_by_id(ids[0]).sent_at == NOW


def test_nothing_is_written_over_unasked(house: House, tmp_path: Path) -> None:
    house.back_up()
    assert house.refused(instead=False) == "restore_exists"
    house.file = tmp_path / "none.db"
    assert house.refused() == "restore_missing"
    house.file = house.path
    assert house.refused() == "restore_itself"


def test_a_backup_that_was_tampered_with_is_refused(house: House) -> None:
    house.back_up()
    whole = house.file.read_bytes()
    for sql in (
        "UPDATE users SET password_hash = 'mine' WHERE id = 1",
        "UPDATE backup SET value = 'x' WHERE name = 'erasures'",
        "UPDATE backup SET value = '' WHERE name = 'seal'",
        "UPDATE backup SET value = REPLACE(value, '0', '1') WHERE name = 'seal'",
    ):
        house.file.write_bytes(whole)
        with closing(sqlite3.connect(house.file)) as db, db:
            db.execute(sql)
        assert house.refused() == "restore_tampered"
    house.file.write_bytes(bytes([*whole[:-1], whole[-1] ^ 1]))
    assert house.refused() == "restore_tampered"
    with closing(sqlite3.connect(house.file)) as db, db:
        db.execute("DROP TABLE backup")
    assert house.refused() == "restore_unsealed"
    house.file.write_bytes(b"no database" * 1000)
    assert house.refused() == "store_not_a_database"


def test_what_is_put_back_without_its_seal_is_looked_through_all_the_same(house: House) -> None:
    house.back_up()
    whole = house.file.read_bytes()
    with attacker(house.file) as db:
        db.execute("UPDATE entry SET actor_id = 99 WHERE id = 3")
    assert house.refused(unsealed=True) == "backup_record_broken"
    house.file.write_bytes(whole)
    with attacker(house.file) as db:  # a cut end shows by the checkpoint that is in it
        remove(db, 4, 5)
    assert house.refused(unsealed=True) == "backup_record_broken"
    house.file.write_bytes(whole)
    with closing(sqlite3.connect(house.file)) as db, db:
        db.execute("UPDATE users SET authority_id = 4711")
    assert house.refused(unsealed=True) == "backup_unsound"
    house.file.write_bytes(whole)
    with closing(sqlite3.connect(house.file)) as db, db:
        db.execute("DROP TABLE backup")
    assert house.restore(unsealed=True).restored.taken == ""


def test_another_key_or_none_is_told(house: House) -> None:
    house.back_up()
    key = house.ctx.settings.record_key_path()
    kept = key.read_text()
    key.write_text("ab" * 32 + "\n")
    assert house.refused() == "restore_other_key"
    key.unlink()
    assert house.refused() == "record_key_missing"
    key.write_text(kept)
    house.restore()


def test_a_new_machine_needs_the_backup_and_the_key(house: House) -> None:
    new = NewUser("Zebediah", "Quimby", "lv", "zebediah@people.example", "", "zebquimby")
    gone = users.register(house.ctx, CLI, house.authority, new).user_id
    users.delete(house.ctx, CLI, house.authority, gone)
    erasures.follow(house.ctx, CLI)
    house.back_up()
    house.ctx.store.settle()
    listed = erasures.path(house.ctx)
    told = listed.read_text()
    for path in (house.path, listed, house.ctx.settings.record_checkpoint_path()):
        path.unlink()
    done = house.restore(instead=False)
    assert done.kept is None and listed.read_text() == told
    verdict = record_check.verify(house.ctx, CLI)
    assert verdict.broken is None and verdict.restores[0].before == 0


def test_a_database_that_cannot_be_read_is_kept_all_the_same(house: House) -> None:
    house.back_up()
    house.enter()
    house.ctx.store.settle()
    house.path.write_bytes(b"\0" * 8192)
    house.path.with_name("imi.db-wal").write_bytes(b"\1" * 100)
    done = house.restore()
    assert done.kept is not None and done.kept.read_bytes() == b"\0" * 8192 and not done.listed
    assert done.kept.with_name(f"{done.kept.name}-wal").read_bytes() == b"\1" * 100
    verdict = record_check.verify(house.ctx, CLI)
    # That it went on to entry 6 is known by the checkpoint beside the key.
    assert (verdict.broken, verdict.restores[0].before, verdict.restores[0].common) == (None, 6, 5)


def test_an_older_backup_is_upgraded_and_a_newer_one_refused(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations = tmp_path / "migrations"
    migrations.mkdir()
    for path in sorted(schema.MIGRATIONS.glob("[0-9]*.py"))[:-1]:
        (migrations / path.name).write_bytes(path.read_bytes())
    with monkeypatch.context() as patched:
        patched.setattr("db.probe.MIGRATIONS", migrations)
        patched.setattr("db.schema.MIGRATIONS", migrations)
        with files.second_store(schema.create(f"sqlite:///{house.file}").url) as older, older.writing():
            Authority.create(
                country="LV", official_name="Vecā", official_language="lv", name_key="veca", email="a@b.example",
                registered_at=NOW,
            )  # fmt: skip
    done = house.restore(unsealed=True)
    assert done.upgraded
    probe(house.ctx.store.url)
    with house.ctx.store.reading():
        assert Authority.get().official_name == "Vecā"
    with closing(sqlite3.connect(house.file)) as connection, connection:
        connection.execute("UPDATE schema_migration SET name = '9999_later' WHERE name LIKE '0006%'")
    assert house.refused() == "store_newer"


HOLD = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT * FROM meta").fetchall()
print("open", flush=True)
time.sleep(600)
"""


def test_while_others_have_it_open_it_is_left_alone_unless_they_are_to_be_ended(house: House) -> None:
    house.back_up()
    house.ctx.store.close()
    with subprocess.Popen([sys.executable, "-c", HOLD, house.path], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline()
        with pytest.raises(Refused) as refused:
            house.restore()
        assert refused.value.code == "restore_in_use" and str(other.pid) in str(refused.value.facts["process"])
        house.restore(end_others=True)
        assert other.wait() == -signal.SIGTERM


def test_who_waited_to_write_when_it_was_replaced_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What they write would be in the database that was put aside."""

    def replaced(_engine: sqlite.Engine) -> None:
        house.path.rename(house.path.with_name("aside.db"))
        house.path.touch()

    monkeypatch.setattr(sqlite.Engine, "take", replaced)
    with pytest.raises(StoreAway) as away:
        house.enter()
    assert away.value.code == "store_replaced"


KILLED = """
import os, signal, sys
from pathlib import Path
from db import backup, files, in_use
from imi_tui.rules.policy import system_actor
from imi_tui.services import erasures, record_kept, restore, restored_rows
from imi_tui.settings import Settings
from tests.world import Clock

url, file, point, when = sys.argv[1:]
owner, name = {
    "copying": (backup, "copy_view"), "looking through": (backup, "faults_of"), "erasing": (erasures, "follow"),
    "tidying": (restored_rows, "tidy"), "alone": (in_use, "alone_with"), "linking": (os, "link"),
    "moving": (Path, "replace"), "keeping": (record_kept, "keep"),
}[point]
real = getattr(owner, name)
def die(*args, **kwargs):
    if point == "keeping" and args[0].staged:
        return real(*args, **kwargs)
    if when == "after":
        real(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, die)
clock = Clock()
clock.move(hours=1)
restore.restore(Settings(database=url), system_actor("cli"), Path(file), clock, instead=True)
"""


@pytest.mark.parametrize(
    ("point", "when", "new"),
    [
        ("copying", "after", False),
        ("erasing", "after", False),
        ("tidying", "after", False),
        ("linking", "before", False),
        ("linking", "after", False),
        ("moving", "before", False),
        ("moving", "after", True),
        ("keeping", "after", True),
    ],
)
def test_killed_at_any_moment_the_old_or_the_new_one_is_in_place(
    house: House, clock: Clock, point: str, when: str, new: bool
) -> None:
    house.back_up()
    for _number in range(3):
        house.enter()
    house.ctx.store.close()
    argv = [sys.executable, "-c", KILLED, house.ctx.store.url, str(house.file), point, when]
    killed = subprocess.run(argv, check=False, capture_output=True, cwd=Path(__file__).parents[2])
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    probe(house.ctx.store.url)
    assert files.faults_of(house.path) == []
    verdict = record_check.verify(house.ctx, CLI)
    assert (verdict.broken, verdict.entries) == (None, 6 if new else 8)
    house.enter()
    assert _found(house.ctx) is None
    clock.move(hours=2)
    house.restore()
    assert _found(house.ctx) is None
    assert all(path.stat().st_nlink == 1 for path in house.path.parent.iterdir() if path.is_file())
    assert not list(house.path.parent.glob("*.restoring*"))


def test_a_stranger_in_the_way_is_told(house: House) -> None:
    house.back_up()
    with pytest.raises(StoreError) as refused:
        files.migrations_of(house.path.with_name("none"))
    assert refused.value.kind is StoreKind.MISSING


def test_only_the_system_may(house: House) -> None:
    house.back_up()
    house.ctx.store.close()
    with pytest.raises(Refused) as refused:
        restore(house.ctx.settings, Actor(house.anna.user_id), house.file, house.ctx.now, instead=True)
    assert refused.value.code == "not_allowed"
