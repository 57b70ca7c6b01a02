"""What an export tells of users beyond the list (B9): the rights that each holds."""

from __future__ import annotations

from collections.abc import Collection

from db.models import UserRight
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import Actor, May
from imi_tui.services import user_rights
from imi_tui.services.door import read


def rights_of_users(
    ctx: Context, actor: Actor, authority_id: int, ids: Collection[int]
) -> dict[int, tuple[Right, ...]]:
    """The rights of an authority's users, in the catalogue's order; one query, so as many as a page has.

    Raises `NotAllowed`, `Gone`, `StoreAway`.
    """
    with read(ctx, actor, May.SEE_USERS, authority_id):
        found: dict[int, list[Right]] = {user_id: [] for user_id in ids}
        held = UserRight.select(UserRight.user, UserRight.module, UserRight.right).where(
            UserRight.authority == authority_id, UserRight.user.in_(list(ids))
        )
        for user_id, *right in held.tuples():
            found[user_id].append(Right(*right))
        return {user_id: tuple(user_rights.in_order(ctx, rights)) for user_id, rights in found.items()}
