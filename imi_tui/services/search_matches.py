"""Why an authority was found: for each word of the query the text in which it stands, and where in it.

Fields are looked at from the names on; a further one is named only for words that those before it do not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from imi_tui.rules.script import Places, Span, joined
from imi_tui.services.search_query import Word
from imi_tui.services.search_words import CatalogueWords, Kind

AROUND = 40
"""Characters of a description that are shown before a word."""

EXCERPT = 200
"""Characters of a description that are shown."""


class Field(StrEnum):
    """Where a word of the query was found."""

    OFFICIAL_NAME = "official_name"
    INFORMAL_NAME = "informal_name"
    TOWN = "town"
    KEYWORD = "keyword"
    MODULE = "module"
    COUNTRY = "country"
    ADDRESS = "address"
    DESCRIPTION = "description"


_ORDER = list(Kind)
_FIELDS = {Kind.KEYWORD: Field.KEYWORD, Kind.MODULE: Field.MODULE, Kind.COUNTRY: Field.COUNTRY}


@dataclass(frozen=True)
class Match:
    """Why an authority was found: the words typed that were found in this field, and where.

    `text` is the original (of a description the part around the word; of a code its name in the reader's language) and
    `spans` the places in it; `language` that of an informal name or a description; `code` that of a keyword, module or
    country. `corrected` are those of the words that were taken for another one, which is where the spans are.
    """

    field: Field
    words: tuple[str, ...]
    text: str
    spans: tuple[Span, ...]
    language: str = ""
    code: str = ""
    corrected: tuple[str, ...] = ()


Text = tuple[str, str]
"""A language and a text in it."""


class Reasons:
    """Gathers the matches of the words of a query in the texts of one authority, asked in the order of `Field`."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._words = words
        self._found: list[Match] = []
        self.open = list(words)

    @property
    def matches(self) -> tuple[Match, ...]:
        """The matches so far."""
        return tuple(self._found)

    @property
    def missed(self) -> tuple[str, ...]:
        """The words, as typed, that were not found."""
        return _typed(self.open)

    def in_names(self, official: str, informal: Sequence[Text], town: str) -> None:
        """Look in the names, the informal one that is shown first, and the town."""
        self._look(Field.OFFICIAL_NAME, official, "", self._words)
        for number, (language, text) in enumerate(informal):
            if number and not self.open:
                break
            self._look(Field.INFORMAL_NAME, text, language, self.open if number else self._words)
        self._look(Field.TOWN, town, "", self._words)

    def in_codes(self, codes: frozenset[str], known: CatalogueWords, language: str) -> None:
        """Look for what the words name in the catalogue, among the tokens of the authority's codes."""
        by_code: dict[str, list[Word]] = {}
        for word in self.open:
            here = [token for token in word.codes if token in codes]
            # A slip names what it was taken for only where the word itself names nothing.
            here = here or [token for token in word.slips if token in codes]
            if here:
                by_code.setdefault(here[0], []).append(word)
        for token, meant in sorted(by_code.items(), key=lambda one: _ORDER.index(known.codes[one[0]].kind)):
            code = known.codes[token]
            text = code.shown(language)
            spans = _joined_up(span for word in meant for span in Places(text).beginning(word.forms))
            slips = _typed(word for word in meant if token not in word.codes)
            self._add(meant, Match(_FIELDS[code.kind], _typed(meant), text, spans, code=code.code, corrected=slips))

    def in_addresses(self, texts: Sequence[str]) -> None:
        """Look for e-mail and web addresses."""
        for text in texts:
            for word in self.open:
                at = text.lower().find(word.typed.lower())
                if word.address and (at >= 0 or word.address in joined(text)):
                    spans = ((at, at + len(word.typed)),) if at >= 0 else ()
                    self._add([word], Match(Field.ADDRESS, (word.typed,), text, spans))
                    break

    def in_descriptions(self, texts: Sequence[Text]) -> None:
        """Look in the descriptions, of which a match shows a part."""
        for language, text in texts:
            self._look(Field.DESCRIPTION, text, language, self.open)

    def _look(self, field: Field, text: str, language: str, words: Sequence[Word]) -> None:
        if not words:
            return
        met: list[Word] = []
        slips: list[Word] = []
        spans: list[Span] = []
        places = Places(text)
        for word in words:
            here = places.beginning(word.form.split())
            if not here and word.meant:
                here = places.within(word.form)
                if not here and (here := places.beginning(word.meant)):
                    slips.append(word)
            if here:
                met.append(word)
                spans += here
        if met:
            shown, moved = (text, 0) if field is not Field.DESCRIPTION else _around(text, min(spans))
            kept = ((begin + moved, end + moved) for begin, end in spans)
            there = _joined_up(span for span in kept if span[0] >= 0 and span[1] <= len(shown))
            self._add(met, Match(field, _typed(met), shown, there, language, corrected=_typed(slips)))

    def _add(self, met: Sequence[Word], match: Match) -> None:
        self._found.append(match)
        self.open = [word for word in self.open if word not in met]


def _typed(words: Iterable[Word]) -> tuple[str, ...]:
    return tuple(word.typed for word in words)


def _joined_up(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, those that overlap made one."""
    found: list[Span] = []
    for begin, end in sorted(set(spans)):
        if found and begin < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return tuple(found)


def _around(text: str, span: Span) -> tuple[str, int]:
    """The part of a text around a span, and by how much its places move."""
    begin = max(0, span[0] - AROUND)
    if begin:
        begin = text.find(" ", begin, span[0]) + 1 or span[0]
    before = "…" if begin else ""
    after = "…" if begin + EXCERPT < len(text) else ""
    return before + text[begin : begin + EXCERPT] + after, len(before) - begin
