"""The normal form for searching across scripts: Greek and Cyrillic in Latin letters, no case, no diacritics.

What is typed and what is stored go through the same function, so that «Θεσσαλονίκη», “Thessaloniki” and “THESSALONÍKI”
are one word. Greek follows ELOT 743 (ISO 843, type 2), Bulgarian the official Streamlined System. The tables are our
own because no library has these two: anyascii and Unidecode know letters only (“Eyaggelia”), cyrtranslit writes
Bulgarian by an older norm (“Sofiya”, “Bălgariya”) and Greek letter by letter (“Oyzo”).

Where the standards go by an accent (αυ against άυ) we do not: a search has no regard to diacritics.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from imi_tui.rules.text import fold

VERSION = "1"
"""Of the normal form and of what is indexed in it: an index of another version is made anew."""

INDEXED = "search_index"
"""The fact of a database that names the version of its index; missing until everything is indexed."""

GROWTH = 18
"""The normal form has at most this many times the letters of the text."""

Span = tuple[int, int]
"""From where to where in a text."""

_GREEK = {
    **{"α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l"},
    **{"μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "τ": "t", "υ": "y", "φ": "f", "χ": "ch"},
    **{"ψ": "ps", "ω": "o"},
}
_CYRILLIC = {
    **{"а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "y", "к": "k"},
    **{"л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h"},
    **{"ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ъ": "a", "ь": "y", "ю": "yu", "я": "ya"},
    # Not Bulgarian, but met in names.
    **{"ы": "y", "э": "e", "ё": "e", "і": "i", "ї": "i", "є": "ye"},
}
_LETTERS = str.maketrans(_GREEK | _CYRILLIC)
_SHORT_I = str.maketrans({"й": "y", "Й": "y"})

_OTHER_SCRIPT = re.compile("[^\x00-\u036f]")
_PAIRS = (
    (re.compile("ου"), "ou"),
    # Voiced before a vowel or a voiced consonant, else voiceless.
    (re.compile("([αεη])υ(?=[αεηιοωυβγδζλμνρ])"), r"\1β"),
    (re.compile("([αεη])υ"), r"\1φ"),
    (re.compile("γ(?=[γξχ])"), "n"),
    (re.compile(r"\bμπ|μπ\b"), "b"),
    # The country's own name is the one exception of the law.
    (re.compile(r"\bбългария\b"), "bulgaria"),
    (re.compile(r"ия\b"), "ia"),
)
_WORD = re.compile(r"[^\W_]+")
_ORIGINAL_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f])+")


def normal(text: str) -> str:
    """The normal form of a text. Idempotent; of any text, and never longer than `GROWTH` times it."""
    if _OTHER_SCRIPT.search(text):
        # Folding would take the breve from й, which is a letter of its own.
        text = unicodedata.normalize("NFC", text).translate(_SHORT_I)
    folded = fold(text)
    if not _OTHER_SCRIPT.search(folded):
        return folded
    for pattern, letters in _PAIRS:
        folded = pattern.sub(letters, folded)
    return folded.translate(_LETTERS)


def words(text: str) -> list[str]:
    """The words of a text in normal form, in order: what is neither letter nor digit separates them."""
    return [part for word in _ORIGINAL_WORD.findall(text) for part in _parts(word)]


def spelt(text: str) -> list[tuple[str, str]]:
    """The same with each word as it is written before it."""
    return [(word, part) for word in _ORIGINAL_WORD.findall(text) for part in _parts(word)]


def joined(text: str) -> str:
    """The words of a text run together: however a name is spaced, dotted or hyphenated, it is this."""
    return "".join(words(text))


class Places:
    """A text taken apart, to be asked where in it words stand; the answers are spans of the original, in order."""

    def __init__(self, text: str) -> None:
        self._words = _apart(text)

    def beginning(self, wanted: Iterable[str]) -> list[Span]:
        """Where a word begins with one of these (in normal form)."""
        wanted = tuple(wanted)
        found = []
        for start, word, form, even in self._words:
            if form.startswith(wanted):
                longest = len(wanted[0]) if len(wanted) == 1 else max(len(w) for w in wanted if form.startswith(w))
                found.append((start, start + (longest if even else _end(word, longest))))
        return found

    def within(self, part: str) -> list[Span]:
        """Where a word has this (in normal form) within it."""
        found = []
        for start, word, form, even in self._words:
            if part in form:
                begin = form.find(part)
                end = begin + len(part)
                span = (begin, end) if even else (_begin(word, begin), _end(word, end))
                found.append((start + span[0], start + span[1]))
        return found


@lru_cache(maxsize=1_000)
def _apart(text: str) -> tuple[tuple[int, str, str, bool], ...]:
    """The words of a text: where each begins, its normal form, and whether that corresponds letter by letter.

    Kept, since much the same page is shown at each letter that is typed.
    """
    found = []
    for match in _ORIGINAL_WORD.finditer(text):
        word, form = match.group(), _form(match.group())
        found.append((match.start(), word, form, len(word) == len(form) and not _OTHER_SCRIPT.search(word)))
    return tuple(found)


@lru_cache(maxsize=20_000)
def _form(word: str) -> str:
    return normal(word)


@lru_cache(maxsize=20_000)
def _parts(word: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_form(word)))


def _begin(word: str, place: int) -> int:
    """The letter of a word that has a place in its normal form; a letter stands or falls whole."""
    return max(begin for begin in range(len(word)) if len(_form(word[:begin])) <= place)


def _end(word: str, place: int) -> int:
    """The end in a word of what ends at a place in its normal form."""
    return next((end for end in range(1, len(word)) if len(_form(word[:end])) >= place), len(word))
