"""The mail to an authority and its administrators: which of its data were changed (S2.5)."""

from __future__ import annotations

from imi_tui.i18n import N_
from imi_tui.mail.words import Letter, Words, changed_by, listed, written

FIELDS = {
    "official_name": N_("Official name"),
    "informal_name": N_("Informal name"),
    "description": N_("Description"),
    "address": N_("Address"),
    "postcode": N_("Postcode"),
    "town": N_("Town"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "website": N_("Website"),
    "languages": N_("Languages spoken"),
    "keywords": N_("Keywords"),
    "module_keywords": N_("Keywords of a module"),
    "coordinators": N_("Linked coordinators"),
}
"""What the fields of an authority are called; a mail names them and never says their values."""


def words(letter: Letter) -> Words:
    """Which fields were changed (`params["fields"]`, codes) and by whom (`params["by"]`)."""
    _ = letter.gettext
    fields = [_(FIELDS[code]) if code in FIELDS else code for code in letter.params.get("fields", ())]
    return written(
        letter,
        _("The data of your authority in IMI were changed"),
        _("The data of {authority} in IMI were changed.").format(authority=letter.authority),
        listed(_("Changed:"), fields),
        changed_by(letter),
        _("If this is not right, correct it in IMI under “My authority”."),
    )
