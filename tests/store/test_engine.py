"""The store in use: one writer at a time, all or nothing, and bad weather told by its kind."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from db import engine, schema
from db.engine import Store
from db.models import Meta
from db.probe import StoreError, StoreKind, probe


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return schema.create(f"sqlite:///{tmp_path}/imi.db")


def _count_up(url: str, times: int) -> None:
    store = Store(url)
    for _step in range(times):
        with store.writing():
            value = int(Meta.get(Meta.name == "count").value)
            Meta.update(value=str(value + 1)).where(Meta.name == "count").execute()
    store.close()


def test_writers_in_several_processes_lose_nothing(store: Store) -> None:
    with store.writing():
        Meta.create(name="count", value="0")
    store.close()
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_count_up, args=(store.url, 50)) for _number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with store.reading():
        assert Meta.get(Meta.name == "count").value == "200"
    store.close()


def test_an_error_inside_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(RuntimeError), store.writing():
        Meta.create(name="half", value="done")
        raise RuntimeError
    with store.reading():
        assert not Meta.select().where(Meta.name == "half").exists()
    store.close()


def test_a_file_replaced_under_the_connection_takes_no_writes(store: Store, tmp_path: Path) -> None:
    store.connect()
    store.path.rename(tmp_path / "moved.db")
    with pytest.raises(StoreError) as missing, store.writing():
        pass
    assert missing.value.kind is StoreKind.GONE
    schema.create(f"sqlite:///{tmp_path}/other.db").close()
    (tmp_path / "other.db").rename(store.path)
    with pytest.raises(StoreError) as replaced, store.writing():
        pass
    assert replaced.value.kind is StoreKind.REPLACED
    store.close()


def test_a_lock_that_is_held_too_long_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LOCK_PATIENCE", 0.2)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError) as locked, store.writing():
        pass
    assert locked.value.kind is StoreKind.LOCKED
    other.execute("ROLLBACK")
    other.close()
    with store.writing():
        Meta.create(name="after", value="it goes on")
    store.close()


def test_a_full_disk_is_told_as_such(store: Store) -> None:
    with store.writing():
        pages = store.database.pragma("page_count")
    store.database.pragma("max_page_count", pages + 1)
    with pytest.raises(StoreError) as full, store.writing():
        for number in range(200):
            Meta.create(name=f"filler {number}", value="x" * 1000)
    assert full.value.kind is StoreKind.FULL
    store.close()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", StoreKind.NOT_OURS),
        (b"not a database at all, but long enough to be read as one" * 20, StoreKind.NOT_A_DATABASE),
    ],
)
def test_a_file_that_is_no_database_of_ours_is_told(tmp_path: Path, content: bytes, kind: StoreKind) -> None:
    path = tmp_path / "imi.db"
    path.write_bytes(content)
    with pytest.raises(StoreError) as refused:
        probe(f"sqlite:///{path}")
    assert refused.value.kind is kind
    assert path.read_bytes() == content


def test_somebody_elses_database_is_told(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "imi.db")
    connection.execute("CREATE TABLE theirs (id INTEGER)")
    connection.close()
    with pytest.raises(StoreError) as refused:
        probe(f"sqlite:///{tmp_path}/imi.db")
    assert refused.value.kind is StoreKind.NOT_OURS


@pytest.mark.parametrize("url", ["mysql://nowhere/db", "sqlite:///", "imi.db", ""])
def test_a_url_we_do_not_know_is_told(url: str) -> None:
    with pytest.raises(StoreError) as refused:
        probe(url)
    assert refused.value.kind is StoreKind.UNKNOWN_URL
