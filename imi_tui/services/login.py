"""Log in, and choose a password: everything that looks at what somebody typed as a password.

An unknown username, a wrong password, a blocked and a lapsed one get the same answer after the same work: one hash and
one entry in the record. What was typed as a username is never kept (people type passwords there).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from peewee import fn

from db.models import NEVER, Authority, Entry, User, UserSession
from db.prepared import Prepared, Slot
from imi_tui.context import Context
from imi_tui.rules import passwords
from imi_tui.rules.accounts import PasswordStatus
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.languages import INTERFACE_LANGUAGES
from imi_tui.rules.passwords import Demands, Requirement
from imi_tui.rules.policy import Actor, May, allowed, system_actor
from imi_tui.rules.refusals import Conflict, FieldError, Gone, Invalid, NotAllowed, Refused
from imi_tui.rules.sessions import Over
from imi_tui.rules.text import identity
from imi_tui.rules.verbs import Verb
from imi_tui.services import credentials, session_rows, throttle
from imi_tui.services.authority_mail import administrators
from imi_tui.services.door import Change, facts_of, housekeeping, read, write
from imi_tui.services.status import account_status

LOGIN = system_actor("login")
"""Acts until it is known who somebody is."""

MANY_TRIES = 100
"""Failed tries that are counted at most."""

LONGEST_USERNAME = 100
"""Characters of what was typed as a username that are looked at; no username is nearly as long."""


@dataclass(frozen=True)
class Session:
    """Who is logged in, as the frame shows it.

    `access_manager` and `translator` say whether the desks of B2 and B3 are open to them. `must_choose` says why a
    password must be chosen first, or is None. `interface` is the language of the screens: the working language where
    the interface has it, else English. In a session just begun, `last_login_at` and `failed_since` tell of the log-in
    before and the failed tries since. `id` is that of its row, empty for who did not come through the log-in.
    """

    user_id: int
    authority_id: int
    name: str
    authority: str
    country: str
    administrator: bool
    access_manager: bool
    translator: bool
    interface: str
    must_choose: PasswordStatus | None
    password_until: datetime
    last_login_at: datetime | None = None
    failed_since: int = 0
    id: str = ""


def log_in(ctx: Context, _actor: Actor, username: str, password: str, *, end_oldest: bool = False) -> Session:
    """Let somebody in. Five wrong passwords in a row block (the number is a setting), and the administrators are told.

    With as many sessions as one may have, the oldest is ended if `end_oldest` says so. Raises
    `Refused("too_many_sessions")` where it does not, with what is known of the oldest;
    `NotAllowed("login_refused")`, whatever was wrong, `NotAllowed("login_too_soon")` after many tries for one
    username or from one place, whoever they were for, and `StoreAway`.
    """
    key = identity(username[:LONGEST_USERNAME])
    throttle.admit(ctx, LOGIN, key)
    with read(ctx, LOGIN, May.OPERATE, None):
        user = _BY_NAME.one(User, name=key)
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
            last = None if now_stored.last_login_at == NEVER else now_stored.last_login_at
            failed = _failed_since_login(user.id)
            _LET_IN.run(user=user.id, password_hash=fresh or known_hash, last_login_at=change.now)
            throttle.forgive(ctx, key, change.now)
            _make_room(ctx, user.id, change.now, end_oldest=end_oldest)
            entered = Actor(user.id, session=session_rows.begin(ctx, user.id, change.now))
            return replace(session_of(ctx, found, entered), last_login_at=last, failed_since=failed)
        _note_failure(ctx, change, now_stored, wrong=not right)
    raise NotAllowed("login_refused")


def session(ctx: Context, actor: Actor) -> Session:
    """The session of a user as it is now. Raises `Gone("account_gone")`, `NotAllowed`, `StoreAway`."""
    with read(ctx, actor, May.CHOOSE_PASSWORD, None):
        row = _row(actor.user_id or 0)
        if row is None:
            raise Gone("account_gone")
        return session_of(ctx, account_status(row, ctx.now()).password, actor)


def choose_password(ctx: Context, actor: Actor, current: str, new: str) -> Session:
    """Change the own password (S4.8); `current` is the one that is valid now, a temporary or expired one included.

    A wrong `current` counts as a wrong try. Raises `Invalid` with the fields `current` and `password`,
    `Conflict("store_refused")` where the password was changed meanwhile, `NotAllowed`, `StoreAway`.
    """
    with read(ctx, actor, May.CHOOSE_PASSWORD, None) as facts:
        hashes = credentials.recent_hashes(actor.user_id or 0)
        row = _row(actor.user_id or 0)
        known_hash, wanted = row.password_hash, _demands(ctx, row)
    if not ctx.hasher.verify(known_hash, current):
        with write(ctx, LOGIN, May.OPERATE, facts.authority_id, Verb.LOGIN_FAILED, actor.user_id) as change:
            _note_failure(ctx, change, _row(actor.user_id or 0), wrong=True)
        raise Invalid(FieldError("current", "password_wrong"))
    errors = _short_of(new, wanted)
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
        lives = credentials.lives_of(ctx.settings)
        credentials.set_password(actor.user_id or 0, new_hash, change.now, lives, keep=actor.session)
        return session_of(ctx, PasswordStatus.VALID, actor)


def unlock(ctx: Context, actor: Actor, password: str) -> Session:
    """Look at the password of who comes back to a locked screen: braked and counted as at the log-in.

    Raises `Invalid` with the field `password`, `NotAllowed("login_too_soon")`, `NotAllowed` where the session is over,
    `StoreAway`.
    """
    with read(ctx, actor, May.CHOOSE_PASSWORD, None) as facts:
        row = _row(actor.user_id or 0)
    throttle.admit(ctx, LOGIN, row.username_key)
    if not ctx.hasher.verify(row.password_hash, password):
        with write(ctx, LOGIN, May.OPERATE, facts.authority_id, Verb.LOGIN_FAILED, actor.user_id) as change:
            _note_failure(ctx, change, _row(actor.user_id or 0), wrong=True)
        raise Invalid(FieldError("password", "password_wrong"))
    with read(ctx, actor, May.CHOOSE_PASSWORD, None):
        present = _row(actor.user_id or 0)
        found = account_status(present, ctx.now()).password
        unlocked = session_of(ctx, found, actor)
    with housekeeping(ctx, LOGIN) as now:
        throttle.forgive(ctx, row.username_key, now)
        same = User.password_hash == row.password_hash
        User.update(wrong_tries=0).where(User.id == actor.user_id, User.blocked_at.is_null(), same).execute()
        session_rows.seen(ctx, now, actor)
    return unlocked


def demands(ctx: Context, actor: Actor) -> Demands:
    """What is asked of the actor's new password, to be ticked off as one types. Raises `NotAllowed`, `StoreAway`."""
    with read(ctx, actor, May.CHOOSE_PASSWORD, None):
        wanted = _demands(ctx, _row(actor.user_id or 0))
    passwords.is_common("loaded")  # here, where it holds up nobody
    return wanted


def _demands(ctx: Context, row: Any) -> Demands:
    return Demands(ctx.settings.password_minimum, (row.first_name, row.surname, row.username, row.email))


def _short_of(new: str, wanted: Demands) -> list[FieldError]:
    facts = {Requirement.LENGTH: (("number", wanted.minimum),)}
    return [
        FieldError("password", requirement.value, facts.get(requirement, ()))
        for requirement, met in passwords.check(new, wanted).items()
        if not met
    ]


def _row(user_id: int) -> Any:
    return _BY_ID.one(User, user=user_id)


_BY_ID = Prepared(lambda: User.select().where(User.id == Slot("user")))
_BY_NAME = Prepared(lambda: User.select().where(User.username_key == Slot("name")))
_LET_IN = Prepared(
    lambda: User.update(
        password_hash=Slot("password_hash"), last_login_at=Slot("last_login_at"), wrong_tries=0, logged_in=True
    ).where(User.id == Slot("user"))
)


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
        _tell_of_block(change, user)
    change.note("tries", user.wrong_tries, tries)


def _tell_of_block(change: Change, user: Any) -> None:
    """Tell the person and the other administrators; where there are none, the authority."""
    change.mail(MailKind.PASSWORD_BLOCKED, user.authority_id, user.id)
    others: list[int | None] = [one for one in administrators(user.authority_id) if one != user.id]
    person = f"{user.first_name} {user.surname}"
    for to_user in others or [None]:
        change.mail(MailKind.USER_BLOCKED, user.authority_id, to_user, person=person)


def _failed_since_login(user_id: int) -> int:
    """How many tries failed since this user was last let in, at most `MANY_TRIES`."""
    ((last,),) = _LAST_LOG_IN.rows(user=user_id)
    return len(_FAILED.rows(user=user_id, last=last or 0))


_LAST_LOG_IN = Prepared(
    lambda: Entry.select(fn.MAX(Entry.id)).where(Entry.subject_id == Slot("user"), Entry.verb == Verb.LOGIN.code)
)
_FAILED = Prepared(
    lambda: (
        Entry.select(Entry.id)
        .where(
            Entry.subject_id == Slot("user"),
            Entry.id > Slot("last"),
            Entry.verb.in_([Verb.LOGIN_FAILED.code, Verb.PASSWORD_BLOCKED.code]),
        )
        .limit(MANY_TRIES)
    )
)


def _padded(hashes: list[str]) -> list[str | None]:
    """As many hashes for everybody, so that the time tells nothing."""
    return [*hashes, *[None] * (passwords.RECENT + 1 - len(hashes))]


def _make_room(ctx: Context, user_id: int, now: datetime, *, end_oldest: bool) -> None:
    """See to it that one more session is not too many."""
    session_rows.sweep(ctx, user_id, now)
    standing = UserSession.select().where(UserSession.user == user_id, session_rows.standing(ctx, now))
    rows = list(standing.order_by(UserSession.started_at, UserSession.last_seen_at, UserSession.id))
    many = rows[: max(0, len(rows) - ctx.settings.sessions + 1)]
    if many and not end_oldest:
        first = many[0]
        facts = {"since": first.started_at, "seen": first.last_seen_at, "origin": first.origin}
        raise Refused("too_many_sessions", number=len(rows), **facts)
    session_rows.end(now, Over.TOO_MANY, UserSession.id.in_([row.id for row in many]))


def session_of(ctx: Context, found: PasswordStatus, actor: Actor) -> Session:
    """What the frame shows of the actor, inside a transaction; the user is there."""
    row = _BY_ID.one(User, user=actor.user_id)
    ((official_name, country),) = _AUTHORITY.rows(authority=row.authority_id)
    facts = facts_of(ctx, actor)
    return Session(
        user_id=row.id,
        authority_id=row.authority_id,
        name=f"{row.first_name} {row.surname}",
        authority=official_name,
        country=country,
        administrator=facts.administrator,
        access_manager=allowed(May.SEE_MANAGED, facts, None),
        translator=allowed(May.TRANSLATE, facts, None),
        interface=row.language if row.language in INTERFACE_LANGUAGES else "en",
        must_choose=None if found is PasswordStatus.VALID else found,
        password_until=row.password_until,
        id=actor.session,
    )


_AUTHORITY = Prepared(
    lambda: Authority.select(Authority.official_name, Authority.country).where(Authority.id == Slot("authority"))
)
