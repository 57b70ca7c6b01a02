"""Passwords: what one must be like (S4.8), and how a temporary one is made."""

from __future__ import annotations

import re
import string
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from imi_tui.rules.text import fold

SHORTEST = 8
LONGEST = 1024

RECENT = 5
"""How many of the last passwords may not come again."""

_SHORTEST_COMMON = 5
"""Characters from which on a common word counts as the password itself, whatever stands around it."""

_SHORTEST_PERSONAL = 4
"""Letters from which on a part of a name or an address counts; three letters are in many words."""

_LETTERS = "abcdefghijkmnopqrstuvwxyz"
_CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"
"""Without l, I, O, 0, 1: a temporary password is read off a mail and typed."""


class Requirement(StrEnum):
    """One requirement of a password, to be ticked off as one types."""

    LENGTH = "password_length"
    MAX_LENGTH = "password_max_length"
    UPPER = "password_upper"
    LOWER = "password_lower"
    DIGIT = "password_digit"
    PERSONAL = "password_personal"
    COMMON = "password_common"


@dataclass(frozen=True)
class Demands:
    """What is asked of a person's new password beside letters and digits.

    `minimum` is the deployment's number of characters; `personal` are name, username and e-mail address, which may not
    stand in it.
    """

    minimum: int = SHORTEST
    personal: tuple[str, ...] = ()


def normal(password: str) -> str:
    """The form that is judged and hashed: NFKC, so that the same password from another keyboard matches.

    Half characters from a broken terminal, which no hash can be made of, are spelt out.
    """
    whole = password.encode("utf-8", "backslashreplace").decode("utf-8")
    return unicodedata.normalize("NFKC", whole)


def check(password: str, demands: Demands = Demands()) -> dict[Requirement, bool]:
    """Each requirement and whether it is met. Letters and digits are those of any script.

    A script without case (Hebrew, Arabic, …) has neither upper- nor lower-case letters, so a password in such a script
    alone does not do; Latin, Greek and Cyrillic all have both. Whether it is one of the last `RECENT` is not judged
    here: that needs the hashes.
    """
    text = normal(password)
    kinds = {unicodedata.category(letter) for letter in text}
    return {
        Requirement.LENGTH: len(text) >= demands.minimum,
        Requirement.MAX_LENGTH: len(text) <= LONGEST,
        Requirement.UPPER: bool(kinds & {"Lu", "Lt"}),
        Requirement.LOWER: "Ll" in kinds,
        Requirement.DIGIT: "Nd" in kinds,
        Requirement.PERSONAL: bool(text) and not _is_personal(text, demands.personal),
        Requirement.COMMON: bool(text) and not is_common(text),
    }


def is_common(password: str) -> bool:
    """Whether this is one of the most common passwords, or one with digits or signs put around it.

    The list is that of the package zxcvbn. It is loaded at the first password that could be on it.
    """
    text = normal(password[:LONGEST]).casefold()
    core = text.strip(string.digits + string.punctuation)
    return len(text) >= _SHORTEST_COMMON and not {text, core}.isdisjoint(_common())


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= _SHORTEST_COMMON)


def _is_personal(text: str, personal: tuple[str, ...]) -> bool:
    """Whether a name, the username or the address stands in it, whole or a word of some length.

    Of an address, the words before the @ count: those after it are many people's.
    """
    folded = fold(text)
    words = {word for one in personal for word in (fold(one), *re.findall(r"\w+", fold(one.partition("@")[0])))}
    return any(word in folded for word in words if len(word) >= _SHORTEST_PERSONAL)


def generate_temporary() -> str:
    """A new temporary password: twelve letters and digits in groups, easy to retype, meeting every requirement."""
    import secrets  # here, since the log-in is painted without it

    while True:
        letters = [secrets.choice(_LETTERS + _CAPITALS + _DIGITS) for _ in range(12)]
        password = "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))
        if all(check(password).values()):
            return password
