"""Usernames: proposed from a name in any of the Union's scripts, and what an own one must be like (S3.10)."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

from imi_tui.rules.text import fold

SURNAME, FIRST_NAME = 5, 3
"""How many letters a proposal takes of each."""

SHORTEST, LONGEST = 3, 32

_OWN = re.compile(r"[a-zA-Z][a-zA-Z0-9._-]*")

# Greek by ELOT 743, Bulgarian by the Streamlined System, after folding (no accents, no final sigma).
_GREEK = dict(zip("αβγδεζηικλμνξοπρστυφω", "a v g d e z i i k l m n x o p r s t y f o".split(), strict=True)) | {
    **{"θ": "th", "χ": "ch", "ψ": "ps"},
    **{"ου": "ou", "αυ": "av", "ευ": "ev", "γγ": "ng", "γξ": "nx", "γχ": "nch", "μπ": "b"},
}
_CYRILLIC = dict(
    zip("абвгдезийклмнопрстуфъыэ", "a b v g d e z i y k l m n o p r s t u f a y e".split(), strict=True)
) | {
    **{"ж": "zh", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ь": "y", "ю": "yu", "я": "ya"},
    **{"ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ё": "e", "і": "i", "ї": "i", "є": "e"},
}
_TABLE = _GREEK | _CYRILLIC
_SCRIPTS = re.compile("|".join(sorted(map(re.escape, _TABLE), key=len, reverse=True)))


def latin(name: str) -> str:
    """A name in the letters a to z; what has no transliteration falls away."""
    return re.sub("[^a-z]", "", _SCRIPTS.sub(lambda found: _TABLE[found[0]], fold(name)))


def propose(first_name: str, surname: str, is_taken: Callable[[str], bool]) -> str:
    """A free username: five letters of the surname, three of the first name, a number where it is taken."""
    given, family = latin(first_name), latin(surname)
    base = family[:SURNAME] + given[:FIRST_NAME]
    if len(base) < 4:
        base = (family + given)[: SURNAME + FIRST_NAME]
    if len(base) < 4:
        base = f"user{base}"
    if not is_taken(base):
        return base
    return next(name for name in (f"{base}{number}" for number in count(2)) if not is_taken(name))


def problem(username: str) -> str | None:
    """Why an own username is not acceptable, as a code; None where it is."""
    if not username:
        return "required"
    if not SHORTEST <= len(username) <= LONGEST:
        return "username_length"
    return None if _OWN.fullmatch(username) else "username_letters"
