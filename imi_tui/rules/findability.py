"""How an authority looks to whoever searches in a language, and what makes it hard to find: pure, over a draft (S1.1).

The reader is shown the informal name in the own language, else in English, else the original: as the search does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from imi_tui.rules.authority_changes import TEXT_KINDS, AuthorityDraft

ENGLISH = "en"
"""The language that most searches across borders are made in."""


class Hindrance(StrEnum):
    """What makes an authority hard to find, the worst first."""

    INACTIVE = "inactive"
    NO_NAME = "no_name"
    NO_KEYWORD = "no_keyword"
    NO_MODULE_KEYWORD = "no_module_keyword"
    NO_DESCRIPTION = "no_description"
    NO_ENGLISH_NAME = "no_english_name"
    STALE_NAME = "stale_name"
    STALE_DESCRIPTION = "stale_description"
    NO_ENGLISH_DESCRIPTION = "no_english_description"


@dataclass(frozen=True)
class Shown:
    """A text as a reader meets it, with the language it is in; empty where there is none in any language."""

    text: str = ""
    language: str = ""


def shown_to(reader: str, texts: Mapping[str, str], original: str) -> Shown:
    """The text that a reader of this language is shown: in it, else in English, else the original, else any."""
    kept = {code: text.strip() for code, text in texts.items() if text.strip()}
    for code in (reader, ENGLISH, original, *sorted(kept)):
        if code in kept:
            return Shown(kept[code], code)
    return Shown()


@dataclass(frozen=True)
class Stale:
    """The languages whose informal name, or description, is older than the original."""

    informal_name: frozenset[str] = frozenset()
    description: frozenset[str] = frozenset()


def stale_after(base: AuthorityDraft, mine: AuthorityDraft, today: Stale, original: str) -> Stale:
    """What would be older than the original if `mine` were saved now (S2.4); `today` is what is so already.

    What was typed anew is not, what a significant change leaves behind is.
    """
    found = {}
    for kind in TEXT_KINDS:
        before, now = getattr(base, kind), getattr(mine, kind)
        changed = {code for code, text in now.items() if text != before.get(code, "")}
        left_behind = frozenset(now) if kind in mine.significant and original in changed else frozenset()
        found[kind] = (getattr(today, kind) | left_behind) - changed - {original}
    return Stale(**found)


def hindrances(
    mine: AuthorityDraft, stale: Stale, *, active: bool, modules_with_keywords: Iterable[str]
) -> list[Hindrance]:
    """What makes the authority hard to find, the worst first.

    `modules_with_keywords` are those of its modules that have any to choose.
    """
    names = {code for code, text in mine.informal_name.items() if text.strip()}
    descriptions = {code for code, text in mine.description.items() if text.strip()}
    bare = [code for code in modules_with_keywords if not mine.module_keywords.get(code)]
    holds = {
        Hindrance.INACTIVE: not active,
        Hindrance.NO_NAME: not names,
        Hindrance.NO_KEYWORD: not mine.keywords,
        Hindrance.NO_MODULE_KEYWORD: bool(bare),
        Hindrance.NO_DESCRIPTION: not descriptions,
        Hindrance.NO_ENGLISH_NAME: bool(names) and ENGLISH not in names,
        Hindrance.STALE_NAME: bool(names & stale.informal_name),
        Hindrance.STALE_DESCRIPTION: bool(descriptions & stale.description),
        Hindrance.NO_ENGLISH_DESCRIPTION: bool(descriptions) and ENGLISH not in descriptions,
    }
    return [hindrance for hindrance, here in holds.items() if here]
