"""The words of the desk: what is wrong with an authority, the inbox's lines, the cells of the list, the details."""

from __future__ import annotations

from textual.content import Content

from imi_tui.i18n import _, date, ngettext
from imi_tui.i18n.counted import counted
from imi_tui.i18n.problems import problem_words
from imi_tui.i18n.statuses import authority_status_words
from imi_tui.screens.my_authority.words import DASH, country_words
from imi_tui.services.handover import Offer
from imi_tui.services.managed import Desk, ManagedRow, Sort
from imi_tui.services.managed_problems import Problem
from imi_tui.services.users_list import MANY
from imi_tui.widgets.paging import Cell, Column, Row, Tone
from imi_tui.widgets.text import plain

_TONES = {
    Problem.NO_ADMINISTRATOR: Tone.BAD,
    Problem.ADMINISTRATORS_OUT: Tone.BAD,
    Problem.RIGHT_UNHELD: Tone.WARN,
    Problem.UNCONFIRMED: Tone.QUIET,
}


def inbox_words(problem: Problem, count: int) -> str:
    """A line of the inbox: how many authorities have this problem."""
    number = min(count, MANY)
    match problem:
        case Problem.NO_ADMINISTRATOR:
            words = ngettext("✖ {n} authority has no administrator", "✖ {n} authorities have no administrator", number)
        case Problem.ADMINISTRATORS_OUT:
            words = ngettext(
                "✖ {n} authority whose only administrator is blocked or expired",
                "✖ {n} authorities whose only administrator is blocked or expired",
                number,
            )
        case Problem.RIGHT_UNHELD:
            words = ngettext(
                "! {n} authority has a module without a holder of its mandatory right",
                "! {n} authorities have a module without a holder of its mandatory right",
                number,
            )
        case Problem.UNCONFIRMED:
            words = ngettext(
                "◔ {n} authority whose data was not confirmed for 12 months",
                "◔ {n} authorities whose data was not confirmed for 12 months",
                number,
            )
    return words.format(n=counted(count, MANY))


def offer_words(offer: Offer) -> str:
    """A line of the inbox: an authority that another access manager offers."""
    return _("→ offered to you: {authority} ({country}), by {manager}").format(
        authority=offer.name, country=offer.country, manager=offer.manager or DASH
    )


def columns() -> list[Column]:
    """The columns of the list, in the interface's language."""
    return [
        Column(_("Authority"), flex=3, sort=Sort.NAME),
        Column(_("Town"), width=16, wide_only=True),
        Column(_("Modules"), width=9),
        Column(_("Confirmed"), width=14, sort=Sort.CONFIRMED, wide_only=True),
        Column(_("What needs doing"), flex=2),
    ]


def table_row(found: ManagedRow) -> Row:
    """An authority as a row of the list."""
    modules = str(found.modules) + (f" ({found.suspended} ‖)" if found.suspended else "")
    cells = (
        Cell(found.official_name, Tone.PLAIN if found.status == "active" else Tone.QUIET),
        Cell(found.town or DASH),
        Cell(modules),
        Cell(date(found.confirmed_at) if found.confirmed_at else DASH, Tone.QUIET),
        _state(found),
    )
    return Row(found.id, found.position, cells)


def _state(found: ManagedRow) -> Cell:
    """The most urgent thing first; that others follow is said by a sign."""
    words = [problem_words(problem) for problem in found.problems]
    if found.status != "active":
        return Cell(authority_status_words(found.status), Tone.QUIET)
    if found.offered:
        words.append(_("→ offered"))
    if not words:
        return Cell(_("✓ in order"), Tone.OK)
    more = f" +{len(words) - 1}" if len(words) > 1 else ""
    return Cell(words[0] + more, _TONES[found.problems[0]] if found.problems else Tone.PLAIN)


def counts_words(desk: Desk, found: int | None) -> str:
    """How many authorities there are, or how many a filter leaves."""
    total = ngettext("{n} authority", "{n} authorities", min(desk.total, MANY)).format(n=counted(desk.total, MANY))
    if found is not None:
        shown = ngettext("{n} found", "{n} found", min(found, MANY)).format(n=counted(found, MANY))
        return _("{found} of {all}").format(found=shown, all=counted(desk.total, MANY))
    if desk.inactive:
        words = ngettext("{n} inactive", "{n} inactive", min(desk.inactive, MANY))
        total += " · " + words.format(n=counted(desk.inactive, MANY))
    return total


def detail_lines(found: ManagedRow) -> Content:
    """All about the row under the cursor that its columns had no room for."""
    modules = ngettext("{n} module", "{n} modules", found.modules).format(n=found.modules)
    if found.suspended:
        modules += " (" + ngettext("{n} suspended", "{n} suspended", found.suspended).format(n=found.suspended) + ")"
    confirmed = date(found.confirmed_at) if found.confirmed_at else _("never")
    facts = [
        *([found.town] if found.town else []),
        country_words(found.country),
        authority_status_words(found.status),
        modules,
        _("data confirmed: {when}").format(when=confirmed),
    ]
    lines = [plain(found.official_name).stylize("bold"), plain("   ".join(facts))]
    doing = [problem_words(problem) for problem in found.problems] if found.status == "active" else []
    if found.offered:
        doing.append(_("→ offered to another access manager"))
    lines += [plain(words).stylize("$warning") for words in doing] or [plain(_("✓ in order")).stylize("$success")]
    return Content("\n").join(lines)
