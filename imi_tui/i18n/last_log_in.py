"""What is told at the log-in of the last one: who reads it notices a stranger."""

from __future__ import annotations

from datetime import datetime

from imi_tui.i18n import _, date_time, ngettext


def words(last: datetime, failed: int) -> str:
    """When one was here before, and how often somebody failed since."""
    told = _("Your last log-in: {when}.").format(when=date_time(last))
    if failed:
        told += " " + ngettext("{n} try failed since.", "{n} tries failed since.", failed).format(n=failed)
    return told
