"""The status of an account and of its password: derived, in one place, from facts and an instant (S4.9, S4.10)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class AccountStatus(StrEnum):
    """Whether the user has logged in at least once."""

    NEW = "new"
    ACTIVE = "active"


class PasswordStatus(StrEnum):
    """What can be done with the password."""

    TEMPORARY = "temporary"
    VALID = "valid"
    BLOCKED = "blocked"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Lives:
    """How long passwords live, and how many wrong tries in a row block one."""

    temporary_days: int = 14
    password_months: int = 6
    wrong_tries: int = 5


@dataclass(frozen=True)
class AccountFacts:
    """What is stored of an account; instants are aware, in UTC; None: has not happened."""

    last_login_at: datetime | None
    blocked_at: datetime | None
    temporary: bool
    password_until: datetime


@dataclass(frozen=True)
class Status:
    """The two statuses, and when the password's changes by itself (None: it does not)."""

    account: AccountStatus
    password: PasswordStatus
    changes_at: datetime | None


def password_until(set_at: datetime, temporary: bool, lives: Lives) -> datetime:
    """When a password set at this instant lapses or expires; months are calendar months (S4.7)."""
    if temporary:
        return set_at + timedelta(days=lives.temporary_days)
    from dateutil.relativedelta import relativedelta

    return set_at + relativedelta(months=lives.password_months)


def status(facts: AccountFacts, now: datetime) -> Status:
    """The status at an instant. Where several hold: blocked, expired, temporary, valid."""
    account = AccountStatus.NEW if facts.last_login_at is None else AccountStatus.ACTIVE
    if facts.blocked_at is not None:
        return Status(account, PasswordStatus.BLOCKED, None)
    if now >= facts.password_until:
        return Status(account, PasswordStatus.EXPIRED, None)
    password = PasswordStatus.TEMPORARY if facts.temporary else PasswordStatus.VALID
    return Status(account, password, facts.password_until)


def days_left(found: Status, now: datetime) -> int | None:
    """Days until the password's status changes by itself, a begun day counted; None where it does not."""
    if found.changes_at is None:
        return None
    return math.ceil((found.changes_at - now) / timedelta(days=1))
