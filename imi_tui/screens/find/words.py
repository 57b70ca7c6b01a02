"""How what was found is shown: the rows of the list, the reason for each, the filters that are on, the counts."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from imi_tui.i18n import _, country_name, ngettext, pgettext
from imi_tui.i18n.counted import counted
from imi_tui.i18n.statuses import authority_status_words
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.directory_search import DirectoryQuery, Field, Found, Match, RoleHeld, most
from imi_tui.widgets.paging import Cell, Column, Row, Tone
from imi_tui.widgets.text import plain

MARK = "bold underline $accent"
"""What was found, where it stands in running text."""


def columns(*, searching: bool) -> list[Column]:
    """The columns of the list; with a text the last one says by what an authority was found."""
    last = pgettext("of a match", "Found by") if searching else _("Modules")
    return [
        Column(_("Official name"), flex=4),
        Column(_("Informal name"), flex=3),
        Column(_("Country"), width=7),
        Column(_("Status"), width=10),
        Column(last, flex=3, wide_only=True),
    ]


def table_row(found: Found, words: CatalogueView, *, wide: bool) -> Row:
    """An authority as a row. Where there is no room for the reason, it stands in place of a name that is none."""
    official = _match(found, Field.OFFICIAL_NAME)
    country = _match(found, Field.COUNTRY)
    active = found.status == "active"
    return Row(
        found.id,
        found.position,
        (
            Cell(found.official_name, marks=official.spans if official else ()),
            _informal(found, wide=wide),
            Cell(found.country, Tone.QUIET, ((0, len(found.country)),) if country else ()),
            Cell(authority_status_words(found.status), Tone.QUIET if active else Tone.WARN),
            _reason_cell(found) or Cell(roles_words(found.roles, words), Tone.QUIET),
        ),
    )


def _informal(found: Found, *, wide: bool) -> Cell:
    matched = _match(found, Field.INFORMAL_NAME)
    if matched is not None:
        text = matched.text
        if matched.language != found.informal_language:
            text += f" ({matched.language})"
        return Cell(text, marks=matched.spans)
    if not wide and _match(found, Field.OFFICIAL_NAME) is None:
        return _reason_cell(found) or Cell(found.informal_name)
    return Cell(found.informal_name)


def _reason_cell(found: Found) -> Cell | None:
    """By what an authority was found, where that is no name of it."""
    for match in found.matches:
        if match.field not in (Field.OFFICIAL_NAME, Field.INFORMAL_NAME):
            lead = f"{field_word(match.field)}: "
            moved = tuple((start + len(lead), end + len(lead)) for start, end in match.spans)
            return Cell(lead + match.text, Tone.QUIET, moved)
    return None


def _match(found: Found, field: Field) -> Match | None:
    return next((match for match in found.matches if match.field is field), None)


def field_word(field: Field) -> str:
    """What a word was found in."""
    return {
        Field.OFFICIAL_NAME: pgettext("found by", "official name"),
        Field.INFORMAL_NAME: pgettext("found by", "informal name"),
        Field.TOWN: pgettext("found by", "town"),
        Field.KEYWORD: pgettext("found by", "keyword"),
        Field.MODULE: pgettext("found by", "module"),
        Field.COUNTRY: pgettext("found by", "country"),
        Field.ADDRESS: pgettext("found by", "address"),
        Field.DESCRIPTION: pgettext("found by", "description"),
    }[field]


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Content:
    """A text in which what was found stands out."""
    parts, at = [], 0
    for start, end in spans:
        parts += [plain(text[at:start]), plain(text[start:end], MARK)]
        at = end
    return Content("").join([*parts, plain(text[at:])])


def spans_of(found: Found | None, field: Field, language: str = "") -> tuple[tuple[int, int], ...]:
    """The places in a name at which an authority was found; of an informal name, in this language."""
    matches = found.matches if found else ()
    return next((match.spans for match in matches if match.field is field and match.language == language), ())


def reasons(found: Found) -> list[Content]:
    """By what an authority was found beside its names: field, text, and in it what was typed; and what it has not."""
    lines = []
    for match in found.matches:
        if match.field in (Field.OFFICIAL_NAME, Field.INFORMAL_NAME):
            continue
        language = f" ({match.language})" if match.language else ""
        lines.append(
            Content.assemble((f"{field_word(match.field)}{language}: ", "$muted"), marked(match.text, match.spans))
        )
    return lines


def roles_words(roles: Sequence[RoleHeld], words: CatalogueView) -> str:
    """The modules by their short names; a role other than the usual one in brackets."""
    return ", ".join(role_words(role, words) for role in roles if not words.module(role.module).everywhere)


def role_words(held: RoleHeld, words: CatalogueView) -> str:
    """A module by its short name, with the role where it is not the usual one."""
    module = words.module(held.module)
    usual = next(iter(module.roles), "")
    return module.short if held.role == usual else f"{module.short} ({module.roles.get(held.role, held.role)})"


def corrected_words(best: Found | None) -> str:
    """What the best of the found was taken for, or which words it has not, where it is not what was typed."""
    if best is None:
        return ""
    parts = []
    for match in best.matches:
        if match.corrected:
            near = ", ".join(match.text[start:end] for start, end in match.spans)
            words = _("No “{typed}”; what comes near is shown: “{near}”.")
            parts.append(words.format(typed=" ".join(match.corrected), near=near))
            break
    if best.missed:
        words = _("No authority has all the words; the best has not “{words}”.")
        parts.append(words.format(words=" ".join(best.missed)))
    return " ".join(parts)


def filter_parts(query: DirectoryQuery, words: CatalogueView) -> list[str]:
    """The filters that are on, in words."""
    parts = []
    if query.country:
        parts.append((_("Country"), country_name(query.country)))
    if query.module:
        parts.append((_("Module"), words.module(query.module).short))
    if query.role:
        parts.append((_("Role"), words.roles.get(query.role, query.role)))
    if query.keyword:
        parts.append((_("Keyword"), words.every_keyword.name(query.keyword)))
    if query.status:
        parts.append((_("Status"), authority_status_words(query.status)))
    return [f"{label}: {value}" for label, value in parts]


def filtered(query: DirectoryQuery) -> bool:
    """Whether a filter is on, whatever was typed."""
    return any((query.country, query.module, query.role, query.keyword, query.status))


def count_words(query: DirectoryQuery, number: int) -> str:
    """How many there are, or how many were found."""
    cap = most(query)
    shown, number = counted(number, cap), min(number, cap)
    if query.text.strip() or filtered(query):
        return ngettext("{n} found", "{n} found", number).format(n=shown)
    return ngettext("{n} authority", "{n} authorities", number).format(n=shown)


def nothing_words(query: DirectoryQuery) -> list[str]:
    """What was tried, and what to do, where nothing was found."""
    lines = []
    if query.text.strip():
        lines += [
            _(
                "Looked for in all languages: names, keywords and their synonyms, descriptions, towns, modules and"
                " countries; whatever the letter case or marks, and with a letter wrong."
            ),
            _("What helps: fewer words, the beginning of a word only, another word for the area."),
        ]
    if filtered(query):
        lines.append(_("The filters narrow it down: n clears them, f changes them."))
    return lines
