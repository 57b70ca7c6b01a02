"""An authority's own data: read it, save an editing session whole, find coordinators (the guide's chapter 2)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from db.models import NEVER, Authority
from imi_tui.context import Context
from imi_tui.rules.authority_changes import (
    AuthorityDraft,
    Change,
    TextChange,
    changes,
    record_values,
    significant_changes,
    tidied,
)
from imi_tui.rules.chain import canonical
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Invalid, Refused
from imi_tui.rules.text import fold
from imi_tui.rules.verbs import Verb
from imi_tui.services import authority_mail, authority_store, search_index, translation_tasks
from imi_tui.services.access_rules import COORDINATOR
from imi_tui.services.authority_checks import catalogue_errors, checked_texts, coordinator_errors, coordinators_in
from imi_tui.services.authority_mail import Notified
from imi_tui.services.authority_view import AuthorityView, Coordinator, load
from imi_tui.services.door import read, write

RECORD_LIMIT = 100_000
"""Characters of the old and new values that one entry of the record holds."""


@dataclass(frozen=True)
class Review:
    """What would be saved, in normal form, and who would be told of it; the Commission of `significant` changes."""

    changes: tuple[Change, ...]
    notified: Notified
    significant: tuple[TextChange, ...] = ()


@dataclass(frozen=True)
class Saved:
    """A saved editing session: the authority as it is now, what was changed, who is told."""

    view: AuthorityView
    changes: tuple[Change, ...]
    notified: Notified
    significant: tuple[TextChange, ...] = ()


def view(ctx: Context, actor: Actor, authority_id: int) -> AuthorityView:
    """An authority in full, for everybody who may see it (S1.1, S1.7).

    Raises `NotAllowed`, `Gone("authority_gone")`, `StoreAway`.
    """
    with read(ctx, actor, May.SEE_AUTHORITY, authority_id) as facts:
        return load(ctx, facts, authority_id)


def review(ctx: Context, actor: Actor, authority_id: int, base_version: int, mine: AuthorityDraft) -> Review:
    """What `save` would save now, every check made, and who would be notified (S2.2, S2.5). Raises what `save` does."""
    return _checked(ctx, actor, authority_id, base_version, mine)


def save(ctx: Context, actor: Actor, authority_id: int, base_version: int, mine: AuthorityDraft) -> Saved:
    """Save an editing session over the tabs Authority, Classification and Modules, whole or not at all (S2.2).

    `base_version` is the version that `mine` was begun from. Raises `Invalid` with an error per field,
    `Conflict("changed_meanwhile")` where somebody saved since, `Refused("nothing_to_save")`,
    `Refused("too_much_at_once")`, `NotAllowed`, `Gone`, `StoreAway`. The record gets what changed, old and new; the
    authority and its administrators get mail (S2.5), and where the informal name or the description changed
    significantly, the Commission does and the translations count as stale (S2.4).
    """
    checked = _checked(ctx, actor, authority_id, base_version, mine)
    made = list(checked.changes)
    with write(ctx, actor, May.EDIT_AUTHORITY, authority_id, Verb.AUTHORITY_EDITED) as change:
        if Authority.select(Authority.version).where(Authority.id == authority_id).scalar() != base_version:
            raise authority_store.changed_meanwhile(authority_id)
        if errors := coordinator_errors(authority_id, made):
            raise Invalid(*errors)
        authority_store.apply(authority_id, made)
        search_index.index(ctx, authority_id)
        for name, (before, after) in record_values(made).items():
            change.note(name, before, after)
        notified = authority_mail.queue(change, actor, authority_id, [one.field for one in made])
        if checked.significant:
            change.note("significant", None, [one.field for one in checked.significant])
        translation_tasks.follow(change, actor, authority_id, made, checked.significant)
        return Saved(load(ctx, change.facts, authority_id), checked.changes, notified, checked.significant)


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
            .where(Authority.name_key.contains(fold(text).strip()))
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


def _checked(ctx: Context, actor: Actor, authority_id: int, base_version: int, mine: AuthorityDraft) -> Review:
    """The checked changes of the authority as it was when `mine` was begun.

    Done before the write transaction, since the validators take their time; while the version stays what it is here,
    all of it holds there too.
    """
    with read(ctx, actor, May.EDIT_AUTHORITY, authority_id) as facts:
        old = load(ctx, facts, authority_id)
        if old.version != base_version:
            raise authority_store.changed_meanwhile(authority_id)
        wanted = changes(old.draft(), mine)
        errors = coordinator_errors(authority_id, wanted)
        notified = authority_mail.notified(authority_id)
    final, wrong_texts = checked_texts(tidied(mine), wanted, old.country)
    errors = [*wrong_texts, *catalogue_errors(ctx.catalogue, [module.code for module in old.modules], wanted), *errors]
    if errors:
        raise Invalid(*errors)
    made = tuple(changes(old.draft(), final))
    if not made:
        raise Refused("nothing_to_save")
    if len(canonical(record_values(list(made)))) > RECORD_LIMIT:
        raise Refused("too_much_at_once")
    return Review(made, notified, significant_changes(mine, made, old.official_language))
