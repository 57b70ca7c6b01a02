"""How a session ends, and how long one lives without a sign of life (B22)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Over(StrEnum):
    """Why a session is over."""

    LOGGED_OUT = "logged_out"
    ENDED = "ended"
    BY_ADMINISTRATOR = "by_administrator"
    RESET = "reset"
    BLOCKED = "blocked"
    CHANGED = "changed"
    EXPIRED = "expired"
    DELETED = "deleted"
    DEACTIVATED = "deactivated"
    TOO_MANY = "too_many"
    LAPSED = "lapsed"
    CRASHED = "crashed"


def lease(idle_minutes: int, lock_minutes: int) -> timedelta:
    """The longest time without a sign of life: until the screen locks, and as long as it may stay locked."""
    return timedelta(minutes=idle_minutes + lock_minutes)
