"""Drafts: what somebody typed and has not saved, kept for them and for nobody else (B6).

Nothing of it is for the record: nothing has happened yet. A draft is known by its editing session, so that of two
sessions of one person at one place each keeps its own, and both are offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.models import Authority, Draft, TranslationTask, User
from imi_tui.context import Context
from imi_tui.rules.drafts import DraftKind, Typed, from_json, to_json
from imi_tui.rules.policy import Actor, Facts, May, allowed
from imi_tui.rules.refusals import Gone, Refused
from imi_tui.services.door import first_or_gone, housekeeping, own, place_of, read, why_not

LONGEST = 300_000
"""Characters of the content of one draft: the longest texts of an authority in all languages find room in it."""

MOST = 50
"""Drafts of one user; who has so many is asked to drop some, and none is dropped unasked."""

_NEEDED = {
    DraftKind.AUTHORITY: May.EDIT_AUTHORITY,
    DraftKind.NEW_USER: May.MANAGE_USERS,
    DraftKind.USER: May.MANAGE_USERS,
    DraftKind.REGISTRATION: May.REGISTER_AUTHORITY,
    DraftKind.ACCOUNT: May.CHANGE_OWN_ACCOUNT,
    DraftKind.TRANSLATION: May.TRANSLATE,
}
"""What one must be allowed to do, to go on with a draft."""


@dataclass(frozen=True)
class Kept:
    """A draft as it is offered: what was typed, when and where, the authority's name where it is of one.

    `refusal` is the code that says why one cannot go on with it, empty where one can.
    """

    typed: Typed
    origin: str
    started_at: datetime
    saved_at: datetime
    authority: str = ""
    refusal: str = ""


def keep(ctx: Context, actor: Actor, typed: Typed) -> None:
    """Keep what the actor typed, in place of what was kept of the same editing session.

    Raises `Refused("draft_too_large")`, `Refused("drafts_too_many")`, `NotAllowed`, `StoreAway`.
    """
    base, mine = to_json(typed.base), to_json(typed.mine)
    if max(len(base), len(mine)) > LONGEST:
        raise Refused("draft_too_large")
    with own(ctx, actor, May.KEEP_DRAFT) as now:
        values = {"base": base, "mine": mine, "base_version": typed.base_version, "origin": _origin(ctx)}
        kept = Draft.update(**values, saved_at=now).where(*_this(actor, typed.session)).execute()
        if kept:
            return
        if Draft.select().where(Draft.user == actor.user_id).count() >= MOST:
            raise Refused("drafts_too_many", number=MOST)
        Draft.insert(
            **values,
            user=actor.user_id,
            session=typed.session,
            kind=typed.kind.value,
            authority_id=typed.authority_id,
            subject=typed.subject,
            started_at=now,
            saved_at=now,
        ).execute()


def mine(ctx: Context, actor: Actor, without: Sequence[str] = ()) -> tuple[Kept, ...]:
    """The actor's own drafts, the newest first, but for those of the editing sessions `without`.

    Raises `NotAllowed`, `StoreAway`.
    """
    with read(ctx, actor, May.OWN_DRAFTS, None) as facts:
        rows = (
            Draft.select()
            .where(Draft.user == actor.user_id, Draft.session.not_in(list(without)))
            .order_by(Draft.saved_at.desc(), Draft.id.desc())
        )
        found = (_kept(facts, row) for row in rows)
        return tuple(one for one in found if one is not None)


def take(ctx: Context, actor: Actor, session: str, by: str) -> Typed:
    """Go on with a draft in another editing session, `by`; returns what was typed last.

    The session that it is taken from keeps what is typed there, if it still goes on, in a draft of its own. Raises
    `Gone("draft_gone")` where it was saved, dropped or taken meanwhile, `NotAllowed`, `StoreAway`.
    """
    with own(ctx, actor, May.OWN_DRAFTS):
        mine = [Draft.user == actor.user_id, Draft.session.in_([session, by])]  # `by`: done, and the answer was lost
        row = first_or_gone(Draft.select().where(*mine), "draft_gone")
        row.session = by
        kept = _typed(row)
        if kept is None:
            raise Gone("draft_gone")
        Draft.update(session=by).where(Draft.id == row.id).execute()
        return kept


def drop(ctx: Context, actor: Actor, session: str) -> bool:
    """Drop the draft of an editing session, for it was saved or is not wanted; whether there was one.

    Raises `NotAllowed`, `StoreAway`.
    """
    with own(ctx, actor, May.OWN_DRAFTS):
        return bool(Draft.delete().where(*_this(actor, session)).execute())


def lapse(ctx: Context, actor: Actor) -> int:
    """Drop the drafts that nobody went on with for the setting's days; returns how many. Raises `StoreAway`."""
    with read(ctx, actor, May.OPERATE, None):
        if not Draft.select().where(_old(ctx, ctx.now())).exists():
            return 0
    with housekeeping(ctx, actor) as now:
        return int(Draft.delete().where(_old(ctx, now)).execute())


def _old(ctx: Context, now: datetime) -> Any:
    return Draft.saved_at < now - timedelta(days=ctx.settings.draft_days)


def _this(actor: Actor, session: str) -> tuple[Any, Any]:
    return Draft.user == actor.user_id, Draft.session == session


def _origin(ctx: Context) -> str:
    return (ctx.origin or ctx.terminal)[:100]


def _typed(row: Any) -> Typed | None:
    """A row as what was typed; None for what this version cannot read, which waits for one that can."""
    try:
        kind = DraftKind(row.kind)
        base, mine = from_json(kind, row.base), from_json(kind, row.mine)
    except ValueError:
        return None
    return Typed(kind, row.session, base, mine, row.authority_id, row.subject, row.base_version)


def _kept(facts: Facts, row: Any) -> Kept | None:
    typed = _typed(row)
    if typed is None:
        return None
    name = ""
    if typed.authority_id is not None:
        name = Authority.select(Authority.official_name).where(Authority.id == typed.authority_id).scalar() or ""
    return Kept(typed, row.origin, row.started_at, row.saved_at, name, _refusal(facts, typed))


def _refusal(facts: Facts, typed: Typed) -> str:
    may, place = _NEEDED[typed.kind], None
    if typed.authority_id is not None:
        try:
            place = place_of(typed.authority_id)
        except Gone as gone:
            return gone.code
    if not allowed(may, facts, place):
        return why_not(may, facts, place)
    if typed.kind is DraftKind.USER and not _is_user(typed):
        return "user_gone"
    if typed.kind is DraftKind.TRANSLATION and not _is_task(typed):
        return "translation_done"
    return ""


def _is_user(typed: Typed) -> bool:
    there = User.select().where(User.id == typed.subject, User.authority == typed.authority_id)
    return bool(there.exists())


def _is_task(typed: Typed) -> bool:
    there = TranslationTask.select().where(
        TranslationTask.authority == typed.authority_id, TranslationTask.kind == typed.subject
    )
    return bool(there.exists())
