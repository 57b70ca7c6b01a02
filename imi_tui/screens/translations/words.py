"""The words of the translation desk: rows, details, and two wordings with what changed between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content

from imi_tui.i18n import _, country_name, date, date_time, language_name, languages_by_name, ngettext, pgettext
from imi_tui.i18n.counted import counted
from imi_tui.i18n.statuses import stale_words
from imi_tui.rules.wording import Piece, Side
from imi_tui.screens.my_authority.words import DASH, field_label
from imi_tui.services.translations import Task
from imi_tui.services.translations_list import MANY, Counts, TaskRow
from imi_tui.widgets.paging import Cell, Column, Row, Tone
from imi_tui.widgets.text import plain, plain_lines

LEADING = 24
"""Characters before the first change that an excerpt shows."""


def columns() -> list[Column]:
    """The columns of the list."""
    return [
        Column(_("Authority"), flex=1),
        Column(_("Country"), width=7),
        Column(_("Text"), width=12),
        Column(_("Original"), width=9, wide_only=True),
        Column(_("To correct"), width=13),
        Column(_("Asked"), width=10),
    ]


def table_row(row: TaskRow) -> Row:
    """A task as the table shows one; the position says which it is."""
    stale = Cell("! " + " ".join(row.stale), Tone.WARN) if row.stale else Cell(DASH, Tone.QUIET)
    cells = (
        Cell(row.authority),
        Cell(row.country),
        # Translators: the informal name, in a narrow column.
        Cell(_("Description") if row.kind == "description" else pgettext("text", "Name")),
        Cell(row.language, Tone.QUIET),
        stale,
        Cell(date(row.asked_at)),
    )
    return Row(row.authority_id * 2 + (row.kind == "description"), row.position, cells)


def counts_words(counts: Counts, found: int | None) -> str:
    """How many texts there are to be translated, and how many the filter leaves."""
    if found is not None:
        shown = ngettext("{n} found", "{n} found", min(found, MANY)).format(n=counted(found, MANY))
        return _("{found} of {all}").format(found=shown, all=counted(counts.informal_names + counts.descriptions, MANY))
    names = ngettext("{n} informal name", "{n} informal names", min(counts.informal_names, MANY))
    descriptions = ngettext("{n} description", "{n} descriptions", min(counts.descriptions, MANY))
    return " · ".join(
        [
            names.format(n=counted(counts.informal_names, MANY)),
            descriptions.format(n=counted(counts.descriptions, MANY)),
        ]
    )


def language_words(code: str) -> str:
    """A language by name and code."""
    return f"{language_name(code)} ({code})"


def language_list(codes: Iterable[str]) -> str:
    """Languages by name and code, in the order of the alphabet."""
    return ", ".join(f"{name} ({code})" for name, code in languages_by_name(codes))


def state_words(task: Task) -> Content:
    """Which translations are to be corrected or confirmed."""
    if task.stale:
        return Content.styled(f"{stale_words()} · {language_list(task.stale)}", "$warning")
    return Content.styled(_("✓ no translation is older than the original"), "$success")


def asked_words(task: Task) -> str:
    """Since when, by whom, and the language of the original."""
    who = task.asked_by or DASH
    if task.asked_by_authority:
        who += f" ({task.asked_by_authority})"
    return _("Asked {when} by {who} · original: {language}").format(
        when=date_time(task.asked_at), who=who, language=language_words(task.language)
    )


def head_words(task: Task) -> Content:
    """Which text it is, and whose."""
    return Content.assemble(
        f"{field_label(task.kind)} · ", plain(task.authority, "bold", limit=400), f" · {country_name(task.country)}"
    )


def detail_lines(task: Task, width: int) -> Content:
    """A task in a few lines of this width, under the list."""
    was, now = compared(_from_first_change(task.compared))
    lines = [
        head_words(task),
        state_words(task),
        Content.assemble((_("Before:"), "$muted"), " ", _one_line(was)),
        Content.assemble((_("Now:"), "$muted"), " ", _one_line(now)),
        plain(asked_words(task), "$muted"),
    ]
    return Content("\n").join(line.truncate(max(2, width), ellipsis=True) for line in lines)


def compared(pieces: Sequence[Piece]) -> tuple[Content, Content]:
    """The old and the new wording; what went and what came is in signs, and struck or bold: never by colour alone."""
    old = [_piece(piece) for piece in pieces if piece.side is not Side.NEW]
    new = [_piece(piece) for piece in pieces if piece.side is not Side.OLD]
    return Content("").join(old), Content("").join(new)


def _from_first_change(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces of an excerpt: of a long beginning that is the same only the end."""
    if pieces and pieces[0].side is Side.BOTH and len(pieces[0].text) > 2 * LEADING:
        _cut, _blank, whole_words = pieces[0].text[-LEADING:].partition(" ")
        return [Piece(Side.BOTH, "… " + whole_words), *pieces[1:]]
    return pieces


def _one_line(text: Content) -> Content:
    return Content(" ").join(text.split("\n")) if text.plain else Content(DASH)


def _piece(piece: Piece) -> Content:
    if piece.side is Side.BOTH:
        return plain_lines(piece.text)
    sign, tone, style = (
        ("−", "$error", "strike $error") if piece.side is Side.OLD else ("+", "$success", "bold $success")
    )
    words = piece.text.strip()
    if not words:
        return plain_lines(piece.text)
    before, after = piece.text.split(words, 1)
    marked = Content.assemble((f"[{sign}", tone), plain_lines(words, style), ("]", tone))
    return Content.assemble(plain_lines(before), marked, plain_lines(after))
