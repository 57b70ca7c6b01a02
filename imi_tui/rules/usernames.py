"""Usernames: proposed from a name in any of the Union's scripts, and what an own one must be like (S3.10)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import partial
from itertools import count

from imi_tui.rules.text import fold

SURNAME, FIRST_NAME = 5, 3
"""How many letters a proposal takes of each."""

SHORTEST, LONGEST = 3, 32

_OWN = re.compile(r"[a-zA-Z][a-zA-Z0-9._-]*")

# Greek by ELOT 743, Bulgarian by the Streamlined System: single letters, after folding (no accents, no final sigma).
_GREEK = dict(zip("αβγδεζηικλμνξοπρστυφω", "a v g d e z i i k l m n x o p r s t y f o".split(), strict=True))
_GREEK |= {"θ": "th", "χ": "ch", "ψ": "ps"}
_CYRILLIC = dict(zip("абвгдезиклмнопрстуфъыэ", "a b v g d e z i k l m n o p r s t u f a y e".split(), strict=True))
_CYRILLIC |= {
    **{"ж": "zh", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ь": "y", "ю": "yu", "я": "ya"},
    **{"ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "і": "i", "є": "e"},
}
_LATIN_OF = str.maketrans(_GREEK | _CYRILLIC)

# What hangs on neighbours or accents and so comes before folding: `αύ` is one sound, `αϋ` and `άυ` are two.
_TOGETHER: list[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern), latin)
    for pattern, latin in (
        *((f"{vowel}[υύ](?=[αάβγδεέζηήιίϊΐλμνοόρυύϋΰωώ])", f"{latin}v") for vowel, latin in ("αa", "εe", "ηi")),
        *((f"{vowel}[υύ]", f"{latin}f") for vowel, latin in ("αa", "εe", "ηi")),
        ("ο[υύ]", "ou"),
        ("γγ", "ng"),
        ("γξ", "nx"),
        ("γχ", "nch"),
        (r"\bμπ|μπ\b", "b"),
        (r"ия\b", "ia"),
        ("й", "y"),
    )
]


def latin(name: str) -> str:
    """A name in the letters a to z; what has no transliteration falls away."""
    text = unicodedata.normalize("NFKC", name).lower()
    for pattern, letters in _TOGETHER:
        text = pattern.sub(letters, text)
    return re.sub("[^a-z]", "", fold(text).translate(_LATIN_OF))


def propose(first_name: str, surname: str, is_taken: Callable[[str], bool]) -> str:
    """A free username: that of `base`, with a number where it is taken."""
    wished = base(first_name, surname)
    return next(name for name in map(partial(numbered, wished), count(1)) if not is_taken(name))


def numbered(wished: str, number: int) -> str:
    """The first, second, … username that is tried where this one is wished for."""
    return wished if number == 1 else f"{wished}{number}"


def base(first_name: str, surname: str) -> str:
    """What a username is made of: five letters of the surname, three of the first name."""
    given, family = latin(first_name), latin(surname)
    letters = family[:SURNAME] + given[:FIRST_NAME]
    if len(letters) < 4:
        letters = (family + given)[: SURNAME + FIRST_NAME]
    return letters if len(letters) >= 4 else f"user{letters}"


def problem(username: str) -> str | None:
    """Why an own username is not acceptable, as a code; None where it is."""
    if not username:
        return "required"
    if not SHORTEST <= len(username) <= LONGEST:
        return "username_length"
    return None if _OWN.fullmatch(username) else "username_letters"
