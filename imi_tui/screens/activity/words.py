"""How entries of the record are shown: the cells of the list, and what stands under it."""

from __future__ import annotations

from textual.content import Content

from imi_tui.i18n import _, date_time
from imi_tui.i18n.activity import authority_words, changes, what_words, who_words
from imi_tui.rules.verbs import Verb
from imi_tui.services.activity import ActivityEntry, ActivityRow
from imi_tui.widgets.ledger import Fact, Heading, Line
from imi_tui.widgets.paging import Cell, Column, Row, Tone
from imi_tui.widgets.text import plain

_BAD = {Verb.LOGIN_FAILED, Verb.LOGIN_UNKNOWN, Verb.PASSWORD_BLOCKED}


def columns(*, several: bool) -> list[Column]:
    """The columns of the list; with `several` authorities, which one it was."""
    found = [Column(_("When"), width=16), Column(_("Who"), flex=2), Column(_("What"), flex=4)]
    return [*found, Column(_("Authority"), flex=2, wide_only=True)] if several else found


def table_row(row: ActivityRow, *, several: bool) -> Row:
    """An entry as a row of the list."""
    cells = [
        Cell(date_time(row.at), Tone.QUIET),
        Cell(who(row)),
        Cell(what(row), Tone.WARN if row.verb in _BAD else Tone.PLAIN),
    ]
    if several:
        cells.append(Cell(authority_words(row.authority_id, row.names), Tone.QUIET))
    return Row(row.id, row.position, tuple(cells))


def who(row: ActivityRow) -> str:
    """Who did it."""
    return who_words(row.verb, row.actor_kind, row.actor_id, row.subject_id, row.names)


def what(row: ActivityRow) -> str:
    """What was done."""
    return what_words(row.verb, row.code, row.subject_id, row.authority_id, row.module, row.names)


def entry_lines(entry: ActivityEntry, *, several: bool) -> list[Line]:
    """An entry in full: what, when, who, with `several` of which authority, and each field's old and new value."""
    row = entry.row
    place = [authority_words(row.authority_id, row.names)] if several else []
    lines: list[Line] = [Heading(" · ".join([what(row), who(row), date_time(row.at), *place]))]
    told = [one for one in changes(entry.values, row.names) if one.old or one.new]
    lines += [Fact(one.label, _old_and_new(one.old, one.new)) for one in told]
    if entry.withheld:
        lines.append(Fact("", _said(_("Names and contact data of whoever was deleted are not shown."))))
    if entry.erased:
        lines.append(Fact("", _said(_("The personal values were erased when their time had passed."))))
    return lines


def entry_text(entry: ActivityEntry) -> str:
    """The same as text to be copied."""
    row = entry.row
    head = f"{date_time(row.at)}  {who(row)}  {what(row)}  {authority_words(row.authority_id, row.names)}"
    told = [f"{one.label}: {one.old or '—'} → {one.new or '—'}" for one in changes(entry.values, row.names)]
    return "\n".join([head, *told])


def _old_and_new(old: str, new: str) -> Content:
    arrow = Content.styled(" → ", "$muted")
    return (_value(old).stylize("$muted") + arrow if old else Content("")) + _value(new)


def _value(text: str) -> Content:
    return plain(text.replace("\n", " "), limit=4000) if text else Content.styled("—", "$muted")


def _said(words: str) -> Content:
    return Content.styled(words, "$muted")
