"""The kinds of what the record tells, for filtering, and the names of what its codes and ids stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from imi_tui.rules.verbs import Verb


class Kind(StrEnum):
    """What an entry is about."""

    LOGINS = "logins"
    PASSWORDS = "passwords"
    USERS = "users"
    AUTHORITY = "authority"
    ACCESS = "access"


_KINDS = {
    "login": Kind.LOGINS,
    "session": Kind.LOGINS,
    "password": Kind.PASSWORDS,
    "user": Kind.USERS,
    "account": Kind.USERS,
    "person": Kind.USERS,
    "mail": Kind.USERS,
    "authority": Kind.AUTHORITY,
    "translation": Kind.AUTHORITY,
    "database": Kind.AUTHORITY,
    "module": Kind.ACCESS,
    "handover": Kind.ACCESS,
}
"""The kind of each verb, by what stands before its colon."""


def kind_of(verb: Verb) -> Kind:
    """What a verb is about. Raises `KeyError` for one that nobody has put anywhere."""
    return _KINDS[verb.code.partition(":")[0]]


def codes_of(kind: Kind) -> tuple[str, ...]:
    """The codes of all verbs of a kind."""
    return tuple(verb.code for verb in Verb if kind_of(verb) is kind)


@dataclass(frozen=True)
class Names:
    """What codes and ids stand for, in the reader's language; who or what is gone is not in it.

    `rights` are by `module:right`.
    """

    modules: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    rights: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[int, str] = field(default_factory=dict)
    authorities: Mapping[int, str] = field(default_factory=dict)
