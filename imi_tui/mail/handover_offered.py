"""The mail to an access manager and its administrators: an authority is offered to it (B2)."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, listed, written


def words(letter: Letter) -> Words:
    """Which authority (`params["name"]`), by whom, and where to answer."""
    _ = letter.gettext
    return written(
        letter,
        _("You are offered the management of an authority in IMI"),
        listed(_("Another access manager wishes to hand over this authority to you:"), [letter.params.get("name", "")]),
        _("Please accept or decline it: in IMI under “Access management”."),
        _("Offered by: {by}").format(by=letter.params.get("by", "")),
    )
