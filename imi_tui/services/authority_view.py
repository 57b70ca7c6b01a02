"""An authority as the screens see it: frozen values, read in one consistent view by a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.models import (
    NEVER,
    Authority,
    AuthorityKeyword,
    AuthorityLanguage,
    AuthorityModule,
    AuthorityText,
    LinkedCoordinator,
    ModuleKeyword,
    User,
    UserRight,
)
from db.prepared import Prepared, Slot
from imi_tui.context import Context
from imi_tui.rules.authority_changes import AuthorityDraft
from imi_tui.rules.policy import Facts, May, allowed
from imi_tui.services.door import place_of

MANY = 2
"""Holders are counted up to here: nobody, one, or more than one is all that is asked."""


@dataclass(frozen=True)
class Text:
    """A text in one language; `original` in the authority's own, `stale` where the original moved on since."""

    language: str
    text: str
    stale: bool
    original: bool


@dataclass(frozen=True)
class Coordinator:
    """An authority that coordinates in a module."""

    id: int
    name: str
    country: str


@dataclass(frozen=True)
class Holders:
    """How many users hold a mandatory right: 0, 1 or `MANY` for more; `only` names the one."""

    right: str
    count: int
    only: str = ""


@dataclass(frozen=True)
class ModuleView:
    """A module the authority has: its role and access there, and what it keeps there (S2.7, S2.8)."""

    code: str
    role: str
    access: str
    keywords: frozenset[str]
    coordinators: tuple[Coordinator, ...]
    holders: tuple[Holders, ...]


@dataclass(frozen=True)
class AuthorityView:
    """An authority in full (S1.1). `confirmed_at` is None where the data was never confirmed.

    `manager` is its access manager, `offered_to` the one it is offered to. The `may_…` say what the reader may do here;
    holders are told only to whom may see the users.
    """

    id: int
    country: str
    official_name: str
    official_language: str
    informal_names: tuple[Text, ...]
    descriptions: tuple[Text, ...]
    address: str
    postcode: str
    town: str
    phone: str
    email: str
    website: str
    languages: tuple[str, ...]
    status: str
    access_manager: bool
    keywords: frozenset[str]
    modules: tuple[ModuleView, ...]
    registered_at: datetime
    confirmed_at: datetime | None
    version: int
    manager: Coordinator | None = None
    offered_to: Coordinator | None = None
    may_edit: bool = False
    may_see_users: bool = False
    may_manage_access: bool = False

    def draft(self) -> AuthorityDraft:
        """What an editing session begins with."""
        return AuthorityDraft(
            official_name=self.official_name,
            informal_name={text.language: text.text for text in self.informal_names},
            description={text.language: text.text for text in self.descriptions},
            address=self.address,
            postcode=self.postcode,
            town=self.town,
            phone=self.phone,
            email=self.email,
            website=self.website,
            languages=frozenset(self.languages),
            keywords=self.keywords,
            module_keywords={module.code: module.keywords for module in self.modules},
            coordinators={
                module.code: frozenset(coordinator.id for coordinator in module.coordinators) for module in self.modules
            },
        )


def load(ctx: Context, facts: Facts, authority_id: int) -> AuthorityView:
    """Read an authority inside a transaction, for a reader of whom `facts` hold. Raises `Gone("authority_gone")`."""
    place = place_of(authority_id)
    may_see_users = allowed(May.SEE_USERS, facts, place)
    row = _AUTHORITY.one(Authority, authority=authority_id)
    names, descriptions = _texts(row)
    return AuthorityView(
        id=row.id,
        country=row.country,
        official_name=row.official_name,
        official_language=row.official_language,
        informal_names=names,
        descriptions=descriptions,
        address=row.address,
        postcode=row.postcode,
        town=row.town,
        phone=row.phone,
        email=row.email,
        website=row.website,
        languages=tuple(sorted(code for (code,) in _LANGUAGES.rows(authority=authority_id))),
        status=row.status,
        access_manager=row.access_manager,
        keywords=frozenset(code for (code,) in _KEYWORDS.rows(authority=authority_id)),
        modules=_modules(ctx, authority_id, with_holders=may_see_users),
        registered_at=row.registered_at,
        confirmed_at=None if row.confirmed_at == NEVER else row.confirmed_at,
        version=row.version,
        manager=_named(place.manager_id),
        offered_to=_named(place.offered_to),
        may_edit=allowed(May.EDIT_AUTHORITY, facts, place),
        may_see_users=may_see_users,
        may_manage_access=allowed(May.MANAGE_ACCESS, facts, place),
    )


def _named(authority_id: int | None) -> Coordinator | None:
    row = None if authority_id is None else _NAME.first(authority=authority_id)
    return Coordinator(*row) if row else None


def _texts(row: Authority) -> tuple[tuple[Text, ...], tuple[Text, ...]]:
    """Informal names and descriptions, the original first, the translations by language."""
    found: dict[str, list[Text]] = {"informal_name": [], "description": []}
    for kind, language, text, stale in _TEXTS.rows(authority=row.id):
        found[kind].append(Text(language, text, bool(stale), language == row.official_language))
    names, descriptions = (
        tuple(sorted(texts, key=lambda text: (not text.original, text.language))) for texts in found.values()
    )
    return names, descriptions


def _modules(ctx: Context, authority_id: int, *, with_holders: bool) -> tuple[ModuleView, ...]:
    keywords: dict[str, set[str]] = {}
    for module, keyword in _MODULE_KEYWORDS.rows(authority=authority_id):
        keywords.setdefault(module, set()).add(keyword)
    coordinators: dict[str, list[Coordinator]] = {}
    for module, *coordinator in _LINKED.rows(authority=authority_id):
        coordinators.setdefault(module, []).append(Coordinator(*coordinator))
    order = {code: place for place, code in enumerate(ctx.catalogue.modules)}
    rows = sorted(_HELD.rows(authority=authority_id), key=lambda row: order.get(row[0], len(order)))
    return tuple(
        ModuleView(
            module,
            role,
            access,
            frozenset(keywords.get(module, ())),
            tuple(coordinators.get(module, ())),
            _holders(ctx, authority_id, module) if with_holders else (),
        )
        for module, role, access in rows
    )


def _holders(ctx: Context, authority_id: int, module: str) -> tuple[Holders, ...]:
    """The mandatory rights of a module with their holders, counted no further than two: the cost does not grow."""
    found = []
    for right in ctx.catalogue.mandatory_rights(module):
        names = _HOLDERS.rows(authority=authority_id, module=module, right=right.code)
        only = " ".join(names[0]) if len(names) == 1 else ""
        found.append(Holders(right.code, len(names), only))
    return tuple(found)


def _of_authority(table: Any, *columns: Any) -> Prepared:
    """These columns of the rows of an authority."""
    return Prepared(lambda: table.select(*columns).where(table.authority == Slot("authority")))


_AUTHORITY = Prepared(lambda: Authority.select().where(Authority.id == Slot("authority")))
_NAME = Prepared(
    lambda: Authority.select(Authority.id, Authority.official_name, Authority.country).where(
        Authority.id == Slot("authority")
    )
)
_LANGUAGES = _of_authority(AuthorityLanguage, AuthorityLanguage.language)
_KEYWORDS = _of_authority(AuthorityKeyword, AuthorityKeyword.keyword)
_TEXTS = _of_authority(
    AuthorityText, AuthorityText.kind, AuthorityText.language, AuthorityText.text, AuthorityText.stale
)
_MODULE_KEYWORDS = _of_authority(ModuleKeyword, ModuleKeyword.module, ModuleKeyword.keyword)
_HELD = _of_authority(AuthorityModule, AuthorityModule.module, AuthorityModule.role, AuthorityModule.access)
_LINKED = Prepared(
    lambda: (
        LinkedCoordinator.select(LinkedCoordinator.module, Authority.id, Authority.official_name, Authority.country)
        .join(Authority, on=LinkedCoordinator.coordinator == Authority.id)
        .where(LinkedCoordinator.authority == Slot("authority"))
        .order_by(Authority.name_key, Authority.id)
    )
)
_HOLDERS = Prepared(
    lambda: (
        UserRight.select(User.first_name, User.surname)
        .join(User)
        .where(
            UserRight.authority == Slot("authority"),
            UserRight.module == Slot("module"),
            UserRight.right == Slot("right"),
        )
        .limit(MANY)
    )
)
