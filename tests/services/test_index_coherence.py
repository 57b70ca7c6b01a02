"""Whatever the services do, and in whatever order, the full-text index is what a fresh one would be."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from db import search
from db.models import Authority, TranslationTask
from imi_tui.context import Context
from imi_tui.rules.policy import system_actor
from imi_tui.rules.refusals import Refused
from imi_tui.services import access, access_changes, authorities, registration, search_index, standing, translations
from imi_tui.services.registration import NewAuthority, NewModule
from imi_tui.services.users import NewUser
from tests.world import World

CLI = system_actor("cli")
MODULES = ("services", "gdpr", "firearms", "professional_qualifications")
WORDS = ("Būvvalde", "Inspekcija", "Straße", "Ελέγχου", "Агенция", "l’Ordre", "ﬁrma", "Nr. 7", "A/B-C", "ĶEKAVA")
LANGUAGES = ("lv", "en", "de", "el", "bg")


def _indexed(ctx: Context) -> tuple[list[Any], list[str]]:
    """All documents of the index, and the words that misspelt ones are compared with."""
    with ctx.store.reading():
        run = ctx.store.database.execute_sql
        columns = "rowid, official, informal, town, codes, address, description, whole"
        documents = run(f"SELECT {columns} FROM search_index ORDER BY rowid").fetchall()  # our own names
        return documents, [word for (word,) in run("SELECT word FROM search_word ORDER BY word").fetchall()]


class _Anybody:
    """Does one thing after the other, any of which may be refused."""

    def __init__(self, ctx: Context, chance: random.Random) -> None:
        self.ctx, self.chance, self.number = ctx, chance, 0

    def do(self) -> bool:
        """One act; whether it was done."""
        acts: list[Callable[[], object]] = [
            *[self.save] * 4, self.register, self.give, self.withdraw, self.role, self.suspend, self.resume,
            self.deactivate, self.reactivate, self.settle, self.settle,
        ]  # fmt: skip
        try:
            self.chance.choice(acts)()
        except Refused:
            return False
        return True

    def some(self) -> int:
        with self.ctx.store.reading():
            return int(self.chance.choice([number for (number,) in Authority.select(Authority.id).tuples()]))

    def text(self, most: int = 3) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(0, most)))

    def module(self) -> str:
        return self.chance.choice(MODULES)

    def save(self) -> None:
        seen = authorities.view(self.ctx, CLI, self.some())
        draft, kinds = seen.draft(), ("informal_name", "description")
        mine = replace(
            draft,
            official_name=self.text() or draft.official_name,
            informal_name={**draft.informal_name, self.chance.choice(LANGUAGES): self.text()},
            description={**draft.description, self.chance.choice(LANGUAGES): self.text(12)},
            town=self.text(1),
            website=self.chance.choice(("", "www.ķekava.lv", "https://a.example/b")),
            keywords=frozenset(self.chance.sample(("labour_law", "plumber", "building_permits"), 2)),
            significant=frozenset(self.chance.sample(kinds, self.chance.randint(0, 2))),
        )
        authorities.save(self.ctx, CLI, seen.id, seen.version, mine)

    def register(self) -> None:
        self.number += 1
        new = NewAuthority(
            country=self.chance.choice(("LV", "DE", "GR")),
            language="lv",
            official_name=f"{self.text()} {self.number}",
            email=f"pasts{self.number}@jauna.example",
            first_user=NewUser("Guna", "Sproģe", "lv", f"guna{self.number}@jauna.example"),
            town=self.text(1),
            modules={self.module(): NewModule("authority")},
        )
        registration.register(self.ctx, CLI, new)

    def give(self) -> None:
        role = self.chance.choice(("", "coordinator", "access_coordinator"))
        access.give_module(self.ctx, CLI, self.some(), self.module(), role)

    def withdraw(self) -> None:
        access.withdraw_module(self.ctx, CLI, self.some(), self.module())

    def role(self) -> None:
        access_changes.change_role(self.ctx, CLI, self.some(), self.module(), "authority")

    def suspend(self) -> None:
        access_changes.suspend_module(self.ctx, CLI, self.some(), self.module())

    def resume(self) -> None:
        access_changes.resume_module(self.ctx, CLI, self.some(), self.module())

    def deactivate(self) -> None:
        standing.deactivate(self.ctx, CLI, self.some())

    def reactivate(self) -> None:
        standing.reactivate(self.ctx, CLI, self.some())

    def settle(self) -> None:
        with self.ctx.store.reading():
            tasks = list(TranslationTask.select(TranslationTask.authority, TranslationTask.kind).tuples())
        if tasks:
            authority_id, kind = self.chance.choice(tasks)
            stored = translations.task(self.ctx, CLI, authority_id, kind)
            language = self.chance.choice(LANGUAGES)
            base = next((one.text for one in stored.translations if one.language == language), "")
            translations.settle(self.ctx, CLI, authority_id, kind, language, self.text(), base, stored.new)


@pytest.mark.parametrize("seed", range(6))
def test_the_index_is_what_a_fresh_one_would_be(ctx: Context, world: World, seed: int) -> None:
    for name in ("Valsts darba inspekcija", "Bauamt", "Επιθεώρηση"):
        world.administrator(world.authority(name))
    anybody = _Anybody(ctx, random.Random(seed))  # to be the same each time
    done = sum(anybody.do() for _ in range(120))
    assert done > 40
    kept, words = _indexed(ctx)
    with ctx.store.writing():
        search.empty()
    search_index.rebuild(ctx.store, ctx.catalogue)
    fresh, fresh_words = _indexed(ctx)
    assert kept == fresh
    assert set(fresh_words) <= set(words)
