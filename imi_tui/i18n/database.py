"""The words for what is wrong with the database, and what mends it (B13)."""

from __future__ import annotations

from collections.abc import Mapping

from imi_tui.i18n import N_, _
from imi_tui.i18n.record import breach_words
from imi_tui.i18n.refusals import sentence
from imi_tui.rules.refusals import Refused
from imi_tui.rules.text import visible

FAULTS = {
    "damaged": N_("The file of the database is damaged: {problem}. Restore the last backup with “imi restore”."),
    "dangling": N_(
        "A row of “{table}” names one of “{parent}” that is not there. Restore the last backup with “imi restore”."
    ),
    "table_missing": N_("The table “{table}” is missing. Restore the last backup with “imi restore”."),
    "column_missing": N_("“{table}” lacks the column “{name}”. Restore the last backup with “imi restore”."),
    "index_missing": N_("“{table}” lacks the index on {name}. Restore the last backup with “imi restore”."),
    "trigger_missing": N_(
        "“{table}” lacks the guard “{name}”: somebody took it away. Verify the record with a checkpoint that was kept"
        " elsewhere, then restore the last backup with “imi restore”."
    ),
    "out_of_mode": N_("The database is in the journal mode “{mode}”, not WAL. “imi db upgrade” mends it."),
    "number_taken": N_("The next number in “{table}” is taken already. “imi db upgrade” mends it."),
    "second_name": N_("{path} is another name of this very database. Remove it; never open it by that name."),
    "derived": N_(
        "“{column}” of the user no. {number} does not fit the rest of the row. Edit and save that user, or restore the"
        " last backup."
    ),
    "unindexed": N_(
        "The search does not find the authority no. {number} as it is now. “imi db upgrade --index” mends it."
    ),
    "index_of_gone": N_("The search has {number} authorities that are gone. “imi db upgrade --index” mends it."),
    "index_damaged": N_("The search index is damaged. “imi db upgrade --index” makes it anew."),
    "record_unverifiable": N_("The record of changes cannot be verified: {refused}"),
    "record_broken": N_("{how} Compare it with the last backup; “imi audit verify --help” says how."),
}


def fault_words(code: str, facts: Mapping[str, object]) -> str:
    """What is wrong and what mends it."""
    told = {name: visible(str(value)) for name, value in facts.items()}
    if isinstance(refused := facts.get("refused"), Refused):
        told["refused"] = sentence(refused)
    if code == "record_broken":
        told["how"] = breach_words(str(facts["how"]), int(str(facts["entry"])))
    return _(FAULTS[code]).format(**told)
