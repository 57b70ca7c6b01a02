"""Passwords: what one must be like (S4.8), and how a temporary one is made."""

from __future__ import annotations

import secrets
import unicodedata
from enum import StrEnum

SHORTEST = 8
LONGEST = 1024

RECENT = 5
"""How many of the last passwords may not come again."""

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


def normal(password: str) -> str:
    """The form that is judged and hashed: NFKC, so that the same password from another keyboard matches.

    Half characters from a broken terminal, which no hash can be made of, are spelt out.
    """
    whole = password.encode("utf-8", "backslashreplace").decode("utf-8")
    return unicodedata.normalize("NFKC", whole)


def check(password: str) -> dict[Requirement, bool]:
    """Each requirement and whether it is met. Letters and digits are those of any script.

    A script without case (Hebrew, Arabic, …) has neither upper- nor lower-case letters, so a password in such a script
    alone does not do; Latin, Greek and Cyrillic all have both. Whether it is one of the last `RECENT` is not judged
    here: that needs the hashes.
    """
    text = normal(password)
    kinds = {unicodedata.category(letter) for letter in text}
    return {
        Requirement.LENGTH: len(text) >= SHORTEST,
        Requirement.MAX_LENGTH: len(text) <= LONGEST,
        Requirement.UPPER: bool(kinds & {"Lu", "Lt"}),
        Requirement.LOWER: "Ll" in kinds,
        Requirement.DIGIT: "Nd" in kinds,
    }


def generate_temporary() -> str:
    """A new temporary password: twelve letters and digits in groups, easy to retype, meeting every requirement."""
    while True:
        letters = [secrets.choice(_LETTERS + _CAPITALS + _DIGITS) for _ in range(12)]
        password = "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))
        if all(check(password).values()):
            return password
