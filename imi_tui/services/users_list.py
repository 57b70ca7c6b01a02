"""The list of an authority's users: pages by key, counts, for any sort and filter that the table offers (S4.1).

One query makes a page, whatever the number of users: it starts at a key of the index that the sort runs along, and
never counts rows from the beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from peewee import Tuple

from db.models import NEVER, User, UserRight
from imi_tui.context import Context
from imi_tui.rules.accounts import AccountFacts, AccountStatus, PasswordStatus, Status, status
from imi_tui.rules.policy import ADMINISTRATOR, Actor, May
from imi_tui.rules.text import fold, identity
from imi_tui.services.door import first_or_gone, read
from imi_tui.services.mails import Undelivered, undelivered
from imi_tui.services.status import condition

MANY = 1000
"""Counts go up to here; `MANY + 1` stands for more."""

Position = tuple[Any, ...]
"""Where a row stands in the sort: the values of the sort's columns, the id last."""


class Sort(StrEnum):
    """What the list can be sorted by."""

    NAME = "name"
    USERNAME = "username"
    EMAIL = "email"
    STATUS = "status"
    PASSWORD = "password"  # noqa: S105  # the name of a column
    LOGIN = "login"


_COLUMNS = {
    Sort.NAME: (User.surname_key, User.first_name_key, User.id),
    Sort.USERNAME: (User.username_key, User.id),
    Sort.EMAIL: (User.email_key, User.id),
    Sort.STATUS: (User.logged_in, User.surname_key, User.first_name_key, User.id),
    Sort.PASSWORD: (User.attention_at, User.id),
    Sort.LOGIN: (User.last_login_at, User.id),
}


@dataclass(frozen=True)
class UserQuery:
    """Which users, in which order. Each word of `text` occurs in the name, username or e-mail."""

    text: str = ""
    status: AccountStatus | PasswordStatus | None = None
    sort: Sort = Sort.NAME
    descending: bool = False


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
    backwards = before is not None or last
    with read(ctx, actor, May.SEE_USERS, authority_id):
        now = ctx.now()
        found = _page(authority_id, query, now, after=after, before=before, at=at, last=last, limit=limit)
        rows = [_row(values, now) for values in found]
    return tuple(reversed(rows) if backwards else rows)


def _page(
    authority_id: int,
    query: UserQuery,
    now: datetime,
    *,
    after: Position | None = None,
    before: Position | None = None,
    at: Position | None = None,
    last: bool = False,
    limit: int = 50,
) -> Any:
    """The one query of a page; backwards from the end or from `before`."""
    columns = _COLUMNS[query.sort]
    where = _matching(authority_id, query, now)
    if after is not None:
        where &= beyond(columns, after, downwards=query.descending)
    elif before is not None:
        where &= beyond(columns, before, downwards=not query.descending)
    elif at is not None:
        where &= beyond(columns, at, downwards=query.descending, or_there=True)
    down = query.descending != (before is not None or last)
    order = [column.desc() if down else column.asc() for column in columns]
    return User.select(*_SHOWN, *columns[:-1]).where(where).order_by(*order).limit(limit).tuples()


def user_row(ctx: Context, actor: Actor, authority_id: int, user_id: int, sort: Sort) -> UserRow:
    """One user as the list shows one in this sort. Raises `Gone("user_gone")` and as `users_page`."""
    columns = _COLUMNS[sort]
    with read(ctx, actor, May.SEE_USERS, authority_id):
        here = (User.id == user_id) & (User.authority == authority_id)
        found = User.select(*_SHOWN, *columns[:-1]).where(here).tuples()
        return _row(first_or_gone(found, "user_gone"), ctx.now())


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
            new=_count(User.select(User.id).where(all_here, _has(AccountStatus.NEW, now))),
            blocked=_count(User.select(User.id).where(all_here, _has(PasswordStatus.BLOCKED, now))),
            expired=_count(User.select(User.id).where(all_here, _has(PasswordStatus.EXPIRED, now))),
            administrators=_count(administrators),
            undelivered=undelivered(authority_id),
        )


def users_found(ctx: Context, actor: Actor, authority_id: int, query: UserQuery) -> int:
    """How many users a filter leaves, at most `MANY + 1`. Raises as `users_page`."""
    with read(ctx, actor, May.SEE_USERS, authority_id):
        return _count(User.select(User.id).where(_matching(authority_id, query, ctx.now())))


_SHOWN = (
    User.id,
    User.first_name,
    User.surname,
    User.username,
    User.email,
    User.phone,
    User.language,
    User.password_temporary,
    User.password_until,
    User.blocked_at,
    User.last_login_at,
)


def _row(values: Sequence[Any], now: datetime) -> UserRow:
    (user_id, first_name, surname, username, email, phone, language), facts = values[:7], values[7:11]
    temporary, until, blocked_at, last_login_at = facts
    last_login_at = None if last_login_at == NEVER else last_login_at
    return UserRow(
        id=user_id,
        position=(*values[11:], user_id),
        first_name=first_name,
        surname=surname,
        username=username,
        email=email,
        phone=phone,
        language=language,
        status=status(AccountFacts(last_login_at, blocked_at, temporary, until), now),
        last_login_at=last_login_at,
    )


def _matching(authority_id: int, query: UserQuery, now: datetime) -> Any:
    where = User.authority == authority_id
    if query.status is not None:
        where &= _has(query.status, now)
    for word in query.text.split():
        name, same = fold(word), identity(word)
        where &= (
            User.surname_key.contains(name)
            | User.first_name_key.contains(name)
            | User.username_key.contains(same)
            | User.email_key.contains(same)
        )
    return where


def _has(wanted: AccountStatus | PasswordStatus, now: datetime) -> Any:
    """The condition of a status; the column that is indexed is added where it narrows, it says the same again."""
    if wanted in (PasswordStatus.BLOCKED, PasswordStatus.EXPIRED):
        return condition(wanted, now) & (User.attention_at <= now)
    return condition(wanted, now)


def beyond(columns: Sequence[Any], position: Position, *, downwards: bool, or_there: bool = False) -> Any:
    """Rows beyond a position by row value: written out with OR and AND, the index would not be used."""
    values = [column.to_value(value) for column, value in zip(columns, position, strict=True)]
    here, there = Tuple(*columns), Tuple(*values)
    if downwards:
        return here <= there if or_there else here < there
    return here >= there if or_there else here > there


def _count(query: Any) -> int:
    return int(query.limit(MANY + 1).count())
