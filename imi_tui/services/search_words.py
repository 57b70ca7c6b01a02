"""The words by which the catalogue's keywords, modules and countries are found, and the tokens they are indexed as.

An authority's entry has codes; their names in every language that the catalogue has stand here, so that a name that is
added or corrected there is found without a look at any authority.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from db.catalogue import Catalogue
from db.catalogue.model import Keyword
from imi_tui.rules.script import words

SHORTEST = 3
"""Letters from which on a word is looked for at the beginning of the catalogue's words; a shorter one must be whole."""

MOST = 60
"""Tokens that one word stands for at most."""


class Kind(StrEnum):
    """What a token stands for; its first letter."""

    KEYWORD = "k"
    MODULE = "m"
    COUNTRY = "c"


@dataclass(frozen=True)
class Code:
    """Something of the catalogue that an authority can have, with its name and further names per language."""

    kind: Kind
    code: str
    names: tuple[tuple[str, str], ...] = field(hash=False)

    def shown(self, language: str) -> str:
        """The name in a language, else in English."""
        by_language = dict(reversed(self.names))
        return by_language.get(language) or by_language["en"]


@cache
def token(kind: Kind, code: str) -> str:
    """The token that a code is indexed as."""
    return kind + re.sub(r"[\W_]+", "", code.lower())


class CatalogueWords:
    """All of the catalogue by the words of its names."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.codes: dict[str, Code] = {}
        self._above = {
            code: tuple(token(Kind.KEYWORD, word.code) for word in catalogue.keyword_path(code))
            for code in catalogue.keywords
        }
        tokens: dict[str, list[str]] = {}
        for code in _codes(catalogue):
            here = token(code.kind, code.code)
            self.codes.setdefault(here, code)
            for _language, name in code.names:
                parts = words(name)
                for word in [*parts, "".join(parts)]:
                    if here not in tokens.setdefault(word, []):
                        tokens[word].append(here)
        self._words = sorted(tokens)
        self._tokens = tokens

    def of_keyword(self, code: str) -> tuple[str, ...]:
        """The tokens of a keyword and of those it stands under."""
        return self._above.get(code) or (token(Kind.KEYWORD, code),)

    def exactly(self, word: str) -> tuple[str, ...]:
        """The tokens of what has this word (in normal form) in one of its names."""
        return tuple(self._tokens.get(word, ()))

    def beginning(self, word: str) -> tuple[str, ...]:
        """The tokens of what a word of the query (in normal form) names, as a whole word or as a beginning."""
        found = dict.fromkeys(self._tokens.get(word, ()))
        if len(word) >= SHORTEST:
            at = bisect_left(self._words, word)
            while at < len(self._words) and self._words[at].startswith(word) and len(found) < MOST:
                found.update(dict.fromkeys(self._tokens[self._words[at]]))
                at += 1
        return tuple(found)[:MOST]

    def spelt(self, tokens: Iterable[str]) -> set[str]:
        """The words of the names of these tokens."""
        return {
            word
            for one in tokens
            if one in self.codes
            for _language, name in self.codes[one].names
            for word in words(name)
        }


_known: tuple[Catalogue, CatalogueWords] | None = None


def catalogue_words(catalogue: Catalogue) -> CatalogueWords:
    """The words of a catalogue, made once."""
    global _known  # noqa: PLW0603  # one catalogue per process, as a rule
    if _known is None or _known[0] is not catalogue:
        _known = (catalogue, CatalogueWords(catalogue))
    return _known[1]


def _codes(catalogue: Catalogue) -> Iterator[Code]:
    for keyword in catalogue.keywords.values():
        yield _keyword(keyword)
    for module in catalogue.modules.values():
        shorts = tuple(module.shorts.items())
        yield Code(Kind.MODULE, module.code, (*module.names.items(), *shorts, ("", module.legal_basis)))
        for keyword in module.keywords:
            yield _keyword(keyword)
    for country in catalogue.countries.values():
        yield Code(Kind.COUNTRY, country.code, (*country.names.items(), ("", country.code)))


def _keyword(keyword: Keyword) -> Code:
    synonyms = ((language, word) for language, found in keyword.synonyms.items() for word in found)
    return Code(Kind.KEYWORD, keyword.code, (*keyword.names.items(), *synonyms))
