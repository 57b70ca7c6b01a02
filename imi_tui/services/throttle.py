"""The brake on guessing: a try to log in is counted before its password is looked at, by username and by origin.

Counted first and forgiven when it was right, so that many tries at the same moment gain nothing. What is stored is a
keyed digest; that of a name has 16 bits only, for people type passwords where the username belongs.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

from db.models import NEVER, LoginDelay, Meta
from db.prepared import Prepared, Slot
from imi_tui.context import Context
from imi_tui.rules.guessing import FORGOTTEN_AFTER, NAME, ORIGIN, Patience, tries_now
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import NotAllowed
from imi_tui.services.door import housekeeping

_KEY = "login_key"
_NAME_DIGITS = 4
_ORIGIN_DIGITS = 24


def admit(ctx: Context, actor: Actor, username_key: str) -> None:
    """Count a try for this username from this origin. Raises `NotAllowed("login_too_soon")`, `StoreAway`."""
    with housekeeping(ctx, actor) as now:
        key = _key()
        counted = [_counted(*bucket, now) for bucket in _buckets(ctx, key, username_key)]
        wait = max((until - now for _bucket, _tries, until, _patience in counted), default=now - now)
        if wait.total_seconds() > 0:
            raise NotAllowed("login_too_soon", seconds=int(wait.total_seconds()))
        for bucket, tries, _until, patience in counted:
            _store(bucket, tries + 1, now, now + patience.wait(tries + 1))
        _FORGET.run(before=now - FORGOTTEN_AFTER)


def forgive(ctx: Context, username_key: str, now: datetime) -> None:
    """Take a try back that was right: the username begins anew, the origin has one less. In a write transaction."""
    (name, _patience), (origin, patience) = _buckets(ctx, _key(), username_key)
    _DELETE.run(bucket=name)
    _bucket, tries, _until, _same = _counted(origin, patience, now)
    _store(origin, max(0, tries - 1), now, now)


def _buckets(ctx: Context, key: bytes, username_key: str) -> tuple[tuple[str, Patience], tuple[str, Patience]]:
    name = hmac.digest(key, f"name:{username_key}".encode(), "sha256").hex()[:_NAME_DIGITS]
    origin = hmac.digest(key, f"origin:{ctx.origin}".encode(), "sha256").hex()[:_ORIGIN_DIGITS]
    return (f"n{name}", NAME), (f"o{origin}", ORIGIN)


def _counted(bucket: str, patience: Patience, now: datetime) -> tuple[str, int, datetime, Patience]:
    row = _BUCKET.one(LoginDelay, bucket=bucket)
    if row is None:
        return bucket, 0, NEVER, patience
    return bucket, tries_now(row.tries, row.last_at, now), row.until, patience


def _store(bucket: str, tries: int, now: datetime, until: datetime) -> None:
    _DELETE.run(bucket=bucket)
    _INSERT.run(bucket=bucket, tries=tries, last_at=now, until=until)


def _key() -> bytes:
    """This database's key, made at the first use."""
    stored = _STORED_KEY.first()
    if stored is not None:
        return bytes.fromhex(stored[0])
    made = secrets.token_bytes(32)
    Meta.insert(name=_KEY, value=made.hex()).execute()
    return made


_STORED_KEY = Prepared(lambda: Meta.select(Meta.value).where(Meta.name == _KEY))
_BUCKET = Prepared(lambda: LoginDelay.select().where(LoginDelay.bucket == Slot("bucket")))
_INSERT = Prepared(lambda: LoginDelay.insert({name: Slot(name) for name in ("bucket", "tries", "last_at", "until")}))
_DELETE = Prepared(lambda: LoginDelay.delete().where(LoginDelay.bucket == Slot("bucket")))
_FORGET = Prepared(lambda: LoginDelay.delete().where(LoginDelay.last_at < Slot("before")))
