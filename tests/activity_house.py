"""A house in which a few things were done: what the pictures and flows of Activity show."""

from __future__ import annotations

from dataclasses import replace

from db.models import User
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import NotAllowed
from imi_tui.services import access, authorities, login, user_edit, users
from imi_tui.services.user_edit import EditedUser
from imi_tui.services.users import NewUser
from tests.services.access_house import House, house
from tests.world import PASSWORD, Clock, World


def edit(home: House, user_id: int, **changed: object) -> None:
    """Anna changes a colleague's account."""
    with home.ctx.store.reading():
        row = User.get_by_id(user_id)
        names = ("first_name", "surname", "language", "email", "phone", "version")
        values = {name: getattr(row, name) for name in names}
    mine = EditedUser(**{**values, "rights": frozenset(), **changed})
    user_edit.edit(home.ctx, home.anna, home.authority, user_id, mine)


def acted(ctx: Context, world: World, clock: Clock) -> House:
    """Two log-ins, an edit of everything, a colleague who came and went, access given; over a week."""
    home = house(ctx, world)
    clock.move(days=-12)
    janis = world.user(home.authority, "Jānis", "Kalniņš", username="kalnijan", phone="+371 67 000 000")
    gone = users.register(ctx, home.anna, home.authority, NewUser("Zane", "Ozola", "lv", "zane@people.example"))
    clock.move(days=8, hours=1)
    for password in ("wrong-Password-1", PASSWORD):
        try:
            login.log_in(ctx, Actor(None), "kalnijan", password)
        except NotAllowed:
            clock.move(minutes=2)
    clock.move(hours=1)
    rights = frozenset({Right("services", "request_handler"), Right("services", "basic_user")})
    edit(home, janis, surname="Kalniņš-Bērziņš", phone="", language="en", rights=rights)
    clock.move(days=2)
    seen = authorities.view(ctx, home.anna, home.authority)
    mine = replace(seen.draft(), town="Ogre", keywords=frozenset({"roofer", "tourist_guide"}))
    mine = replace(mine, informal_name={"lv": "Darba inspekcija", "en": "Labour Inspectorate"})
    authorities.save(ctx, home.anna, home.authority, seen.version, mine)
    access.give_module(ctx, home.maris, home.authority, "solvit")
    users.delete(ctx, home.anna, home.authority, gone.user_id)
    clock.move(days=1)
    users.reset_password(ctx, home.anna, home.authority, janis)
    return home
