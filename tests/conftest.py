"""What every test can ask for: a context on a real database with a clock it sets, and a world to fill it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.catalogue import load
from db.engine import Store
from imi_tui import i18n
from imi_tui.context import Context
from imi_tui.services.hashing import Hasher
from imi_tui.settings import Settings
from tests.databases import ENGINES, SQLITE, Databases, named, why_no_server
from tests.world import Clock, World

MEMORY = Path("/dev/shm")
"""A file system in memory, where there is one: nothing that tests write has to outlive them, and no test waits for a
disk then."""

ROOM = 2 * 2**30
"""Bytes that must be free there."""


def pytest_configure() -> None:
    """Put the temporary folders of the tests where writing costs nothing."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        room = os.statvfs(MEMORY)
        if room.f_bavail * room.f_frsize > ROOM:
            os.environ.setdefault("TMPDIR", str(MEMORY))
            tempfile.tempdir = None  # it is asked for anew


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def cheap_hasher() -> Hasher:
    return Hasher(memory_kib=8, time=1)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.stop()


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path, databases: Databases) -> Iterator[str]:
    """The URL of an empty database of this version, on the engine of the test."""
    if getattr(request, "param", SQLITE) == SQLITE:
        yield databases.file(tmp_path / "imi.db")
        return
    if why := why_no_server():
        if named():
            pytest.fail(why)
        pytest.skip(why)
    with databases.on_server() as url:
        yield url


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of the services and of mail run on each engine, as does a module with `ON_EVERY_ENGINE`.

    Whoever asks for the `database_file` has none but SQLite's.
    """
    where = metafunc.module.__name__.split(".")[1]
    every = getattr(metafunc.module, "ON_EVERY_ENGINE", where in {"services", "mail"})
    if "database" in metafunc.fixturenames and every and "database_file" not in metafunc.fixturenames:
        metafunc.parametrize("database", ENGINES, indirect=True)


@pytest.fixture
def ctx(database: str, tmp_path: Path, clock: Clock, cheap_hasher: Hasher) -> Iterator[Context]:
    store = Store(database)
    store.connect()
    key = f"{tmp_path}/imi.db.record-key"
    settings = Settings(database=database, mail=f"maildir://{tmp_path}/mail", record_key=key)
    yield Context(store=store, catalogue=load(), settings=settings, hasher=cheap_hasher, now=clock)
    store.close()


@pytest.fixture
def database_file(ctx: Context) -> Path:
    """The file of the context's database."""
    return ctx.store.path


@pytest.fixture
def world(ctx: Context) -> World:
    return World(ctx)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use("en")
