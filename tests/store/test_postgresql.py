"""A store on PostgreSQL: how it is reached, what it tells when it is not, that its schema and its ways are SQLite's."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import peewee
import pytest

from db import engine, schema
from db.engine import Store
from db.models import TABLES, Meta
from db.models import database as models_database
from db.probe import StoreError, StoreKind, probe, shown_url
from imi_tui.context import Context
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.policy import system_actor
from imi_tui.rules.verbs import Verb
from imi_tui.services import deliveries, outbox
from tests.databases import POSTGRESQL, Databases
from tests.failover.servers import free_port
from tests.record import write
from tests.world import World

pytestmark = pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)

ON_EVERY_ENGINE = False


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    store = Store(database)
    yield store
    store.close()


def _place(url: str) -> tuple[int, str]:
    parts = urlsplit(url)
    return int(parts.port or 0), parts.path.lstrip("/")


def _kind(url: str) -> StoreKind:
    with pytest.raises(StoreError) as refused:
        probe(url)
    assert "secret" not in refused.value.detail
    return refused.value.kind


def test_of_several_servers_the_one_that_is_there_is_used_in_either_form_of_the_url(database: str) -> None:
    port, name = _place(database)
    closed = free_port()
    probe(f"postgresql://imi@127.0.0.1:{closed},127.0.0.1:{port}/{name}?target_session_attrs=read-write")
    probe(f"postgresql://imi@/{name}?host=127.0.0.1,127.0.0.1&port={closed},{port}&sslmode=prefer")


def test_what_is_wrong_with_a_url_is_told_by_its_kind_and_without_its_password(database: str) -> None:
    port, name = _place(database)
    server = f"postgresql://imi:secret@127.0.0.1:{port}"
    assert _kind(f"{server}/none") is StoreKind.NO_DATABASE
    assert _kind(f"postgresql://nobody:secret@127.0.0.1:{port}/{name}") is StoreKind.DENIED
    assert _kind(f"{server}/{name}?sslmode=require") is StoreKind.DENIED
    assert _kind(f"{server}/{name}?bogus=1&password=secret") is StoreKind.UNKNOWN_URL
    assert _kind(f"{server}/{name}?sslmode=bogus&sslpassword=secret") is StoreKind.UNKNOWN_URL
    assert _kind(f"postgresql://imi:secret@127.0.0.1:{free_port()}/{name}") is StoreKind.AWAY
    assert _kind(f"{server}/postgres") is StoreKind.MISSING
    assert shown_url(f"{server}/{name}") == f"postgresql://imi:***@127.0.0.1:{port}/{name}"


def test_a_wrong_password_is_told_as_that(database: str) -> None:
    from db.postgresql import kind_of, psycopg

    said = 'connection failed: FATAL:  password authentication failed for user "imi"'
    assert kind_of(psycopg.OperationalError(said)) is StoreKind.DENIED


def test_another_schema_than_this_versions_is_told(database: str, store: Store) -> None:
    with store.writing():
        store.database.execute_sql("INSERT INTO schema_migration (name, applied) VALUES ('9999_later', now())")
    assert _kind(database) is StoreKind.NEWER
    with store.writing():
        store.database.execute_sql("DELETE FROM schema_migration WHERE name > '0008'")
    assert _kind(database) is StoreKind.OLDER
    with store.writing():
        store.database.execute_sql("CREATE TABLE copying (name TEXT)")
    assert _kind(database) is StoreKind.INCOMPLETE
    store.close()
    with pytest.raises(StoreError) as exists:
        schema.create(database)
    assert exists.value.kind is StoreKind.EXISTS


def test_a_turn_that_does_not_come_is_told_and_the_next_one_comes(
    database: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LOCK_PATIENCE", 0.1)
    other = _another(database)
    other.execute(f"SELECT pg_advisory_lock({0x494D4931})")
    with pytest.raises(StoreError) as locked, store.writing():
        pass
    assert locked.value.kind is StoreKind.LOCKED
    other.close()
    with store.writing():
        Meta.create(name="after", value="it goes on")


def test_writers_at_once_lose_nothing_and_need_no_second_try(store: Store) -> None:
    with store.writing():
        Meta.create(name="count", value="0")

    def count_up() -> None:
        for _step in range(25):
            with store.writing():
                value = int(Meta.get(Meta.name == "count").value)
                Meta.update(value=str(value + 1)).where(Meta.name == "count").execute()
        store.close()

    writers = [threading.Thread(target=count_up) for _number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with store.reading():
        assert Meta.get(Meta.name == "count").value == "100"


def test_a_view_stays_as_it_began_and_an_error_leaves_nothing_behind(database: str, store: Store) -> None:
    with pytest.raises(RuntimeError), store.writing():
        Meta.create(name="half", value="done")
        raise RuntimeError
    with store.reading():
        before = Meta.select().count()
        other = _another(database)
        other.execute("INSERT INTO meta VALUES ('meanwhile', 'written')")
        other.close()
        assert Meta.select().count() == before
    with store.reading():
        assert {row.name for row in Meta.select()} >= {"meanwhile"}
        assert not Meta.select().where(Meta.name == "half").exists()


def test_a_stale_query_is_stopped_and_the_connection_goes_on(store: Store) -> None:
    interrupter = store.interrupter()
    pid = store.database.connection().info.backend_pid
    stopper = threading.Thread(target=_when_asleep, args=(store.url, pid, interrupter.interrupt))
    stopper.start()
    with pytest.raises(StoreError) as stopped, store.reading():
        store.database.execute_sql("SELECT pg_sleep(120)")
    stopper.join()
    assert stopped.value.kind is StoreKind.INTERRUPTED
    with store.reading():
        assert Meta.select().count() >= 0


def test_a_line_that_breaks_is_told_as_that_and_the_next_connection_works(database: str, store: Store) -> None:
    with pytest.raises(StoreError) as away, store.writing():
        Meta.create(name="lost", value="with the line")
        pid = store.database.connection().info.backend_pid
        other = _another(database)
        other.execute(f"SELECT pg_terminate_backend({pid}, 5000)")
        other.close()
    assert away.value.kind is StoreKind.AWAY
    store.close()
    with store.reading():
        assert not Meta.select().where(Meta.name == "lost").exists()


def test_a_server_that_takes_no_change_is_away(store: Store) -> None:
    with store.reading():
        store.database.execute_sql("SELECT 1")
    store.database.execute_sql("SET default_transaction_read_only = on")
    with pytest.raises(StoreError) as away, store.writing():
        Meta.create(name="standby", value="refuses")
    assert away.value.kind is StoreKind.AWAY


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("53100", StoreKind.FULL),
        ("58030", StoreKind.DISK),
        ("40001", StoreKind.LOCKED),
        ("40P01", StoreKind.LOCKED),
        ("42501", StoreKind.DENIED),
        ("57P01", StoreKind.AWAY),
        ("53300", StoreKind.AWAY),
        ("XX001", StoreKind.DAMAGED),
    ],
)
def test_the_servers_own_words_for_bad_weather_have_kinds(store: Store, state: str, kind: StoreKind) -> None:
    with pytest.raises(StoreError) as told, store.reading():
        store.database.execute_sql(f"DO $$ BEGIN RAISE EXCEPTION 'weather' USING ERRCODE = '{state}'; END $$")
    assert told.value.kind is kind


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET actor_id = 9",
        "DELETE FROM entry WHERE id = 2",
        "TRUNCATE entry CASCADE",
        "UPDATE entry_values SET salt = 'x'",
        "DELETE FROM entry_values",
        "TRUNCATE entry_values",
        "INSERT INTO entry SELECT * FROM entry WHERE id = 1",
        "INSERT INTO entry_values VALUES (1, 'whole', 'salt', '{}')",
    ],
)
def test_what_was_recorded_stays(ctx: Context, statement: str) -> None:
    for verb in (Verb.USER_EDITED, Verb.LOGIN):
        write(ctx, verb)
    before = _recorded(ctx.store)
    with pytest.raises(peewee.IntegrityError), ctx.store.writing():
        ctx.store.database.execute_sql(statement)
    assert _recorded(ctx.store) == before


def test_personal_values_can_be_erased(ctx: Context) -> None:
    write(ctx, Verb.USER_EDITED)
    with ctx.store.writing():
        ctx.store.database.execute_sql("DELETE FROM entry_values WHERE kind = 'personal'")
    assert [row[1] for row in _recorded(ctx.store)[1]] == ["public"]


def test_the_migrated_schema_is_that_of_the_models(databases: Databases, database: str, store: Store) -> None:
    with databases.on_server() as url:
        modelled = Store(url)
        schema.empty(modelled)
        with modelled.writing():
            for model in TABLES:
                model.create_table(safe=False)
            modelled.migrated()
        wanted = _shape(modelled)
        modelled.close()
    models_database.initialize(store.database)
    assert _shape(store) == wanted


def test_texts_are_compared_by_their_bytes_as_on_sqlite(store: Store) -> None:
    names = ["b", "B", "ž", "z", "é", "_", " a", "ā", "a", "Z", "10", "9"]
    with store.writing():
        store.insert_rows(Meta, ["name", "value"], [(name, "") for name in names])
    with store.reading():
        found = [row.name for row in Meta.select().where(Meta.value == "").order_by(Meta.name)]
        ordered = store.database.execute_sql(
            "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = 'public' AND"
            " data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'"
        ).fetchone()
    assert found == sorted(names, key=str.encode)
    assert ordered == (0,)


def test_a_mail_that_somebody_holds_is_passed_over(ctx: Context, world: World) -> None:
    worker = system_actor("worker")
    authority = world.authority()
    with ctx.store.writing():
        for _number in range(2):
            outbox.queue(ctx.now(), MailKind.AUTHORITY_CHANGED, authority, None, {"fields": ["phone"], "by": "Anna"})
    ctx.store.database.execute_sql("SET statement_timeout = '5s'")
    other = _another(ctx.store.url, autocommit=False)
    (held,) = other.execute("SELECT id FROM mail ORDER BY id LIMIT 1 FOR UPDATE").fetchone()
    claimed = deliveries.claim(ctx, worker)
    assert claimed is not None
    assert claimed.id != held
    assert deliveries.claim(ctx, worker) is None
    other.rollback()
    other.close()
    again = deliveries.claim(ctx, worker)
    assert again is not None
    assert again.id == held


def _another(url: str, *, autocommit: bool = True) -> Any:
    from db.postgresql import psycopg

    return psycopg.connect(url, autocommit=autocommit)


def _when_asleep(url: str, pid: int, then: object) -> None:
    other = _another(url)
    asked = f"SELECT 1 FROM pg_stat_activity WHERE pid = {pid} AND wait_event = 'PgSleep'"
    until = time.monotonic() + 60
    while not other.execute(asked).fetchall() and time.monotonic() < until:
        time.sleep(0.01)
    other.close()
    then()  # type: ignore[operator]  # of the parameters


def _recorded(store: Store) -> list[list[tuple[object, ...]]]:
    with store.reading():
        asked = (f"SELECT * FROM {table} ORDER BY 1, 2" for table in ("entry", "entry_values"))
        return [store.database.execute_sql(sql).fetchall() for sql in asked]


_SHAPE = """
SELECT 'column ' || c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
       || ' ' || coalesce(l.collname, '')
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_collation l ON l.oid = a.attcollation
 WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid), contype::text
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
"""


def _shape(store: Store) -> dict[str, str]:
    """Columns, indexes and constraints; but for those of the search and the migrations, of which no model is made."""
    with store.reading():
        found = store.database.execute_sql(_SHAPE).fetchall()
    return {name: told for name, told in found if "search_" not in name and "schema_migration" not in name}
