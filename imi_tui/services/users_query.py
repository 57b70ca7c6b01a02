"""What the list of users asks of the store: pages by key along an index, for any sort and filter that it offers.

A page never counts rows from the beginning. A status that few have is read by the index of what needs attention and
sorted; one that many have is met soon by whoever walks along the index of the sort.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from peewee import Tuple

from db.models import NEVER, User
from db.parts import has_part
from db.prepared import Prepared, Slot
from imi_tui.rules.accounts import AccountStatus, PasswordStatus
from imi_tui.rules.text import fold, identity
from imi_tui.services.status import condition

FEW = 3000
"""So many users of a status are sorted for a page; with more of them a walk along the sort finds a page sooner."""

Position = tuple[Any, ...]
"""Where a row stands in the sort: the values of the sort's columns, the id last."""

Wanted = AccountStatus | PasswordStatus


class Sort(StrEnum):
    """What the list can be sorted by."""

    NAME = "name"
    USERNAME = "username"
    EMAIL = "email"
    STATUS = "status"
    PASSWORD = "password"  # noqa: S105  # the name of a column
    LOGIN = "login"


COLUMNS: dict[Sort, tuple[Any, ...]] = {
    Sort.NAME: (User.surname_key, User.first_name_key, User.id),
    Sort.USERNAME: (User.username_key, User.id),
    Sort.EMAIL: (User.email_key, User.id),
    Sort.STATUS: (User.logged_in, User.surname_key, User.first_name_key, User.id),
    Sort.PASSWORD: (User.attention_at, User.id),
    Sort.LOGIN: (User.last_login_at, User.id),
}

SHOWN = (
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


@dataclass(frozen=True)
class UserQuery:
    """Which users, in which order. Each word of `text` occurs in the name, username or e-mail."""

    text: str = ""
    status: Wanted | None = None
    sort: Sort = Sort.NAME
    descending: bool = False


@dataclass(frozen=True)
class Part:
    """Which part of a list: `after`, `before` or `at` a position, by `kind`; or its `first` or `last` rows."""

    kind: str = "first"
    position: Position = ()

    @classmethod
    def of(cls, after: Position | None, before: Position | None, at: Position | None, *, last: bool) -> Part:
        """The part that a service is asked for."""
        for kind, position in (("after", after), ("before", before), ("at", at)):
            if position is not None:
                return cls(kind, position)
        return cls("last" if last else "first")

    @property
    def backwards(self) -> bool:
        """Whether it is read from its end."""
        return self.kind in {"before", "last"}


def page(authority_id: int, query: UserQuery, now: datetime, part: Part, limit: int) -> list[tuple[Any, ...]]:
    """The rows of a page, by the driver, in the order that they are read in: `SHOWN` and the columns of the sort.

    Inside a transaction.
    """
    columns = COLUMNS[query.sort]
    along = query.status in _RARE and _few(authority_id, query.status, now)
    if query.text.split():
        where = matching(authority_id, query, now, along)
        order = _order(columns, downwards=query.descending != part.backwards)
        # The texts stand in the index, and who does not meet them need not be read.
        found = User.select(User.id).where(_there(columns, query.descending, part.kind, part.position, where))
        shown = User.select(*SHOWN, *columns[:-1]).where(User.id.in_(found.order_by(*order).limit(limit)))
        found_rows: list[tuple[Any, ...]] = User._meta.database.execute_sql(*shown.order_by(*order).sql()).fetchall()
        return found_rows
    key = {f"key{place}": value for place, value in enumerate(part.position)}
    prepared = _prepared(query.sort, query.status, query.descending, part.kind, along)
    return prepared.rows(authority=authority_id, now=now, limit=limit, **key)


@cache
def _prepared(sort: Sort, wanted: Wanted | None, descending: bool, kind: str, along: bool) -> Prepared:
    """The query of such a page."""
    columns = COLUMNS[sort]
    key = [Slot(f"key{place}") for place in range(len(columns))]

    def build() -> Any:
        where = User.authority == Slot("authority")
        if wanted is not None:
            where &= has(wanted, Slot("now"), along=along)
        rows = User.select(*SHOWN, *columns[:-1]).where(_there(columns, descending, kind, key, where))
        order = _order(columns, downwards=descending != Part(kind).backwards)
        return rows.order_by(*order).limit(Slot("limit"))

    return Prepared(build)


def _there(columns: Sequence[Any], descending: bool, kind: str, key: Sequence[Any], where: Any) -> Any:
    """The condition narrowed to the part of the list."""
    if kind not in {"after", "before", "at"}:
        return where
    return where & beyond(columns, key, downwards=descending != Part(kind).backwards, or_there=kind == "at")


def _order(columns: Sequence[Any], *, downwards: bool) -> list[Any]:
    return [column.desc() if downwards else column.asc() for column in columns]


def matching(authority_id: int, query: UserQuery, now: datetime, along: bool = True) -> Any:
    """The condition of a filter."""
    where = User.authority == authority_id
    if query.status is not None:
        where &= has(query.status, now, along=along)
    for word in query.text.split():
        name, same = fold(word), identity(word)
        where &= (
            has_part(User.surname_key, name)
            | has_part(User.first_name_key, name)
            | has_part(User.username_key, same)
            | has_part(User.email_key, same)
        )
    return where


_RARE = (PasswordStatus.BLOCKED, PasswordStatus.EXPIRED)
"""What `attention_at` tells, by its index."""


def has(wanted: Wanted, now: Any, *, along: bool) -> Any:
    """The condition of a status: `along` the index that narrows, or so that no index but the sort's is looked into."""
    if along and wanted is PasswordStatus.BLOCKED:
        return User.attention_at == NEVER
    if along and wanted is PasswordStatus.EXPIRED:
        return (User.attention_at > NEVER) & (User.attention_at <= now)
    if wanted in AccountStatus:
        return User.logged_in == (wanted is AccountStatus.ACTIVE)
    return condition(wanted, now)


def _few(authority_id: int, wanted: Wanted | None, now: datetime) -> bool:
    """Whether no more than `FEW` have a status of `_RARE`; read from the index alone."""
    expired = wanted is PasswordStatus.EXPIRED
    first, last = (NEVER + timedelta(seconds=1), now) if expired else (NEVER, NEVER)
    found = _BEYOND_FEW.rows(authority=authority_id, first=first, last=last)
    return not found


_BEYOND_FEW = Prepared(
    lambda: (
        User.select(User.id)
        .where(User.authority == Slot("authority"), User.attention_at.between(Slot("first"), Slot("last")))
        .order_by(User.attention_at, User.id)
        .limit(1)
        .offset(FEW)
    )
)


def beyond(columns: Sequence[Any], position: Sequence[Any], *, downwards: bool, or_there: bool = False) -> Any:
    """Rows beyond a position by row value: written out with OR and AND, the index would not be used."""
    values = [
        value if isinstance(value, Slot) else column.to_value(value)
        for column, value in zip(columns, position, strict=True)
    ]
    here, there = Tuple(*columns), Tuple(*values)
    if downwards:
        return here <= there if or_there else here < there
    return here >= there if or_there else here > there
