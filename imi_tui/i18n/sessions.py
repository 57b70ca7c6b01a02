"""What is said of a session: why it is over, and what its user may do about it."""

from __future__ import annotations

from imi_tui.i18n import N_, _
from imi_tui.rules.sessions import Over

SENTENCES: dict[Over, str] = {
    Over.LOGGED_OUT: N_("You logged out. Log in again to go on."),
    Over.ENDED: N_("You ended this session from another one. Log in again to go on."),
    Over.BY_ADMINISTRATOR: N_("An administrator ended your session. Log in again to go on."),
    Over.RESET: N_(
        "An administrator reset your password, which ended your session. A temporary password comes by e-mail; log in"
        " with it."
    ),
    Over.BLOCKED: N_(
        "Your password was blocked after several wrong tries, which ended your session. If they were not yours, tell"
        " an administrator of your authority, who can reset it."
    ),
    Over.CHANGED: N_(
        "Your password was changed in another session, which ended this one. Log in with the new one. If it was not"
        " you, ask an administrator of your authority to reset it at once."
    ),
    Over.EXPIRED: N_("Your password has expired. Log in with it, and choose a new one."),
    Over.DELETED: N_("Your account was deleted, which ended your session. Ask an administrator of your authority."),
    Over.DEACTIVATED: N_(
        "Your authority was deactivated, which ended your session. Log in again to read; nothing can be changed until"
        " its access manager reactivates it."
    ),
    Over.TOO_MANY: N_(
        "You logged in once more elsewhere and had the oldest session ended: this one. Log in again to go on."
    ),
    Over.LAPSED: N_("Nothing was done here for so long that your session ended. Log in again to go on."),
    Over.CRASHED: N_("This session was given up for ended. Log in again to go on."),
}


def over_words(over: Over) -> str:
    """Why a session is over, and what to do."""
    return _(SENTENCES[over])
