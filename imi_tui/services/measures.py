"""The house in numbers, for monitoring (B13): how much there is of each, and nothing of whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import Case, fn

from db.models import Authority, Draft, Entry, Mail, Meta, User, UserRight, UserSession, WorkerRound
from db.probe import migration_names
from db.size import size_of
from imi_tui.context import Context
from imi_tui.rules.accounts import AccountStatus, PasswordStatus
from imi_tui.rules.mailing import WAITING, MailState
from imi_tui.rules.policy import ADMINISTRATOR, Actor, May
from imi_tui.rules.verbs import Verb
from imi_tui.rules.working import LONG
from imi_tui.services import heartbeat, session_rows
from imi_tui.services.backup import TAKEN
from imi_tui.services.database_check import CHECKED
from imi_tui.services.door import read
from imi_tui.services.heartbeat import Health
from imi_tui.services.status import condition

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Noted:
    """What the store notes of its own keeping: entries of the record, when it was last backed up, and checked whole.

    `latest` is the last instant that the record or a worker tells of. None: never. `managers` are the administrators of
    access managers who can log in, of `authorities` in all.
    """

    authorities: int
    managers: int
    entries: int
    backed_up_at: datetime | None
    checked_at: datetime | None
    latest: datetime | None


@dataclass(frozen=True)
class Measures:
    """What there is at this moment; `mails` by state but for those that were sent, `users` by their password's status.

    `schema` is the number of the last migration, `failed_logins` how many failed within the last hour, those with an
    unknown username among them.
    """

    health: Health
    noted: Noted
    schema: int
    size: int
    mails: Mapping[MailState, int]
    overdue: int
    authorities: Mapping[str, int]
    users: Mapping[PasswordStatus, int]
    new_users: int
    sessions: int
    failed_logins: int
    drafts: int


def noted(ctx: Context, actor: Actor) -> Noted:
    """What the store notes of its own keeping. System actors only. Raises `NotAllowed`, `StoreAway`."""
    with read(ctx, actor, May.OPERATE, None):
        return _noted(ctx.now())


def measure(ctx: Context, actor: Actor) -> Measures:
    """Count everything once; passes over all users, so not for every second. System actors only.

    Raises `NotAllowed`, `StoreAway`.
    """
    health = heartbeat.health(ctx, actor)
    with read(ctx, actor, May.OPERATE, None):
        now = ctx.now()
        return Measures(
            health=health,
            noted=_noted(now),
            schema=int(migration_names()[-1].partition("_")[0]),
            size=size_of(ctx.store),
            mails=_mails(),
            overdue=_number(Mail, Mail.state.in_(WAITING), Mail.next_try_at < now - LONG),
            authorities=_authorities(),
            sessions=_number(UserSession, session_rows.standing(ctx, now)),
            failed_logins=_failed(now - _HOUR),
            drafts=_number(Draft),
            **_users(now),
        )


def _number(model: Any, *which: Any) -> int:
    return int(model.select().where(*which).count() if which else model.select().count())


def _mails() -> dict[MailState, int]:
    """Each state is counted by itself, along the index: those that were sent may be very many."""
    return {state: _number(Mail, Mail.state == state) for state in MailState if state is not MailState.SENT}


def _authorities() -> dict[str, int]:
    found = Authority.select(Authority.status, fn.COUNT(Authority.id)).group_by(Authority.status).tuples()
    return {"active": 0, "inactive": 0, **dict(found)}


def _users(now: datetime) -> dict[str, Any]:
    """By the one rule of an account's status, in one pass over all of them."""
    wanted = (*PasswordStatus, AccountStatus.NEW)
    sums = [fn.COALESCE(fn.SUM(Case(None, ((condition(status, now), 1),), 0)), 0) for status in wanted]
    *by_password, new = map(int, User.select(*sums).tuples().first())
    return {"users": dict(zip(PasswordStatus, by_password, strict=True)), "new_users": new}


def _failed(since: datetime) -> int:
    """Failed log-ins from an instant on. The record has no index by time: its first entry of then is searched for."""
    failed = [Verb.LOGIN_FAILED.code, Verb.LOGIN_UNKNOWN.code]
    return _number(Entry, Entry.id >= _first_since(since), Entry.verb.in_(failed), Entry.at >= since)


def _first_since(since: datetime) -> int:
    """The id from which on the record's entries are of this instant or later; as a clock that goes forward has it."""
    low, high = 1, (Entry.select(fn.MAX(Entry.id)).scalar() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        at = Entry.select(Entry.at).where(Entry.id >= middle).order_by(Entry.id).limit(1).scalar()
        if at is None or at >= since:
            high = middle
        else:
            low = middle + 1
    return low


def _noted(now: datetime) -> Noted:
    facts = dict(Meta.select(Meta.name, Meta.value).where(Meta.name.in_([TAKEN, CHECKED])).tuples())
    backup, checked = (datetime.fromisoformat(facts[name]) if facts.get(name) else None for name in (TAKEN, CHECKED))
    last = Entry.select(Entry.id, Entry.at).order_by(Entry.id.desc()).limit(1).first()
    seen = WorkerRound.select(fn.MAX(WorkerRound.seen_at)).scalar()
    told = [at for at in (last and last.at, seen) if at is not None]
    # The ids of the record have no gaps.
    return Noted(
        authorities=_number(Authority),
        managers=_managers(now),
        entries=last.id if last else 0,
        backed_up_at=backup,
        checked_at=checked,
        latest=max(told, default=None),
    )


def _managers(now: datetime) -> int:
    """Administrators of active access managers whose password lets them in."""
    out = condition(PasswordStatus.BLOCKED, now) | condition(PasswordStatus.EXPIRED, now)
    found = (
        User.select(User.id)
        .join(Authority, on=(User.authority == Authority.id))
        .switch(User)
        .join(UserRight, on=(UserRight.user == User.id))
        .where(
            Authority.access_manager == True,  # noqa: E712  # an SQL expression
            Authority.status == "active",
            UserRight.module == ADMINISTRATOR.module,
            UserRight.right == ADMINISTRATOR.right,
            ~out,
        )
    )
    return int(found.count())
