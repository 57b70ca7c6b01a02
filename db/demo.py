"""The demo: authorities and people that do not exist, the same every time, of any number.

A few are written by hand, so that every status, badge and odd name is there to be seen; the rest is generated from
`demo_people`. All of them share one password, whose hash the caller brings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import fn

from db import demo_people
from db.catalogue import Catalogue
from db.demo_cast import CAST, CAST_AUTHORITIES, Part
from db.engine import Store
from db.models import (
    NEVER,
    TABLES,
    Authority,
    AuthorityKeyword,
    AuthorityLanguage,
    AuthorityModule,
    AuthorityText,
    Handover,
    LinkedCoordinator,
    Mail,
    Meta,
    ModuleKeyword,
    TranslationTask,
    User,
    UserRight,
)

LARGE = 5
"""The index of the authority that gets a tenth of all users, for lists that are long."""

COMMISSION = 6
"""The index of the Commission's own authority, which runs the translation desk."""

OFFERED = 37
"""The index of an authority that its access manager offers to Latvia's."""

BITE = 5000
"""Rows per transaction and per report of progress."""

ADMINISTRATION = "authority_administration"

_User = tuple[tuple[object, ...], list[tuple[object, ...]]]
"""A user's row and the rows of the rights."""


@dataclass(frozen=True)
class Ways:
    """What the demo needs to know and the store does not: normal forms, the life of a password, what a search finds."""

    fold: Callable[[str], str]
    identity: Callable[[str], str]
    password_until: Callable[[datetime, bool], datetime]
    password_hash: str
    told_days: Callable[[datetime, bool], int | None]
    index: Callable[[Store, Catalogue, Callable[[int], None]], None]


@dataclass(frozen=True)
class _Place:
    """A demo authority as the users need it."""

    id: int
    country: str
    language: str
    modules: tuple[str, ...]


def make(
    store: Store,
    catalogue: Catalogue,
    ways: Ways,
    now: datetime,
    *,
    authorities: int,
    users: int,
    progress: Callable[[int], None] = lambda _rows: None,
) -> None:
    """Fill an empty store with this many authorities and users (at least the cast's own).

    `progress` is told the number of rows made since it was last called; an authority counts twice, made and indexed.
    """
    demo = _Demo(store, catalogue, ways, now)
    with store.writing():
        Meta.insert(name="demo", value="1").execute()
    places = demo.authorities(max(authorities, len(CAST_AUTHORITIES)), progress)
    ways.index(store, catalogue, progress)
    demo.users(places, max(users, len(CAST)), progress)
    demo.translation_tasks()
    with store.writing():
        store.align(TABLES)


class _Demo:
    def __init__(self, store: Store, catalogue: Catalogue, ways: Ways, now: datetime) -> None:
        self._store = store
        self._catalogue = catalogue
        self._ways = ways
        self._now = now
        self._keywords = [code for code, word in catalogue.keywords.items() if not word.children]
        self._countries = list(catalogue.countries)
        self._coordinators: dict[tuple[str, str], list[int]] = {}
        self._outdated: list[tuple[int, str, str, str]] = []

    def authorities(self, number: int, progress: Callable[[int], None]) -> list[_Place]:
        """Make the authorities; those of one country share an access manager, its first authority."""
        places: list[_Place] = []
        managers: dict[str, int] = {}
        for start in range(0, number, BITE):
            with self._store.writing():
                for index in range(start, min(start + BITE, number)):
                    places.append(self._authority(index, managers))
            progress(min(start + BITE, number) - start)
        with self._store.writing():
            self._link(places)
            for country, manager in managers.items():
                unmanaged = Authority.manager.is_null() & (Authority.access_manager == False)  # noqa: E712  # SQL
                Authority.update(manager=manager).where(unmanaged, Authority.country == country).execute()
            Meta.insert(name="commission", value=str(COMMISSION + 1)).execute()
            if number > OFFERED:
                Handover.insert(authority=OFFERED + 1, to_manager=managers["LV"], offered_at=self._now).execute()
        return places

    def _authority(self, index: int, managers: dict[str, int]) -> _Place:
        number = index + 1
        cast = CAST_AUTHORITIES[index] if index < len(CAST_AUTHORITIES) else None
        country = cast.country if cast else self._countries[index % len(self._countries)]
        made = demo_people.authority(country, index)
        name = cast.official_name if cast else made.official_name
        language = cast.language if cast else made.official_language
        modules = cast.modules if cast else tuple(made.modules)
        informal = cast.informal if cast else made.informal
        is_manager = country not in managers and (cast is None or cast.access_manager)
        Authority.insert(
            id=number,
            country=country,
            official_name=name,
            official_language=language,
            name_key=self._ways.fold(name),
            address=made.address,
            postcode=made.postcode,
            town=made.town,
            phone=made.phone,
            email=cast.email if cast else made.email,
            website=made.website,
            access_manager=is_manager,
            manager=managers.get(country),
            registered_at=self._now - timedelta(days=2000 - index % 1500),
            confirmed_at=self._now - timedelta(days=index * 37 % 500),
        ).execute()
        if is_manager:
            managers[country] = number
        rows = self._store.insert_rows
        spoken = dict.fromkeys((language, *made.languages, "en"))
        rows(AuthorityLanguage, ("authority", "language"), [(number, spoken_one) for spoken_one in spoken])
        texts = [("informal_name", code, text) for code, text in informal.items()]
        texts += [
            ("description", code, text) for code, text in (cast.description if cast else made.description).items()
        ]
        outdated = _outdated(index)
        rows(
            AuthorityText,
            ("authority", "kind", "language", "text", "stale"),
            [(number, kind, code, text, kind in outdated and code != language) for kind, code, text in texts],
        )
        self._outdated += [
            (number, kind, code, text) for kind, code, text in texts if kind in outdated and code == language
        ]
        usual = {code for step, code in enumerate(made.keywords) if (index * 7 + step) % 4}
        others = {self._keywords[(index * 31 + step * 17) % len(self._keywords)] for step in range(1 + index % 3)}
        chosen = set(cast.keywords) if cast else usual | others
        rows(AuthorityKeyword, ("authority", "keyword"), [(number, code) for code in sorted(chosen)])
        self._modules(number, index, country, modules, coordinates=index < 2 * len(self._countries))
        return _Place(number, country, language, (ADMINISTRATION, *modules))

    def _modules(self, number: int, index: int, country: str, modules: tuple[str, ...], coordinates: bool) -> None:
        rows = []
        for place, code in enumerate((ADMINISTRATION, *modules)):
            module = self._catalogue.modules[code]
            coordinator = coordinates and "coordinator" in module.roles and index % 3 == 1
            if coordinator:
                self._coordinators.setdefault((country, code), []).append(number)
            suspended = place and (index + place) % 11 == 4
            rows.append(
                (number, code, "coordinator" if coordinator else module.roles[0], "suspended" if suspended else "given")
            )
        self._store.insert_rows(AuthorityModule, ("authority", "module", "role", "access"), rows)
        words = [
            (number, code, word.code)
            for code in modules
            for step, word in enumerate(self._catalogue.modules[code].keywords)
            if (index + step) % 3 == 0
        ]
        self._store.insert_rows(ModuleKeyword, ("authority", "module", "keyword"), words)

    def _link(self, places: list[_Place]) -> None:
        """Link authorities with the coordinators of their country, as far as there are any."""
        rows = [
            (place.id, code, coordinator)
            for place in places
            for code in place.modules
            for coordinator in self._coordinators.get((place.country, code), ())[:2]
            if coordinator != place.id
        ]
        self._store.insert_rows(LinkedCoordinator, ("authority", "module", "coordinator"), rows)

    def translation_tasks(self) -> None:
        """Ask for the translations of the texts that moved on; the longest-registered administrator did."""
        administrators = (
            UserRight.select(UserRight.authority, fn.MIN(UserRight.user))
            .where(UserRight.module == ADMINISTRATION, UserRight.right == "administrator")
            .group_by(UserRight.authority)
        )
        with self._store.writing():
            who = dict(administrators.tuples())
            self._store.insert_rows(
                TranslationTask,
                ("authority", "kind", "language", "old", "new", "asked_by", "asked_at"),
                [
                    (number, kind, code, _earlier(text), text, who.get(number), self._now - _ago(number, kind))
                    for number, kind, code, text in self._outdated
                ],
            )

    def users(self, places: list[_Place], number: int, progress: Callable[[int], None]) -> None:
        """Make the cast, then as many more as are asked for, spread over the authorities."""
        with self._store.writing():
            for index, part in enumerate(CAST):
                self._cast_member(index + 1, part, places[part.authority])
        taken = {part.username for part in CAST}
        generated = self._generated(places, number, taken)
        made = len(CAST)
        with self._store.bulk(User, UserRight):
            self._bites(generated, made, number, progress)

    def _bites(self, generated: Iterator[_User], made: int, number: int, progress: Callable[[int], None]) -> None:
        while made < number:
            bite = [next(generated) for _ in range(min(BITE, number - made))]
            with self._store.writing():
                self._store.insert_rows(User, _USER_FIELDS, [user for user, _rights in bite])
                self._store.insert_rows(
                    UserRight,
                    ("user", "authority", "module", "right", "granted_at"),
                    [right for _user, rights in bite for right in rights],
                )
            made += len(bite)
            progress(len(bite))

    def _cast_member(self, number: int, part: Part, place: _Place) -> None:
        set_at = self._now - timedelta(days=part.password_days_ago)
        until = self._ways.password_until(set_at, part.temporary)
        last = NEVER if part.last_login_days_ago is None else self._now - timedelta(days=part.last_login_days_ago)
        blocked_at = self._now - timedelta(days=3) if part.blocked else None
        registered = self._now - timedelta(days=part.registered_days_ago)
        values = self._person(number, place, part.first_name, part.surname, part.username, part.email, part.language)
        tail = (part.phone, part.temporary, until, 5 if part.blocked else 0, blocked_at)
        row = (*values, *tail, *self._attention(until, part.temporary, part.blocked), registered, last, last != NEVER)
        self._store.insert_rows(User, _USER_FIELDS, [row])
        if part.everything:
            rights = [(code, right.code) for code in place.modules for right in self._catalogue.modules[code].rights]
        else:
            rights = [(module, right) for module, right in part.rights if module in place.modules]
        if part.administrator and not part.everything:
            rights.append((ADMINISTRATION, "administrator"))
        self._store.insert_rows(
            UserRight,
            ("user", "authority", "module", "right", "granted_at"),
            [(number, place.id, module, right, registered) for module, right in rights],
        )
        if part.mail:
            Mail.insert(
                kind="welcome",
                authority=place.id,
                user=number,
                state=part.mail,
                error="550 mailbox unavailable" if part.mail == "given_up" else "",
                next_try_at=registered,
                created_at=registered,
                sent_at=registered if part.mail == "sent" else None,
            ).execute()

    def _generated(self, places: list[_Place], number: int, taken: set[str]) -> Iterator[_User]:
        started = {part.authority for part in CAST}
        empty = [place for index, place in enumerate(places) if index not in started]
        for index in range(len(CAST), number):
            step = index - len(CAST)
            first = step < len(empty)
            place = empty[step] if first else self._where(places, step)
            first_name, surname, _female = demo_people.person(place.country, index)
            local = demo_people.mail_name(place.country, index)
            given, *_, family = local.replace("-", "").split(".")
            username = family[:5] + given[:3]
            username = f"{username}{index}" if username in taken else username
            taken.add(username)
            email = f"{local}.{index}@{place.id}.imi.example"
            yield self._generated_user(index, place, (first_name, surname, username, email), first=first)

    def _where(self, places: list[_Place], step: int) -> _Place:
        """A tenth to the large authority, the rest in turn to those after the cast's (or to all, if there are none)."""
        if step % 10 == 0:
            return places[LARGE]
        after = places[len(CAST_AUTHORITIES) :] or places
        return after[step % len(after)]

    def _generated_user(self, index: int, place: _Place, who: tuple[str, str, str, str], *, first: bool) -> _User:
        number = index + 1
        temporary = not first and index % 13 == 5
        days = index * 7 % (190 if not first else 100)
        until = self._ways.password_until(self._now - timedelta(days=days % 20 if temporary else days), temporary)
        blocked = place.id % 60 == 51 if first else index % 29 == 7
        last = NEVER if temporary else self._now - timedelta(days=index % 170, hours=index % 24)
        registered = self._now - timedelta(days=200 + index % 1500)
        language = place.language if place.language in _WORKING else "en"
        values = self._person(number, place, *who, language)
        tail = ("", temporary, until, 5 if blocked else 0, last if blocked else None)
        row = (*values, *tail, *self._attention(until, temporary, blocked), registered, last, last != NEVER)
        rights: list[tuple[object, ...]] = [
            (number, place.id, code, right.code, registered)
            for code in place.modules
            for step, right in enumerate(self._catalogue.modules[code].rights)
            if (first and (place.id % 90 != 81 or code != place.modules[-1]))
            or (not first and code != ADMINISTRATION and (index + step) % 4 == 0)
        ]
        return row, rights

    def _attention(self, until: datetime, temporary: bool, blocked: bool) -> tuple[datetime, int | None]:
        """When attention is due, and what was told of the password's end: whoever is in the demo was told in time."""
        return (NEVER, 0) if blocked else (until, self._ways.told_days(until, temporary))

    def _person(
        self, number: int, place: _Place, first_name: str, surname: str, username: str, email: str, language: str
    ) -> tuple[object, ...]:
        fold, identity = self._ways.fold, self._ways.identity
        names = (first_name, surname, fold(first_name)[:200], fold(surname)[:200], language)
        keys = (email, identity(email), username, identity(username))
        return (number, place.id, *names, *keys, self._ways.password_hash)


def _outdated(index: int) -> set[str]:
    """The kinds of text of an authority whose original has moved on since it was translated."""
    return {kind for kind, every in (("informal_name", 9), ("description", 27)) if index % every == 3}


def _earlier(text: str) -> str:
    """A shorter wording, as it may have been before; the same each time."""
    words = text.split()
    return " ".join(words[: (len(words) + 1) // 2]).rstrip(",") if len(words) > 1 else text[: len(text) // 2]


def _ago(number: int, kind: str) -> timedelta:
    """How long ago the translations of a text were asked for."""
    return timedelta(days=number * 5 % 40, hours=number % 9, minutes=7 if kind == "description" else 0)


_WORKING = frozenset("bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv".split())
"""The languages that a person can choose for mail: Icelandic and Norwegian are no official ones of the Union."""

_USER_FIELDS = (
    "id authority first_name surname first_name_key surname_key language email email_key username username_key "
    "password_hash phone password_temporary password_until wrong_tries blocked_at attention_at told_days "
    "registered_at last_login_at logged_in"
).split()
