"""How a user is shown: the cells of the list, the details under it, rights by their names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from textual.content import Content

from imi_tui.i18n import _, ago, date, language_name, ngettext
from imi_tui.i18n.counted import counted
from imi_tui.i18n.statuses import account_badge, password_badge
from imi_tui.rules.accounts import AccountStatus, PasswordStatus, days_left
from imi_tui.rules.holders import Right
from imi_tui.screens.mail_words import mail_line
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.user_view import UserDetail
from imi_tui.services.users_list import MANY, Counts, Sort, UserRow
from imi_tui.widgets.paging import Cell, Column, Row, Tone
from imi_tui.widgets.text import plain

SOON = 14
"""Days before it expires from which a password is shown as something to be looked at."""

_TONES = {
    PasswordStatus.VALID: Tone.OK,
    PasswordStatus.TEMPORARY: Tone.WARN,
    PasswordStatus.BLOCKED: Tone.BAD,
    PasswordStatus.EXPIRED: Tone.BAD,
}


def columns() -> list[Column]:
    """The columns of the list, in the interface's language."""
    return [
        Column(_("Surname, first name"), flex=3, sort=Sort.NAME),
        Column(_("Username"), width=13, sort=Sort.USERNAME, wide_only=True),
        Column(_("E-mail"), flex=3, sort=Sort.EMAIL, wide_only=True),
        Column(_("Status"), width=9, sort=Sort.STATUS),
        Column(_("Password"), width=16, sort=Sort.PASSWORD),
        Column(_("Last log-in"), width=14, sort=Sort.LOGIN, wide_only=True),
    ]


def table_row(user: UserRow, now: datetime) -> Row:
    """A user as a row of the list."""
    new = user.status.account is AccountStatus.NEW
    days = days_left(user.status, now)
    tone = _TONES[user.status.password]
    if user.status.password is PasswordStatus.VALID and days is not None:
        tone = Tone.WARN if days <= SOON else Tone.PLAIN
    return Row(
        user.id,
        user.position,
        (
            Cell(f"{user.surname}, {user.first_name}"),
            Cell(user.username),
            Cell(user.email),
            Cell(account_badge(user.status), Tone.QUIET if new else Tone.PLAIN),
            Cell(password_badge(user.status, now), tone),
            Cell(ago(user.last_login_at, now) if user.last_login_at else _("never"), Tone.QUIET),
        ),
    )


def counts_words(counts: Counts, found: int | None) -> str:
    """How many there are, and how many of them need something; with a filter how many it leaves."""
    total = counts.total
    if found is not None:
        shown = ngettext("{n} found", "{n} found", min(found, MANY)).format(n=counted(found, MANY))
        return _("{found} of {all}").format(found=shown, all=counted(total, MANY))
    parts = [ngettext("{n} user", "{n} users", min(total, MANY)).format(n=counted(total, MANY))]
    for number, words in (
        (counts.new, ngettext("{n} new", "{n} new", min(counts.new, MANY))),
        (counts.blocked, ngettext("{n} blocked", "{n} blocked", min(counts.blocked, MANY))),
        (counts.expired, ngettext("{n} expired", "{n} expired", min(counts.expired, MANY))),
    ):
        if number:
            parts.append(words.format(n=counted(number, MANY)))
    return " · ".join(parts)


def notices(counts: Counts) -> list[str]:
    """What needs doing here, most urgent first: mail that did not arrive, a stand-in (S3.1)."""
    found = []
    number = counts.undelivered.count
    if number:
        names = ", ".join(name or _("the authority") for name in counts.undelivered.names)
        words = ngettext(
            "! {n} e-mail was not delivered: {names} (m there sends it again)",
            "! {n} e-mails were not delivered: {names} (m there sends them again)",
            number,
        )
        found.append(words.format(n=number, names=names + (", …" if number > len(counts.undelivered.names) else "")))
    if counts.administrators == 1:
        found.append(_("! Only one administrator: register a colleague with administrator rights as a stand-in."))
    return found


def detail_lines(user: UserDetail, catalogue: CatalogueView, now: datetime, *, narrow: bool) -> Content:
    """What the list has no room for: contact, language, dates, rights per module, the last mail."""
    first = [
        ("bold", f"{user.surname}, {user.first_name}"),
        ("", user.phone or "—"),
        ("", _("working language: {language}").format(language=language_name(user.language))),
    ]
    if user.status.password is PasswordStatus.TEMPORARY and user.status.changes_at is not None:
        first.append(("$warning", _("temporary password lapses {date}").format(date=date(user.status.changes_at))))
    if not narrow:
        first.append(("$muted", _("registered {date}").format(date=date(user.registered_at))))
    lines = [_joined(first)]
    if narrow:
        last = ago(user.last_login_at, now) if user.last_login_at else _("never")
        login = _("last log-in: {when}").format(when=last)
        lines.append(_joined([("", user.username), ("", user.email), ("$muted", login)]))
    if user.last_mail is not None:
        lines.append(mail_line(user.last_mail))
    lines.append(_rights(user.rights, catalogue))
    return Content("\n").join(lines)


def rights_by_module(rights: Iterable[Right]) -> dict[str, list[Right]]:
    """Rights by their module, in the order in which they come."""
    found: dict[str, list[Right]] = {}
    for right in rights:
        found.setdefault(right.module, []).append(right)
    return found


def _rights(rights: Iterable[Right], catalogue: CatalogueView) -> Content:
    parts = []
    for module, held in rights_by_module(rights).items():
        names = ", ".join(catalogue.right_name(right) for right in held)
        parts.append(Content.assemble((f"{catalogue.module(module).short}: ", "$muted"), plain(names)))
    return Content("   ").join(parts) if parts else Content.styled(_("no right in any module"), "$muted")


def _joined(parts: list[tuple[str, str]]) -> Content:
    return Content("   ").join(plain(text).stylize(style) if style else plain(text) for style, text in parts)
