"""Whether the worker does its work (B13): judged from its signs of life and from the mail that is due. No clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONG = timedelta(minutes=15)
"""A worker that gave no sign of life for longer does not run; a mail that has been due for longer is overdue."""


class Trouble(StrEnum):
    """What is wrong with the worker's work."""

    NEVER_RAN = "never_ran"
    NOT_RUNNING = "not_running"
    FAILING = "failing"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Done:
    """What a round did: mails sent and given up, people reminded, drafts that lapsed, people erased."""

    sent: int = 0
    given_up: int = 0
    reminded: int = 0
    lapsed: int = 0
    erased: int = 0

    @property
    def anything(self) -> bool:
        """Whether it did anything at all."""
        return bool(self.sent or self.given_up or self.reminded or self.lapsed or self.erased)


def troubles(
    seen_at: datetime | None,
    problem: str,
    due_since: datetime | None,
    now: datetime,
    within: timedelta = LONG,
    *,
    gone: bool = False,
) -> tuple[Trouble, ...]:
    """What is wrong, the cause before what follows from it; nothing where all is well.

    `seen_at` is the last sign of life of any worker, None where none ever ran; `problem` is what keeps every worker
    that runs from its work; `due_since` says since when the mail that is due longest is due. `gone` says that each
    worker that was seen of late is known to have ended, and none of them was to end.
    """
    found = []
    if seen_at is None:
        found.append(Trouble.NEVER_RAN)
    elif gone or now - seen_at > within:
        found.append(Trouble.NOT_RUNNING)
    elif problem:
        found.append(Trouble.FAILING)
    if due_since is not None and now - due_since > within:
        found.append(Trouble.OVERDUE)
    return tuple(found)
