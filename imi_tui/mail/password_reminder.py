"""The mail before a password expires (S4.7): until when it is valid, and what to do."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, written


def words(letter: Letter) -> Words:
    """How many days the password still lasts at the moment of sending, and its last day (`params["until"]`)."""
    _ = letter.gettext
    days = letter.days_until("until")
    return written(
        letter,
        letter.ngettext(
            "Your password for IMI expires in {n} day", "Your password for IMI expires in {n} days", days
        ).format(n=days),
        _("Your password for IMI ({authority}) is valid until: {until}").format(
            authority=letter.authority, until=letter.day("until")
        ),
        _("Please log in before then and choose a new one under “My account”."),
        _("Once it has expired, you can still log in with it, but must choose a new one before anything else."),
    )
