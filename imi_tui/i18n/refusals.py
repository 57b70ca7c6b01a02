"""The sentence for each code of refusal: what happened, that nothing is lost, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from imi_tui.i18n import N_, _, date_time, language, ngettext
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
    "store_gone": N_(
        "The database file was removed while it was in use. Nothing was saved; call the server's administrator before"
        " you leave the program: what you typed still stands here."
    ),
    "store_in_use": N_("Others have the database {path} open. End them, then try again."),
    "store_incomplete": N_(
        "{path} is half a copy of another database. Start “imi db copy” with the same two databases again: it goes on"
        " where it ended."
    ),
    "store_interrupted": N_("The search was stopped by a newer one."),
    "store_away": N_(
        "The database cannot be reached, or takes no change just now. Nothing was saved; try again in a minute, or call"
        " the server's administrator."
    ),
    "store_outcome_unknown": N_(
        "The database went away in the moment of saving, and it cannot be known whether it was saved. Look what stands"
        " there before you do it again."
    ),
    "store_unknown_url": N_(
        "The database URL must look like sqlite:////folder/file.db or postgresql://user@server/database; “{path}” is"
        " not known."
    ),
    "store_no_file": N_("This needs a database that is a file; {path} is one on a server."),
    "store_no_driver": N_("The driver of PostgreSQL is not installed. Install it: pip install 'imi-tui[postgresql]'"),
    "store_no_database": N_(
        "The database server has no database {path}. Let its administrator make one (CREATE DATABASE … OWNER …), or"
        " correct the name in the database's URL."
    ),
    "store_denied": N_(
        "The database server does not let us in, or not do this: {path}. Check the name, the password and the rights in"
        " the database's URL, and pg_hba.conf."
    ),
    "record_key_missing": N_(
        "The key of the record of changes, {path}, is missing. Nothing was saved; put it back from the backup, or name"
        " its place in the setting record_key. It is never made anew: the record could no longer be verified."
    ),
    "erasures_unusable": N_(
        "The list of those who were deleted, {path}, cannot be read or written. Check the file and who owns it and its"
        " folder: without it a backup that is put back would bring them back."
    ),
    "record_key_unusable": N_(
        "The key of the record of changes, {path}, cannot be read or made. Nothing was saved; check the file and who"
        " owns it and its folder, or put it back from the backup."
    ),
    # Backup and restore
    "backup_exists": N_("{path} exists already; nothing was written. Choose another name."),
    "backup_unwritable": N_("{path} cannot be written ({reason}). Name a file in a folder that exists and is yours."),
    "backup_no_room": N_("There is no room for {path}. Nothing was kept of it; make room, or choose another disk."),
    "backup_unsound": N_(
        "{path} is damaged ({problem}) and was not used. If it is a copy that was being made, the database itself is:"
        " run “imi db check”."
    ),
    "backup_record_broken": N_(
        "In {path} the record of changes does not hold, from entry {entry} on: somebody changed it. It was not used;"
        " “imi audit verify” tells more of a database in use."
    ),
    "restore_missing": N_("There is no file {path}. Name the backup that is to be put back."),
    "restore_itself": N_("{path} is the database in use, no backup of it."),
    "restore_exists": N_(
        "There is a database at {path}; nothing was changed. With --replace it is put aside and the backup takes its"
        " place."
    ),
    "restore_in_use": N_(
        "The database {path} is open in another program: {process}. Nothing was changed. Stop the worker (systemctl"
        " stop imi-worker) and ask all to leave, or end those programs with --end-others: what is typed in them is"
        " kept in the database that is put aside."
    ),
    "restore_no_room": N_(
        "There is no room on the disk of the database for the backup beside it. Nothing was changed; make room."
    ),
    "restore_unwritable": N_("{path} cannot be written ({reason}). Nothing was changed; run it as the app's account."),
    "restore_unsealed": N_(
        "{path} has no seal: “imi backup” did not make it, or somebody took the seal away. Nothing was changed. If you"
        " know where it comes from, put it back with --unsealed."
    ),
    "restore_tampered": N_(
        "{path} was changed after it was made. Nothing was changed here. Take another backup; if you know what was"
        " changed in this one, put it back with --unsealed."
    ),
    "restore_unfit": N_(
        "A row of “{table}” in {path} cannot be stored on the server: {key} (its key, or the first and the last of"
        " several). Nothing was changed. Put the backup back into a file, correct it there, then use “imi db copy”."
    ),
    "restore_other_key": N_(
        "The key of the record, {path}, is not the one that this backup was made with. Nothing was changed; put that"
        " key there, or name its place in the setting record_key."
    ),
    # Copying a database into another one
    "copy_itself": N_("These are the same database. Name the one to copy from, then the one to copy to."),
    "copy_in_use": N_(
        "The database {path} is open in another program (process {process}). Stop the worker and ask all to leave:"
        " what is changed while it is copied would be lost."
    ),
    "copy_exists": N_(
        "{target} holds something already; nothing was changed. Name a database that is empty or absent."
    ),
    "copy_of_another": N_(
        "{target} is half a copy of another database, or of this one before it was changed. Begin anew with --fresh."
    ),
    "copy_source_changed": N_(
        "Somebody changed the database while it was copied. See that nobody uses it, then begin anew with --fresh."
    ),
    "copy_other_key": N_(
        "At {path} there is the key of another database's record. Put it elsewhere, or name another place in the"
        " setting record_key."
    ),
    "copy_unfit": N_(
        "A row of “{table}” cannot be stored in the other database: {key} (its key, or the first and the last of"
        " several). Correct it, then begin anew with --fresh."
    ),
    "copy_differs": N_(
        "The copy differs from the database in “{table}”, at {key}: it was changed meanwhile. See that nobody uses"
        " either, then begin anew with --fresh."
    ),
    "copy_record_broken": N_(
        "The record of changes does not hold, from entry {entry} on: the copy was not put to use. “imi audit verify”"
        " tells more of the database that is copied."
    ),
    "entry_gone": N_("This entry is not there, or not for you to see. Ctrl+R reads the list anew."),
    "checkpoint_unknown": N_(
        "This is not a checkpoint of this record, or it was altered. Give the whole line that “imi audit checkpoint”"
        " printed, or a file with it."
    ),
    "store_refused": N_("Somebody else changed the same data at this moment. Nothing was saved; try again."),
    "catalogue_broken": N_(
        "The catalogue of modules and keywords is broken: {file}, line {line}: {problem}. Reinstall the program."
    ),
    # A file of users
    "csv_empty": N_("There is nothing in the file. “imi users import --template” prints one to begin with."),
    "csv_too_large": N_("The file has more than {most} MB. Split it into several."),
    "csv_not_utf8": N_(
        "Line {line} has a letter that is not UTF-8. Save the file anew as “CSV UTF-8”, then import that."
    ),
    "csv_nul": N_(
        "Line {line} holds a NUL, which no text has. Save the file as “CSV UTF-8”; if it is one, it is damaged there."
    ),
    "csv_quote": N_(
        'In the row that begins in line {line}, a quotation mark (") is not closed, or stands within a text and is not'
        " doubled. Correct it there."
    ),
    "csv_too_long": N_(
        'Line {line} has more than {most} characters, which no user has. See whether a quotation mark (") before it is'
        " not closed."
    ),
    "csv_too_many_cells": N_(
        "Line {line} has {number} cells, the header {columns}. Put a text that holds the separator into quotation"
        " marks, or remove what is too much."
    ),
    "import_unknown_column": N_("There is no column “{column}”. Name it otherwise or remove it; there are: {columns}."),
    "import_column_twice": N_("The column “{column}” is there twice. Remove one of them."),
    "import_missing_column": N_(
        "The column “{column}” is missing in the first line. “imi users import --template” prints what is expected."
    ),
    "import_no_user": N_("There is no user in the file, only the header. Nothing was imported."),
    "import_too_many": N_(
        "There are more than {most} users in the file, and at most {most} are imported at once. Split it into several."
    ),
    "import_wrong_rows": N_("Rows of the file are wrong, so nothing was imported. Correct them, then import again."),
    "email_twice": N_("Line {line} has the same e-mail address; each user needs one of their own."),
    "username_twice": N_("Line {line} has the same username; choose another."),
    "right_unreadable": N_("“{value}” is not a right; one looks like services:request_handler."),
    # What was entered
    "required": N_("This must be filled in."),
    "too_long": N_("At most {limit} characters; these are {length}."),
    "forbidden_characters": N_("There are invisible or control characters in this text; type it anew."),
    "name_letters": N_("A name has at least one letter."),
    "email_wrong": N_("This is not an e-mail address; one looks like name@authority.eu."),
    "email_ascii": N_("The part before @ may hold only letters a–z, digits and . _ - +: other mail servers refuse it."),
    "phone_wrong": N_("This is not a phone number; write it with the country code, such as +371 67 000 000."),
    "website_wrong": N_("This is not a web address; one looks like https://www.authority.eu."),
    "username_length": N_("A username has 3 to 32 characters."),
    "username_letters": N_("A username begins with a letter a–z and holds only letters a–z, digits and . _ -"),
    "unknown_country": N_("This country does not take part in IMI."),
    "unknown_working_language": N_("There is no such working language; there are: {languages}."),
    "unknown_language": N_("This is not an official language of the country."),
    "not_empty": N_("There are authorities in this database already; nothing was changed."),
    # The command line
    "authority_unknown": N_("There is no authority “{name}”. Give its id or its official name with --authority."),
    "authority_unclear": N_(
        "Several authorities match “{name}”. Give the id or the whole official name with --authority."
    ),
    "user_unknown": N_("This authority has no user “{name}”. “imi users list” shows them."),
    # Passwords and the log-in
    "login_refused": N_(
        "The username or the password is wrong, or the password may not be used any more. After several wrong"
        " passwords in a row it is blocked: then an administrator of your authority must reset it."
    ),
    "login_too_soon": N_("There were too many wrong tries. Wait {seconds} s, then try again; this one did not count."),
    "too_many_sessions": N_(
        "You are logged in {number} times already, which is as often as one may be. End the oldest session, or log out"
        " somewhere."
    ),
    "session_over": N_("Your session is over. Nothing was saved; log in again."),
    "session_gone": N_("There is no such session, or it is over already."),
    "password_wrong": N_("This is not your present password."),
    "password_length": N_("A password has at least {number} characters."),
    "password_max_length": N_("A password has at most 1,024 characters."),
    "password_upper": N_("There must be an upper-case letter in the password."),
    "password_lower": N_("There must be a lower-case letter in the password."),
    "password_digit": N_("There must be a digit in the password."),
    "password_personal": N_("Your name, your username and your e-mail address may not stand in the password."),
    "password_common": N_("This is one of the most common passwords, which are tried first; choose another."),
    "password_recent": N_("This is one of your last {number} passwords; choose another."),
    "password_differs": N_("The two entries differ; type the new password again."),
    # Users
    "email_taken": N_("Another user has this e-mail address; each user needs one of their own."),
    "username_taken": N_("The username {username} is taken; choose another."),
    "right_not_available": N_("The right “{right}” in “{module}” is not available in this authority."),
    "module_suspended": N_("The access to “{module}” is suspended: “{right}” cannot be given now."),
    "not_oneself": N_("Nobody can delete their own account. Another administrator can do it."),
    "not_own_password": N_("Your own password you change under My account."),
    # Who may what
    "not_allowed": N_("You do not have the right to do this. Ask an administrator of your authority."),
    "authority_inactive": N_(
        "Your authority is deactivated: its data can be read, not changed. Ask its access manager to reactivate it."
    ),
    "not_managed": N_("Your authority does not manage this one (any more). Look at the list of authorities again."),
    "account_gone": N_("Your account no longer exists. Ask an administrator of your authority."),
    "authority_gone": N_("This authority is no longer registered."),
    "user_gone": N_("This user was deleted meanwhile."),
    "changed_meanwhile": N_(
        "{who} saved this record at {when}, while you were editing. Nothing of yours was saved or lost: note your"
        " changes, leave with Esc, and edit again."
    ),
    "changed_meanwhile_by_another": N_(
        "This record was saved by somebody else while you were editing. Nothing of yours was saved or lost: note your"
        " changes, leave with Esc, and edit again."
    ),
    "same_field_changed": N_(
        "Somebody else changed the same field while you were editing. Nothing was saved or lost: look at both values"
        " and choose, then save again."
    ),
    # Mail
    "mail_gone": N_("There is no such mail any more."),
    "mail_under_way": N_("This mail is being sent at this moment. Look again in a minute."),
    "mail_not_kept": N_("What a sent mail said is not kept, so it cannot be sent again."),
    # Access to modules
    "module_unknown": N_("There is no module “{module}”."),
    "role_unknown": N_("In this module there is no role “{role}”. Choose one of: {roles}."),
    "module_held": N_("The authority has access to “{module}” already."),
    "module_not_there": N_("This authority does not have access to “{module}” (any more)."),
    "module_everywhere": N_("Every authority has “{module}”; the access to it cannot be withdrawn or suspended."),
    "already_suspended": N_("The access to “{module}” is suspended already."),
    "not_suspended": N_("The access to “{module}” is not suspended."),
    "role_held": N_("In “{module}” the authority has the role “{role}” already."),
    "module_relied_upon": N_(
        "Other authorities rely on this one as their coordinator in “{module}”: {names}."
        " They must choose another one first."
    ),
    # Registering an authority
    "authority_registered_already": N_(
        "“{name}”, {town} has this name or e-mail address and has been registered since {when}. An authority is"
        " registered once only: look at it first, then go on if it is another one."
    ),
    "module_relied_upon_for_access": N_(
        "This authority answers for the access of others to “{module}”: {names}. Give them another access coordinator"
        " first."
    ),
    "access_coordinator_there": N_(
        "The access coordinator of this country in “{module}” is “{authority}”. Change that one's role first."
    ),
    "not_an_access_coordinator": N_(
        "“{authority}” is not an access coordinator in this module (any more). Choose another."
    ),
    "already_so": N_("It is so already; nothing was changed."),
    # The authorities that an access manager manages
    "own_standing": N_("Nobody can deactivate their own authority. Its access manager can do it."),
    "commission_standing": N_(
        "This is the European Commission's own authority, which corrects the translations: it stays active."
    ),
    "commission_inactive": N_(
        "Only an active authority can be the European Commission's own. Reactivate it first, or name another."
    ),
    "already_inactive": N_("This authority is deactivated already."),
    "already_active": N_("This authority is active already."),
    "authority_relied_upon": N_(
        "Other authorities rely on this one as their coordinator or access coordinator: {names}. They must choose"
        " another one first."
    ),
    "still_managing": N_("This authority is the access manager of others: {names}. Hand them over first."),
    "own_handover": N_("Nobody can hand over their own authority. Its access manager can do it."),
    "not_an_access_manager": N_("“{authority}” is not an active access manager (any more). Choose another."),
    "manages_already": N_("“{authority}” is the access manager of this authority already."),
    "handover_loop": N_("“{authority}” cannot manage this authority, which manages it. Choose another."),
    "handover_gone": N_("This authority is not offered (any more): look at the list again."),
    # An authority's own data
    "nothing_to_save": N_("Nothing has been changed yet."),
    "too_much_at_once": N_(
        "These are more changes than one save can hold. Take some of the long texts back, save, then change them."
    ),
    "unknown_keyword": N_("There is no keyword “{value}”. Take it away and choose another."),
    "module_not_held": N_("Your authority does not have this module. Ask its access manager for access."),
    "coordinator_is_self": N_("An authority cannot be its own coordinator. Choose another."),
    "not_a_coordinator": N_("“{authority}” does not coordinate in this module (any more). Choose another."),
    # The translation desk
    "translation_done": N_("Nothing is to be translated here any more: the task was ended meanwhile."),
    "translation_changed": N_(
        "{who} changed this translation at {when}. It is now: {text}. Nothing was saved, and what you typed still"
        " stands here: save again if it is to take that one's place."
    ),
    "translation_changed_by_another": N_(
        "Somebody else changed this translation meanwhile. It is now: {text}. Nothing was saved, and what you typed"
        " still stands here: save again if it is to take that one's place."
    ),
    "original_changed": N_(
        "The authority changed the original meanwhile. Nothing was saved: look whether the translations follow the"
        " wording of now, then save again."
    ),
    "translation_of_itself": N_("This is the language of the original, which only the authority changes."),
    "translations_stale": N_("First correct or confirm what is still to be translated: {languages}."),
    # Drafts
    "draft_gone": N_("This draft was saved, dropped or gone on with elsewhere meanwhile. Look at the list again."),
    "draft_too_large": N_(
        "This is more than a draft can hold: what you type now is not kept until you save. Make a text shorter, or"
        " save."
    ),
    "drafts_too_many": N_(
        "You have {number} drafts, and no more are kept: what you type now is not kept until you save. Drop some under"
        " Drafts in the commands (Ctrl+P)."
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
    words = {name: _words(value) for name, value in facts.items()}
    return _(SENTENCES[refused.code]).format(**words)


def wrong_fields(errors: Sequence[FieldError]) -> str:
    """What is said beside the errors at their fields, which may be out of sight."""
    number = len(errors)
    words = ngettext("{n} field is wrong. Nothing was saved.", "{n} fields are wrong. Nothing was saved.", number)
    return words.format(n=number)


def _words(value: object) -> str:
    """A fact as it is read: names in the reader's language, an instant as day and minute, text cleaned."""
    if isinstance(value, Mapping):
        value = value.get(language()) or value["en"]
    return date_time(value) if isinstance(value, datetime) else visible(str(value))


def sentences(refused: Refused) -> list[str]:
    """The same for each field that is wrong, or the one sentence."""
    return [sentence(error) for error in refused.errors] if isinstance(refused, Invalid) else [sentence(refused)]
