"""A tree of keywords with check boxes, as pure values: marks of parents, filtering that keeps the path, toggling.

Only leaves are chosen; a parent stands for the leaves under it and shows how many of them are: none, some, all.
A keyword is found by its name and by the further words for it: its names in other languages, its synonyms (S2.6, B1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from imi_tui.rules.text import fold


class Mark(Enum):
    """What a check box shows."""

    OFF = "off"
    SOME = "some"
    ON = "on"


@dataclass(frozen=True)
class Keyword:
    """A keyword by code and name in the reader's language; `parent` is the code above, or empty.

    `words` are further ones by which it is found: its names in other languages, and synonyms.
    """

    code: str
    name: str
    parent: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One line of the tree as it is shown now; `by` is the further word that the filter found it by, if that did."""

    code: str
    name: str
    depth: int
    leaf: bool
    open: bool
    mark: Mark
    chosen: int
    total: int
    by: str = ""


class Forest:
    """The keywords in the catalogue's order, and the questions the widget asks of them."""

    def __init__(self, keywords: Sequence[Keyword]) -> None:
        self._known = {keyword.code: keyword for keyword in keywords}
        self._below: dict[str, list[str]] = {}
        for keyword in keywords:
            self._below.setdefault(keyword.parent, []).append(keyword.code)

    def __len__(self) -> int:
        return len(self._leaves)

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {code: fold(keyword.name) for code, keyword in self._known.items()}

    @cached_property
    def _further(self) -> dict[str, list[tuple[str, list[str]]]]:
        """The further words of each keyword, each with its folded parts."""
        return {code: [(word, _parts(word)) for word in keyword.words] for code, keyword in self._known.items()}

    @cached_property
    def _under(self) -> dict[str, frozenset[str]]:
        return {
            code: frozenset(found for found in [code, *self._walk(code)] if found in self._leaves)
            for code in self._known
        }

    @cached_property
    def _leaves(self) -> frozenset[str]:
        return frozenset(code for code in self._known if code not in self._below)

    @property
    def parents(self) -> frozenset[str]:
        """The codes that have others under them."""
        return frozenset(self._below) - {""}

    def name(self, code: str) -> str:
        """The name of a keyword; its code where the catalogue no longer knows it."""
        return self._known[code].name if code in self._known else code

    def path(self, code: str) -> list[str]:
        """The names from the top down to the keyword itself."""
        names = [self.name(code)]
        while code in self._known and (code := self._known[code].parent):
            names.append(self.name(code))
        return names[::-1]

    def above(self, code: str) -> list[str]:
        """The codes above a keyword, from the nearest up."""
        codes = []
        while code in self._known and (code := self._known[code].parent):
            codes.append(code)
        return codes

    def in_order(self, chosen: Iterable[str]) -> list[str]:
        """The chosen codes in the order of the tree; those it does not know at the end."""
        place = {code: number for number, code in enumerate(self._walk(""))}
        return sorted(chosen, key=lambda code: (place.get(code, len(place)), code))

    def leaves(self, code: str, text: str = "") -> frozenset[str]:
        """The leaves under a parent (or the leaf itself) that a filter leaves visible."""
        return self._under.get(code, frozenset()) & self._around(self.matches(text))

    def rows(self, chosen: frozenset[str], opened: frozenset[str], text: str = "") -> list[Row]:
        """The lines to be shown: what is opened, or with a filter every match with its path and what is under it."""
        matches = self.matches(text)
        opened = self.parents if matches is not None else opened
        return list(self._lines("", 0, chosen, opened, self._around(matches), matches or {}))

    def matches(self, text: str) -> dict[str, str] | None:
        """The codes that a filter finds → the further word that it found, empty where it is the name.

        All its words occur in the name, or begin words of one of the further ones (which would else be found by any
        letter). None without a filter.
        """
        words = fold(text).split()
        if not words:
            return None
        found: dict[str, str] = {}
        for code, name in self._folded.items():
            if all(word in name for word in words):
                found[code] = ""
                continue
            for further, parts in self._further[code]:
                if all(any(part.startswith(word) for part in parts) for word in words):
                    found[code] = further
                    break
        return found

    def toggled(self, chosen: frozenset[str], code: str, text: str = "") -> frozenset[str]:
        """The chosen codes after Space on a line: only what the filter shows is touched."""
        leaves = self.leaves(code, text)
        return chosen - leaves if leaves <= chosen else chosen | leaves

    def _lines(
        self,
        parent: str,
        depth: int,
        chosen: frozenset[str],
        opened: frozenset[str],
        shown: frozenset[str],
        matches: Mapping[str, str],
    ) -> Iterator[Row]:
        for code in self._below.get(parent, ()):
            if code not in shown:
                continue
            leaves = self._under[code]
            on = len(leaves & chosen)
            mark = Mark.OFF if not on else Mark.ON if on == len(leaves) else Mark.SOME
            leaf, is_open, by = code in self._leaves, code in opened, matches.get(code, "")
            yield Row(code, self.name(code), depth, leaf, is_open, mark, on, len(leaves), by)
            if is_open:
                yield from self._lines(code, depth + 1, chosen, opened, shown, matches)

    def _around(self, matches: Mapping[str, str] | None) -> frozenset[str]:
        """What a filter leaves: each match, the way up to it and all that is under it; all without a filter."""
        if matches is None:
            return frozenset(self._known)
        return frozenset(near for code in matches for near in (code, *self.above(code), *self._walk(code)))

    def _walk(self, parent: str) -> Iterable[str]:
        """Everything under a code, in the order of the tree."""
        for code in self._below.get(parent, ()):
            yield code
            yield from self._walk(code)


def _parts(word: str) -> list[str]:
    """The folded parts of a further word, at the beginnings of which it is found."""
    return re.findall(r"\w+", fold(word))
