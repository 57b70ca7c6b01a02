"""The authorities that a search shows, read for a page: a fixed number of queries, whatever the page's length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from db.models import Authority, AuthorityModule, AuthorityText
from db.search import rows_of
from imi_tui.context import Context
from imi_tui.services.directory_filter import Position
from imi_tui.services.search_matches import Match, Reasons, Text
from imi_tui.services.search_ranking import Ranked
from imi_tui.services.search_words import catalogue_words


@dataclass(frozen=True)
class RoleHeld:
    """An authority's role in a module, and its access there: `given` or `suspended`."""

    module: str
    role: str
    access: str


@dataclass(frozen=True)
class Found:
    """An authority as the list shows one (B1).

    The informal name is in the reader's language if it is there, else in English, else the original. `matches` say why
    it was found, in the order of `Field`; `missed` are the words typed that it does not have. Both are empty without a
    text.
    """

    id: int
    position: Position
    country: str
    official_name: str
    informal_name: str
    informal_language: str
    town: str
    status: str
    roles: tuple[RoleHeld, ...]
    matches: tuple[Match, ...] = ()
    missed: tuple[str, ...] = ()


def by_name(ctx: Context, keys: Sequence[Position], language: str) -> tuple[Found, ...]:
    """The authorities of these positions, the id last in each; inside a reading transaction."""
    shown = _Rows(ctx, [key[-1] for key in keys], language)
    return tuple(shown.found(key[-1], key) for key in keys)


def with_reasons(ctx: Context, ranked: Sequence[Ranked], language: str) -> tuple[Found, ...]:
    """The authorities found, each with its reasons; inside a reading transaction."""
    known = catalogue_words(ctx.catalogue)
    shown = _Rows(ctx, [one.candidate.id for one in ranked], language)
    reasons: dict[int, Reasons] = {}
    for one in ranked:
        number = one.candidate.id
        row = shown.rows[number]
        reasons[number] = found = Reasons(one.words)
        found.in_names(row.official_name, shown.names[number], row.town)
        found.in_codes(frozenset(one.candidate.codes.split()), known, language)
        found.in_addresses((row.email, row.website))
    descriptions = shown.texts([number for number, found in reasons.items() if found.open], "description")
    for number, texts in descriptions.items():
        reasons[number].in_descriptions(texts)
    return tuple(
        shown.found(one.candidate.id, one.key, reasons[one.candidate.id].matches, reasons[one.candidate.id].missed)
        for one in ranked
    )


@cache
def _role_held(module: str, role: str, access: str) -> RoleHeld:
    """There are few different ones, and a page has hundreds of them."""
    return RoleHeld(module, role, access)


class _Row(NamedTuple):
    country: str
    official_name: str
    official_language: str
    town: str
    status: str
    email: str
    website: str


class _Rows:
    """What is shown of some authorities, by id; texts with the one that the reader is shown first."""

    def __init__(self, ctx: Context, ids: Sequence[int], language: str) -> None:
        self._language = language
        self._order = {code: place for place, code in enumerate(ctx.catalogue.modules)}
        shown = (Authority.country, Authority.official_name, Authority.official_language, Authority.town)
        contact = (Authority.status, Authority.email, Authority.website)
        self.rows = {number: _Row(*row) for number, *row in rows_of(Authority.id, ids, Authority.id, *shown, *contact)}
        self.names = self.texts(ids, "informal_name")
        self._roles: dict[int, list[RoleHeld]] = {number: [] for number in ids}
        columns = (AuthorityModule.authority, AuthorityModule.module, AuthorityModule.role, AuthorityModule.access)
        for number, *role in rows_of(AuthorityModule.authority, ids, *columns):
            self._roles[number].append(_role_held(*role))

    def texts(self, ids: Sequence[int], kind: str) -> dict[int, list[Text]]:
        """The texts of a kind by authority, with their languages."""
        found: dict[int, list[Text]] = {number: [] for number in ids}
        columns = (AuthorityText.authority, AuthorityText.language, AuthorityText.text)
        for number, language, text in rows_of(AuthorityText.authority, ids, *columns, kind=kind):
            found[number].append((language, text))
        for number, texts in found.items():
            places = {self.rows[number].official_language: 2, "en": 1, self._language: 0}
            texts.sort(key=lambda text, places=places: (places.get(text[0], 3), text))  # type: ignore[misc]  # a lambda with a default
        return found

    def found(
        self, number: int, position: Position, matches: tuple[Match, ...] = (), missed: tuple[str, ...] = ()
    ) -> Found:
        """An authority as the list shows it."""
        row = self.rows[number]
        language, informal = next(iter(self.names[number]), ("", ""))
        order = self._order
        roles = sorted(self._roles[number], key=lambda held: (order.get(held.module, len(order)), held.module))
        return Found(
            number,
            position,
            row.country,
            row.official_name,
            informal,
            language,
            row.town,
            row.status,
            tuple(roles),
            matches,
            missed,
        )
