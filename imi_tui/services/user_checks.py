"""What is checked of a person that is entered: each field by itself, and whether e-mail and username are free."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from db.models import Authority, RetiredUsername, User
from db.prepared import Prepared, Slot
from imi_tui.context import Context
from imi_tui.rules import contact, usernames
from imi_tui.rules.languages import WORKING_LANGUAGES
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import FieldError, Invalid
from imi_tui.rules.text import fold, identity
from imi_tui.services.door import read


@dataclass(frozen=True)
class Person:
    """The checked values of a person, in their normal form; a wrong one is as it was entered."""

    first_name: str
    surname: str
    language: str
    email: str
    phone: str

    @cached_property
    def keys(self) -> tuple[str, str, str]:
        """The normal forms of first name, surname and e-mail address, by which the person is found and told apart."""
        return name_key(self.first_name), name_key(self.surname), identity(self.email)


def propose_username(ctx: Context, actor: Actor, authority_id: int, first_name: str, surname: str) -> str:
    """A free username for a name (S3.10); empty as long as there is no name. Raises `NotAllowed`, `StoreAway`."""
    if not first_name.strip() and not surname.strip():
        return ""
    with read(ctx, actor, May.MANAGE_USERS, authority_id):
        return free_username(first_name, surname)


def username_problem(ctx: Context, actor: Actor, authority_id: int, username: str) -> FieldError | None:
    """What is wrong with an own username, for the check as one types (S3.10); None where it is good and free."""
    with read(ctx, actor, May.MANAGE_USERS, authority_id):
        return next(iter(username_errors(username.strip())), None)


def email_problem(
    ctx: Context, actor: Actor, authority_id: int, email: str, user_id: int | None = None
) -> FieldError | None:
    """What is wrong with an address, for `user_id` or for a new user (S3.5); None where it is good and free."""
    errors: list[FieldError] = []
    good = checked(errors, email, contact.email)
    with read(ctx, actor, May.MANAGE_USERS, authority_id):
        return next(iter(errors or email_errors(good, user_id)), None)


def check_person(
    ctx: Context,
    actor: Actor,
    authority_id: int,
    *,
    first_name: str,
    surname: str,
    language: str,
    email: str,
    phone: str,
) -> tuple[Person, list[FieldError]]:
    """The person as it is to be stored, and an error per wrong field in the form's order; not in a transaction.

    A phone number without + is taken as one of the authority's country. Raises `NotAllowed`, `Gone`, `StoreAway`.
    """
    with read(ctx, actor, May.MANAGE_USERS, authority_id):
        (country,) = _COUNTRY.rows(authority=authority_id)[0]
    return person_of(country, first_name, surname, language, email, phone)


def person_of(
    country: str, first_name: str, surname: str, language: str, email: str, phone: str
) -> tuple[Person, list[FieldError]]:
    """The same for an authority of this country, of which nothing needs to be read."""
    errors: list[FieldError] = []
    person = Person(
        first_name=checked(errors, first_name, lambda text: contact.name(text, "first_name")),
        surname=checked(errors, surname, lambda text: contact.name(text, "surname")),
        language=checked(errors, language, language_code),
        email=checked(errors, email, contact.email),
        phone=checked(errors, phone, lambda text: contact.phone(text, country)),
    )
    return person, errors


def in_form_order(errors: list[FieldError]) -> list[FieldError]:
    """The first error of each field, in the order in which the fields stand in the form."""
    first = {error.field: error for error in reversed(errors)}
    return [first[name] for name in _FORM if name in first]


_AT_ONCE = 200
"""Usernames or addresses that are looked up in one query."""

_FORM = ("first_name", "surname", "language", "email", "phone", "username", "rights")


def name_key(name: str) -> str:
    """The normal form of a name, in which it is found and sorted; folding may lengthen it."""
    return fold(name)[:200]


def email_errors(email: str, user_id: int | None = None) -> list[FieldError]:
    """Whether an address is another user's, in whatever letter case (S3.5); inside a transaction."""
    key = identity(email)
    if wrong := email_key_errors(key):
        return wrong
    holder = _HOLDER.first(email=key)
    return [] if holder is None or holder[0] == user_id else [FieldError("email", "email_taken")]


_COUNTRY = Prepared(lambda: Authority.select(Authority.country).where(Authority.id == Slot("authority")))
_HOLDER = Prepared(lambda: User.select(User.id).where(User.email_key == Slot("email")))


def email_key_errors(key: str) -> list[FieldError]:
    """Whether the form by which an address is compared can be stored."""
    return [FieldError("email", "email_wrong")] if len(key) > contact.LIMITS["email"] else []


def username_errors(username: str) -> list[FieldError]:
    """Whether an own username is acceptable and nobody's, nor was anybody's (S3.10); inside a transaction."""
    return username_form_errors(username) or ([username_taken(username)] if taken_usernames([username]) else [])


def username_form_errors(username: str) -> list[FieldError]:
    """Whether an own username is acceptable."""
    problem = usernames.problem(username)
    if problem == "username_length":
        return [FieldError("username", problem, (("shortest", usernames.SHORTEST), ("longest", usernames.LONGEST)))]
    return [FieldError("username", problem)] if problem else []


def username_taken(username: str) -> FieldError:
    """What is said of a username that is or was somebody's."""
    return FieldError("username", "username_taken", (("username", username),))


def taken_usernames(names: Iterable[str]) -> set[str]:
    """Those of these usernames, in their normal form, that are or were somebody's; inside a transaction."""
    keys = sorted({identity(name) for name in names})
    return {key for column in (User.username_key, RetiredUsername.username_key) for key in _there(column, keys)}


def taken_emails(keys: Iterable[str]) -> set[str]:
    """Those of these addresses, in their normal form, that are somebody's; inside a transaction."""
    return set(_there(User.email_key, sorted(set(keys))))


def _there(column: Any, values: Sequence[str]) -> Iterator[str]:
    """Those of the values that a column holds."""
    for at in range(0, len(values), _AT_ONCE):
        found = column.model.select(column).where(column.in_(values[at : at + _AT_ONCE])).tuples()
        yield from (value for (value,) in found)


def free_username(first_name: str, surname: str) -> str:
    """A username for a name that nobody has or had; inside a transaction."""
    return usernames.propose(first_name, surname, _taken())


def _taken() -> Callable[[str], bool]:
    """Tells whether a username is taken. Asks the store for many numbers of a name at once, for common names."""
    known: set[str] = set()
    asked: set[str] = set()

    def taken(username: str) -> bool:
        if username not in asked:
            name = username.rstrip("0123456789")
            number = int(username[len(name) :] or 1)
            some = [username, *(f"{name}{number + more}" for more in range(1, _AT_ONCE))]
            asked.update(some)
            known.update(taken_usernames(some))
        return username in known

    return taken


def language_code(code: str) -> str:
    """A working language (S3.4). Raises `Invalid`."""
    if code not in WORKING_LANGUAGES:
        known = (("languages", " ".join(WORKING_LANGUAGES)),)
        raise Invalid(
            FieldError("language", "unknown_working_language", known) if code else FieldError("language", "required")
        )
    return code


def checked(errors: list[FieldError], text: str, check: Callable[[str], str]) -> str:
    """The text in its normal form; where it is wrong the errors grow, and it stays as it was entered."""
    try:
        return check(text)
    except Invalid as refused:
        errors.extend(refused.errors)
        return text
