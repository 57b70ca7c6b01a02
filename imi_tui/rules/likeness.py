"""How alike two words are that may be the same but for a slip of the fingers."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

ALIKE = 0.74
"""From here on one word may be meant by the other."""

OTHER_START = 0.95
"""What a likeness counts for where the first letters differ: that is where slips are rare."""

UNFINISHED = 0.97
"""What a likeness counts for with a word that is still being typed."""


def likenesses(typed: str, words: Iterable[str], *, unfinished: bool = False) -> dict[str, float]:
    """Which of the words may be meant by the one typed, and how alike they are, at most 1.

    `unfinished` allows for more letters to come.
    """
    found: dict[str, float] = {}
    matcher = SequenceMatcher(None, "", typed, autojunk=False)
    for word in words:
        likeness = _ratio(matcher, word)
        if unfinished and len(word) > len(typed):
            likeness = max(likeness, UNFINISHED * _ratio(matcher, word[: len(typed)]))
        if likeness >= ALIKE:
            found[word] = likeness if typed[:1] == word[:1] else likeness * OTHER_START
    return found


def _ratio(matcher: SequenceMatcher[str], word: str) -> float:
    matcher.set_seq1(word)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()
