"""PostgreSQL behind the store's one face: connections that notice a lost server, one writer at a time, kinds of errors.

The record of changes is one chain, so that writers have an order in any case: as on SQLite they take turns, by an
advisory lock of the transaction. Whoever writes sees all that was committed before, so that nothing has to be retried
for serialisation. Readers never wait: each sees the one consistent view it began with.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import chain, islice
from typing import Any

from db.probe import StoreError, StoreKind, shown_url

for _name in ("psycopg", "psycopg2"):  # `db.engine` keeps it out where only SQLite is used
    if sys.modules.get(_name, _name) is None:
        del sys.modules[_name]
try:
    import psycopg
except ImportError as missing:
    raise StoreError(StoreKind.NO_DRIVER) from missing
import peewee  # noqa: E402  # once the driver may be loaded
from psycopg.pq import TransactionStatus  # noqa: E402  # likewise

WRITERS = 0x494D4931
"""The advisory lock that a write transaction holds ("IMI1")."""

UPGRADERS = 0x494D4932
"""The one that is held while the schema is made or upgraded."""

_STEP = 0.5
"""Seconds that the server waits for the turn to write; beyond it we ask anew, to see whether we still may wait."""

_MANY = 100
"""Rows from which on they are copied in."""

_VIEW = "REPEATABLE READ"

_SESSION = {
    "application_name": "imi",
    "connect_timeout": "5",
    # A server that is gone without a word is noticed within seconds, not after the two hours of TCP's own patience.
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
    "target_session_attrs": "read-write",
}
"""How we connect, where the URL says nothing else."""

_STATES = {
    "08": StoreKind.AWAY,
    "57P": StoreKind.AWAY,
    "25006": StoreKind.AWAY,  # a standby, which takes no change
    "53300": StoreKind.AWAY,
    "55P03": StoreKind.LOCKED,
    "40": StoreKind.LOCKED,
    "57014": StoreKind.INTERRUPTED,
    "53": StoreKind.FULL,
    "58": StoreKind.DISK,
    "XX001": StoreKind.DAMAGED,
    "XX002": StoreKind.DAMAGED,
    "28": StoreKind.DENIED,
    "42501": StoreKind.DENIED,
    "3D": StoreKind.NO_DATABASE,
}
"""What the beginning of a SQLSTATE means; the first that fits."""

_WORDS = {
    "authentication failed": StoreKind.DENIED,
    "no pg_hba.conf entry": StoreKind.DENIED,
    "permission denied": StoreKind.DENIED,
    "no password supplied": StoreKind.DENIED,
    "certificate": StoreKind.DENIED,
    "does not support SSL": StoreKind.DENIED,
    'role "': StoreKind.DENIED,
    "does not exist": StoreKind.NO_DATABASE,
    ' value: "': StoreKind.UNKNOWN_URL,
    "invalid port number": StoreKind.UNKNOWN_URL,
}
"""What a connection that was refused says, which comes without a SQLSTATE; the first that fits. What only a change of
the settings mends must not pass for a server that is away, which is waited for."""


class _Adapter(peewee.Psycopg3Adapter):  # type: ignore[misc]  # Peewee has no types
    """Peewee's own, also where Peewee was loaded without the driver."""

    txn_idle = TransactionStatus.IDLE
    txn_inerror = TransactionStatus.INERROR
    txn_unknown = TransactionStatus.UNKNOWN

    def check_driver(self) -> None:
        """It is there: this module would not load without it."""

    def connect(self, db: Any, **params: Any) -> Any:
        """Connect as the URL says."""
        return psycopg.connect(db.database, **params)


class _Database(peewee.PostgresqlDatabase):  # type: ignore[misc]  # likewise
    """Peewee's own, by the one adapter; with Peewee's errors in place of the driver's own kinds of them."""

    psycopg2_adapter = psycopg3_adapter = _Adapter

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> Any:
        """Execute, with an error of the driver as the kind of Peewee that it is."""
        with wrapped():
            return super().execute_sql(sql, params)

    def begin(self, isolation_level: str | None = None) -> None:
        """Begin a transaction."""
        with wrapped():
            super().begin(self._adapter.isolation_level_int(isolation_level))

    def commit(self) -> None:
        """Commit."""
        with wrapped():
            super().commit()

    def rollback(self) -> None:
        """Roll back."""
        with wrapped():
            super().rollback()


@contextmanager
def wrapped() -> Iterator[None]:
    """What the driver raises inside is Peewee's outside: Peewee itself knows only the driver's broadest kinds."""
    try:
        yield
    except psycopg.Error as error:
        name = next(kind.__name__ for kind in type(error).__mro__ if hasattr(peewee, kind.__name__))
        raise getattr(peewee, name)(*error.args) from error


class Interrupter:
    """Stops the query under way on a connection, from another thread and without making that one wait."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def interrupt(self) -> None:
        """Ask the server to stop it."""
        threading.Thread(target=self._cancel, name="interrupt", daemon=True).start()

    def _cancel(self) -> None:
        with suppress(psycopg.Error):
            self._connection.cancel_safe(timeout=2)


class Engine:
    """A PostgreSQL database by its URL, which libpq reads: several hosts, TLS and all."""

    path = None

    def __init__(self, url: str, *, create: bool = False, read_only: bool = False) -> None:
        try:
            given = psycopg.conninfo.conninfo_to_dict(url)
        except psycopg.ProgrammingError as error:
            raise StoreError(StoreKind.UNKNOWN_URL, shown_url(url)) from error
        params = {name: value for name, value in _SESSION.items() if name not in given}
        options = "-c timezone=UTC" + (" -c default_transaction_read_only=on" if read_only else "")
        if read_only:
            params.pop("target_session_attrs", None)
        params.setdefault("options", " ".join(filter(None, (str(given.get("options", "")), options))))
        self.database = _Database(url, **params)

    def connect(self) -> None:
        """Connect this thread."""
        self.database.connect()

    def close(self) -> None:
        """Close this thread's connection, dead or not."""
        try:
            self.database.close()
        except (peewee.DatabaseError, peewee.InterfaceError, psycopg.Error):
            connection = self.database._state.conn
            self.database._state.reset()
            if connection is not None:
                with suppress(psycopg.Error):
                    connection.close()

    def settle(self) -> None:
        """Nothing: it is all in one place."""

    @contextmanager
    def bulk(self, tables: Sequence[str]) -> Iterator[None]:
        """As they come: the indexes stay."""
        yield

    def in_place(self) -> None:
        """Nothing: a server that is another one now has ended our connection."""

    def view(self) -> Any:
        """A transaction that sees the one consistent view."""
        return self.database.atomic(_VIEW)

    def queue(self, _patience: Callable[[], float]) -> AbstractContextManager[None]:
        """Nothing: the server keeps the queue."""
        return nullcontext()

    def turn(self) -> Any:
        """The write transaction, not entered yet."""
        return self.database.atomic("READ COMMITTED")

    def take(self) -> None:
        """The turn to write, inside the transaction. Raises Peewee's error where it does not come in a moment."""
        self.database.execute_sql(f"SET LOCAL lock_timeout = {int(_STEP * 1000)}")
        self.database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (WRITERS,))
        self.database.execute_sql("SET LOCAL lock_timeout = 0")

    def rest(self) -> None:
        """Nothing: the server has waited."""

    def wrapped(self) -> AbstractContextManager[object]:
        """An error of the driver's own cursor is, outside, Peewee's of the same kind."""
        return wrapped()

    def put(self, insert: str, rows: Iterable[Sequence[object]]) -> None:
        """Run an INSERT with each of the rows; many are copied, in a quarter of the time that they take one by one."""
        waiting = iter(rows)
        first = list(islice(waiting, _MANY))
        if len(first) < _MANY:
            self.database.cursor().executemany(insert, first)
            return
        into = insert.removeprefix("INSERT INTO ").rpartition(" VALUES ")[0]
        with self.database.cursor().copy(f"COPY {into} FROM STDIN") as copy:
            for row in chain(first, waiting):
                copy.write_row(row)

    @contextmanager
    def one_by_one(self) -> Iterator[Callable[[str, Sequence[object]], object]]:
        """Runs many small statements one after the other, none of which waits for the answer to the one before."""
        with self.database.connection().pipeline() if psycopg.Pipeline.is_supported() else nullcontext():
            yield self.database.cursor().execute

    def interrupter(self) -> Interrupter:
        """What stops the query under way on this thread's connection."""
        return Interrupter(self.database.connection())

    def claimed(self, query: Any, model: Any) -> Any:
        """The query with its rows of the model locked, without those that somebody else has locked."""
        return query.for_update(of=model, skip_locked=True)

    def align(self, tables: Sequence[str]) -> None:
        """The next number that each table gives by itself follows the highest there is; inside a transaction."""
        for table in tables:
            (sequence,) = self.database.execute_sql("SELECT pg_get_serial_sequence(%s, 'id')", (table,)).fetchone()
            if sequence:
                self.database.execute_sql(
                    f"SELECT setval(%s, (SELECT COALESCE(MAX(id), 0) + 1 FROM {table}), false)",  # noqa: S608  # a name of our own
                    (sequence,),
                )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the upgrade lock, for this connection. Raises Peewee's errors."""
        self.database.execute_sql("SELECT pg_advisory_lock(%s)", (UPGRADERS,))
        try:
            yield
        finally:
            with suppress(peewee.DatabaseError, peewee.InterfaceError):
                self.database.execute_sql("SELECT pg_advisory_unlock(%s)", (UPGRADERS,))

    def migrated(self) -> None:
        """Texts are compared by their bytes, whatever the database's own order is: as on SQLite."""
        found = self.database.execute_sql(
            "SELECT table_name, column_name, character_maximum_length FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND data_type IN ('text', 'character varying')"
            " AND collation_name IS DISTINCT FROM 'C' AND table_name IN"
            " (SELECT tablename FROM pg_tables WHERE schemaname = current_schema())"
            " ORDER BY table_name"
        ).fetchall()
        changes: dict[str, list[str]] = {}
        for table, column, length in found:
            kind = f"varchar({length})" if length else "text"
            changes.setdefault(table, []).append(f'ALTER COLUMN "{column}" TYPE {kind} COLLATE "C"')
        for table, columns in changes.items():
            self.database.execute_sql(f'ALTER TABLE "{table}" {", ".join(columns)}')


def kind_of(error: BaseException) -> StoreKind | None:
    """The kind of a driver's error; None where it is none of the driver's."""
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        if isinstance(at, psycopg.Error):
            return _kind(at)
        at = at.__cause__ or at.__context__
    return None


def _kind(error: psycopg.Error) -> StoreKind:
    state = error.sqlstate
    if state:
        return next((kind for begun, kind in _STATES.items() if state.startswith(begun)), StoreKind.BUG)
    if isinstance(error, psycopg.errors.ConnectionTimeout):
        return StoreKind.AWAY
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return StoreKind.BUG
    said = str(error)
    if "connection" not in said and "session is read-only" not in said and isinstance(error, psycopg.InterfaceError):
        return StoreKind.BUG
    if any(sign in said for sign in ("session is read-only", "starting up", "shutting down", "Connection refused")):
        return StoreKind.AWAY  # one of several hosts; another may say something else
    return next((kind for words, kind in _WORDS.items() if words in said), StoreKind.AWAY)
