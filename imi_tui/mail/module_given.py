"""The mail to an authority and its administrators: it has access to a module."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, changed_by, listed, written


def words(letter: Letter) -> Words:
    """Which module (`params["module"]`), by whom, and what to do now."""
    _ = letter.gettext
    return written(
        letter,
        _("Your authority has access to a module of IMI"),
        listed(
            _("{authority} now has access to this module of IMI:").format(authority=letter.authority),
            [letter.module(letter.params.get("module", ""))],
        ),
        changed_by(letter),
        _("Give your colleagues the rights that they need in it: in IMI under “My authority”, tab “Users”."),
    )
