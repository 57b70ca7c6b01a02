"""An authority's own data: read it, save an editing session whole, find coordinators (the guide's chapter 2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.models import NEVER, Authority
from db.parts import has_part
from imi_tui.context import Context
from imi_tui.rules.authority_changes import (
    AuthorityDraft,
    Change,
    TextChange,
    changes,
    name_of,
    record_values,
    significant_changes,
    tidied,
)
from imi_tui.rules.authority_merge import also_significant, merge, theirs_kept
from imi_tui.rules.chain import canonical
from imi_tui.rules.merge import Choice, Theirs
from imi_tui.rules.policy import Actor, Facts, May
from imi_tui.rules.refusals import FieldError, Invalid, Refused, SameField
from imi_tui.rules.text import fold
from imi_tui.rules.verbs import Verb
from imi_tui.services import authority_mail, authority_store, last_changed, search_index, translation_tasks
from imi_tui.services.access_rules import COORDINATOR
from imi_tui.services.authority_checks import catalogue_errors, checked_texts, coordinator_errors, coordinators_in
from imi_tui.services.authority_mail import Notified
from imi_tui.services.authority_view import AuthorityView, Coordinator, load
from imi_tui.services.door import read, write

RECORD_LIMIT = 100_000
"""Characters of the old and new values that one entry of the record holds."""


@dataclass(frozen=True)
class Review:
    """What would be saved, in normal form, and who would be told of it; the Commission of `significant` changes.

    `theirs` is what others changed since the session began and what stays beside it (`their_changes`, in the same
    order); without `changes` everything stands there already. `view` is the authority as it is stored.
    """

    changes: tuple[Change, ...]
    notified: Notified
    view: AuthorityView
    significant: tuple[TextChange, ...] = ()
    theirs: tuple[Theirs, ...] = ()
    their_changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Saved:
    """A saved editing session: the authority as it is now, what was changed, who is told, what others had changed."""

    view: AuthorityView
    changes: tuple[Change, ...]
    notified: Notified
    significant: tuple[TextChange, ...] = ()
    theirs: tuple[Theirs, ...] = ()


def view(ctx: Context, actor: Actor, authority_id: int) -> AuthorityView:
    """An authority in full, for everybody who may see it (S1.1, S1.7).

    Raises `NotAllowed`, `Gone("authority_gone")`, `StoreAway`.
    """
    with read(ctx, actor, May.SEE_AUTHORITY, authority_id) as facts:
        return load(ctx, facts, authority_id)


def review(
    ctx: Context,
    actor: Actor,
    authority_id: int,
    base_version: int,
    mine: AuthorityDraft,
    base: AuthorityDraft | None = None,
    choices: Sequence[Choice] = (),
) -> Review:
    """What `save` would save now, every check made, and who would be notified (S2.2, S2.5). Raises what `save` does."""
    checked = _checked(ctx, actor, authority_id, base, mine)
    with read(ctx, actor, May.EDIT_AUTHORITY, authority_id) as facts:
        return _decided(ctx, facts, authority_id, base_version, checked, choices)


def save(
    ctx: Context,
    actor: Actor,
    authority_id: int,
    base_version: int,
    mine: AuthorityDraft,
    base: AuthorityDraft | None = None,
    choices: Sequence[Choice] = (),
) -> Saved:
    """Save an editing session over the tabs Authority, Classification and Modules, whole or not at all (S2.2).

    `base_version` and `base` are the version and the content that `mine` was begun from. What somebody else saved since
    is kept and told of (`Saved.theirs`); where both changed the same field to other values it is
    `SameField("same_field_changed")`, until `choices` has a decision on just these values (B7). Without `base` nothing
    can be merged: then a version that moved on is `Conflict("changed_meanwhile")`.

    Raises `Invalid` with an error per field, `Refused("nothing_to_save")`, `Refused("too_much_at_once")`, `NotAllowed`,
    `Gone`, `StoreAway`. The record gets what this save changed of what was stored, old and new; the authority and its
    administrators get mail (S2.5), and where the informal name or the description changed significantly, the
    Commission does and the translations count as stale (S2.4). Where others have saved the same already, nothing is
    written.
    """
    checked = _checked(ctx, actor, authority_id, base, mine)
    try:
        with write(ctx, actor, May.EDIT_AUTHORITY, authority_id, Verb.AUTHORITY_EDITED) as change:
            decided = _decided(ctx, change.facts, authority_id, base_version, checked, choices)
            if not decided.changes and not decided.significant:
                raise _Nothing(decided)
            made = list(decided.changes)
            authority_store.apply(authority_id, made)
            search_index.index(ctx, authority_id)
            for name, (before, after) in record_values(made).items():
                change.note(name, before, after)
            notified = decided.notified
            if made:
                notified = authority_mail.queue(change, actor, authority_id, [one.field for one in made])
            if decided.significant:
                change.note("significant", None, [one.field for one in decided.significant])
            translation_tasks.follow(change, actor, authority_id, made, decided.significant)
            now = load(ctx, change.facts, authority_id)
            return Saved(now, decided.changes, notified, decided.significant, decided.theirs)
    except _Nothing as nothing:
        decided = nothing.decided
        return Saved(decided.view, (), decided.notified, (), decided.theirs)


class _Nothing(Exception):
    """There is nothing left to write: leave the write door without an entry."""

    def __init__(self, decided: Review) -> None:
        super().__init__()
        self.decided = decided


def confirm(ctx: Context, actor: Actor, authority_id: int) -> datetime:
    """Confirm that the data is current (B5); returns when that was. The version stays: nothing of the data changed.

    Raises `NotAllowed`, `Gone("authority_gone")`, `StoreAway`.
    """
    with write(ctx, actor, May.EDIT_AUTHORITY, authority_id, Verb.AUTHORITY_CONFIRMED) as change:
        before: datetime = Authority.select(Authority.confirmed_at).where(Authority.id == authority_id).scalar()
        change.note("confirmed", None if before == NEVER else before.isoformat(), change.now.isoformat())
        Authority.update(confirmed_at=change.now).where(Authority.id == authority_id).execute()
        return change.now


def search_coordinators(
    ctx: Context, actor: Actor, module: str, text: str, limit: int = 50, role: str = COORDINATOR
) -> tuple[Coordinator, ...]:
    """Authorities that are coordinators in a module and whose name has this text, by name (S2.8).

    With the role of an access coordinator, those that answer for the access of others to the module (S1.9).

    Letter case and diacritics do not matter; an empty text finds all. At most `limit`. Raises `NotAllowed`,
    `StoreAway`.
    """
    with read(ctx, actor, May.SEE_AUTHORITY, None):
        found = (
            coordinators_in(module, role)
            .select(Authority.id, Authority.official_name, Authority.country)
            .where(has_part(Authority.name_key, fold(text).strip()))
            .order_by(Authority.name_key, Authority.id)
            .limit(limit)
        )
        return tuple(Coordinator(*row) for row in found.tuples())


def named(ctx: Context, actor: Actor, ids: Collection[int]) -> tuple[Coordinator, ...]:
    """Authorities by their ids, by name, as far as they are there. Raises `NotAllowed`, `StoreAway`."""
    with read(ctx, actor, May.SEE_AUTHORITY, None):
        found = Authority.select(Authority.id, Authority.official_name, Authority.country)
        rows = found.where(Authority.id.in_(list(ids))).order_by(Authority.name_key, Authority.id)
        return tuple(Coordinator(*row) for row in rows.tuples())


@dataclass(frozen=True)
class _Checked:
    """A draft in its normal form, the draft it was begun from (None: what is stored), and what is wrong with it."""

    base: AuthorityDraft | None
    mine: AuthorityDraft
    errors: tuple[FieldError, ...]


def _checked(
    ctx: Context, actor: Actor, authority_id: int, base: AuthorityDraft | None, mine: AuthorityDraft
) -> _Checked:
    """The texts that `mine` changes, checked: outside of any transaction, since the validators take their time."""
    with read(ctx, actor, May.EDIT_AUTHORITY, authority_id) as facts:
        stored = load(ctx, facts, authority_id)
    final, errors = checked_texts(tidied(mine), changes(base or stored.draft(), mine), stored.country)
    return _Checked(base, final, tuple(errors))


def _decided(
    ctx: Context, facts: Facts, authority_id: int, base_version: int, checked: _Checked, choices: Sequence[Choice]
) -> Review:
    """What is to be written of a checked draft beside what is stored now; all inside one transaction."""
    now = load(ctx, facts, authority_id)
    stored, base = now.draft(), checked.base
    if base is None:
        if now.version != base_version:
            raise authority_store.changed_meanwhile(authority_id)
        base = stored
    merged, clashes = merge(base, stored, checked.mine, choices)
    made = tuple(changes(stored, merged))
    errors = [
        *checked.errors,
        *catalogue_errors(ctx.catalogue, [module.code for module in now.modules], made),
        *coordinator_errors(authority_id, made),
    ]
    if errors:
        raise Invalid(*errors)
    if clashes:
        who = last_changed.of_authority(authority_id, [one.field for one in clashes])
        raise SameField(*last_changed.signed(clashes, who))
    if not changes(base, checked.mine):
        raise Refused("nothing_to_save")
    if len(canonical(record_values(list(made)))) > RECORD_LIMIT:
        raise Refused("too_much_at_once")
    kept = tuple(theirs_kept(base, stored, checked.mine))
    who = last_changed.of_authority(authority_id, [name_of(one) for one in kept])
    return Review(
        changes=made,
        notified=authority_mail.notified(authority_id),
        view=now,
        significant=(
            *significant_changes(checked.mine, made, now.official_language),
            *translation_tasks.not_asked_yet(
                authority_id, also_significant(base, stored, checked.mine, now.official_language)
            ),
        ),
        theirs=tuple(who[name_of(one)] for one in kept),
        their_changes=kept,
    )
