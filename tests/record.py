"""What the tests of the record share: a house whose record grows, and somebody who has the file and no scruples."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from imi_tui.context import Context
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.verbs import Verb
from imi_tui.services import record, record_kept

CLI = system_actor("cli")

VALUES: dict[Verb, dict[str, tuple[object, object]]] = {
    Verb.USER_EDITED: {"phone": ("", "+371 67 000 000"), "language": ("lv", "en")},
    Verb.USER_REGISTERED: {"first_name": (None, "Jānis"), "surname": (None, "Kalniņš")},
    Verb.AUTHORITY_EDITED: {"address": ("Brīvības iela 1", "Skolas iela 2")},
    Verb.LOGIN: {},
}


def write(
    ctx: Context,
    verb: Verb = Verb.LOGIN,
    subject_id: int | None = 7,
    *,
    authority_id: int = 1,
    by: Actor | None = None,
    **values: tuple[object, object],
) -> int:
    """One entry, committed as the write door does; returns its id."""
    with ctx.store.writing():
        told = values or VALUES.get(verb, {})
        end = record.append(ctx, ctx.now(), verb, by or Actor(3), authority_id, subject_id, told)
    record_kept.keep(ctx, end.key, end.point)
    return end.point.id


def forget(ctx: Context, subject_id: int) -> None:
    """Erase what the record knows of somebody, with the entry that says so."""
    with ctx.store.writing():
        erased = record.forget(subject_id)
        values: dict[str, tuple[object, object]] = {"erased": (None, erased)}
        end = record.append(ctx, ctx.now(), Verb.PERSON_FORGOTTEN, CLI, 1, subject_id, values)
    record_kept.keep(ctx, end.key, end.point)


@contextmanager
def attacker(path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody who has the database file, and drops what guards the record in it."""
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        yield connection
        connection.commit()


def shift(db: sqlite3.Connection, first: int, by: int) -> None:
    """Give all entries from one on other ids, with their values."""
    order = "DESC" if by > 0 else "ASC"
    for (entry_id,) in db.execute(f"SELECT id FROM entry WHERE id >= ? ORDER BY id {order}", (first,)).fetchall():
        move(db, entry_id, entry_id + by)


def move(db: sqlite3.Connection, entry_id: int, to: int) -> None:
    """Give one entry another id, with its values."""
    db.execute("UPDATE entry SET id = ? WHERE id = ?", (to, entry_id))
    db.execute("UPDATE entry_values SET entry_id = ? WHERE entry_id = ?", (to, entry_id))


def remove(db: sqlite3.Connection, first: int, last: int) -> None:
    """Delete entries, with their values."""
    for table, column in (("entry", "id"), ("entry_values", "entry_id")):
        db.execute(f"DELETE FROM {table} WHERE {column} BETWEEN ? AND ?", (first, last))


def forge(db: sqlite3.Connection, entry_id: int) -> None:
    """Put in an entry that looks as if it followed the one before."""
    (digest,) = db.execute("SELECT digest FROM entry WHERE id = ?", (entry_id - 1,)).fetchone() or ("0" * 64,)
    db.execute(
        "INSERT INTO entry (id, at, verb, actor_kind, actor_id, authority_id, subject_id, algorithm, values_digest,"
        " personal_digest, previous, digest) VALUES (?, '2026-11-24 09:00:00', 'login:done', 'login', NULL, 1, 7,"
        " 'hmac-sha256', '', '', ?, ?)",
        (entry_id, digest, "f" * 64),
    )
