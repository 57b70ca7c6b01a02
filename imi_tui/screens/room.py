"""The question at the log-in of who is logged in as often as one may be: whether the oldest session is to end (B22)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from imi_tui.i18n import _, date_time, ngettext
from imi_tui.screens.dialogs import Dialog, confirm


def oldest_question(facts: Mapping[str, object]) -> Dialog:
    """Asks by what the refusal tells of the oldest session; `number` is how many are open."""
    since, seen, number = facts["since"], facts["seen"], facts["number"]
    assert isinstance(since, datetime) and isinstance(seen, datetime) and isinstance(number, int)
    told = _("The oldest: since {since}, last key {seen}, from {origin}.").format(
        since=date_time(since), seen=date_time(seen), origin=facts["origin"] or _("this machine")
    )
    title = ngettext(
        "You are logged in {n} time already. End that session?",
        "You are logged in {n} times already. End the oldest session?",
        number,
    ).format(n=number)
    return confirm(title, [told, _("It goes back to the log-in at its next key.")], _("End it and log in"))
