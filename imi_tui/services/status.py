"""The status of a stored account: hands the row's facts to the one rule, and is the SQL of that same rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from db.models import NEVER, User
from imi_tui.rules.accounts import AccountFacts, AccountStatus, PasswordStatus, Status, status


def account_status(user: User, now: datetime) -> Status:
    """The status of a user row at an instant (S4.9, S4.10)."""
    last = user.last_login_at
    facts = AccountFacts(
        last_login_at=None if last == NEVER else last,
        blocked_at=user.blocked_at,
        temporary=user.password_temporary,
        password_until=user.password_until,
    )
    return status(facts, now)


def password_status(user: User, now: datetime) -> PasswordStatus:
    """The status of the password alone."""
    return account_status(user, now).password


def condition(wanted: PasswordStatus | AccountStatus, now: datetime) -> Any:
    """The same rule as a condition on `User` for a query; a property test holds the two together."""
    blocked = User.blocked_at.is_null(False)
    expired = User.password_until <= now
    match wanted:
        case AccountStatus.NEW:
            return User.last_login_at == NEVER
        case AccountStatus.ACTIVE:
            return User.last_login_at != NEVER
        case PasswordStatus.BLOCKED:
            return blocked
        case PasswordStatus.EXPIRED:
            return ~blocked & expired
        case PasswordStatus.TEMPORARY:
            return ~blocked & ~expired & (User.password_temporary == True)  # noqa: E712  # an SQL expression
        case PasswordStatus.VALID:
            return ~blocked & ~expired & (User.password_temporary == False)  # noqa: E712  # an SQL expression
