"""What there is to say of the database: which one, of which version, how large, when it was last backed up (B13)."""

from __future__ import annotations

from dataclasses import dataclass

from peewee import fn

from db.models import Authority, Draft, Entry, Mail, Meta, User, UserRight, UserSession
from db.probe import is_postgresql, migration_names, shown_url
from db.size import size_of
from imi_tui import __version__
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, May
from imi_tui.services import session_rows
from imi_tui.services.backup import TAKEN
from imi_tui.services.database_check import CHECKED
from imi_tui.services.door import read

_COUNTED = (Authority, User, UserRight, UserSession, Draft, Mail, Entry)


@dataclass(frozen=True)
class Status:
    """The database; `url` without its password, `schema` the last migration that was run on it.

    `pending` are those that this version would run, `unknown` those of a newer one. Instants are as texts, empty where
    it never was.
    """

    url: str
    engine: str
    program: str
    schema: str
    pending: tuple[str, ...]
    unknown: tuple[str, ...]
    bytes: int
    rows: dict[str, int]
    record: int
    sessions: int
    backup: str
    checked: str


def status(ctx: Context, actor: Actor) -> Status:
    """Look at the database, of whichever version it is; changes nothing. Raises `NotAllowed`, `StoreAway`."""
    with read(ctx, actor, May.OPERATE, None):
        database = ctx.store.database
        there = set(database.get_tables())
        applied = {name for (name,) in database.execute_sql("SELECT name FROM schema_migration").fetchall()}
        ours = set(migration_names())
        facts = dict(Meta.select(Meta.name, Meta.value).where(Meta.name.in_([TAKEN, CHECKED])).tuples())
        named = {model._meta.table_name: model for model in _COUNTED}
        return Status(
            url=shown_url(ctx.store.url),
            engine=_engine(ctx),
            program=__version__,
            schema=max(applied, default=""),
            pending=tuple(sorted(ours - applied)),
            unknown=tuple(sorted(applied - ours)),
            bytes=size_of(ctx.store),
            rows={name: model.select().count() for name, model in named.items() if name in there},
            record=int(Entry.select(fn.MAX(Entry.id)).scalar() or 0),
            sessions=_sessions(ctx) if "session" in there else 0,
            backup=facts.get(TAKEN, ""),
            checked=facts.get(CHECKED, ""),
        )


def _engine(ctx: Context) -> str:
    if is_postgresql(ctx.store.url):
        (number,) = ctx.store.database.execute_sql("SHOW server_version").fetchone()
        return f"PostgreSQL {number}"
    (number,) = ctx.store.database.execute_sql("SELECT sqlite_version()").fetchone()
    return f"SQLite {number}"


def _sessions(ctx: Context) -> int:
    return int(UserSession.select().where(session_rows.standing(ctx, ctx.now())).count())
