"""Find the authority that is meant: by its id or by its name."""

from __future__ import annotations

from db.models import Authority, Meta
from db.parts import has_part
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Gone, Refused
from imi_tui.rules.text import fold
from imi_tui.services.door import read

LARGEST = 2**63 - 1
"""The largest number that a store can be asked for; no id comes near it."""

DEMO = "demo"
"""The fact by which a demo's database is known; its value is the demo administrator's authority."""


def authority_meant(ctx: Context, actor: Actor, wanted: str) -> int:
    """The id of the authority named by its id, its official name, or a part of the name that no other one has.

    Without a name it is the only authority there is, or, in a demo, the demo administrator's. Raises
    `Gone("authority_unknown")`, `Refused("authority_unclear")`.
    """
    with read(ctx, actor, May.OPERATE, None):
        names = Authority.select(Authority.id).order_by(Authority.name_key).limit(2)
        if not wanted:
            demo = Meta.get_or_none(Meta.name == DEMO)
            if demo is not None:
                return int(demo.value)
            found = list(names.tuples())
        elif wanted.isdecimal():
            found = list(names.where(Authority.id == min(int(wanted), LARGEST)).tuples())
        else:
            folded = fold(wanted)
            found = list(names.where(Authority.name_key == folded).tuples())
            found = found or list(names.where(has_part(Authority.name_key, folded)).tuples())
    if not found:
        raise Gone("authority_unknown", name=wanted or "—")
    if len(found) > 1:
        raise Refused("authority_unclear", name=wanted or "—")
    return int(found[0][0])
