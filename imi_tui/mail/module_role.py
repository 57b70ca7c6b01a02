"""The mail to an authority and its administrators: its role in a module was changed."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, changed_by, listed, written


def words(letter: Letter) -> Words:
    """Which module and which role it has there now (`params["module"]`, `params["role"]`), and by whom."""
    _ = letter.gettext
    module, role = (letter.params.get(name, "") for name in ("module", "role"))
    return written(
        letter,
        _("The role of your authority in a module of IMI was changed"),
        listed(
            _("The role of {authority} in this module of IMI was changed:").format(authority=letter.authority),
            [f"{letter.module(module)}: {letter.role(role)}"],
        ),
        changed_by(letter),
    )
