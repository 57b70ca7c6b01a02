"""The sentence for each code of refusal: what happened, that nothing is lost, what to do."""

from __future__ import annotations

from imi_tui.i18n import N_, _
from imi_tui.rules.refusals import FieldError, Invalid, Refused
from imi_tui.rules.text import visible

SENTENCES: dict[str, str] = {
    # The store
    "store_missing": N_(
        "There is no database at {path}. Make one with “imi init”, or a demo with “imi demo”, or correct IMI_DATABASE."
    ),
    "store_no_folder": N_("The folder {path} does not exist or cannot be written. Create it, or correct IMI_DATABASE."),
    "store_exists": N_("{path} exists already; nothing was changed. Choose another file, or remove it first."),
    "store_not_a_database": N_("{path} is not a database, or is damaged. Restore a backup, or correct IMI_DATABASE."),
    "store_not_ours": N_("{path} is not a database of this program. Correct IMI_DATABASE."),
    "store_newer": N_("The database {path} was made by a newer version of this program. Upgrade the program."),
    "store_older": N_("The database {path} is of an older version. Start “imi” once as its owner to upgrade it."),
    "store_altered": N_(
        "The migration {path} is not the one this database was made with. Reinstall the program's release."
    ),
    "store_locked": N_("The database is busy with somebody else's change. Nothing was saved; try again."),
    "store_full": N_("The disk of the database is full. Nothing was saved; make room, then try again."),
    "store_read_only": N_("The database cannot be written. Nothing was saved; check the file's and folder's owner."),
    "store_damaged": N_("The database is damaged. Nothing was saved; restore the last backup."),
    "store_disk": N_("The disk of the database does not answer. Nothing was saved; call the server's administrator."),
    "store_replaced": N_(
        "The database file was replaced while it was in use. Nothing was saved; leave the program and start it again."
    ),
    "store_interrupted": N_("The search was stopped by a newer one."),
    "store_unknown_url": N_("The database URL must look like sqlite:////folder/file.db; “{path}” is not known."),
    "store_refused": N_("Somebody else changed the same data at this moment. Nothing was saved; try again."),
    # Who may what
    "not_allowed": N_("You do not have the right to do this. Ask an administrator of your authority."),
    "account_gone": N_("Your account no longer exists. Ask an administrator of your authority."),
    "authority_gone": N_("This authority is no longer registered."),
    "user_gone": N_("This user was deleted meanwhile."),
    "changed_meanwhile": N_(
        "{who} saved this record at {when}, while you were editing. Nothing of yours was saved or lost: note your"
        " changes, leave with Esc, and edit again."
    ),
    # The guard of rights
    "mandatory_right_unheld": N_(
        "Somebody must hold the right “{right}” in “{module}”, and this would leave nobody. Give it to another user"
        " first."
    ),
}


def sentence(refused: Refused | FieldError) -> str:
    """What is said to the user about a refusal or a field's error, in the interface's language."""
    facts = dict(refused.facts)
    words = {name: visible(str(value)) for name, value in facts.items()}
    return _(SENTENCES[refused.code]).format(**words)


def sentences(refused: Refused) -> list[str]:
    """The same for each field that is wrong, or the one sentence."""
    return [sentence(error) for error in refused.errors] if isinstance(refused, Invalid) else [sentence(refused)]
