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
from db.engine import Store
from db.probe import is_postgresql
from tests.failover.servers import Node, Programs, why_not

SQLITE, POSTGRESQL = "sqlite", "postgresql"

ENGINES = tuple(os.environ.get("IMI_TEST_ENGINES", f"{SQLITE},{POSTGRESQL}").split(","))

_MADE = "made"
"""The database on the server that the others are copies of."""

_LARGEST = 20 * 2**20
"""Bytes up to which a database is emptied and lent again, which takes a tenth of making and dropping one."""

_SHAPE = " UNION ALL ".join(
    f"SELECT '{table}', {number}::text, xmin::text FROM {table} WHERE {number} >= 16384"
    for table, number in (
        *(("pg_class", "oid"), ("pg_trigger", "oid"), ("pg_constraint", "oid")),
        *(("pg_proc", "oid"), ("pg_attribute", "attrelid")),
    )
)
"""Tells by each row of the catalogue whether the schema is as it was; a test may have changed it."""


class Databases:
    """Gives a database of this version, empty and for one test alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._programs: Programs | None = None
        self._node: Node | None = None
        self._free: list[str] = []
        self._shapes: dict[str, object] = {}
        self._tables: list[object] = []

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
        """A database on the server, empty again at the end; its URL."""
        node = self._server()
        name = self._free.pop() if self._free else self._another(node)
        try:
            yield f"postgresql://imi@127.0.0.1:{node.port}/{name}"
        finally:
            self._end_connections(node, name)
            if self._is_as_made(node, name):
                self._empty(node, name)
                self._free.append(name)
            else:
                node.ask(f"DROP DATABASE {name} WITH (FORCE)", "postgres")

    def _another(self, node: Node) -> str:
        name = f"test_{next(self._numbers)}"
        node.ask(f"CREATE DATABASE {name} TEMPLATE {_MADE} STRATEGY WAL_LOG", "postgres")
        self._shapes[name] = self._shape(node, name)
        return name

    def _end_connections(self, node: Node, name: str) -> None:
        """Nothing that a test left running writes into the next one's database."""
        node.ask(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'", "postgres")

    def _is_as_made(self, node: Node, name: str) -> bool:
        (size,) = node.ask(f"SELECT pg_database_size('{name}') < {_LARGEST}", "postgres")
        return bool(size[0]) and self._shape(node, name) == self._shapes[name]

    def _shape(self, node: Node, name: str) -> object:
        return node.ask(f"SELECT md5(string_agg(found::text, ',' ORDER BY found::text)) FROM ({_SHAPE}) AS found", name)

    def _empty(self, node: Node, name: str) -> None:
        """As it was made: without rows but those of the migrations, every number given anew, triggers passed by."""
        deletes = "".join(f'DELETE FROM "{table}";' for table in self._tables)
        node.ask(
            f"SET session_replication_role = replica; {deletes}"
            " DELETE FROM meta WHERE name NOT LIKE 'migration:%';"
            " SELECT setval(seqrelid, 1, false) FROM pg_sequence"
            " WHERE seqrelid <> pg_get_serial_sequence('schema_migration', 'id')::regclass",
            name,
        )

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
            named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            tables = {table for (table,) in node.ask(named, _MADE)}
            self._tables = sorted(tables - {"meta", "schema_migration"}, key=str)
        return self._node


def stored(store: Store) -> bytes:
    """All that stands in a database, for whoever looks for what must not: the file's bytes, or the text of each row."""
    store.settle()
    if not is_postgresql(store.url):
        return store.path.read_bytes()
    with store.reading():
        run = store.database.execute_sql
        rows = [row for table in store.database.get_tables() for row in run(f'SELECT t::text FROM "{table}" t')]
    return "\n".join(text for (text,) in rows).encode()


def why_no_server() -> str:
    """Why there is no PostgreSQL to run on; nothing where there is."""
    return why_not()


def named() -> bool:
    """Whether `IMI_TEST_ENGINES` names the engines: then one that cannot be run is no reason to skip anything."""
    return "IMI_TEST_ENGINES" in os.environ
