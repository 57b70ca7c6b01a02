"""An authority's users: register, reset a password, delete (the guide's chapters 3 and 4); edit is in `user_edit`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from peewee import fn

from db.models import Entry, RetiredUsername, User, UserRight
from db.prepared import Prepared, Slot
from imi_tui.context import Context
from imi_tui.rules.accounts import PasswordStatus
from imi_tui.rules.holders import Right
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Gone, Invalid, Refused
from imi_tui.rules.text import identity
from imi_tui.rules.verbs import Verb
from imi_tui.services import user_rights
from imi_tui.services.credentials import lives_of, make_temporary, of_new_user
from imi_tui.services.door import Change, write
from imi_tui.services.status import password_status
from imi_tui.services.user_checks import (
    Person,
    check_person,
    email_errors,
    free_username,
    in_form_order,
    username_errors,
)


@dataclass(frozen=True)
class NewUser:
    """What is entered of a new colleague (S3.3-S3.7). Without a username one is proposed (S3.10)."""

    first_name: str
    surname: str
    language: str
    email: str
    phone: str = ""
    username: str = ""
    rights: frozenset[Right] = frozenset()


@dataclass(frozen=True)
class Registered:
    """A registered user: the username to be passed on in person (S3.9), and where the mail goes."""

    user_id: int
    name: str
    username: str
    mail_to: str


@dataclass(frozen=True)
class Reset:
    """A password that was reset: whose, and where the temporary one is mailed."""

    user_id: int
    name: str
    mail_to: str


@dataclass(frozen=True)
class Deleted:
    """Somebody who was deleted."""

    user_id: int
    name: str


def register(ctx: Context, actor: Actor, authority_id: int, new: NewUser) -> Registered:
    """Register a colleague (S3.2): no right but those named (S4.4), except that the first user gets all (S1.3).

    The mail with the temporary password is queued. Raises `Invalid` with an error per field, `NotAllowed`, `Gone`,
    `StoreAway`.
    """
    person, errors = check_person(
        ctx,
        actor,
        authority_id,
        first_name=new.first_name,
        surname=new.surname,
        language=new.language,
        email=new.email,
        phone=new.phone,
    )
    with write(ctx, actor, May.MANAGE_USERS, authority_id, Verb.USER_REGISTERED) as change:
        errors += email_errors(person.email)
        username = new.username.strip()
        if username:
            errors += username_errors(username)
        first = not User.select(User.id).where(User.authority == authority_id).exists()
        rights = user_rights.every_right(ctx, authority_id) if first else new.rights
        errors += [] if first else user_rights.not_to_be_given(ctx, authority_id, rights)
        if errors:
            raise Invalid(*in_form_order(errors))
        return enter(ctx, change, authority_id, person, username, rights)


def reset_password(ctx: Context, actor: Actor, authority_id: int, user_id: int) -> Reset:
    """Make a colleague's password unusable and mail a temporary one (S4.6); lifts a block.

    Raises `Refused("not_own_password")`, `Gone("user_gone")`, `NotAllowed`, `StoreAway`.
    """
    with write(ctx, actor, May.MANAGE_USERS, authority_id, Verb.PASSWORD_RESET, user_id) as change:
        if user_id == actor.user_id:
            raise Refused("not_own_password")
        row = user_of(authority_id, user_id)
        change.note("status", password_status(row, change.now).value, PasswordStatus.TEMPORARY.value)
        make_temporary(user_id, change.now, lives_of(ctx.settings))
        change.mail(MailKind.PASSWORD_RESET, authority_id, user_id)
        return Reset(user_id, f"{row.first_name} {row.surname}", row.email)


def delete(ctx: Context, actor: Actor, authority_id: int, user_id: int) -> Deleted:
    """Delete a colleague who leaves (S4.5): person, rights and mails are erased, the username is retired.

    Raises `Refused("not_oneself")`, `Refused("mandatory_right_unheld")` (S4.3), `Gone("user_gone")`, `NotAllowed`,
    `StoreAway`.
    """
    with write(ctx, actor, May.MANAGE_USERS, authority_id, Verb.USER_DELETED, user_id) as change:
        if user_id == actor.user_id:
            raise Refused("not_oneself")
        row = user_of(authority_id, user_id)
        for name in ("first_name", "surname", "language", "email", "phone", "username"):
            if getattr(row, name):
                change.note(name, getattr(row, name), None)
        change.note("rights", user_rights.told(user_rights.rights_of(user_id)), [])
        User.delete().where(User.id == user_id).execute()
        RetiredUsername.insert(username_key=row.username_key, retired_at=change.now).execute()
        return Deleted(user_id, f"{row.first_name} {row.surname}")


def enter(
    ctx: Context, change: Change, authority_id: int, person: Person, username: str, rights: frozenset[Right]
) -> Registered:
    """Write a checked person as a user with these rights, inside a write transaction: the record, the welcome mail.

    Without a username a free one is taken (S3.10).
    """
    username = username or free_username(person.first_name, person.surname)
    return enter_all(ctx, authority_id, [Entrant(change, person, username, rights)])[0]


@dataclass(frozen=True)
class Entrant:
    """A checked person who becomes a user, and the change that tells of it."""

    change: Change
    person: Person
    username: str
    rights: frozenset[Right]


def enter_all(ctx: Context, authority_id: int, entrants: Sequence[Entrant]) -> list[Registered]:
    """Write people as users, inside a write transaction: all at once, each with an entry and a mail of their own."""
    first_id = _never_used()
    password = of_new_user(entrants[0].change.now, lives_of(ctx.settings))
    people, given, done = [], [], []
    for user_id, one in enumerate(entrants, first_id):
        change, person = one.change, one.person
        told = {name: getattr(person, name) for name in _PERSON} | {"username": one.username}
        people.append(
            (
                user_id,
                authority_id,
                *told.values(),
                *person.keys,
                identity(one.username),
                change.now,
                *password.values(),
            )
        )
        given += [(user_id, authority_id, *right, change.now) for right in sorted(one.rights)]
        change.subject_id = user_id
        for name, value in told.items():
            if value:
                change.note(name, None, value)
        change.note("rights", [], user_rights.told(one.rights))
        change.mail(MailKind.WELCOME, authority_id, user_id)
        done.append(Registered(user_id, f"{person.first_name} {person.surname}", one.username, person.email))
    ctx.store.insert_rows(User, (*_COLUMNS, *password), people)
    if given:
        ctx.store.insert_rows(UserRight, ("user", "authority", "module", "right", "granted_at"), given)
    return done


_PERSON = ("first_name", "surname", "language", "email", "phone")
_COLUMNS = (
    *("id", "authority", *_PERSON, "username"),
    *("first_name_key", "surname_key", "email_key", "username_key", "registered_at"),
)


def _never_used() -> int:
    """A number that no user has or had: SQLite gives that of the last one again, and the record tells people apart by
    it for as long as it stands."""
    told, there = (model.select(fn.MAX(number)).scalar() or 0 for model, number in _NUMBERED)
    return int(max(told, there)) + 1


_NUMBERED = ((Entry, Entry.subject_id), (User, User.id))


def user_of(authority_id: int, user_id: int) -> User:
    """The row of an authority's user, inside a transaction. Raises `Gone("user_gone")`."""
    row = _USER.one(User, user=user_id, authority=authority_id)
    if row is None:
        raise Gone("user_gone")
    found: User = row
    return found


_USER = Prepared(lambda: User.select().where(User.id == Slot("user"), User.authority == Slot("authority")))
