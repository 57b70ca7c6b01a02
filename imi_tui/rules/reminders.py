"""Whom to tell of the last days of a password, and when: 14, 7 and 1 day before, and when it is over (S4.7).

What was told is kept as a number of days before the end: 0 for the end itself, None for nothing yet. Whoever looks late
tells the latest only, and nothing is told twice, whatever the settings were in between.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from imi_tui.rules.kinds import MailKind

OVER = 0
"""Stands for the end itself among the days before it."""


def steps(reminder_days: tuple[int, ...], temporary: bool) -> tuple[int, ...]:
    """The days before its end at which a password's user is told, the end included; a temporary one's end only."""
    return (OVER,) if temporary else (*sorted(reminder_days, reverse=True), OVER)


def step_due(
    until: datetime, temporary: bool, told_days: int | None, now: datetime, reminder_days: tuple[int, ...]
) -> int | None:
    """The step to be told of now, or None: the latest whose moment has come, unless it or a later one was told."""
    come = [days for days in steps(reminder_days, temporary) if now >= until - timedelta(days=days)]
    return come[-1] if come and (told_days is None or come[-1] < told_days) else None


def kind_of(step: int, temporary: bool) -> MailKind:
    """The mail that tells of a step."""
    if step > OVER:
        return MailKind.PASSWORD_REMINDER
    return MailKind.PASSWORD_LAPSED if temporary else MailKind.PASSWORD_EXPIRED
