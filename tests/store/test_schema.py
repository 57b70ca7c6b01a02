"""The schema: made by the migrations, equal to the models, upgraded with a copy put beside, and strict by itself."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import peewee
import pytest

from db import schema, sqlite
from db.engine import Store
from db.models import TABLES, AuthorityModule, LinkedCoordinator, User, UserRight
from db.probe import APPLICATION_ID, StoreError, StoreKind, meta_value, probe
from imi_tui.context import Context
from tests.world import NOW, World

LATER = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)


def _shape(path: Path) -> dict[str, object]:
    """Tables and indexes by name, their SQL without differences of spelling.

    The tables of the full-text index are left out: what they are is the engine's matter, and no model is made of them.
    So are the triggers of the record: what they do is shown in `test_record_store`.
    """
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger'"
    ).fetchall()
    connection.close()
    return {
        name: "".join(sql.replace('"', "").replace("IF NOT EXISTS ", "").split())
        for name, sql in rows
        if not name.startswith(("sqlite_", "schema_migration", "search_"))
    }


def test_the_migrated_schema_is_that_of_the_models(tmp_path: Path) -> None:
    migrated, modelled = tmp_path / "migrated.db", tmp_path / "modelled.db"
    schema.create(f"sqlite:///{migrated}").close()
    plain = peewee.SqliteDatabase(str(modelled))
    with plain.bind_ctx(TABLES):
        plain.create_tables(TABLES)
    plain.close()
    assert _shape(migrated) == _shape(modelled)


def test_a_new_database_is_ours_private_and_durable(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "imi.db"
    store = schema.create(f"sqlite:///{path}")
    store.connect()
    pragma = store.database.pragma
    assert (pragma("journal_mode"), pragma("foreign_keys"), pragma("synchronous")) == ("wal", 1, 2)
    assert pragma("application_id") == APPLICATION_ID
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    store.close()
    probe(f"sqlite:///{path}")


def test_a_database_of_an_older_version_is_upgraded_after_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/imi.db"
    schema.create(url).close()
    migrations = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    (migrations / "0002_more.py").write_text(
        "def up(migrator, database):\n    database.execute_sql('CREATE TABLE more (id INTEGER)')\n", encoding="utf-8"
    )
    monkeypatch.setattr("db.probe.MIGRATIONS", migrations)
    monkeypatch.setattr("db.schema.MIGRATIONS", migrations)
    with pytest.raises(StoreError) as older:
        probe(url)
    assert older.value.kind is StoreKind.OLDER
    copy = schema.upgrade(url, LATER)
    assert copy is not None
    assert copy.name == "imi.db.before-upgrade-20270102T030405Z"
    assert "more" in _shape(tmp_path / "imi.db")
    assert "more" not in _shape(copy)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert schema.upgrade(url, LATER) is None
    monkeypatch.undo()
    with pytest.raises(StoreError) as newer:
        probe(url)
    assert newer.value.kind is StoreKind.NEWER


def test_a_migration_that_was_changed_since_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/imi.db"
    store = schema.create(url)
    with store.writing():
        store.database.execute_sql("UPDATE meta SET value = 'another' WHERE name LIKE 'migration:%'")
    with pytest.raises(StoreError) as refused:
        schema.run_pending(store)
    assert refused.value.kind is StoreKind.ALTERED
    store.close()


def test_what_is_being_made_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/imi.db"
    with pytest.raises(RuntimeError), schema.making(url):
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["imi.db.lock"]  # for whoever makes it at the same moment
    with schema.making(url) as beside:
        assert not (tmp_path / "imi.db").exists()
        assert beside != url
    assert sorted(path.name for path in tmp_path.iterdir()) == ["imi.db", "imi.db.lock"]
    with pytest.raises(StoreError) as exists, schema.making(url):
        pass
    assert exists.value.kind is StoreKind.EXISTS


def test_the_schema_itself_refuses_what_must_not_be(ctx: Context, world: World) -> None:
    authority = world.authority(modules=["services"])
    other = world.authority("Cita iestāde", modules=["posting_of_workers"])
    user = world.user(authority, username="kalnijan", email="janis@people.example")
    world.user(other, username="cits", email="cits@people.example")

    def refused(*, create: object) -> None:
        with pytest.raises(peewee.IntegrityError), ctx.store.database.atomic():
            create()

    with ctx.store.writing():
        rights = {"user": user, "granted_at": NOW, "right": "basic_user"}
        refused(create=lambda: UserRight.create(authority=authority, module="posting_of_workers", **rights))
        refused(create=lambda: UserRight.create(authority=other, module="posting_of_workers", **rights))
        refused(create=lambda: User.update(email_key="cits@people.example").where(User.id == user).execute())
        refused(create=lambda: User.update(username_key="cits").where(User.id == user).execute())
        refused(create=lambda: User.update(first_name="x" * 101).where(User.id == user).execute())
        refused(create=lambda: LinkedCoordinator.create(authority=authority, module="services", coordinator=authority))
        refused(create=lambda: LinkedCoordinator.create(authority=authority, module="services", coordinator=other))
        refused(create=lambda: AuthorityModule.create(authority=authority, module="gdpr", role="x", access="maybe"))
        UserRight.create(authority=authority, module="services", **rights)
        refused(create=lambda: AuthorityModule.delete().where(AuthorityModule.module == "services").execute())


def test_the_database_opens_only_where_there_is_one(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/none.db")
    with pytest.raises(StoreError) as missing, store.reading():
        pass
    assert missing.value.kind is StoreKind.MISSING
    assert not (tmp_path / "none.db").exists()


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database that lacks the last migration."""
    url = f"sqlite:///{tmp_path}/imi.db"
    schema.create(url).close()
    migrations = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    more = "def up(migrator, database):\n    database.execute_sql('CREATE TABLE more (id INTEGER)')\n"
    (migrations / "9999_more.py").write_text(more, encoding="utf-8")
    monkeypatch.setattr("db.probe.MIGRATIONS", migrations)
    monkeypatch.setattr("db.schema.MIGRATIONS", migrations)
    return url


def test_of_two_that_upgrade_at_once_one_does_and_the_copy_is_the_old_one(
    older: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has looked already when the first begins."""
    alone, copies = sqlite.alone, []

    @contextmanager
    def after_another(path: Path) -> Iterator[None]:
        monkeypatch.setattr("db.sqlite.alone", alone)
        copies.append(schema.upgrade(older, LATER))
        with alone(path):
            yield

    monkeypatch.setattr("db.sqlite.alone", after_another)
    assert schema.upgrade(older, LATER) is None
    assert copies[0] is not None
    assert "more" in _shape(tmp_path / "imi.db") and "more" not in _shape(copies[0])


def test_whoever_may_not_write_upgrades_nothing_and_leaves_no_copy(
    older: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.schema.Store", lambda url: Store(url, read_only=True))
    with pytest.raises(StoreError) as refused:
        schema.upgrade(older, LATER)
    assert refused.value.kind is StoreKind.READ_ONLY
    assert list(tmp_path.glob("*before-upgrade*")) == []


def test_a_migration_that_finds_the_disk_full_is_told_as_that(older: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(schema._Runner):
        def up(self, target: object = None, fake: bool = False) -> list[str]:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorname = "SQLITE_FULL"
            raise error

    monkeypatch.setattr("db.schema._Runner", Full)
    with pytest.raises(StoreError) as refused:
        schema.upgrade(older, LATER)
    assert refused.value.kind is StoreKind.FULL


def test_a_folder_that_lets_nobody_write_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In write-ahead mode even a reader keeps a file beside the database."""
    url = f"sqlite:///{tmp_path}/imi.db"
    schema.create(url).close()

    def refuse(*_arguments: object, **_options: object) -> None:
        error = sqlite3.OperationalError("attempt to write a readonly database")
        error.sqlite_errorname = "SQLITE_READONLY_DIRECTORY"
        raise error

    monkeypatch.setattr("db.probe.sqlite3.connect", refuse)
    for look in (probe, lambda url: meta_value(url, "demo")):
        with pytest.raises(StoreError) as refused:
            look(url)
        assert refused.value.kind is StoreKind.READ_ONLY
