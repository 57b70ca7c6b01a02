"""The facts of a stored password: the one place that writes them, so that they are always in step with each other.

All of these are called inside a write transaction, and end the sessions that the facts no longer carry (B22). A hash is
made before it opens and never looked into here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from db.models import NEVER, PastPassword, User
from imi_tui.rules.accounts import Lives, password_until
from imi_tui.rules.reminders import OVER
from imi_tui.rules.sessions import Over
from imi_tui.services import session_rows
from imi_tui.settings import Settings

REMEMBERED = 5
"""Passwords that may not come again (S4.8), the present one among them."""


@dataclass(frozen=True)
class Before:
    """The temporary password that another took the place of, if there was one: it may have reached its user."""

    password_hash: str | None = field(repr=False)
    until: datetime


def lives_of(settings: Settings) -> Lives:
    """How long passwords live in this deployment, and how many wrong tries block one."""
    return Lives(
        temporary_days=settings.temporary_password_days,
        password_months=settings.password_months,
        wrong_tries=settings.wrong_tries,
    )


def set_password(user_id: int, password_hash: str, now: datetime, lives: Lives, *, keep: str = "") -> None:
    """Make a password that the user chose the valid one; it expires after `lives.password_months`.

    The user's sessions end, but for the one to `keep`, in which it was chosen.
    """
    session_rows.end_all_of(user_id, now, Over.CHANGED, keep=keep)
    _remember_present(user_id, now)
    _store(user_id, password_until(now, False, lives), password_hash=password_hash, password_temporary=False)


def of_new_user(now: datetime, lives: Lives) -> dict[str, object]:
    """The facts of somebody who is being registered: no password yet, a temporary one is made once it is mailed."""
    until = password_until(now, True, lives)
    return {"password_temporary": True, "password_until": until, "attention_at": until}


def make_temporary(user_id: int, now: datetime, lives: Lives) -> None:
    """Make the present password unusable: a temporary one takes its place once it is mailed (S4.6)."""
    session_rows.end_all_of(user_id, now, Over.RESET)
    _remember_present(user_id, now)
    _store(user_id, password_until(now, True, lives), password_hash=None, password_temporary=True)


def give_temporary(user_id: int, password_hash: str, now: datetime, lives: Lives) -> datetime:
    """Store the temporary password that is being mailed now; returns when it lapses. A block stays (S4.6 lifts it)."""
    until = password_until(now, True, lives)
    User.update(password_hash=password_hash, password_temporary=True, password_until=until).where(
        User.id == user_id
    ).execute()
    User.update(attention_at=until, told_days=None).where(User.id == user_id, User.blocked_at.is_null()).execute()
    return until


def take_back(user_id: int, password_hash: str, before: Before) -> None:
    """Undo `give_temporary`, whose mail did not leave, unless something else has happened since."""
    if before.password_hash is None:
        User.update(password_hash=None).where(User.id == user_id, User.password_hash == password_hash).execute()
        return
    User.update(password_hash=before.password_hash, password_until=before.until).where(
        User.id == user_id, User.password_hash == password_hash
    ).execute()
    User.update(attention_at=before.until).where(
        User.id == user_id, User.password_hash == before.password_hash, User.blocked_at.is_null()
    ).execute()


def block(user_id: int, now: datetime) -> None:
    """Block the password; only `make_temporary` lifts it. Of its last days nothing more is told."""
    session_rows.end_all_of(user_id, now, Over.BLOCKED)
    User.update(blocked_at=now, attention_at=NEVER, told_days=OVER).where(User.id == user_id).execute()


def recent_hashes(user_id: int) -> list[str]:
    """The hashes of the passwords that may not be chosen again, newest first.

    The last five that the user had; a temporary one counts beside them, for it was not of their choosing.
    """
    row = User.select(User.password_hash, User.password_temporary).where(User.id == user_id).tuples().first()
    present, temporary = row or (None, True)
    past = (
        PastPassword.select(PastPassword.password_hash)
        .where(PastPassword.user == user_id)
        .order_by(PastPassword.id.desc())
        .limit(REMEMBERED if temporary else REMEMBERED - 1)
        .tuples()
    )
    return [*([present] if present else []), *(password_hash for (password_hash,) in past)]


def _store(user_id: int, until: datetime, **facts: object) -> None:
    User.update(
        password_until=until, attention_at=until, blocked_at=None, wrong_tries=0, told_days=None, **facts
    ).where(User.id == user_id).execute()


def _remember_present(user_id: int, now: datetime) -> None:
    """Keep the password that is about to go among the past ones; a temporary one is not worth keeping."""
    row = User.select(User.password_hash, User.password_temporary).where(User.id == user_id).tuples().first()
    if row is None or row[0] is None or row[1]:
        return
    PastPassword.insert(user=user_id, password_hash=row[0], set_at=now).execute()
    kept = (
        PastPassword.select(PastPassword.id)
        .where(PastPassword.user == user_id)
        .order_by(PastPassword.id.desc())
        .limit(REMEMBERED)
    )
    PastPassword.delete().where(PastPassword.user == user_id, PastPassword.id.not_in(kept)).execute()
