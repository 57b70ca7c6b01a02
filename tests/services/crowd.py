"""One of many processes that edit the same authority and its users at once: run by `test_crowd`, tells what it did.

Each acts as an administrator of its own, in no step with the others, for a number of seconds. Every save that was
acknowledged is printed as a line of JSON: what was changed on purpose, and which stored values had been seen before.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from db.catalogue import load
from db.engine import Store
from imi_tui.context import Context
from imi_tui.rules.authority_changes import record_values, text_of, with_text
from imi_tui.rules.holders import Right
from imi_tui.rules.merge import Choice
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import Refused, SameField
from imi_tui.services import account, authorities, user_edit
from imi_tui.services.hashing import Hasher
from imi_tui.services.user_edit import EditedUser
from imi_tui.services.user_view import user_detail
from imi_tui.settings import Settings

TEXTS = ("town", "address", "postcode", "informal_name.lv", "description.lv", "informal_name.en")
KEYWORDS = ("labour_law", "roofer", "posted_workers")
RIGHTS = (Right("services", "basic_user"), Right("services", "request_handler"))
PATIENCE = 5
"""Times that one answers the question which of two values is to stand before giving up."""


class Member:
    """One process."""

    def __init__(self, url: str, number: int, actor: int, authority: int, people: list[int]) -> None:
        settings = Settings(database=url, mail="maildir:///nowhere")
        self.ctx = Context(Store(url), load(), settings, Hasher(memory_kib=8, time=1))
        self.actor, self.authority, self.people = Actor(actor), authority, people
        self.luck = random.Random(number)
        self.number, self.made = number, 0
        self.told: dict[str, Any] = {"refused": {}, "clashes": 0, "merged": 0, "longest": 0.0}

    def run(self, seconds: float) -> None:
        """Act until the time is over, then tell the sum."""
        end = time.monotonic() + seconds
        acts = [self.edit_authority, self.edit_authority, self.edit_user, self.edit_user, self.edit_own]
        while time.monotonic() < end:
            act = self.luck.choice(acts)
            try:
                act()
            except Refused as refused:
                self.told["refused"][refused.code] = self.told["refused"].get(refused.code, 0) + 1
        print(json.dumps({"sum": self.told}), flush=True)
        self.ctx.store.close()

    def edit_authority(self) -> None:
        """Some texts, a keyword and a language of the authority."""
        view = authorities.view(self.ctx, self.actor, self.authority)
        base = mine = view.draft()
        for name in self.luck.sample(TEXTS, self.luck.randint(0, 2)):
            mine = with_text(mine, name, self._new())
        if self.luck.random() < 0.6:
            mine = replace(mine, keywords=mine.keywords ^ {self.luck.choice(KEYWORDS)})
        if self.luck.random() < 0.3:
            mine = replace(mine, languages=mine.languages ^ {self.luck.choice(["lv", "en", "de"])})
        self._think()

        def save(choices: list[Choice]) -> tuple[dict[str, Any], int]:
            saved = authorities.save(self.ctx, self.actor, self.authority, view.version, mine, base, choices)
            return record_values(list(saved.changes)), len(saved.theirs)

        wanted: dict[str, Any] = {
            name: text_of(mine, name) for name in TEXTS if text_of(mine, name) != text_of(base, name)
        }
        seen = {name: [text_of(base, name)] for name in wanted}
        for name in ("keywords", "languages"):
            was, now = getattr(base, name), getattr(mine, name)
            if was != now:
                wanted[name] = [sorted(was - now), sorted(now - was)]
        if wanted:
            self._save("authority", None, wanted, seen, save)

    def edit_user(self) -> None:
        """Data and rights of somebody, mandatory ones too."""
        person = self.luck.choice(self.people)
        detail = user_detail(self.ctx, self.actor, self.authority, person)
        base = EditedUser(
            *(detail.version, detail.first_name, detail.surname, detail.language, detail.email, detail.phone),
            rights=frozenset(detail.rights),
        )
        changed: dict[str, Any] = {}
        if self.luck.random() < 0.5:
            changed["surname"] = self._new()
        if self.luck.random() < 0.3:
            changed["phone"] = f"+371 67 {self.luck.randint(100, 999)} {self.luck.randint(100, 999)}"
        if self.luck.random() < 0.5:
            changed["rights"] = base.rights ^ {self.luck.choice(RIGHTS)}
        mine = replace(base, **changed)
        self._think()

        def save(choices: list[Choice]) -> tuple[dict[str, Any], int]:
            saved = user_edit.edit(self.ctx, self.actor, self.authority, person, mine, base, choices)
            return dict.fromkeys(saved.changed), len(saved.theirs)

        wanted = {name: value for name, value in changed.items() if name != "rights" and value != getattr(base, name)}
        seen = {name: [getattr(base, name)] for name in wanted}
        if mine.rights != base.rights:
            gone, come = (
                [":".join(one) for one in some] for some in (base.rights - mine.rights, mine.rights - base.rights)
            )
            wanted["rights"] = [gone, come]
        if wanted:
            self._save("user", person, wanted, seen, save)

    def edit_own(self) -> None:
        """The own phone number and language, which others change, too."""
        own = account.view(self.ctx, self.actor)
        base = own.data()
        mine = replace(base, language=self.luck.choice(["lv", "en", "de"]))
        self._think()

        def save(choices: list[Choice]) -> tuple[dict[str, Any], int]:
            saved = account.save(self.ctx, self.actor, own.version, mine, base, choices)
            return dict.fromkeys(saved.changed), len(saved.theirs)

        if mine != base:
            self._save("own", self.actor.user_id, {"language": mine.language}, {"language": [base.language]}, save)

    def _save(
        self,
        kind: str,
        subject: int | None,
        wanted: dict[str, Any],
        seen: dict[str, list[str]],
        save: Callable[[list[Choice]], tuple[dict[str, Any], int]],
    ) -> None:
        """Save, and answer what is asked by the throw of a coin; tell what was acknowledged."""
        choices: list[Choice] = []
        for _again in range(PATIENCE):
            began = time.monotonic()
            try:
                made, merged = save(choices)
            except SameField as same:
                self.told["clashes"] += 1
                for one in same.clashes:
                    seen[one.field].append(one.theirs)
                    choices.append(Choice(one.field, one.theirs, one.mine, self.luck.random() < 0.5))
                self._think()
                continue
            finally:
                self.told["longest"] = max(self.told["longest"], time.monotonic() - began)
            self.told["merged"] += bool(merged)
            left = [choice.field for choice in choices if not choice.keep_mine]
            print(
                json.dumps(
                    {
                        "kind": kind,
                        "subject": subject,
                        "wanted": wanted,
                        "seen": seen,
                        "left": left,
                        "wrote": bool(made),
                    }
                ),
                flush=True,
            )
            return

    def _new(self) -> str:
        """A text that nobody else ever types."""
        self.made += 1
        return f"Vārds {self.number}-{self.made} {'abcdefgh'[self.number % 8]}"

    def _think(self) -> None:
        time.sleep(self.luck.uniform(0, 0.03))


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    Member(told["url"], told["number"], told["actor"], told["authority"], told["people"]).run(told["seconds"])
