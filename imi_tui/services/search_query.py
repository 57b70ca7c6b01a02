"""What was typed, word by word: what each may stand for in the index, as a beginning, a code, an address or a slip."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from db import search
from db.search import Term
from imi_tui.rules.likeness import likenesses
from imi_tui.rules.script import joined, spelt, words
from imi_tui.services.search_index import LONGEST_NAME, host
from imi_tui.services.search_words import CatalogueWords

LONGEST = 200
"""Characters of the query that are looked at."""

MOST_WORDS = 8
"""Words of the query that are looked for."""

SHORT = 3
"""Words of so many letters or fewer (of, un, für) decide nothing where there are longer ones."""

NAMES = ("official", "informal")
PLACES = (*NAMES, "town")
TEXTS = (*PLACES, "description")

_LIKE = 24
"""Words of the index that a misspelt one is compared with."""

_MEANT = 3
"""Words that a misspelt one is taken for at most."""

_WITHIN = 0.95
"""How alike a word is that has the one typed within it (Arbeitsinspektion, inspektion)."""

_DOTTED = re.compile(r"[\w-]+(\.[\w-]+)*\.[a-z]{2,}(/\S*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Word:
    """A word of the query: as typed, its normal form, the tokens of the codes it names.

    `address` is the form of an e-mail or web address; `last` the word that more letters may follow; `meant` the other
    words that it may be a slip for, with how alike they are, and `slips` the tokens of what those name; `spelt` that
    there is such a word.
    """

    typed: str
    form: str
    codes: tuple[str, ...] = ()
    address: str = ""
    last: bool = False
    meant: Mapping[str, float] = field(default_factory=dict)
    slips: tuple[str, ...] = ()
    spelt: bool = False

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that it may have in a text, the one typed first."""
        return (self.form, *self.meant)

    def terms(self, columns: tuple[str, ...], *, codes: bool = False) -> list[Term]:
        """What meets it in these columns, and with `codes` in the codes too."""
        found = [Term(self.form, columns, prefix=True)]
        if self.address:
            found.append(Term(self.address, ("address",), prefix=True))
        found += [Term(form, columns) for form in self.meant]
        if codes:
            found += [Term(token, ("codes",)) for token in (*self.codes, *self.slips)]
        return found


@dataclass(frozen=True)
class Asked:
    """The query: its words, and all of it run together."""

    words: tuple[Word, ...]
    whole: str

    @property
    def long_words(self) -> tuple[Word, ...]:
        """The words that decide; all of them where all are short."""
        long = tuple(word for word in self.words if len(word.form) > SHORT or word.form.isdecimal())
        return long or self.words


def asked(text: str, known: CatalogueWords) -> Asked:
    """What a text asks for; it may be anything at all."""
    found: list[Word] = []
    for chunk in text[:LONGEST].split():
        forms = words(chunk)
        if forms and ("@" in chunk or "://" in chunk or _DOTTED.fullmatch(chunk)):
            address = joined(chunk if "@" in chunk else host(chunk))
            found.append(Word(chunk, " ".join(forms), address=address))
        else:
            found += [Word(typed, form, known.exactly(form)) for typed, form in spelt(chunk)]
    found = list({word.form: word for word in found}.values())[:MOST_WORDS]
    if found and not found[-1].address:
        found[-1] = replace(found[-1], last=True, codes=known.beginning(found[-1].form))
    return Asked(tuple(found), joined(text[:LONGEST])[:LONGEST_NAME])


def corrected(asked_for: Asked, known: CatalogueWords) -> Asked:
    """The same with the words that each may be a slip for, or that it stands within; two questions per word.

    All of it run together is then of the likeliest words.
    """
    found = tuple(_with_meant(word, known) for word in asked_for.words)
    likeliest = (word.form if word.spelt else next(iter(word.meant), word.form) for word in found)
    return Asked(found, "".join(likeliest)[:LONGEST_NAME])


def _with_meant(word: Word, known: CatalogueWords) -> Word:
    if len(word.form) < SHORT or word.form.isdecimal() or word.address:
        return word
    alike = likenesses(word.form, search.alike(word.form, _LIKE), unfinished=word.last)
    best = sorted(alike, key=lambda form: (-alike[form], form))
    slips = dict.fromkeys(token for form in best[:_MEANT] for token in known.exactly(form) if token not in word.codes)
    meant = {form: alike[form] for form in [form for form in best if not form.startswith(word.form)][:_MEANT]}
    if len(word.form) > SHORT + 1:
        meant.update((longer, _WITHIN) for longer in search.containing(word.form, _MEANT) if longer not in meant)
    return replace(word, meant=meant, slips=tuple(slips), spelt=word.form in alike)
