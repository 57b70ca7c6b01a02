"""What one editing session of an authority can change, and what it did change: the base of the review and the record.

Pure: a draft is compared with the draft it began as. Texts change from old to new; sets (keywords, languages,
coordinators) change by what went and what came, so that neither review nor record repeats what stayed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

Member = str | int
"""A keyword's or language's code, or the id of a coordinator."""

M = TypeVar("M", str, int)

LINE_FIELDS = ("official_name", "address", "postcode", "town", "phone", "email", "website")
"""The fields of one line, besides the texts per language."""

TEXT_KINDS = ("informal_name", "description")
"""The texts that there are in several languages: one in the authority's own, and translations of it."""

TABS: dict[str, int] = {
    **dict.fromkeys((*LINE_FIELDS, *TEXT_KINDS, "languages"), 1),
    "keywords": 2,
    "module_keywords": 3,
    "coordinators": 3,
}
"""The tab on which each field stands: authority, classification, modules (S2.2)."""


@dataclass(frozen=True)
class AuthorityDraft:
    """Everything that one editing session can change (S2.2). Texts are per language code, sets per module code.

    `significant` holds the kinds of text (`TEXT_KINDS`) whose new wording means something else, so that the
    translations must follow (S2.4).
    """

    official_name: str = ""
    informal_name: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    postcode: str = ""
    town: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    languages: frozenset[str] = frozenset()
    keywords: frozenset[str] = frozenset()
    module_keywords: Mapping[str, frozenset[str]] = field(default_factory=dict)
    coordinators: Mapping[str, frozenset[int]] = field(default_factory=dict)
    significant: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TextChange:
    """A text that changed; `part` is its language, or empty."""

    field: str
    part: str
    old: str
    new: str


@dataclass(frozen=True)
class SetChange:
    """A set that changed; `part` is its module, or empty. `gone` and `come` are sorted."""

    field: str
    part: str
    gone: tuple[Member, ...]
    come: tuple[Member, ...]


Change = TextChange | SetChange


def original_changes(made: Iterable[Change], original_language: str) -> dict[str, TextChange]:
    """The changes of texts in the authority's own language, by the kind of text."""
    return {
        change.field: change
        for change in made
        if isinstance(change, TextChange) and change.field in TEXT_KINDS and change.part == original_language
    }


def significant_changes(mine: AuthorityDraft, made: Iterable[Change], original_language: str) -> tuple[TextChange, ...]:
    """The changes that the translations must follow: those of an original that were said to be significant (S2.4)."""
    originals = original_changes(made, original_language).values()
    return tuple(change for change in originals if change.field in mine.significant and change.new)


def name_of(change: Change) -> str:
    """The change's field as forms and errors name it: `email`, `description.lv`, `coordinators.services`."""
    return f"{change.field}.{change.part}" if change.part else change.field


def tab_of(name: str) -> int:
    """The tab on which the field of this name stands."""
    return TABS[name.partition(".")[0]]


def text_of(draft: AuthorityDraft, name: str) -> str:
    """The text of a field by its name (`email`, `description.lv`); empty where there is none."""
    field, _dot, part = name.partition(".")
    value = getattr(draft, field)
    return str(value.get(part, "")) if part else str(value)


def with_text(draft: AuthorityDraft, name: str, text: str) -> AuthorityDraft:
    """The draft with another text in the field of this name."""
    field, _dot, part = name.partition(".")
    value: Any = {**getattr(draft, field), part: text} if part else text
    return replace(draft, **{field: value})


def tidied(draft: AuthorityDraft) -> AuthorityDraft:
    """The draft as it is stored: texts without blanks around them, and without the languages left empty."""
    for name in LINE_FIELDS:
        draft = with_text(draft, name, tidy(text_of(draft, name)))
    return replace(
        draft,
        informal_name={code: kept for code, text in draft.informal_name.items() if (kept := tidy(text))},
        description={code: kept for code, text in draft.description.items() if (kept := tidy_lines(text))},
    )


def tidy(text: str) -> str:
    """One line: composed (NFC), no blanks around, one between words; line ends from a paste are blanks."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def tidy_lines(text: str) -> str:
    """Several lines: composed, no blanks at their ends, no empty lines around them, `\n` between them."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def changes(base: AuthorityDraft, mine: AuthorityDraft) -> list[Change]:
    """What `mine` changes of `base`, in the order of the tabs; blanks around a text are no change."""
    return list(_changes(tidied(base), tidied(mine)))


def record_values(made: list[Change]) -> dict[str, tuple[object, object]]:
    """The changes as the record keeps them: field → (old, new), per language or module where there are several."""
    values: dict[str, tuple[object, object]] = {}
    for change in made:
        old, new = (
            (change.old, change.new) if isinstance(change, TextChange) else (list(change.gone), list(change.come))
        )
        if not change.part:
            values[change.field] = (old, new)
            continue
        olds, news = values.setdefault(change.field, ({}, {}))
        assert isinstance(olds, dict) and isinstance(news, dict)
        olds[change.part], news[change.part] = old, new
    return values


def _changes(base: AuthorityDraft, mine: AuthorityDraft) -> Iterator[Change]:
    yield from _line(base, mine, "official_name")
    yield from _texts("informal_name", base.informal_name, mine.informal_name)
    yield from _texts("description", base.description, mine.description)
    for name in LINE_FIELDS[1:]:
        yield from _line(base, mine, name)
    yield from _set("languages", "", base.languages, mine.languages)
    yield from _set("keywords", "", base.keywords, mine.keywords)
    for module in sorted({*base.module_keywords, *mine.module_keywords, *base.coordinators, *mine.coordinators}):
        nothing: frozenset[str] = frozenset()
        nobody: frozenset[int] = frozenset()
        yield from _set(
            "module_keywords",
            module,
            base.module_keywords.get(module, nothing),
            mine.module_keywords.get(module, nothing),
        )
        yield from _set(
            "coordinators", module, base.coordinators.get(module, nobody), mine.coordinators.get(module, nobody)
        )


def _line(base: AuthorityDraft, mine: AuthorityDraft, name: str) -> Iterator[TextChange]:
    old, new = getattr(base, name), getattr(mine, name)
    if old != new:
        yield TextChange(name, "", old, new)


def _texts(name: str, base: Mapping[str, str], mine: Mapping[str, str]) -> Iterator[TextChange]:
    for language in sorted({*base, *mine}):
        old, new = base.get(language, ""), mine.get(language, "")
        if old != new:
            yield TextChange(name, language, old, new)


def _set(name: str, part: str, base: frozenset[M], mine: frozenset[M]) -> Iterator[SetChange]:
    if base != mine:
        yield SetChange(name, part, tuple(sorted(base - mine)), tuple(sorted(mine - base)))
