"""The names of what the record tells of by code and by id, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from db.models import Authority, Entry, EntryValues, User
from imi_tui.context import Context
from imi_tui.rules.activity import Names
from imi_tui.rules.verbs import Verb

OF_AUTHORITIES = frozenset({"manager", "access_coordinator", "coordinators", "commission"})
"""The fields whose numbers are authorities."""


def ids_in(values: Mapping[str, tuple[object, object]]) -> tuple[set[int], set[int]]:
    """The users and the authorities that values name by id."""
    users: set[int] = set()
    authorities: set[int] = set()
    for field, pair in values.items():
        if field in OF_AUTHORITIES:
            authorities.update(_numbers(pair))
        elif field == "rights":
            users.update(_numbers(pair))
    return users, authorities


def names(ctx: Context, users: Iterable[int], authorities: Iterable[int], language: str, *, of_the_gone: bool) -> Names:
    """The names of these users and authorities, and of everything in the catalogue; inside a transaction.

    With `of_the_gone`, those of deleted users are what the record still knows.
    """
    catalogue = ctx.catalogue
    wanted = set(users)
    people = User.select(User.id, User.first_name, User.surname).where(User.id.in_(wanted)).tuples()
    called = {user_id: f"{first_name} {surname}" for user_id, first_name, surname in people}
    if of_the_gone:
        called |= _names_of_the_gone(wanted - called.keys())
    places = Authority.select(Authority.id, Authority.official_name).where(Authority.id.in_(set(authorities))).tuples()
    modules = catalogue.modules.items()
    return Names(
        modules={code: module.short(language) for code, module in modules},
        roles={code: role.name(language) for code, role in catalogue.roles.items()},
        rights={f"{code}:{right.code}": right.name(language) for code, module in modules for right in module.rights},
        keywords={
            **{code: keyword.name(language) for code, keyword in catalogue.keywords.items()},
            **{keyword.code: keyword.name(language) for _code, module in modules for keyword in module.keywords},
        },
        users=called,
        authorities=dict(places),
    )


def _names_of_the_gone(users: set[int]) -> dict[int, str]:
    """What the record knows of people who are no longer there, as long as it has not been erased."""
    told = (
        Entry.select(Entry.subject_id, Entry.verb, EntryValues.values)
        .join(EntryValues, on=(EntryValues.entry == Entry.id))
        .where(Entry.subject_id.in_(users), Entry.verb.in_([Verb.USER_REGISTERED.code, Verb.USER_DELETED.code]))
        .order_by(Entry.id)
    )
    found = {}
    for user_id, verb, text in told.tuples():
        values = json.loads(text)
        place = 0 if verb == Verb.USER_DELETED.code else 1
        parts = [values[name][place] for name in ("first_name", "surname") if name in values]
        if parts and all(isinstance(part, str) for part in parts):
            found[user_id] = " ".join(parts)
    return found


def _numbers(value: object) -> set[int]:
    """All numbers anywhere in a value."""
    if isinstance(value, bool):
        return set()
    if isinstance(value, int):
        return {value}
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return {number for part in value for number in _numbers(part)}
    return set()
