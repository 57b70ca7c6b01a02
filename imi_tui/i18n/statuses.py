"""The words and signs for statuses, above all of an account: the same in lists, details, filters and commands.

A badge is always sign and word; colour comes on top and never alone.
"""

from __future__ import annotations

from datetime import datetime

from imi_tui.i18n import _, ngettext, pgettext
from imi_tui.rules.accounts import AccountStatus, PasswordStatus, Status, days_left

SIGNS: dict[AccountStatus | PasswordStatus, str] = {
    AccountStatus.ACTIVE: "●",
    AccountStatus.NEW: "○",
    PasswordStatus.VALID: "✓",
    PasswordStatus.TEMPORARY: "◔",
    PasswordStatus.BLOCKED: "✖",
    PasswordStatus.EXPIRED: "!",
}

SOON = 30
"""Days before it expires from which a valid password says how long it lasts."""


def stale_words() -> str:
    """What is said of a translation that is older than its original (S2.4)."""
    return _("! to be corrected: the original changed")


def account_word(status: AccountStatus) -> str:
    """The word for the account's status (S4.9)."""
    if status is AccountStatus.ACTIVE:
        # Translators: the status of a user who has logged in at least once.
        return pgettext("account", "active")
    # Translators: the status of a user who has never logged in.
    return pgettext("account", "new")


def password_word(status: PasswordStatus) -> str:
    """The word for the password's status (S4.10)."""
    match status:
        case PasswordStatus.TEMPORARY:
            return pgettext("password", "temporary")
        case PasswordStatus.VALID:
            return pgettext("password", "valid")
        case PasswordStatus.BLOCKED:
            return pgettext("password", "blocked")
        case PasswordStatus.EXPIRED:
            return pgettext("password", "expired")


def account_badge(found: Status) -> str:
    """Sign and word of the account's status."""
    return f"{SIGNS[found.account]} {account_word(found.account)}"


def password_badge(found: Status, now: datetime) -> str:
    """Sign and word of the password's status, and the days it lasts where that matters."""
    badge = f"{SIGNS[found.password]} {password_word(found.password)}"
    days = days_left(found, now)
    if days is None or (found.password is PasswordStatus.VALID and days > SOON):
        return badge
    # Translators: how many days something still lasts, as short as possible: "9 d".
    return badge + " " + ngettext("{n} d", "{n} d", days).format(n=days)


def authority_status_words(status: str) -> str:
    """The authority's status, sign and word."""
    return _("● active") if status == "active" else _("○ inactive")
