"""The list of an authority's users: pages by key, counts, for any sort and filter that the table offers (S4.1).

One query makes a page, whatever the number of users: it starts at a key of the index that the sort runs along, and
never counts rows from the beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.models import NEVER, User, UserRight
from db.prepared import Prepared, instant
from imi_tui.context import Context
from imi_tui.rules.accounts import AccountFacts, AccountStatus, PasswordStatus, Status, status
from imi_tui.rules.policy import ADMINISTRATOR, Actor, May
from imi_tui.rules.refusals import Gone
from imi_tui.services.door import read
from imi_tui.services.mails import Undelivered, undelivered
from imi_tui.services.users_query import COLUMNS, SHOWN, Part, Position, Sort, UserQuery, has, matching, page

__all__ = [
    "MANY",
    "Counts",
    "Position",
    "Sort",
    "UserQuery",
    "UserRow",
    "user_row",
    "users_counts",
    "users_found",
    "users_page",
]

MANY = 1000
"""Counts go up to here; `MANY + 1` stands for more."""


@dataclass(frozen=True)
class UserRow:
    """A user as the list shows one (S4.9, S4.10). `last_login_at` is None for somebody who never logged in."""

    id: int
    position: Position
    first_name: str
    surname: str
    username: str
    email: str
    phone: str
    language: str
    status: Status
    last_login_at: datetime | None


@dataclass(frozen=True)
class Counts:
    """How many users an authority has, in all and by what needs doing; each at most `MANY + 1`, for "more than".

    `undelivered` are the authority's mails that were given up.
    """

    total: int
    new: int
    blocked: int
    expired: int
    administrators: int
    undelivered: Undelivered


def users_page(
    ctx: Context,
    actor: Actor,
    authority_id: int,
    query: UserQuery,
    *,
    after: Position | None = None,
    before: Position | None = None,
    at: Position | None = None,
    last: bool = False,
    limit: int = 50,
) -> tuple[UserRow, ...]:
    """At most `limit` users of the list, in its order: those after a position, before it, or from it on.

    Without any position the first ones, with `last` the last. A position holds even when its row is gone. Raises
    `NotAllowed`, `Gone`, `StoreAway`.
    """
    part = Part.of(after, before, at, last=last)
    with read(ctx, actor, May.SEE_USERS, authority_id):
        now = ctx.now()
        rows = [_row(values, now) for values in page(authority_id, query, now, part, limit)]
    return tuple(reversed(rows) if part.backwards else rows)


def user_row(ctx: Context, actor: Actor, authority_id: int, user_id: int, sort: Sort) -> UserRow:
    """One user as the list shows one in this sort. Raises `Gone("user_gone")` and as `users_page`."""
    with read(ctx, actor, May.SEE_USERS, authority_id):
        here = (User.id == user_id) & (User.authority == authority_id)
        found = Prepared(lambda: User.select(*SHOWN, *COLUMNS[sort][:-1]).where(here)).first()
        if found is None:
            raise Gone("user_gone")
        return _row(found, ctx.now())


def users_counts(ctx: Context, actor: Actor, authority_id: int) -> Counts:
    """The counts over the whole authority, and how many administrators it has (S3.1). Raises as `users_page`."""
    with read(ctx, actor, May.SEE_USERS, authority_id):
        now = ctx.now()
        all_here = User.authority == authority_id
        administrators = UserRight.select(UserRight.user).where(
            UserRight.authority == authority_id,
            UserRight.module == ADMINISTRATOR.module,
            UserRight.right == ADMINISTRATOR.right,
        )
        return Counts(
            total=_count(User.select(User.id).where(all_here)),
            new=_count(User.select(User.id).where(all_here, has(AccountStatus.NEW, now, along=True))),
            blocked=_count(User.select(User.id).where(all_here, has(PasswordStatus.BLOCKED, now, along=True))),
            expired=_count(User.select(User.id).where(all_here, has(PasswordStatus.EXPIRED, now, along=True))),
            administrators=_count(administrators),
            undelivered=undelivered(authority_id),
        )


def users_found(ctx: Context, actor: Actor, authority_id: int, query: UserQuery) -> int:
    """How many users a filter leaves, at most `MANY + 1`. Raises as `users_page`."""
    with read(ctx, actor, May.SEE_USERS, authority_id):
        return _count(User.select(User.id).where(matching(authority_id, query, ctx.now())))


def _row(values: Sequence[Any], now: datetime) -> UserRow:
    user_id, first_name, surname, username, email, phone, language, temporary, until, blocked, last, *key = values
    last_login_at = None if (last := instant(last)) == NEVER else last
    facts = AccountFacts(last_login_at, None if blocked is None else instant(blocked), bool(temporary), instant(until))
    return UserRow(
        user_id,
        (*key, user_id),
        first_name,
        surname,
        username,
        email,
        phone,
        language,
        status(facts, now),
        last_login_at,
    )


def _count(query: Any) -> int:
    return int(query.limit(MANY + 1).count())
