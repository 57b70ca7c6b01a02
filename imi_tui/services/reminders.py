"""Reminders of a password's last days, computed from facts: who is due is queued once, in bites, by any worker.

What was told stands in the user's row, changed in the transaction that queues the mail. After a downtime of any length
only the latest step is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from peewee import fn

from db.models import Authority, Mail, User
from imi_tui.context import Context
from imi_tui.rules.kinds import WITH_TEMPORARY_PASSWORD, MailKind
from imi_tui.rules.mailing import WAITING
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.reminders import OVER, kind_of, step_due, steps
from imi_tui.services import outbox
from imi_tui.services.deliveries import Claimed
from imi_tui.services.door import housekeeping, read

BITE = 200
"""Users per transaction."""


@dataclass(frozen=True)
class Due:
    """A user who is to be told of a step now, and the mail that tells it."""

    user: Any
    step: int
    kind: MailKind

    @property
    def params(self) -> dict[str, object]:
        """What the mail's words need, and by which it is known to be about this password still."""
        return {"until": self.user.password_until.isoformat()}


def queue_due(ctx: Context, actor: Actor) -> int:
    """Queue the mails to everybody who is due to be told something (S4.7); returns how many. Raises `StoreAway`."""
    queued = 0
    while True:
        with read(ctx, actor, May.OPERATE, None):
            if next(_due(ctx, ctx.now(), 1), None) is None:
                return queued
        with housekeeping(ctx, actor) as now:
            for due in list(_due(ctx, now, BITE)):
                outbox.queue(now, due.kind, due.user.authority_id, due.user.id, due.params)
                User.update(told_days=due.step).where(User.id == due.user.id).execute()
                queued += 1


def due_now(ctx: Context, actor: Actor, limit: int = 1000) -> tuple[Claimed, ...]:
    """The mails that `queue_due` would queue now, at most `limit`, as they would be sent. Raises `StoreAway`."""
    with read(ctx, actor, May.OPERATE, None):
        return tuple(_as_mail(due) for due in _due(ctx, ctx.now(), limit))


def _due(ctx: Context, now: datetime, limit: int) -> Iterator[Due]:
    """Whoever is due, at most `limit`: by what each was told last, so that an index finds those alone."""
    days = ctx.settings.reminder_days
    for told, temporary in product(list(_told_values()), (False, True)):
        first = max(step for step in steps(days, temporary) if told is None or step < told)
        found = (
            User.select(User, Authority)
            .join(Authority)
            .where(
                User.told_days.is_null() if told is None else User.told_days == told,
                User.password_temporary == temporary,
                User.password_until <= now + timedelta(days=first),
                User.password_hash.is_null(False),
                *([~fn.EXISTS(_temporary_under_way())] if temporary else []),
            )
            .order_by(User.password_until, User.id)
            .limit(limit)
        )
        for user in found:
            step = step_due(user.password_until, temporary, told, now, days)
            if step is not None and limit > 0:
                limit -= 1
                yield Due(user, step, kind_of(step, temporary))


def _temporary_under_way() -> Any:
    """Mails with a temporary password that a user is still to get: the one that has lapsed is of no concern then."""
    return Mail.select().where(
        Mail.user == User.id, Mail.kind.in_(list(WITH_TEMPORARY_PASSWORD)), Mail.state.in_(WAITING)
    )


def _told_values() -> Iterator[int | None]:
    """What the users were told last, each value once, as long as there is more to tell."""
    yield None
    told: int | None = OVER
    while (told := User.select(fn.MIN(User.told_days)).where(User.told_days > told).scalar()) is not None:
        yield told


def _as_mail(due: Due) -> Claimed:
    user = due.user
    return Claimed(
        id=0,
        kind=due.kind,
        tries=1,
        authority_id=user.authority_id,
        authority_name=user.authority.official_name,
        user_id=user.id,
        name=f"{user.first_name} {user.surname}",
        email=user.email,
        language=user.language,
        params=due.params,
        message_id="",
    )
