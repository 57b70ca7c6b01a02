"""Writes the changes of an editing session into the store, row by row of what changed; inside the write door."""

from __future__ import annotations

from db.models import (
    Authority,
    AuthorityKeyword,
    AuthorityLanguage,
    AuthorityText,
    Entry,
    LinkedCoordinator,
    ModuleKeyword,
)
from imi_tui.rules.authority_changes import Change, SetChange, TextChange
from imi_tui.rules.refusals import Conflict
from imi_tui.rules.text import fold
from imi_tui.rules.verbs import Verb
from imi_tui.services.authority_mail import name_of

KEY_LENGTH = 600
"""Characters of the search key: folding may lengthen a name."""

_SETS = {
    "languages": (AuthorityLanguage, "language"),
    "keywords": (AuthorityKeyword, "keyword"),
    "module_keywords": (ModuleKeyword, "keyword"),
    "coordinators": (LinkedCoordinator, "coordinator"),
}


COUNTED_UP = frozenset(
    {
        Verb.AUTHORITY_REGISTERED,
        Verb.AUTHORITY_EDITED,
        Verb.MODULE_GIVEN,
        Verb.MODULE_WITHDRAWN,
        Verb.MODULE_SUSPENDED,
        Verb.MODULE_RESUMED,
        Verb.MODULE_ROLE_CHANGED,
        Verb.ACCESS_COORDINATOR_CHANGED,
        Verb.AUTHORITY_DEACTIVATED,
        Verb.AUTHORITY_REACTIVATED,
        Verb.TRANSLATION_SETTLED,
    }
)
"""What counts an authority's version up; the last of these is what an open editing session ran into."""


def name_key(name: str) -> str:
    """The normal form by which names of authorities are compared and sorted; folding may lengthen it."""
    return fold(name)[:KEY_LENGTH]


def count_up(authority_id: int) -> None:
    """Count the version up for a change that is not an editing session's, so that an open one notices."""
    Authority.update(version=Authority.version + 1).where(Authority.id == authority_id).execute()


def apply(authority_id: int, made: list[Change]) -> None:
    """Write the changes and count the version up; they were made of what is stored in this transaction."""
    row: dict[str, object] = {"version": Authority.version + 1}
    for change in made:
        if isinstance(change, SetChange):
            _apply_set(authority_id, change)
        elif change.part:
            _apply_text(authority_id, change)
        else:
            row[change.field] = change.new
            if change.field == "official_name":
                row["name_key"] = name_key(change.new)
    Authority.update(row).where(Authority.id == authority_id).execute()


def changed_meanwhile(authority_id: int) -> Conflict:
    """The refusal of a save that began from an older version: who saved since, and when."""
    last = (
        Entry.select(Entry.at, Entry.actor_id)
        .where(Entry.authority_id == authority_id, Entry.verb.in_([verb.code for verb in COUNTED_UP]))
        .order_by(Entry.id.desc())
        .first()
    )
    who = name_of(last.actor_id) if last else ""
    if last is None or not who:
        return Conflict("changed_meanwhile_by_another")
    return Conflict("changed_meanwhile", who=who, when=last.at)


def _apply_text(authority_id: int, change: TextChange) -> None:
    table = AuthorityText
    mine = (table.authority == authority_id) & (table.kind == change.field) & (table.language == change.part)
    if not change.new:
        table.delete().where(mine).execute()
    elif change.old:
        table.update(text=change.new, stale=False).where(mine).execute()
    else:
        table.insert(authority=authority_id, kind=change.field, language=change.part, text=change.new).execute()


def _apply_set(authority_id: int, change: SetChange) -> None:
    table, column = _SETS[change.field]
    fixed: dict[str, object] = {"authority": authority_id}
    mine = table.authority == authority_id
    if change.part:
        fixed["module"] = change.part
        mine &= table.module == change.part
    if change.gone:
        table.delete().where(mine, getattr(table, column).in_(list(change.gone))).execute()
    if change.come:
        table.insert_many([{**fixed, column: member} for member in change.come]).execute()
