"""The one family of refusals: codes and facts, without words.

A service or rule that says no raises one of these. The sentence for each code, in the reader's language and with
what to do about it, is in `imi_tui.i18n`; the class owns the exit code of the command line.

    Refused
    ├── Invalid      what was entered is wrong; names the field
    ├── WrongRows    rows of a file are wrong; has the verdict on each row
    ├── NotAllowed   the actor may not do this
    ├── Conflict     somebody else changed the same record meanwhile
    │   └── SameField    and the same fields of it, to other values: somebody must choose
    ├── Gone         the record is no longer there
    └── StoreAway    the database cannot be used right now
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imi_tui.rules.merge import Clash
    from imi_tui.rules.users_file import Verdict


class Refused(Exception):
    """A wish that is refused: `code` names why, `facts` are the values for the sentence (never a secret)."""

    exit_code = 1

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: the field's name in the form, the code and its facts."""

    field: str
    code: str
    facts: tuple[tuple[str, object], ...] = ()


class Invalid(Refused):
    """One or more fields were entered wrongly (`errors`, in the order of the form)."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(errors[0].code, **dict(errors[0].facts))
        self.errors = errors


class WrongRows(Refused):
    """Rows of a file that is imported are wrong (`verdicts` on all of them), so nothing is (B9)."""

    def __init__(self, code: str, verdicts: Sequence[Verdict]) -> None:
        super().__init__(code)
        self.verdicts = verdicts


class NotAllowed(Refused):
    """The actor may not do this, or may no longer."""


class Conflict(Refused):
    """The record was changed by somebody else since it was read."""


class SameField(Conflict):
    """Fields that somebody else changed, too, to other values (`clashes`, in the order of the form): choose (B7)."""

    def __init__(self, *clashes: Clash) -> None:
        super().__init__("same_field_changed")
        self.clashes = clashes


class Gone(Refused):
    """The record does not exist, or no longer."""


class StoreAway(Refused):
    """The database cannot be used: missing, locked, full, damaged, too new or out of reach."""
