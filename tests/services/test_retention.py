"""Who was deleted is gone at once, kept as proof for three years, then erased, also in a copy put back (B14)."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from db.models import Entry, EntryValues, RetiredUsername, User
from imi_tui.cli.common import plain_data
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import Gone, StoreAway
from imi_tui.services import erasures, own_file, record_check, retention, user_edit, users
from imi_tui.services.user_view import user_detail
from imi_tui.services.users import NewUser
from tests.databases import stored
from tests.services.access_house import CLI
from tests.world import Clock, World

NAME, PHONE, EMAIL = "Zebediah", "+371 67 123 456", "zebediah@people.example"


@pytest.fixture
def authority(world: World) -> int:
    return world.authority()


@pytest.fixture
def anna(world: World, authority: int) -> Actor:
    return world.administrator(authority)


@pytest.fixture
def gone(ctx: Context, anna: Actor, authority: int) -> int:
    """Somebody who was registered, edited and deleted, with every trace of it in the record."""
    new = NewUser(NAME, "Quimby", "lv", EMAIL, PHONE, "zebquimby")
    user_id = users.register(ctx, anna, authority, new).user_id
    seen = user_detail(ctx, anna, authority, user_id)
    mine = user_edit.EditedUser(seen.version, NAME, "Quimbyson", "lv", EMAIL, PHONE, frozenset(seen.rights))
    user_edit.edit(ctx, anna, authority, user_id, mine)
    users.delete(ctx, anna, authority, user_id)
    return user_id


def _database(ctx: Context) -> str:
    """Every text that stands in any table."""
    return stored(ctx.store).decode(errors="replace")


def _verifies(ctx: Context) -> bool:
    return record_check.verify(ctx, CLI).broken is None


def test_for_three_years_there_is_proof_then_nothing(ctx: Context, clock: Clock, gone: int) -> None:
    for days in (0, 300, 3 * 365):
        clock.move(days=days and days - 1)
        assert retention.erase_due(ctx, CLI) == 0 or days > 365 * 2
    clock.move(days=400)
    retention.erase_due(ctx, CLI)
    dump = _database(ctx)
    assert not [word for word in (NAME, "Quimby", "67 123 456", "zebediah", "zebquimby") if word in dump]
    assert _verifies(ctx)
    with ctx.store.reading():
        assert Entry.select().where(Entry.subject_id == gone).count() >= 4


def test_the_proof_stands_until_the_day(ctx: Context, clock: Clock, gone: int) -> None:
    clock.at = clock.at.replace(year=clock.at.year + 3) - timedelta(seconds=1)
    assert retention.erase_due(ctx, CLI) == 0
    assert "Quimbyson" in _database(ctx)
    clock.move(seconds=1)
    assert retention.erase_due(ctx, CLI) == 1
    assert retention.erase_due(ctx, CLI) == 0
    with ctx.store.reading():
        assert not RetiredUsername.select().exists()


def test_many_are_erased_in_bites(
    ctx: Context, clock: Clock, anna: Actor, authority: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BITE", 2)
    for number in range(3):
        new = NewUser(NAME, f"Q{number}", "lv", f"z{number}@people.example")
        users.delete(ctx, anna, authority, users.register(ctx, anna, authority, new).user_id)
    clock.move(days=1200)
    assert [retention.erase_due(ctx, CLI) for _run in range(3)] == [2, 1, 0]
    assert NAME not in _database(ctx) and _verifies(ctx)


def test_a_number_is_never_given_again(ctx: Context, anna: Actor, authority: int, gone: int) -> None:
    assert users.register(ctx, anna, authority, NewUser("Olga", "Tihona", "lv", "olga@people.example")).user_id > gone


def test_who_asks_is_told_all_and_nothing_of_others(ctx: Context, anna: Actor, gone: int) -> None:
    told = json.dumps(plain_data(own_file.own_file(ctx, CLI, gone)), ensure_ascii=False)
    assert "Quimbyson" in told and EMAIL in told
    of_anna = json.dumps(plain_data(own_file.own_file(ctx, CLI, anna.user_id or 0)), ensure_ascii=False)
    assert "Anna" in of_anna and "Quimbyson" not in of_anna and "password_hash" not in of_anna
    with pytest.raises(Gone):
        own_file.own_file(ctx, CLI, 4711)


def _put_back(ctx: Context, copy: Path) -> None:
    """A copy of the database takes the place of the one there."""
    ctx.store.close()
    path = Path(ctx.store.path)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copy(copy, path)


def _copied(ctx: Context, to: Path) -> Path:
    with closing(sqlite3.connect(ctx.store.path)) as connection:
        connection.execute("VACUUM INTO ?", (str(to),))
    return to


def test_a_copy_from_before_the_deletion_deletes_again(
    ctx: Context, anna: Actor, authority: int, tmp_path: Path, database_file: Path
) -> None:
    first = users.register(ctx, anna, authority, NewUser(NAME, "Quimby", "lv", EMAIL, PHONE, "zebquimby")).user_id
    erasures.follow(ctx, CLI)
    copy = _copied(ctx, tmp_path / "copy.db")
    users.delete(ctx, anna, authority, first)
    assert erasures.follow(ctx, CLI) == 0
    _put_back(ctx, copy)
    with ctx.store.reading():
        assert User.get_or_none(User.id == first) is not None
    assert erasures.follow(ctx, CLI) == 1
    with ctx.store.reading():
        assert User.get_or_none(User.id == first) is None
    assert erasures.follow(ctx, CLI) == 0


def test_a_copy_from_before_the_erasure_erases_again(
    ctx: Context, clock: Clock, gone: int, tmp_path: Path, database_file: Path
) -> None:
    erasures.follow(ctx, CLI)
    copy = _copied(ctx, tmp_path / "copy.db")
    clock.move(days=1200)
    retention.erase_due(ctx, CLI)
    erasures.follow(ctx, CLI)
    _put_back(ctx, copy)
    assert "Quimbyson" in _database(ctx)
    erasures.follow(ctx, CLI)
    with ctx.store.reading():
        assert not EntryValues.select().join(Entry).where(
            Entry.subject_id == gone, EntryValues.kind == "personal"
        ).exists()  # fmt: skip


def test_somebody_else_with_the_same_number_stays(
    ctx: Context, anna: Actor, authority: int, tmp_path: Path, database_file: Path
) -> None:
    erasures.follow(ctx, CLI)
    copy = _copied(ctx, tmp_path / "copy.db")
    first = users.register(ctx, anna, authority, NewUser(NAME, "Quimby", "lv", EMAIL)).user_id
    users.delete(ctx, anna, authority, first)
    erasures.follow(ctx, CLI)
    _put_back(ctx, copy)
    other = users.register(ctx, anna, authority, NewUser("Olga", "Tihona", "lv", "olga@people.example")).user_id
    assert other == first
    erasures.follow(ctx, CLI)
    with ctx.store.reading():
        assert User.get_by_id(other).first_name == "Olga"


def test_the_list_names_nobody(ctx: Context, gone: int) -> None:
    erasures.follow(ctx, CLI)
    told = erasures.path(ctx).read_text()
    assert f" deleted {gone} " in told and "zebquimby" not in told and NAME not in told
    assert erasures.path(ctx).stat().st_mode & 0o777 == 0o600


def test_a_list_that_cannot_be_used_is_told(ctx: Context, gone: int) -> None:
    erasures.path(ctx).mkdir()
    with pytest.raises(StoreAway) as refused:
        erasures.follow(ctx, CLI)
    assert refused.value.code == "erasures_unusable"
