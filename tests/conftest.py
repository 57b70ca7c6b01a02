"""What every test can ask for: a context on a real SQLite file with a clock it sets, and a world to fill it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import schema
from db.catalogue import load
from imi_tui import i18n
from imi_tui.context import Context
from imi_tui.services.hashing import Hasher
from imi_tui.settings import Settings
from tests.world import Clock, World


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def cheap_hasher() -> Hasher:
    return Hasher(memory_kib=8, time=1)


@pytest.fixture
def ctx(tmp_path: Path, clock: Clock, cheap_hasher: Hasher) -> Iterator[Context]:
    url = f"sqlite:///{tmp_path}/imi.db"
    store = schema.create(url)
    settings = Settings(database=url, mail=f"maildir://{tmp_path}/mail")
    yield Context(store=store, catalogue=load(), settings=settings, hasher=cheap_hasher, now=clock)
    store.close()


@pytest.fixture
def world(ctx: Context) -> World:
    return World(ctx)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use("en")
