"""What a form about a person changes beside what others saved of the same person meanwhile (B7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from imi_tui.rules.merge import Choice, Clash, merge_texts, moved_on
from imi_tui.rules.refusals import SameField
from imi_tui.services import last_changed


@dataclass(frozen=True)
class Merged:
    """The texts as they are to be stored, the names of those that differ from what is, and of theirs that are kept."""

    texts: dict[str, str]
    made: tuple[str, ...]
    theirs: tuple[str, ...]
    clashes: tuple[Clash, ...]

    def refuse_clashes(self, user_id: int, authority_id: int) -> None:
        """Raises `SameField` where there are any, signed by who changed what is stored; inside a transaction."""
        if self.clashes:
            who = last_changed.of_user(user_id, authority_id, [one.field for one in self.clashes])
            raise SameField(*last_changed.signed(self.clashes, who))


def merge_fields(
    stored: object, base: object, typed: object, checked: object, names: Sequence[str], choices: Iterable[Choice] = ()
) -> Merged:
    """Merge these fields of four things that have them as attributes.

    `base` is what the form was filled with, `typed` what stands in it, `checked` the same in its normal form: what was
    not touched stays as it is, in whatever form that was entered once.
    """
    now, was, wanted, final = (
        {name: str(getattr(one, name)) for name in names} for one in (stored, base, typed, checked)
    )
    mine = {name: was[name] if wanted[name] == was[name] else final[name] for name in names}
    texts, clashes = merge_texts(was, now, mine, choices)
    made = tuple(name for name in names if texts[name] != now[name])
    return Merged(texts, made, tuple(moved_on(was, now, mine)), clashes)
