"""The worker's signs of life: what it notes of each round, and what is known of the workers by that (B13).

A worker that finds nothing to do notes that now and then only, and its next note takes the place of the one before: a
house in which nothing happens writes little.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from db.models import Mail, WorkerRound
from imi_tui.context import Context
from imi_tui.rules.mailing import WAITING
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.working import LONG, Done, Trouble, troubles
from imi_tui.services.deliveries import due_since
from imi_tui.services.door import housekeeping, read

KEPT = timedelta(days=7)
"""How long it is kept what a round did."""

DAY = timedelta(days=1)

_MOST = 20
"""Workers that are told of at most."""


@dataclass(frozen=True)
class Round:
    """A round as its worker notes it: `id` is None until it was noted, `ended` says that it is over."""

    every: int
    began_at: datetime
    id: int | None = None
    ended: bool = False
    done: Done = field(default_factory=Done)
    problem: str = ""


@dataclass(frozen=True)
class Worker:
    """The last round of one worker's process. `ended_at` is None while the round is under way.

    `gone` says that its process is known to have ended, though it was to go on; in the middle of its round, if that
    has no end.
    """

    machine: str
    pid: int
    every: int
    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    done: Done
    problem: str
    gone: bool


@dataclass(frozen=True)
class Health:
    """How the worker's work stands: who works, since when mail is due, what the last 24 hours brought, what is wrong.

    `workers` are those that gave a sign of life of late, the latest first; where none did, the last one there was.
    """

    now: datetime
    seen_at: datetime | None
    workers: tuple[Worker, ...]
    problem: str
    due: int
    due_since: datetime | None
    day: Done
    troubles: tuple[Trouble, ...]


def note(ctx: Context, actor: Actor, one: Round) -> int:
    """Note how a round of this process stands; returns its id. System actors only. Raises `StoreAway`, `NotAllowed`."""
    here = ctx.process
    host = here.host or socket.gethostname()[:100]  # a unit that hides most of /proc knows no more of itself
    with housekeeping(ctx, actor) as now:
        if one.id is None:
            mine = WorkerRound.host == host, WorkerRound.every == one.every
            # One that ends after each round is another process every time.
            same = mine if not one.every else (*mine, WorkerRound.pid == here.pid, WorkerRound.pid_since == here.since)
            WorkerRound.delete().where(*same, WorkerRound.ended_at.is_null(False), *_did_nothing()).execute()
            WorkerRound.delete().where(WorkerRound.seen_at < now - KEPT).execute()
        facts: dict[str, Any] = {
            "seen_at": now,
            "ended_at": now if one.ended else None,
            "problem": one.problem[:60],
            **vars(one.done),
        }
        if one.id is not None:
            WorkerRound.update(**facts).where(WorkerRound.id == one.id).execute()
            return one.id
        whose = {"host": host, "pid": here.pid, "pid_since": here.since, "every": one.every}
        return int(WorkerRound.insert(began_at=one.began_at, **whose, **facts).execute())


def health(ctx: Context, actor: Actor, within: timedelta = LONG) -> Health:
    """How the worker's work stands; a worker that gave no sign of life `within` this time does not run.

    System actors only. Raises `NotAllowed`, `StoreAway`.
    """
    since = due_since(ctx, actor)
    with read(ctx, actor, May.OPERATE, None):
        now = ctx.now()
        latest = WorkerRound.select(fn.MAX(WorkerRound.id)).group_by(
            WorkerRound.host, WorkerRound.pid, WorkerRound.pid_since
        )
        rows = list(
            WorkerRound.select()
            .where(WorkerRound.id.in_(latest))
            .order_by(WorkerRound.seen_at.desc(), WorkerRound.id.desc())
            .limit(_MOST)
        )
        due = int(Mail.select().where(Mail.state.in_(WAITING), Mail.next_try_at <= now).count())
        day = _sum(now - DAY)
    seen_at = rows[0].seen_at if rows else None
    workers = tuple(_worker(ctx, row) for row in rows)
    of_late = tuple(one for one in workers if now - one.seen_at <= within)
    at_work = [one for one in of_late if not one.gone]
    problem = at_work[0].problem if at_work and all(one.problem for one in at_work) else ""
    return Health(
        now=now,
        seen_at=seen_at,
        workers=of_late or workers[:1],
        problem=problem,
        due=due,
        due_since=since,
        day=day,
        troubles=troubles(seen_at, problem, since, now, within, gone=not at_work),
    )


def _did_nothing() -> tuple[Any, ...]:
    return tuple(getattr(WorkerRound, name) == 0 for name in vars(Done()))


def _sum(since: datetime) -> Done:
    sums = [fn.COALESCE(fn.SUM(getattr(WorkerRound, name)), 0) for name in vars(Done())]
    found = WorkerRound.select(*sums).where(WorkerRound.seen_at >= since).tuples().first()
    return Done(*map(int, found))


def _worker(ctx: Context, row: Any) -> Worker:
    return Worker(
        machine=row.host.partition(" ")[0],
        pid=row.pid,
        every=row.every,
        began_at=row.began_at,
        seen_at=row.seen_at,
        ended_at=row.ended_at,
        done=replace(Done(), **{name: getattr(row, name) for name in vars(Done())}),
        problem=row.problem,
        gone=bool(row.every or row.ended_at is None) and ctx.process.sees_dead(row.host, row.pid, row.pid_since),
    )
