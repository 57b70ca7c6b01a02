"""The order of what was found: a bounded number of candidates, from the best kind of match on, and the rank of each.

The kinds are asked for one after the other until there are enough. Of a kind that has more than can be looked at not
all are seen, but some of the reader's own country are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from db import search
from db.search import Candidate, Only, Term
from imi_tui.services.search_query import NAMES, PLACES, TEXTS, Asked, Word, corrected
from imi_tui.services.search_words import CatalogueWords, Kind, token

CANDIDATES = 201
"""Authorities that are ranked: there are no further kinds of match asked for once there are so many."""

OWN = 60
"""Those of the reader's own country that are ranked in any case."""

FEW = 3
"""So few, and only in descriptions or without short words: then the spelling is looked into as well."""

FARTHER = 0.08
"""What a correction costs more with each kind of match that is worse; the likeness lost is what it costs itself."""

Groups = Sequence[Sequence[Term]]
Key = tuple[float | str, ...]
"""What the found are sorted by; the id last."""


class Met(IntEnum):
    """How an authority meets the query, best first."""

    EXACTLY = 0
    AT_BEGINNING = 1
    IN_NAMES = 2
    WITH_TOWN = 3
    BY_CODES = 4
    BY_LONG_WORDS = 5
    IN_TEXTS = 6
    CORRECTED = 7
    IN_PART = 8


@dataclass(frozen=True)
class Within:
    """Which authorities come into question: what else they must meet in the index, and in the store."""

    groups: Groups
    only: Only


@dataclass(frozen=True)
class Ranked:
    """An authority found: its key, what is indexed of it, and the words as they were understood."""

    key: Key
    candidate: Candidate
    words: tuple[Word, ...]


def ranked(asked: Asked, known: CatalogueWords, own_country: str, within: Within) -> list[Ranked]:
    """The authorities that meet what was asked for, best first; inside a reading transaction."""
    home = [Term(token(Kind.COUNTRY, own_country), ("codes",))] if own_country else []
    found: dict[int, float] = {}
    for met, groups in _kinds(asked):
        if len(found) >= CANDIDATES:
            break
        _gather(found, float(met), groups, home, within)
    result = _sorted(found, asked.words, own_country)
    best = min(found.values(), default=float(Met.CORRECTED))
    if best >= Met.CORRECTED or (best >= Met.BY_LONG_WORDS and len(found) <= FEW):
        result += _otherwise(corrected(asked, known), found, own_country, home, within)
    return result


def _kinds(asked: Asked) -> Iterator[tuple[Met, Groups]]:
    words = asked.words
    if all(word.address for word in words):
        yield Met.EXACTLY, [[Term(word.address, ("address",))] for word in words]
    else:
        yield Met.EXACTLY, [[Term(asked.whole, ("whole",))]]
    yield Met.AT_BEGINNING, [[Term(asked.whole, ("whole",), prefix=True)]]
    yield Met.IN_NAMES, [word.terms(NAMES) for word in words]
    if len(asked.whole) == 1:
        return
    yield Met.WITH_TOWN, [word.terms(PLACES) for word in words]
    yield Met.BY_CODES, [word.terms(PLACES, codes=True) for word in words]
    if asked.long_words != words:
        yield Met.BY_LONG_WORDS, [word.terms(PLACES, codes=True) for word in asked.long_words]
    yield Met.IN_TEXTS, [word.terms(TEXTS, codes=True) for word in words]


def _otherwise(
    asked: Asked, seen: Mapping[int, float], own_country: str, home: Sequence[Term], within: Within
) -> list[Ranked]:
    """What meets the words if some of them are misspelt; failing that, all the words but one."""
    found = dict(seen)
    if any(word.meant for word in asked.words):
        kinds: list[Groups] = [[[Term(asked.whole, ("whole",))]], [[Term(asked.whole, ("whole",), prefix=True)]]]
        for texts, codes in ((NAMES, False), (PLACES, False), (PLACES, True), (TEXTS, True)):
            kinds.append([word.terms(texts, codes=codes) for word in asked.words])
        for step, groups in enumerate(kinds):
            if len(found) < CANDIDATES:
                _gather(found, Met.CORRECTED + FARTHER * step, groups, home, within)
    if not found and len(asked.words) > 2:
        for left_out in asked.words:
            groups = [word.terms(PLACES, codes=True) for word in asked.words if word is not left_out]
            _gather(found, float(Met.IN_PART), groups, [], within)
    return _sorted({number: met for number, met in found.items() if number not in seen}, asked.words, own_country)


def _gather(found: dict[int, float], met: float, groups: Groups, home: Sequence[Term], within: Within) -> None:
    """Add what meets all groups, at most `CANDIDATES` of them and, where there are more, those of the own country."""
    # All that were found before may come again.
    limit = CANDIDATES + len(found)
    numbers = search.hits([*groups, *within.groups], limit, within.only)
    own = search.hits([*groups, *within.groups, home], OWN, within.only) if len(numbers) == limit and home else []
    fresh = [number for number in numbers if number not in found]
    for number in (*fresh[: max(0, CANDIDATES - len(found))], *own):
        found.setdefault(number, met)


def _sorted(found: Mapping[int, float], words: Sequence[Word], own_country: str) -> list[Ranked]:
    forms = [[(f" {form} ", f" {form}") for form in word.forms] for word in words]
    keyed = []
    for candidate in search.candidates(found):
        met = found[candidate.id]
        cost = _cost(candidate, words) if met >= Met.CORRECTED else 0.0
        missed, inexact, further = _closeness(candidate, forms, with_town=met >= Met.WITH_TOWN)
        inactive, foreign = candidate.status != "active", candidate.country != own_country
        tail = (missed, inexact, further > 0, inactive, foreign, further, candidate.name_key, candidate.id)
        keyed.append(Ranked((round(met + cost, 2), *tail), candidate, tuple(words)))
    keyed.sort(key=lambda one: one.key)
    return keyed


def _closeness(
    candidate: Candidate, words: Sequence[Sequence[tuple[str, str]]], *, with_town: bool
) -> tuple[int, int, int]:
    """Of the best of its names: how many words it lacks, how many are only begun in it, how many more it has."""
    town = f"{candidate.town} " if with_town else ""
    best = (len(words) + 1, 0, 0)
    for name in {candidate.official, *candidate.informal.split("\n")}:
        text = f" {name} {town}"
        missed = inexact = 0
        for forms in words:
            for whole, _begun in forms:
                if whole in text:
                    break
            else:
                inexact += 1
                for _whole, begun in forms:
                    if begun in text:
                        break
                else:
                    missed += 1
        closeness = (missed, inexact, name.count(" ") + 1 - len(words))
        best = min(best, closeness)
    return best


def _cost(candidate: Candidate, words: Sequence[Word]) -> float:
    """How much likeness is lost over the words that were taken for others; nothing for a word that is there."""
    text = f" {candidate.official} {candidate.informal} {candidate.town} ".replace("\n", " ")
    codes = set(candidate.codes.split())
    cost = 0.0
    for word in words:
        if word.meant and f" {word.form}" not in text and codes.isdisjoint(word.codes):
            present = (likeness for form, likeness in word.meant.items() if f" {form} " in text)
            cost += 1 - max(present, default=max(word.meant.values()))
    return cost
