"""The table of sessions: begun, seen, ended. Everything here is called inside a transaction.

A session stands as long as it was not ended and gave a sign of life within its lease; so one that crashed, or whose
machine went away, is over by itself, and one whose process died on this machine is found out at the next log-in.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from peewee import Value

from db.models import UserSession
from db.prepared import Prepared, Slot
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.rules.sessions import Over, lease

KEPT = timedelta(days=30)
"""How long a session that is over is kept, so that its own process can be told why."""

UNENDED = UserSession.ended_at.is_null()


def begin(ctx: Context, user_id: int, now: datetime) -> str:
    """Open a session of this process; gives its id."""
    here = ctx.process
    identity = secrets.token_hex(8)
    _BEGIN.run(
        id=identity,
        user=user_id,
        origin=(ctx.origin or here.terminal)[:100],
        host=here.host,
        pid=here.pid,
        pid_since=here.since,
        started_at=now,
        last_seen_at=now,
    )
    return identity


_BEGIN = Prepared(
    lambda: UserSession.insert(
        {
            name: Slot(name)
            for name in ("id", "user", "origin", "host", "pid", "pid_since", "started_at", "last_seen_at")
        }
    )
)


def sweep(ctx: Context, user_id: int, now: datetime) -> None:
    """Mark what is over by itself, and forget what has been over for long; of one user."""
    mine = UserSession.user == user_id
    UserSession.delete().where(mine, UserSession.ended_at < now - KEPT).execute()
    end(now, Over.LAPSED, mine, ~_in_lease(ctx, now))
    for row in UserSession.select().where(mine, UNENDED):
        if ctx.process.sees_dead(row.host, row.pid, row.pid_since):
            end(now, Over.CRASHED, UserSession.id == row.id)


def end(now: datetime, why: Over, *which: Any) -> int:
    """End those that have not ended yet; gives how many."""
    return int(UserSession.update(ended_at=now, why=why.value).where(UNENDED, *which).execute())


def end_all_of(user_id: int, now: datetime, why: Over, *, keep: str = "") -> int:
    """End a user's sessions but the one to `keep`; gives how many."""
    return end(now, why, UserSession.user == user_id, UserSession.id != keep)


def standing(ctx: Context, now: datetime) -> Any:
    """The condition under which a session is not over."""
    return UNENDED & _in_lease(ctx, now)


def stands(ctx: Context, now: datetime, actor: Actor) -> bool:
    """Whether the session in which the actor acts is not over."""
    since = now - lease(ctx.settings.idle_minutes, ctx.settings.lock_minutes)
    return bool(_STANDS.rows(session=actor.session, user=actor.user_id, since=since))


_STANDS = Prepared(
    lambda: UserSession.select(Value(1)).where(
        UserSession.id == Slot("session"),
        UserSession.user == Slot("user"),
        UNENDED,
        UserSession.last_seen_at >= Slot("since"),
    )
)


def of_actor(actor: Actor) -> tuple[Any, Any]:
    """The conditions for the actor's own session."""
    return UserSession.id == actor.session, UserSession.user == actor.user_id


def seen(ctx: Context, now: datetime, actor: Actor) -> None:
    """A sign of life; one that is over stays so."""
    UserSession.update(last_seen_at=now).where(*of_actor(actor), standing(ctx, now)).execute()


def _in_lease(ctx: Context, now: datetime) -> Any:
    return UserSession.last_seen_at >= now - lease(ctx.settings.idle_minutes, ctx.settings.lock_minutes)
