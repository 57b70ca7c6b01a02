"""The databases that tests run on: a SQLite file, or a database of a PostgreSQL server that lasts as long as the tests.

Each is a copy of one that was made once, which takes a fraction of running the migrations. `IMI_TEST_ENGINES` names the
engines (by default both, as far as PostgreSQL can be run here).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from db import schema
from tests.failover.servers import Node, Programs, why_not

SQLITE, POSTGRESQL = "sqlite", "postgresql"

ENGINES = tuple(os.environ.get("IMI_TEST_ENGINES", f"{SQLITE},{POSTGRESQL}").split(","))

_MADE = "made"
"""The database on the server that the others are copies of."""


class Databases:
    """Gives a database of this version, empty and for one test alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._programs: Programs | None = None
        self._node: Node | None = None

    def file(self, path: Path) -> str:
        """A SQLite file at this path; its URL."""
        made = self._folder / "made.db"
        if not made.exists():
            store = schema.create(f"sqlite:///{made}")
            store.settle()
        shutil.copyfile(made, path)
        path.chmod(0o600)
        return f"sqlite:///{path}"

    @contextmanager
    def on_server(self) -> Iterator[str]:
        """A database on the server, dropped at the end; its URL."""
        node = self._server()
        name = f"test_{next(self._numbers)}"
        node.ask(f"CREATE DATABASE {name} TEMPLATE {_MADE} STRATEGY WAL_LOG", "postgres")
        try:
            yield f"postgresql://imi@127.0.0.1:{node.port}/{name}"
        finally:
            node.ask(f"DROP DATABASE {name} WITH (FORCE)", "postgres")

    def stop(self) -> None:
        """End the server, if it was begun."""
        if self._node is not None and self._programs is not None:
            self._node.kill()
            shutil.rmtree(self._programs.folder, ignore_errors=True)

    def _server(self) -> Node:
        if self._node is None:
            import db.postgresql  # noqa: F401  # it lets the driver in, which SQLite keeps out

            self._programs = Programs()
            node = self._node = Node(self._programs, "tests")
            node.make()
            with (node.data / "postgresql.conf").open("a", encoding="utf-8") as settings:
                # Nothing of it has to outlive the tests.
                settings.write("fsync = off\nfull_page_writes = off\nautovacuum = off\nmax_connections = 200\n")
            node.start()
            node.ask(f"CREATE DATABASE {_MADE}", "postgres")
            schema.create(f"postgresql://imi@127.0.0.1:{node.port}/{_MADE}").close()
        return self._node


def why_no_server() -> str:
    """Why there is no PostgreSQL to run on; nothing where there is."""
    return why_not()
