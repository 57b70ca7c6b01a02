"""Rows of a backup that must not live on as they were: open sessions, open forms, mail that has been sent since."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from db.backup import looking
from db.models import Mail, Meta, Presence
from db.probe import StoreError
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.rules.sessions import Over
from imi_tui.services import session_rows
from imi_tui.services.backup import TAKEN
from imi_tui.services.door import housekeeping

_OPEN = ("queued", "sending", "failed")
_DONE = ("sent", "given_up")


def tidy(ctx: Context, actor: Actor, before: Path | None, taken: str) -> None:
    """End what was open when the backup was taken; `before` is the database that knows what was mailed since.

    The database is told that it was backed up then. System actors only. Raises `NotAllowed`, `StoreAway`.
    """
    with housekeeping(ctx, actor) as now:
        session_rows.end(now, Over.CRASHED)
        Presence.delete().execute()
        if taken:
            Meta.replace(name=TAKEN, value=taken).execute()
        waiting = list(Mail.select(Mail.id, Mail.kind, Mail.created_at).where(Mail.state.in_(_OPEN)))
        if before is None or not waiting:
            return
        done = _done(before)
        for mail in waiting:
            told = f"{mail.created_at:%Y-%m-%d %H:%M:%S}"
            if found := done.get((mail.id, mail.kind, told)):
                state, sent_at, message_id = found
                at = datetime.fromisoformat(sent_at).replace(tzinfo=UTC) if sent_at else None
                Mail.update(state=state, sent_at=at, message_id=message_id).where(Mail.id == mail.id).execute()


def _done(before: Path) -> dict[tuple[int, str, str], tuple[str, str | None, str]]:
    """What became of the mails that are over and done with in the database before; nothing where it cannot be read."""
    query = "SELECT id, kind, created_at, state, sent_at, message_id FROM mail WHERE state IN (?, ?)"
    try:
        with looking(before) as connection:
            rows = connection.execute(query, _DONE).fetchall()
    except (StoreError, sqlite3.Error):
        return {}
    return {(number, kind, str(at)): (state, sent_at, message) for number, kind, at, state, sent_at, message in rows}
