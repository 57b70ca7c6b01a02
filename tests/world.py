"""A small world to test in: authorities and people made directly in the store, quickly, with sensible defaults.

Everything a test does not name is chosen here; what it names, it can rely on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from db import demo
from db.models import NEVER, Authority, AuthorityKeyword, AuthorityModule, AuthorityText, EntryValues, User, UserRight
from imi_tui.context import Context
from imi_tui.rules.accounts import Lives, password_until
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import ADMINISTRATOR, Actor
from imi_tui.rules.reminders import step_due
from imi_tui.rules.text import fold, identity
from imi_tui.services import search_index
from imi_tui.settings import Settings

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PASSWORD = "Pareiza-Parole-1"


def demo_ways(password_hash: str, now: datetime = NOW) -> demo.Ways:
    """What the demo needs to know of the rules."""
    return demo.Ways(
        fold=fold,
        identity=identity,
        password_until=lambda at, temporary: password_until(at, temporary, Lives()),
        password_hash=password_hash,
        told_days=lambda until, temporary: step_due(until, temporary, None, now, Settings().reminder_days),
        index=search_index.rebuild,
    )


def values_of(entry_id: int) -> dict[str, Any]:
    """What an entry of the record tells, public and personal; inside a transaction."""
    rows = EntryValues.select(EntryValues.values).where(EntryValues.entry == entry_id).tuples()
    return {name: pair for (values,) in rows for name, pair in json.loads(values).items()}


class Clock:
    """The one clock, which a test can set and move."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **span: float) -> None:
        """Move on by a `timedelta`'s arguments."""
        self.at += timedelta(**span)


class World:
    """Makes authorities and users in a context's store."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._number = 0
        self._hash = ctx.hasher.hash(PASSWORD)

    def authority(
        self,
        name: str = "Valsts darba inspekcija",
        *,
        country: str = "LV",
        language: str = "lv",
        modules: Iterable[str] = ("services",),
        roles: dict[str, str] | None = None,
        keywords: Iterable[str] = (),
        informal: str = "Darba inspekcija",
        manager: int | None = None,
        access_manager: bool = False,
        email: str = "pasts@vdi.example",
    ) -> int:
        """An authority with authority administration and these modules; returns its id."""
        row = Authority.create(
            country=country,
            official_name=name,
            official_language=language,
            name_key=fold(name),
            address="Brīvības iela 1",
            postcode="LV-1010",
            town="Rīga",
            phone="+371 67 000 000",
            email=email,
            website="https://www.vdi.example",
            access_manager=access_manager,
            manager=manager,
            registered_at=NOW - timedelta(days=900),
        )
        AuthorityText.create(authority=row, kind="informal_name", language=language, text=informal)
        for module in ("authority_administration", *modules):
            AuthorityModule.create(authority=row, module=module, role=(roles or {}).get(module, "authority"))
        for keyword in keywords:
            AuthorityKeyword.create(authority=row, keyword=keyword)
        search_index.index(self.ctx, row.id)
        return int(row.id)

    def user(
        self,
        authority_id: int,
        first_name: str = "Jānis",
        surname: str = "Kalniņš",
        *,
        administrator: bool = False,
        rights: Iterable[Right] = (),
        username: str = "",
        email: str = "",
        language: str = "lv",
        phone: str = "",
        temporary: bool = False,
        blocked: bool = False,
        expired: bool = False,
        logged_in: bool = True,
    ) -> int:
        """A user whose password is `PASSWORD`; returns the id."""
        self._number += 1
        username = username or f"user{self._number}"
        email = email or f"{username}@people.example"
        now = self.ctx.now()
        until = now - timedelta(days=1) if expired else password_until(now - timedelta(days=30), False, Lives())
        if temporary:
            until = now + timedelta(days=9)
        row = User.create(
            authority=authority_id,
            first_name=first_name,
            surname=surname,
            first_name_key=fold(first_name),
            surname_key=fold(surname),
            language=language,
            email=email,
            email_key=identity(email),
            phone=phone,
            username=username,
            username_key=identity(username),
            password_hash=self._hash,
            password_temporary=temporary,
            password_until=until,
            wrong_tries=5 if blocked else 0,
            blocked_at=now - timedelta(days=3) if blocked else None,
            attention_at=NEVER if blocked else until,
            registered_at=now - timedelta(days=400 - self._number),
            last_login_at=now - timedelta(days=3) if logged_in else NEVER,
            logged_in=logged_in,
        )
        for right in [*([ADMINISTRATOR] if administrator else []), *rights]:
            UserRight.create(
                user=row, authority=authority_id, module=right.module, right=right.right, granted_at=row.registered_at
            )
        return int(row.id)

    def administrator(self, authority_id: int, first_name: str = "Anna", surname: str = "Bērziņa") -> Actor:
        """An administrator of the authority, as an actor."""
        return Actor(self.user(authority_id, first_name, surname, administrator=True))
