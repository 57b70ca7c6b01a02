"""The mail to a user whose rights an administrator has changed."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, changed_by, listed, written


def words(letter: Letter) -> Words:
    """The rights that came and went (`params["come"]`, `params["gone"]`: pairs of module and right), and by whom."""
    _ = letter.gettext
    lists = [
        listed(title, [letter.right(*pair) for pair in letter.params.get(which, ())])
        for which, title in (("come", _("Added:")), ("gone", _("Taken away:")))
        if letter.params.get(which)
    ]
    return written(
        letter,
        _("Your rights in IMI were changed"),
        _("Your user rights in IMI ({authority}) were changed.").format(authority=letter.authority),
        *lists,
        changed_by(letter),
        _("If this is not right, tell your administrator."),
    )
