"""An authority with two people, for the tests of mail: queue something for them, see what opens their account."""

from __future__ import annotations

from db.models import User
from imi_tui.context import Context
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.policy import Actor
from imi_tui.services import outbox, users
from tests.world import World


class House:
    """An authority with an administrator and a colleague whose password can be reset."""

    def __init__(self, ctx: Context, world: World) -> None:
        self.ctx = ctx
        self.authority = world.authority(email="pasts@vdi.example")
        self.administrator = Actor(
            world.user(self.authority, "Anna", "Bērziņa", administrator=True, username="anna7", email="ab@vdi.example")
        )
        self.colleague = world.user(
            self.authority, "Pēteris", "Ozols", username="ozolsp42", email="p.o@people.example", language="lv"
        )

    def reset(self) -> None:
        users.reset_password(self.ctx, self.administrator, self.authority, self.colleague)

    def queue(self, kind: MailKind, user_id: int | None, **params: object) -> None:
        with self.ctx.store.writing():
            outbox.queue(self.ctx.now(), kind, self.authority, user_id, params)

    def person(self) -> User:
        return User.get_by_id(self.colleague)

    def logs_in_with(self, password: str) -> bool:
        return self.ctx.hasher.verify(self.person().password_hash, password)
