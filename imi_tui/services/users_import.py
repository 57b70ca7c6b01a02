"""Import users from the rows of a file (B9): a verdict on each row, all of them or none.

Others cannot save while the rows are put in. So whatever does not need the store is found out before, what is taken is
looked up for many rows at once, and all that is written goes in together.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from db.models import Authority, User
from imi_tui.context import Context
from imi_tui.rules import usernames
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import FieldError, Refused, WrongRows
from imi_tui.rules.text import identity
from imi_tui.rules.users_file import COLUMNS, MOST, Entered, Verdict, rights_in
from imi_tui.rules.verbs import Verb
from imi_tui.services import user_rights
from imi_tui.services.door import read, write
from imi_tui.services.user_checks import (
    Person,
    email_key_errors,
    person_of,
    taken_emails,
    taken_usernames,
    username_form_errors,
    username_taken,
)
from imi_tui.services.users import Entrant, enter_all

_TWICE = {"email": "email_twice", "username": "username_twice"}


@dataclass(frozen=True)
class _Row:
    """A row of which is known what can be without the store. `base` is what a username is proposed from."""

    line: int
    person: Person
    username: str
    base: str
    rights: frozenset[Right]
    errors: tuple[FieldError, ...]

    @property
    def email_key(self) -> str:
        """The form by which addresses are compared."""
        return self.person.keys[2]


def check_import(ctx: Context, actor: Actor, authority_id: int, rows: Sequence[Entered]) -> tuple[Verdict, ...]:
    """What would become of each row; nothing is written.

    Raises `Refused("import_too_many")`, `NotAllowed`, `Gone`, `StoreAway`.
    """
    alone = _each_alone(ctx, actor, authority_id, rows)
    with read(ctx, actor, May.MANAGE_USERS, authority_id):
        return tuple(map(_verdict, _all_together(ctx, authority_id, alone)))


def import_users(ctx: Context, actor: Actor, authority_id: int, rows: Sequence[Entered]) -> tuple[Verdict, ...]:
    """Register the user of each row as `users.register` does, in one transaction: an entry and a mail for each.

    Raises `WrongRows` where any row is wrong: then nothing was written. Else as `check_import`, and
    `Refused("import_no_user")`.
    """
    alone = _each_alone(ctx, actor, authority_id, rows)
    if not alone:
        raise Refused("import_no_user")
    with read(ctx, actor, May.MANAGE_USERS, authority_id):
        checked = _all_together(ctx, authority_id, alone)
    verdicts = _good(checked)
    with _nothing_collected(), write(ctx, actor, May.MANAGE_USERS, authority_id, Verb.USER_REGISTERED) as change:
        if not _still_so(ctx, authority_id, checked):
            checked = _all_together(ctx, authority_id, alone)
            verdicts = _good(checked)
        changes = [change, *(change.also(Verb.USER_REGISTERED, None) for _row in checked[1:])]
        done = enter_all(
            ctx,
            authority_id,
            [Entrant(own, row.person, row.username, row.rights) for own, row in zip(changes, checked, strict=True)],
        )
    return tuple(replace(verdict, user_id=one.user_id) for verdict, one in zip(verdicts, done, strict=True))


def _good(checked: Sequence[_Row]) -> tuple[Verdict, ...]:
    """The verdicts on rows that are all good. Raises `WrongRows`."""
    verdicts = tuple(map(_verdict, checked))
    if any(verdict.errors for verdict in verdicts):
        raise WrongRows("import_wrong_rows", verdicts)
    return verdicts


def _still_so(ctx: Context, authority_id: int, checked: Sequence[_Row]) -> bool:
    """Whether rows that were good are so still, with the same usernames and rights; inside the write transaction."""
    return not (
        taken_emails(row.email_key for row in checked)
        or taken_usernames(row.username for row in checked)
        or user_rights.refused_rights(ctx, authority_id, {right for row in checked for right in row.rights})
        or _is_empty(authority_id)
    )


def _is_empty(authority_id: int) -> bool:
    """Whether nobody is registered yet: the first one gets every right that there is then (S1.3)."""
    return not User.select(User.id).where(User.authority == authority_id).exists()


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Python's collector rests: of so many rows nothing is garbage, and looking through them takes a seventh longer."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _each_alone(ctx: Context, actor: Actor, authority_id: int, rows: Sequence[Entered]) -> list[_Row]:
    """What each row says of itself, and whether it repeats another one; not in a transaction, it takes its time."""
    if len(rows) > MOST:
        raise Refused("import_too_many", most=MOST)
    with read(ctx, actor, May.MANAGE_USERS, authority_id):
        country = Authority.select(Authority.country).where(Authority.id == authority_id).scalar()
    return list(_without_repeats(_alone(row, country) for row in rows))


def _alone(row: Entered, country: str) -> _Row:
    entered = {name: row.cells.get(name, "").strip() for name in COLUMNS}
    entered["language"] = entered["language"].lower()
    person, errors = person_of(
        country, *(entered[name] for name in ("first_name", "surname", "language", "email", "phone"))
    )
    if not _of("email", errors):
        errors += email_key_errors(person.keys[2])
    if entered["username"]:
        errors += username_form_errors(entered["username"])
    rights, unreadable = rights_in(entered["rights"])
    base = usernames.base(person.first_name, person.surname)
    return _Row(row.line, person, entered["username"], base, rights, (*errors, *unreadable))


def _without_repeats(rows: Iterable[_Row]) -> Iterator[_Row]:
    """The rows, with an error in the later of two that have the same address or username."""
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        errors = []
        for field, key in (("email", row.email_key), ("username", identity(row.username))):
            if key and not _of(field, row.errors):
                line = seen.setdefault((field, key), row.line)
                if line != row.line:
                    errors.append(FieldError(field, _TWICE[field], (("line", line),)))
        yield replace(row, errors=(*row.errors, *errors)) if errors else row


def _all_together(ctx: Context, authority_id: int, rows: Sequence[_Row]) -> list[_Row]:
    """The rows with the username and the rights that each gets, held against the store; inside a transaction."""
    addresses = taken_emails(row.email_key for row in rows if not _of("email", row.errors))
    names = taken_usernames(row.username for row in rows if row.username and not _of("username", row.errors))
    refused = user_rights.refused_rights(ctx, authority_id, {right for row in rows for right in row.rights})
    empty = _is_empty(authority_id)
    every = user_rights.every_right(ctx, authority_id) if empty else frozenset()
    checked = []
    for number, row in enumerate(rows):
        errors = list(row.errors)
        if not _of("email", errors) and row.email_key in addresses:
            errors.append(FieldError("email", "email_taken"))
        if row.username and not _of("username", errors) and identity(row.username) in names:
            errors.append(username_taken(row.username))
        first = empty and number == 0  # who gets every right, whatever the file says (S1.3)
        errors += [] if first else [refused[right] for right in sorted(row.rights) if right in refused]
        errors.sort(key=lambda error: COLUMNS.index(error.field))
        checked.append(replace(row, rights=every if first else row.rights, errors=tuple(errors)))
    return _with_usernames(checked)


def _with_usernames(rows: list[_Row]) -> list[_Row]:
    """A proposed username for each good row without one (S3.10), none of them twice or one that the file names."""
    wanting = Counter(row.base for row in rows if not row.username and not row.errors)
    free = _free(wanting, {identity(row.username) for row in rows if row.username})
    return [replace(row, username=next(free[row.base])) if not row.username and not row.errors else row for row in rows]


def _free(wanting: Counter[str], named: set[str]) -> dict[str, Iterator[str]]:
    """As many free usernames for each base as are wanted: twice as many are tried while there are not enough."""
    found: dict[str, list[str]] = {base: [] for base in wanting}
    tried: Counter[str] = Counter()
    while short := [base for base, number in wanting.items() if len(found[base]) < number]:
        numbers = {base: range(tried[base] + 1, 2 * tried[base] + wanting[base] + 1) for base in short}
        tries = {base: [usernames.numbered(base, number) for number in numbers[base]] for base in short}
        taken = named | taken_usernames(name for names in tries.values() for name in names)
        for base, names in tries.items():
            found[base] += [name for name in names if name not in taken]
            tried[base] += len(names)
    return {base: iter(names) for base, names in found.items()}


def _verdict(row: _Row) -> Verdict:
    person = row.person
    username = "" if row.errors else row.username
    return Verdict(row.line, f"{person.first_name} {person.surname}".strip(), person.email, username, row.errors)


def _of(field: str, errors: Iterable[FieldError]) -> bool:
    return any(error.field == field for error in errors)
