"""The three-way merge of an editing session with what was saved of the same authority meanwhile (B7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from imi_tui.rules.authority_changes import (
    LINE_FIELDS,
    TEXT_KINDS,
    AuthorityDraft,
    Change,
    SetChange,
    TextChange,
    changes,
    name_of,
    significant_changes,
    text_of,
    tidied,
    with_text,
)
from imi_tui.rules.merge import Choice, Clash, merge_set, merge_sets, merge_texts


def merge(
    base: AuthorityDraft, theirs: AuthorityDraft, mine: AuthorityDraft, choices: Iterable[Choice] = ()
) -> tuple[AuthorityDraft, tuple[Clash, ...]]:
    """The draft that keeps the changes of both, and the clashes that nobody has decided, in the order of the form.

    `mine` and `base` are drafts of one session, `theirs` is what is stored. What is significant is mine to say.
    """
    base, theirs, mine = tidied(base), tidied(theirs), tidied(mine)
    texts, clashes = merge_texts(_texts(base), _texts(theirs), _texts(mine), choices)
    merged = mine
    for name, text in texts.items():
        merged = with_text(merged, name, text)
    merged = replace(
        merged,
        languages=merge_set(base.languages, theirs.languages, mine.languages),
        keywords=merge_set(base.keywords, theirs.keywords, mine.keywords),
        module_keywords=merge_sets(base.module_keywords, theirs.module_keywords, mine.module_keywords),
        coordinators=merge_sets(base.coordinators, theirs.coordinators, mine.coordinators),
    )
    return tidied(merged), clashes


def theirs_kept(base: AuthorityDraft, theirs: AuthorityDraft, mine: AuthorityDraft) -> list[Change]:
    """What others changed since `base` that stays beside mine: texts I left alone, and sets."""
    touched = {name_of(change) for change in changes(base, mine)}
    return [one for one in changes(base, theirs) if isinstance(one, SetChange) or name_of(one) not in touched]


def also_significant(
    base: AuthorityDraft, theirs: AuthorityDraft, mine: AuthorityDraft, original_language: str
) -> tuple[TextChange, ...]:
    """Changes that others have saved in the same words, of which only I say that they are significant (S2.4)."""
    same = {name_of(one) for one in changes(base, theirs)} - {name_of(one) for one in changes(theirs, mine)}
    made = [one for one in changes(base, mine) if name_of(one) in same]
    return significant_changes(mine, made, original_language)


def _texts(draft: AuthorityDraft) -> dict[str, str]:
    """The texts of a draft by the names of their fields, in the order of the form."""
    names = ["official_name"]
    names += [f"{kind}.{language}" for kind in TEXT_KINDS for language in sorted(getattr(draft, kind))]
    return {name: text_of(draft, name) for name in [*names, *LINE_FIELDS[1:]]}
