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

_SAFE = re.compile("[ -~À-ÖØ-öø-ſΈ-ΊΌΎ-ΡΣ-ώЀ-ҁ–—‘-„€]*")
"""The way most text goes, without a look at each character: composed letters that mean nothing to a terminal."""

_NEVER_SHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

_UNSEEN = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
"""Fillers and variation selectors: letters or marks by category, but nothing is seen of them."""

_BLANKS = str.maketrans("\t\n\r\u00a0", "    ")


def fold(text: str) -> str:
    """The normal form for search and sorting: no case, no diacritics, compatibility forms resolved. Idempotent."""
    if text.isascii():
        return text.lower()
    folded = storable(text)
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
    found = text.encode("utf-8", "backslashreplace").decode("utf-8")  # no store takes half characters
    for _round in range(3):
        again = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", found).casefold()).strip()
        if again == found:
            break
        found = again
    return found


def storable(text: str) -> str:
    """A text as a store can be asked for it: none takes half characters, and nothing that is stored has any."""
    return text.encode("utf-8", "replace").decode("utf-8")


def visible(text: str, limit: int = LONGEST) -> str:
    """A text as it may be shown on one line: nothing a terminal would obey, at most `limit` characters. Idempotent."""
    if len(text) <= limit and _SAFE.fullmatch(text):
        return text
    # Far more than is shown is not even looked at; four times leaves room for the marks that fall away.
    looked_at = text[: max(0, limit) * 4]
    return _cut(_cleaned(_composed(looked_at.translate(_BLANKS))), limit, whole=looked_at == text)


def visible_lines(text: str, limit: int = LONGEST) -> str:
    """The same for text of several lines, whose ends are kept as `\\n`."""
    looked_at = text[: max(0, limit) * 4]
    lines = looked_at.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    shown = "\n".join(_cleaned(_composed(line.translate(_BLANKS))) for line in lines)
    return _cut(shown, limit, whole=looked_at == text)


def forbidden(text: str, *, multiline: bool = False) -> bool:
    """Whether an entered text holds characters that are refused: control, bidi, invisible, too many marks.

    It is refused exactly when `visible` would have to put the sign somewhere or leave marks out. That includes the
    zero-width joiner: two names that look the same must be the same.
    """
    if _SAFE.fullmatch(text):
        return False
    composed = _composed(text.replace("\n", " ") if multiline else text)
    return _cleaned(composed) != composed


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _cleaned(text: str) -> str:
    """The sign for what cannot be shown; no more than `MARKS` characters stacked on one."""
    shown: list[str] = []
    stacked = 0
    for letter in text:
        kind = unicodedata.category(letter)
        if kind in _NEVER_SHOWN or letter in _UNSEEN:
            shown.append(SIGN)
            stacked = 0
            continue
        # Vowels and finals of Hangul that found no syllable take no room of their own either.
        stacks = kind[0] == "M" or "\u1160" <= letter <= "\u11ff" or "\ud7b0" <= letter <= "\ud7ff"
        stacked = stacked + 1 if stacks else 0
        if stacked <= MARKS:
            shown.append(letter)
    return "".join(shown)


def _cut(text: str, limit: int, *, whole: bool) -> str:
    if whole and len(text) <= limit:
        return text
    return text[: limit - 1] + "…" if limit > 0 else ""
