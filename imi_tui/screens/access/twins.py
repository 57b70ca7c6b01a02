"""How an authority is shown that may be the one to be registered: as a line, and whole."""

from __future__ import annotations

from textual.content import Content

from imi_tui.i18n import _
from imi_tui.i18n.statuses import authority_status_words
from imi_tui.screens.dialogs import Dialog, notice
from imi_tui.screens.my_authority.words import DASH, country_words
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.twins import Reason, Twin
from imi_tui.widgets.text import plain


def reason_words(reason: Reason) -> str:
    """Why an authority may be the same, in a few words."""
    match reason:
        case Reason.SAME_NAME:
            return _("same name")
        case Reason.LIKE_NAME:
            return _("similar name")
        case Reason.SAME_EMAIL:
            return _("same e-mail")
        case Reason.SAME_DOMAIN:
            return _("same e-mail domain")
        case Reason.SAME_WEBSITE:
            return _("same website")
        case Reason.SAME_TOWN:
            return _("same town")


def twin_line(twin: Twin) -> Content:
    """Name, town, country, and why."""
    found = twin.found
    where = " · ".join(part for part in (found.town, found.country) if part)
    why = ", ".join(reason_words(reason) for reason in twin.reasons)
    return plain(found.official_name) + plain(f" · {where} — {why}").stylize("$muted")


def twin_notice(twin: Twin, words: CatalogueView) -> Dialog:
    """The authority as a search shows it, so that one sees whether it is the same."""
    found = twin.found
    modules = ", ".join(words.module(role.module).short for role in found.roles)
    lines = [
        _("Informal name: {name}").format(name=found.informal_name or DASH),
        _("Town: {town}").format(town=found.town or DASH),
        _("Country: {country}").format(country=country_words(found.country)),
        _("Status: {status}").format(status=authority_status_words(found.status)),
        _("Modules: {modules}").format(modules=modules or DASH),
        "",
        _("Why it may be the same: {why}").format(why=", ".join(reason_words(reason) for reason in twin.reasons)),
    ]
    return notice(found.official_name, lines)
