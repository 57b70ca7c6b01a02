"""What the tests of access management share: an access manager with an authority, and what the store says after."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from db.models import Authority, AuthorityModule, Entry, Mail
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, system_actor
from tests.world import World, values_of

CLI = system_actor("cli")


@dataclass(frozen=True)
class House:
    """An access manager with its administrator, and an authority that it manages with its own."""

    ctx: Context
    world: World
    manager: int
    maris: Actor
    authority: int
    anna: Actor

    def mails(self) -> list[tuple[str, int, int | None]]:
        """Kind, authority and user of each queued mail, in order."""
        with self.ctx.store.reading():
            return list(Mail.select(Mail.kind, Mail.authority, Mail.user).order_by(Mail.id).tuples())

    def params(self, kind: str) -> dict[str, Any]:
        """The params of the last mail of a kind."""
        with self.ctx.store.reading():
            mail = Mail.select(Mail.params).where(Mail.kind == kind).order_by(Mail.id.desc()).first()
            return dict(json.loads(mail.params))

    def entry(self) -> tuple[str, int | None, dict[str, Any]]:
        """The last entry of the record: verb, authority, values."""
        with self.ctx.store.reading():
            last = Entry.select().order_by(Entry.id.desc()).first()
            return last.verb, last.authority_id, values_of(last.id)

    def module(self, authority_id: int, module: str) -> tuple[str, str] | None:
        """Role and access of an authority in a module; None where it does not have it."""
        with self.ctx.store.reading():
            columns = AuthorityModule.select(AuthorityModule.role, AuthorityModule.access)
            found: tuple[str, str] | None = (
                columns.where(AuthorityModule.authority == authority_id, AuthorityModule.module == module)
                .tuples()
                .first()
            )
            return found

    def row(self, authority_id: int) -> Any:
        """An authority's row."""
        with self.ctx.store.reading():
            return Authority.get_by_id(authority_id)

    def set(self, authority_id: int, **values: object) -> None:
        """Change an authority's row directly."""
        with self.ctx.store.writing():
            Authority.update(**values).where(Authority.id == authority_id).execute()


def house(ctx: Context, world: World) -> House:
    """Make one."""
    manager = world.authority("Pārvaldniece", access_manager=True, email="p@manager.example")
    maris = world.administrator(manager, "Māris", "Pārvaldnieks")
    authority = world.authority(manager=manager)
    return House(ctx, world, manager, maris, authority, world.administrator(authority))
