"""The schema: made by the migrations, equal to the models, upgraded with a copy put beside, and strict by itself."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import peewee
import pytest

from db import schema
from db.engine import Store
from db.models import TABLES, AuthorityModule, LinkedCoordinator, User, UserRight
from db.probe import APPLICATION_ID, StoreError, StoreKind, probe
from imi_tui.context import Context
from tests.world import NOW, World

LATER = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)


def _shape(path: Path) -> dict[str, object]:
    """Tables and indexes by name, their SQL without differences of spelling.

    The tables of the full-text index are left out: what they are is the engine's matter, and no model is made of them.
    """
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
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
        schema._run(store)
    assert refused.value.kind is StoreKind.ALTERED
    store.close()


def test_what_is_being_made_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/imi.db"
    with pytest.raises(RuntimeError), schema.making(url):
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == []
    with schema.making(url) as beside:
        assert not (tmp_path / "imi.db").exists()
        assert beside != url
    assert [path.name for path in tmp_path.iterdir()] == ["imi.db"]
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
            create()  # type: ignore[operator]

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
