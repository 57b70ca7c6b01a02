"""The mail to an authority and its administrators: its access to a module is suspended."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, changed_by, listed, written


def words(letter: Letter) -> Words:
    """Which module (`params["module"]`), by whom, and what that means for the users."""
    _ = letter.gettext
    return written(
        letter,
        _("The access of your authority to a module of IMI is suspended"),
        listed(
            _("The access of {authority} to this module of IMI is suspended:").format(authority=letter.authority),
            [letter.module(letter.params.get("module", ""))],
        ),
        _("The rights of your users in this module rest until the access is resumed."),
        changed_by(letter),
    )
