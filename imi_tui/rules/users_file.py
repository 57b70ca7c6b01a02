"""The file of users that is imported and exported (B9): its columns, its rows, the verdict on a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from imi_tui.rules import csv_cells
from imi_tui.rules.holders import Right
from imi_tui.rules.refusals import FieldError, Refused

COLUMNS = ("first_name", "surname", "language", "email", "phone", "username", "rights")
"""What is imported, in the order of the form, by the names of its fields."""

REQUIRED = COLUMNS[:4]

WHY = "why"
"""The column in which rejected rows say what is wrong with them; an import passes it by."""

EXPORTED = (*COLUMNS, "id", "status", "password", "last_login")
"""What is exported; the further ones are passed by when it is imported."""

MOST = 10_000
"""Users that are imported at once: others wait to save as long as all of them are put in, some 2 s."""

EXAMPLE = ("Jānis", "Kalniņš", "lv", "janis.kalnins@iestade.example", "+371 67 000 000", "", "services:basic_user")
"""The row of the template: somebody invented, without a username, so that one is proposed."""

_BETWEEN = re.compile(r"[\s,;]+")


class Entered(NamedTuple):
    """A row of a file: the line that it begins in, its cells by column."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class UsersFile:
    """The rows of a file, and its columns in their order."""

    columns: tuple[str, ...]
    rows: tuple[Entered, ...]


@dataclass(frozen=True)
class Verdict:
    """What becomes of a row: the username that the user gets, or what is wrong.

    `user_id` is None as long as nothing is written.
    """

    line: int
    name: str
    email: str
    username: str
    errors: tuple[FieldError, ...] = ()
    user_id: int | None = None


def users_in(content: bytes) -> UsersFile:
    """The users of a file. Raises `Refused("csv_…")`, `Refused("import_…")` where it is not one of users at all."""
    header, rows = csv_cells.read(content)
    columns = tuple(name.casefold().replace(" ", "_") for name in header.cells)
    known = (*EXPORTED, WHY)
    for name in columns:
        if name not in known:
            raise Refused("import_unknown_column", column=name, columns=", ".join(COLUMNS))
        if columns.count(name) > 1:
            raise Refused("import_column_twice", column=name)
    for name in REQUIRED:
        if name not in columns:
            raise Refused("import_missing_column", column=name)
    found: list[Entered] = []
    for row in rows:
        if len(found) == MOST:
            raise Refused("import_too_many", most=MOST)
        found.append(Entered(row.line, dict(zip(columns, row.cells, strict=True))))
    if not found:
        raise Refused("import_no_user")
    return UsersFile(columns, tuple(found))


def rights_in(text: str) -> tuple[frozenset[Right], list[FieldError]]:
    """The rights of a cell, `module:right` with blanks or commas between, and what is none."""
    rights, errors = set(), []
    for word in filter(None, _BETWEEN.split(text)):
        module, _colon, right = word.partition(":")
        if module and right:
            rights.add(Right(module, right))
        else:
            errors.append(FieldError("rights", "right_unreadable", (("value", word),)))
    return frozenset(rights), errors


def rights_cell(rights: Iterable[Right]) -> str:
    """The cell of rights."""
    return " ".join(f"{right.module}:{right.right}" for right in rights)


def rejected(file: UsersFile, why: Mapping[int, str]) -> list[Sequence[str]]:
    """The header and the rows of a file that were rejected, with the reason by line: to be mended, imported again."""
    columns = [name for name in file.columns if name != WHY]
    rows = [[*(row.cells[name] for name in columns), why[row.line]] for row in file.rows if row.line in why]
    return [[*columns, WHY], *rows]
