"""Rows of a backup that must not live on as they were: open sessions, open forms, mail that has been sent since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from peewee import DatabaseError

from db.backup import second_store
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


def tidy(ctx: Context, actor: Actor, before: str, taken: str) -> None:
    """End what was open when the backup was taken; `before` is the URL of a database that knows what was mailed since.

    The database is told that it was backed up then. System actors only. Raises `NotAllowed`, `StoreAway`.
    """
    with housekeeping(ctx, actor) as now:
        session_rows.end(now, Over.CRASHED)
        Presence.delete().execute()
        if taken:
            Meta.put(TAKEN, taken)
        waiting = list(Mail.select(Mail.id, Mail.kind, Mail.created_at).where(Mail.state.in_(_OPEN)))
        if not before or not waiting:
            return
        done = _done(before)
        for mail in waiting:
            if found := done.get((mail.id, mail.kind, mail.created_at)):
                state, sent_at, message_id = found
                Mail.update(state=state, sent_at=sent_at, message_id=message_id).where(Mail.id == mail.id).execute()


def _done(before: str) -> dict[tuple[int, str, datetime], Sequence[Any]]:
    """What became of the mails that are over and done with in the database before; nothing where it cannot be read."""
    columns = (Mail.id, Mail.kind, Mail.created_at, Mail.state, Mail.sent_at, Mail.message_id)
    try:
        with second_store(before, read_only=True) as store, store.reading():
            rows = list(Mail.select(*columns).where(Mail.state.in_(_DONE)).tuples())
    except (StoreError, DatabaseError):
        return {}
    return {(number, kind, at): done for number, kind, at, *done in rows}
