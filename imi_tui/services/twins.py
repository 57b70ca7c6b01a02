"""Authorities that may be the one that is about to be registered: an authority is registered once only (B2, S1.9).

What is known of the new one is held against all there are, across languages, scripts and spellings. A rare word that
both have says more than a common one; the same kind of authority in another town is no twin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import log10

from db import search
from db.models import Authority
from db.search import Candidate, Term, rows_of
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.script import joined, words
from imi_tui.services.directory_rows import Found, with_reasons
from imi_tui.services.door import read
from imi_tui.services.search_index import LONGEST_NAME
from imi_tui.services.search_query import NAMES, PLACES, SHORT, Asked, Word, asked, corrected
from imi_tui.services.search_ranking import Groups, Ranked
from imi_tui.services.search_words import CatalogueWords, Kind, catalogue_words, token

LIKELY = 0.5
"""From here on somebody should look."""

EACH = 60
"""Authorities that are looked at for each thing that they may have in common."""

SHARED = 5
"""A domain that more authorities than this have is a provider's and says nothing."""

COMMON = 200
"""Words are counted up to here; so many times and they are common."""

NAME, SAME_NAME, SAME_TOWN, OTHER_TOWN, SAME_EMAIL, SAME_DOMAIN, OTHER_COUNTRY = 0.6, 0.25, 0.15, -0.25, 0.6, 0.35, -0.4
"""What each thing says for or against two authorities being one."""

BESIDES = 0.1
"""How much less a name in common counts for each further word of the other's."""

LIKE_NAME = 0.6
"""The share of a name, rare words weighing more, from which on it counts as a like one."""


class Reason(StrEnum):
    """What speaks for an authority being the one that is to be registered."""

    SAME_NAME = "same_name"
    LIKE_NAME = "like_name"
    SAME_EMAIL = "same_email"
    SAME_DOMAIN = "same_domain"
    SAME_WEBSITE = "same_website"
    SAME_TOWN = "same_town"


@dataclass(frozen=True)
class Twin:
    """An authority that may be the same, how likely it is (0.5 to 1), and why; `found.matches` show the words."""

    found: Found
    likeness: float
    reasons: tuple[Reason, ...]


def likely_twins(
    ctx: Context,
    actor: Actor,
    official_name: str,
    informal_name: str,
    email: str,
    town: str,
    country: str,
    limit: int = 10,
    language: str = "en",
) -> tuple[Twin, ...]:
    """At most `limit` authorities that may be the one of this description, the likeliest first.

    Any of it may be empty or wrong; an e-mail is held against addresses and web sites. `language` is the reader's.
    Raises `NotAllowed`, `StoreAway`.
    """
    with read(ctx, actor, May.REGISTER_AUTHORITY, None):
        known = catalogue_words(ctx.catalogue)
        new = _New(known, (official_name, informal_name), email, town, country)
        twins = [(*new.likeness(one), one) for one in new.candidates()]
        likely = sorted(
            (twin for twin in twins if twin[0] >= LIKELY), key=lambda twin: (-twin[0], twin[2].name_key, twin[2].id)
        )[:limit]
        ranked = [Ranked((-score, one.name_key, one.id), one, new.words) for score, _reasons, one in likely]
        found = with_reasons(ctx, ranked, language)
    return tuple(
        Twin(one, min(1.0, score), reasons) for one, (score, reasons, _candidate) in zip(found, likely, strict=True)
    )


class _New:
    """The authority that is to be registered, as far as it is known."""

    def __init__(self, known: CatalogueWords, names: Iterable[str], email: str, town: str, country: str) -> None:
        self._names = [corrected(asked(name, known), known) for name in dict.fromkeys(names) if words(name)]
        self._exact = {joined(name)[:LONGEST_NAME] for name in names} - {""}
        self._email = joined(email) if "@" in email else ""
        self._domain = joined(email.rpartition("@")[2])
        self._town = corrected(asked(town, known), known)
        self._country = country
        self._home = [[Term(token(Kind.COUNTRY, country), ("codes",))]] if country else []
        self.words = tuple({word.form: word for name in self._names for word in name.words}.values())
        self._weight = {word.form: _rarity(word) for word in self.words}
        self._by_address: dict[int, Reason] = {}

    def candidates(self) -> list[Candidate]:
        """Whoever has something in common with it."""
        found: dict[int, None] = {}
        self._by_address = self._with_address()
        found.update(dict.fromkeys(self._by_address))
        for whole in self._exact | {name.whole for name in self._names}:
            found.update(dict.fromkeys(search.hits([[Term(whole, ("whole",))]], EACH)))
            begun = [[Term(whole, ("whole",), prefix=True)], *self._home]
            found.update(dict.fromkeys(search.hits(begun, EACH)))
        for name in self._names:
            for groups in self._in_common(name):
                found.update(dict.fromkeys(search.hits([*groups, *self._home], EACH)))
        return search.candidates(found) if found else []

    def likeness(self, candidate: Candidate) -> tuple[float, tuple[Reason, ...]]:
        """How likely a candidate is the same authority, and what speaks for it."""
        reasons: list[Reason] = []
        names = [candidate.official, *candidate.informal.split("\n")]
        share = max((self._share(name, other) for name in self._names for other in names), default=0.0)
        score = NAME * share
        if self._exact & {other.replace(" ", "")[:LONGEST_NAME] for other in names}:
            reasons.append(Reason.SAME_NAME)
            score += SAME_NAME
        elif share >= LIKE_NAME:
            reasons.append(Reason.LIKE_NAME)
        if (address := self._by_address.get(candidate.id)) is not None:
            reasons.append(address)
            score += SAME_EMAIL if address is Reason.SAME_EMAIL else SAME_DOMAIN
        if self._town.words and candidate.town:
            here = all(_likeness(f" {candidate.town} {' '.join(names)} ", word) for word in self._town.words)
            score += SAME_TOWN if here else OTHER_TOWN
            reasons += [Reason.SAME_TOWN] if here else []
        if self._country and candidate.country != self._country:
            score += OTHER_COUNTRY
        return round(score, 2), tuple(reasons)

    def _with_address(self) -> dict[int, Reason]:
        """Who has its e-mail address, or its domain in an address, if that is not a provider's."""
        found: dict[int, Reason] = {}
        if self._domain:
            sharing = search.hits([[Term(self._domain, ("address",))]], SHARED + 1)
            if len(sharing) <= SHARED:
                for number, email in rows_of(Authority.id, sharing, Authority.id, Authority.email):
                    same = joined(email.rpartition("@")[2]) == self._domain
                    found[number] = Reason.SAME_DOMAIN if same else Reason.SAME_WEBSITE
        if self._email:
            same_email = search.hits([[Term(self._email, ("address",))]], EACH)
            found.update(dict.fromkeys(same_email, Reason.SAME_EMAIL))
        return found

    def _in_common(self, name: Asked) -> Iterator[Groups]:
        """What there may be in common with a name: all its words, all but one, or the town and any of them."""
        every = [word.terms(NAMES) for word in name.words]
        yield every
        if len(every) > 2:
            yield from ([group for group in every if group is not left_out] for left_out in every)
        if self._town.words:
            yield [
                [term for word in name.words if len(word.form) > SHORT for term in word.terms(NAMES)],
                *(word.terms(PLACES) for word in self._town.words),
            ]

    def _share(self, name: Asked, other: str) -> float:
        """How much of a name is in another one, the rarer words weighing more, less for what the other has besides."""
        text = f" {other} "
        weights = [self._weight[word.form] for word in name.words]
        met = sum(weight * _likeness(text, word) for weight, word in zip(weights, name.words, strict=True))
        besides = max(0, other.count(" ") + 1 - len(name.words))
        return met / sum(weights) / (1 + BESIDES * besides)


def _rarity(word: Word) -> float:
    """What a word weighs: 1 where hardly any authority has it in a name, a third where it is common."""
    return 1 / (1 + log10(max(1, len(search.hits([word.terms(NAMES)], COMMON)))))


def _likeness(text: str, word: Word) -> float:
    """How alike the likest word of a text is."""
    if f" {word.form}" in text:
        return 1.0
    return max((alike for form, alike in word.meant.items() if f" {form} " in text), default=0.0)
