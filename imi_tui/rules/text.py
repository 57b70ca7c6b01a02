"""The normal forms of text: for search, for uniqueness, and for showing what came from data.

Nothing that is shown may move the cursor, change colours, reverse the direction or fill the screen with marks.
"""

from __future__ import annotations

import re
import unicodedata

SIGN = "·"
"""Stands where a character was that a terminal would obey, or that cannot be seen."""

LONGEST = 4000
"""Characters of a text from data that are shown at most."""

MARKS = 4
"""Combining marks kept on one letter."""

_LETTERS = str.maketrans(
    {
        **{"ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ħ": "h", "ı": "i"},
        **{"ŋ": "n", "ĸ": "k", "ŧ": "t", "ς": "σ", "’": "'", "ʼ": "'", "–": "-", "‑": "-"},
    }
)

_SAFE = re.compile(r"[ -~]*")
"""Printable ASCII: the way most text goes, without a look at each character."""

_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_TOO_MANY_MARKS = re.compile(f"({_MARK}{{{MARKS}}}){_MARK}+")

_NEVER_SHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def fold(text: str) -> str:
    """The normal form for search and sorting: no case, no diacritics, compatibility forms resolved. Idempotent."""
    if text.isascii():
        return text.lower()
    folded = text
    for _round in range(3):
        decomposed = unicodedata.normalize("NFKD", folded.casefold())
        stripped = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
        again = stripped.translate(_LETTERS)
        if again == folded:
            break
        folded = again
    return folded


def identity(text: str) -> str:
    """The normal form by which e-mail addresses and usernames are unique: NFKC, no case, no blanks around."""
    found = text
    for _round in range(3):
        again = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", found).casefold()).strip()
        if again == found:
            break
        found = again
    return found


def visible(text: str, limit: int = LONGEST) -> str:
    """A text as it may be shown on one line: nothing a terminal would obey, at most `limit` characters."""
    if len(text) <= limit and _SAFE.fullmatch(text):
        return text
    shown = "".join(map(_shown, unicodedata.normalize("NFC", text[: limit * 4])))
    shown = _TOO_MANY_MARKS.sub(r"\1", shown)
    return shown if len(shown) <= limit else shown[: max(0, limit - 1)] + "…"


def visible_lines(text: str, limit: int = LONGEST) -> str:
    """The same for text of several lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(visible(line, limit) for line in lines)[:limit]


def forbidden(text: str, *, multiline: bool = False) -> bool:
    """Whether an entered text holds characters that are refused: control, bidi, invisible, too many marks."""
    if _SAFE.fullmatch(text):
        return False
    allowed = "\n" if multiline else ""
    return any(
        unicodedata.category(letter) in _NEVER_SHOWN and letter not in allowed and letter != "\u200d" for letter in text
    ) or bool(_TOO_MANY_MARKS.search(unicodedata.normalize("NFC", text)))


def _shown(letter: str) -> str:
    if letter in "\t\n\r\u00a0":
        return " "
    return SIGN if unicodedata.category(letter) in _NEVER_SHOWN else letter
