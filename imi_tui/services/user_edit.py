"""Editing a colleague's data and rights (S3.8, S4.2): all of it together, or a refusal that names who was faster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.models import Entry, User
from db.prepared import Prepared, Slot
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.merge import Choice, Theirs, merge_set
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Conflict, Invalid, Refused
from imi_tui.rules.text import identity
from imi_tui.rules.verbs import Verb
from imi_tui.services import authority_mail, last_changed, user_rights
from imi_tui.services.authority_mail import name_of
from imi_tui.services.door import write
from imi_tui.services.user_checks import check_person, email_errors, in_form_order, name_key
from imi_tui.services.user_merge import merge_fields
from imi_tui.services.users import user_of

FIELDS = ("first_name", "surname", "language", "email", "phone")
"""What of a person can be changed, besides the rights."""


@dataclass(frozen=True)
class EditedUser:
    """What stands in the form when it is saved; `version` is the one that the form was filled from."""

    version: int
    first_name: str
    surname: str
    language: str
    email: str
    phone: str
    rights: frozenset[Right]


@dataclass(frozen=True)
class Edited:
    """What a saved edit changed: the person's name now, and the names of the fields (none: nothing was written).

    `mail_to` is where the person is told of other rights by mail, empty where that is not needed; `theirs` is what
    others had changed meanwhile, and what stays beside it.
    """

    user_id: int
    name: str
    changed: tuple[str, ...]
    mail_to: str = ""
    theirs: tuple[Theirs, ...] = ()


def edit(
    ctx: Context,
    actor: Actor,
    authority_id: int,
    user_id: int,
    mine: EditedUser,
    base: EditedUser | None = None,
    choices: Sequence[Choice] = (),
) -> Edited:
    """Save a colleague's data and rights. Where nothing differs, nothing is written.

    `base` is what the form was filled with. What somebody else saved since is kept and told of (`Edited.theirs`); where
    both changed the same field to other values it is `SameField("same_field_changed")`, until `choices` has a decision
    on just these values (B7). Without `base` a version that moved on is `Conflict("changed_meanwhile")`.

    Raises `Invalid` with an error per field, `Refused("mandatory_right_unheld")` (S4.3), `Gone("user_gone")`,
    `NotAllowed`, `StoreAway`.
    """
    person, errors = check_person(
        ctx,
        actor,
        authority_id,
        first_name=mine.first_name,
        surname=mine.surname,
        language=mine.language,
        email=mine.email,
        phone=mine.phone,
    )
    mail_to = ""
    try:
        with write(ctx, actor, May.MANAGE_USERS, authority_id, Verb.USER_EDITED, user_id) as change:
            row = user_of(authority_id, user_id)
            held = user_rights.rights_of(user_id)
            if base is None and row.version != mine.version:
                raise changed_meanwhile(user_id)
            merged = merge_fields(row, base or row, mine, person, FIELDS, choices)
            begun = held if base is None else base.rights
            rights = merge_set(begun, held, mine.rights)
            texts = merged.texts
            errors += email_errors(texts["email"], user_id)
            errors += user_rights.not_to_be_given(ctx, authority_id, rights - held)
            if errors:
                raise Invalid(*in_form_order(errors))
            merged.refuse_clashes(user_id, authority_id)
            moved = [*merged.theirs, *(["rights"] if held != begun else [])]
            theirs = tuple(last_changed.of_user(user_id, authority_id, moved).values())
            made = list(merged.made)
            for name in made:
                change.note(name, getattr(row, name), texts[name])
            if rights != held:
                change.note("rights", user_rights.told(held), user_rights.told(rights))
                user_rights.take(user_id, held - rights)
                user_rights.give(user_id, authority_id, rights - held, change.now)
                made.append("rights")
                if user_id != actor.user_id:
                    mail_to = texts["email"]
                    by = authority_mail.by(actor, authority_id)
                    come, gone = (user_rights.in_order(ctx, some) for some in (rights - held, held - rights))
                    change.mail(MailKind.RIGHTS_CHANGED, authority_id, user_id, come=come, gone=gone, by=by)
            if not made:
                raise _Nothing
            _STORE.run(
                **texts,
                first_name_key=name_key(texts["first_name"]),
                surname_key=name_key(texts["surname"]),
                email_key=identity(texts["email"]),
                user=user_id,
            )
    except _Nothing:
        made = []
    return Edited(user_id, f"{texts['first_name']} {texts['surname']}", tuple(made), mail_to, theirs)


_STORE = Prepared(
    lambda: User.update(
        **{name: Slot(name) for name in (*FIELDS, "first_name_key", "surname_key", "email_key")},
        version=User.version + 1,
    ).where(User.id == Slot("user"))
)


class _Nothing(Exception):
    """There is nothing to write: leave the write door without an entry."""


def changed_meanwhile(user_id: int) -> Refused:
    """The refusal that names who saved this user last, where the record knows it; inside a transaction."""
    last = (
        Entry.select(Entry.at, Entry.actor_id)
        .where(Entry.subject_id == user_id, Entry.verb.in_([Verb.USER_EDITED.code, Verb.ACCOUNT_EDITED.code]))
        .order_by(Entry.id.desc())
        .first()
    )
    who = name_of(last.actor_id) if last else ""
    if last is None or not who:
        return Conflict("changed_meanwhile_by_another")
    return Conflict("changed_meanwhile", who=who, when=last.at)
