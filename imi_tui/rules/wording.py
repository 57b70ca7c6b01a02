"""How two wordings of a text differ: word by word, and in a hint for whoever decides if translations must follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from imi_tui.rules.text import fold

ALIKE = 0.85
"""Share of letters that must agree for a change to look like one of spelling."""

MANY_WORDS = 1500
"""Words from which on those that stand everywhere are left out of the search, so that it stays quick."""

_WORDS = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")


class Side(StrEnum):
    """Where a piece of text stands: in both wordings, in the old one only, in the new one only."""

    BOTH = "both"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """Words that belong together in a comparison."""

    side: Side
    text: str


def compare(old: str, new: str) -> tuple[Piece, ...]:
    """The two wordings word by word, in order: what went before what came (B3).

    Blanks that alone stayed the same between changed words do not part them.
    """
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=max(len(before), len(after)) > MANY_WORDS)
    pieces: list[Piece] = []
    gone = come = ""
    for change, start, end, new_start, new_end in matcher.get_opcodes():
        was, now = "".join(before[start:end]), "".join(after[new_start:new_end])
        if change != "equal" or (was.isspace() and (gone or come)):
            gone, come = gone + was, come + now
            continue
        pieces += [*_changed(gone, come), Piece(Side.BOTH, was)]
        gone = come = ""
    return (*pieces, *_changed(gone, come))


def _changed(gone: str, come: str) -> list[Piece]:
    return [Piece(side, text) for side, text in ((Side.OLD, gone), (Side.NEW, come)) if text]


def looks_minor(old: str, new: str) -> bool:
    """Whether the change looks like one of case, punctuation or spelling, and not of meaning."""
    before, after = (re.findall(r"\w+", fold(text)) for text in (old, new))
    if before == after:
        return True
    return len(before) == len(after) and all(map(_alike, before, after))


def excerpts(old: str, new: str, length: int) -> tuple[str, str]:
    """Both wordings from the first word that differs on, each of about `length` characters: enough for a hint."""
    start = 0
    if max(len(old), len(new)) > length:
        for one, other in zip(_WORDS.finditer(old), _WORDS.finditer(new), strict=False):
            if one.group() != other.group():
                break
            start = one.end()
    return _excerpt(old, start, length), _excerpt(new, start, length)


def _excerpt(text: str, start: int, length: int) -> str:
    begin = "…" if start and text else ""
    end = "…" if len(text) > start + length else ""
    return begin + text[start : start + length].rstrip() + end


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE
