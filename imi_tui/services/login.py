"""Log in, and choose a password: everything that looks at what somebody typed as a password.

An unknown username, a wrong password, a blocked and a lapsed one get the same answer after the same work: one hash and
one entry in the record. What was typed as a username is never kept (people type passwords there).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.models import Authority, User
from imi_tui.context import Context
from imi_tui.rules import passwords
from imi_tui.rules.accounts import PasswordStatus
from imi_tui.rules.languages import INTERFACE_LANGUAGES
from imi_tui.rules.policy import Actor, May, system_actor
from imi_tui.rules.refusals import Conflict, FieldError, Invalid, NotAllowed
from imi_tui.rules.text import identity
from imi_tui.rules.verbs import Verb
from imi_tui.services import credentials
from imi_tui.services.door import Change, facts_of, first_or_gone, read, write
from imi_tui.services.status import account_status

LOGIN = system_actor("login")
"""Acts until it is known who somebody is."""

LONGEST_USERNAME = 100
"""Characters of what was typed as a username that are looked at; no username is nearly as long."""


@dataclass(frozen=True)
class Session:
    """Who is logged in, as the frame shows it. `must_choose` says why a password must be chosen first, or is None.

    `interface` is the language of the screens: the working language where the interface has it, else English.
    """

    user_id: int
    authority_id: int
    name: str
    authority: str
    country: str
    administrator: bool
    interface: str
    must_choose: PasswordStatus | None
    password_until: datetime


def log_in(ctx: Context, _actor: Actor, username: str, password: str) -> Session:
    """Let somebody in. Five wrong passwords in a row block (the number is a setting).

    Raises `NotAllowed("login_refused")`, whatever was wrong, and `StoreAway`.
    """
    with read(ctx, LOGIN, May.OPERATE, None):
        user = _by_username(username)
    known_hash = user.password_hash if user else None
    right = ctx.hasher.verify(known_hash, password)
    # Only for whom it lets in: a second hash for a blocked or lapsed one would tell by its time that it was right.
    opens = right and user is not None and _usable(user, known_hash, ctx.now())
    fresh = ctx.hasher.hash(password) if opens and known_hash and ctx.hasher.outdated(known_hash) else None
    if user is None:
        with write(ctx, LOGIN, May.OPERATE, None, Verb.LOGIN_UNKNOWN):
            pass
        raise NotAllowed("login_refused")
    with write(ctx, LOGIN, May.OPERATE, user.authority_id, Verb.LOGIN, user.id) as change:
        now_stored = _row(user.id)
        if right and now_stored is not None and _usable(now_stored, known_hash, change.now):
            found = account_status(now_stored, change.now).password
            User.update(wrong_tries=0, last_login_at=change.now, password_hash=fresh or known_hash).where(
                User.id == user.id
            ).execute()
            return _session(ctx, user.id, found)
        _note_failure(ctx, change, now_stored, wrong=not right)
    raise NotAllowed("login_refused")


def session(ctx: Context, actor: Actor) -> Session:
    """The session of a user as it is now. Raises `Gone("account_gone")`, `NotAllowed`, `StoreAway`."""
    with read(ctx, actor, May.CHOOSE_PASSWORD, None):
        row = first_or_gone(User.select().where(User.id == actor.user_id), "account_gone")
        return _session(ctx, row.id, account_status(row, ctx.now()).password)


def choose_password(ctx: Context, actor: Actor, current: str, new: str) -> Session:
    """Change the own password (S4.8); `current` is the one that is valid now, a temporary or expired one included.

    A wrong `current` counts as a wrong try. Raises `Invalid` with the fields `current` and `password`,
    `Conflict("store_refused")` where the password was changed meanwhile, `NotAllowed`, `StoreAway`.
    """
    with read(ctx, actor, May.CHOOSE_PASSWORD, None) as facts:
        hashes = credentials.recent_hashes(actor.user_id or 0)
        known_hash = _row(actor.user_id or 0).password_hash
    if not ctx.hasher.verify(known_hash, current):
        with write(ctx, LOGIN, May.OPERATE, facts.authority_id, Verb.LOGIN_FAILED, actor.user_id) as change:
            _note_failure(ctx, change, _row(actor.user_id or 0), wrong=True)
        raise Invalid(FieldError("current", "password_wrong"))
    errors = [FieldError("password", code.value) for code, met in passwords.check(new).items() if not met]
    came_before = [] if errors else [ctx.hasher.verify(one, new) for one in _padded(hashes)]
    if any(came_before):
        errors = [FieldError("password", "password_recent", (("number", passwords.RECENT),))]
    if errors:
        raise Invalid(*errors[:1])
    new_hash = ctx.hasher.hash(new)
    with write(ctx, actor, May.CHOOSE_PASSWORD, facts.authority_id, Verb.PASSWORD_CHANGED, actor.user_id) as change:
        unchanged = _row(actor.user_id or 0).password_hash == known_hash
        if not unchanged or credentials.recent_hashes(actor.user_id or 0) != hashes:
            raise Conflict("store_refused")
        credentials.set_password(actor.user_id or 0, new_hash, change.now, credentials.lives_of(ctx.settings))
        return _session(ctx, actor.user_id or 0, PasswordStatus.VALID)


def _by_username(username: str) -> Any:
    key = identity(username[:LONGEST_USERNAME])
    return User.select().where(User.username_key == key).first()


def _row(user_id: int) -> Any:
    return User.select().where(User.id == user_id).first()


def _usable(user: User, verified_hash: str | None, now: datetime) -> bool:
    """Whether the password that was verified is still this user's and opens the door: not blocked, not lapsed."""
    if user.password_hash is None or user.password_hash != verified_hash:
        return False
    found = account_status(user, now).password
    lapsed = user.password_temporary and found is PasswordStatus.EXPIRED
    return found is not PasswordStatus.BLOCKED and not lapsed


def _note_failure(ctx: Context, change: Change, user: Any, *, wrong: bool) -> None:
    """Count a wrong try and block at the last one; one that was right but of no use is only told of."""
    change.verb = Verb.LOGIN_FAILED
    if user is None or user.blocked_at is not None or not wrong:
        return
    tries = user.wrong_tries + 1
    User.update(wrong_tries=tries).where(User.id == user.id).execute()
    if tries >= ctx.settings.wrong_tries:
        change.verb = Verb.PASSWORD_BLOCKED
        credentials.block(user.id, change.now)
    change.note("tries", user.wrong_tries, tries)


def _padded(hashes: list[str]) -> list[str | None]:
    """As many hashes for everybody, so that the time tells nothing."""
    return [*hashes, *[None] * (passwords.RECENT + 1 - len(hashes))]


def _session(ctx: Context, user_id: int, found: PasswordStatus) -> Session:
    """Inside a transaction."""
    row = User.select(User, Authority).join(Authority).where(User.id == user_id).get()
    return Session(
        user_id=row.id,
        authority_id=row.authority.id,
        name=f"{row.first_name} {row.surname}",
        authority=row.authority.official_name,
        country=row.authority.country,
        administrator=facts_of(ctx, Actor(user_id)).administrator,
        interface=row.language if row.language in INTERFACE_LANGUAGES else "en",
        must_choose=None if found is PasswordStatus.VALID else found,
        password_until=row.password_until,
    )
