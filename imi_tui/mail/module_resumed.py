"""The mail to an authority and its administrators: its access to a module is no longer suspended."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, changed_by, listed, written


def words(letter: Letter) -> Words:
    """Which module (`params["module"]`), by whom, and what that means for the users."""
    _ = letter.gettext
    return written(
        letter,
        _("Your authority has access to a module of IMI again"),
        listed(
            _("{authority} now has access to this module of IMI:").format(authority=letter.authority),
            [letter.module(letter.params.get("module", ""))],
        ),
        _("The rights of your users in this module are as before."),
        changed_by(letter),
    )
