"""The words for what is wrong with the record (B8)."""

from __future__ import annotations

from datetime import datetime

from imi_tui.i18n import N_, _, date_time
from imi_tui.rules.restores import Restored

BREACHES = {
    "changed": N_("Entry {number} was changed, or put in place of another."),
    "missing": N_("Entry {number} is missing."),
    "inserted": N_("Entry {number} was put in: the program did not write it."),
    "reordered": N_("Entry {number} does not stand in its place: entries were reordered."),
    "cut": N_("The record ends before entry {number}: its end was cut, or an older copy of the database was put back."),
    "older_copy": N_(
        "Entry {number} is of another course of events: an older copy of the database was put back and went on."
    ),
    "rewritten": N_("The entries up to {number}, from before there was a key, were written anew."),
    "values_changed": N_("The values of entry {number} were changed."),
    "values_missing": N_("Values of entry {number} are missing, and no later entry says that they were erased."),
}


def breach_words(how: str, entry_id: int) -> str:
    """What is broken, and where first."""
    return _(BREACHES[how]).format(number=entry_id)


def restored_words(one: Restored) -> str:
    """When a backup was put back, from which entry to which, and where the entries are that are not in it."""
    taken = date_time(datetime.fromisoformat(one.taken)) if one.taken else _("an unknown time")
    told = _("Restored on {when} from the backup of {taken}: the record went back to entry {to}.").format(
        when=date_time(datetime.fromisoformat(one.at)), taken=taken, to=one.to
    )
    if one.before <= one.common:
        return told
    if one.kept:
        where = _("Entries {first}–{last} are in the database that was put aside, {kept}.")
    else:
        where = _("Entries {first}–{last} were in a database that was not there any more.")
    return f"{told} " + where.format(first=one.common + 1, last=one.before, kept=one.kept)
