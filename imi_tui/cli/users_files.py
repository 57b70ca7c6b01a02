"""`imi users export` and `imi users import`: an authority's users as CSV for a spreadsheet, and back (B9)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from db.files import new_file
from imi_tui import start
from imi_tui.cli.common import CLI, authority_option, json_option, opened, plain_data, print_json, print_table
from imi_tui.cli.users_query import pages_of, query_of, query_options, row_data
from imi_tui.context import Context
from imi_tui.i18n import _, ngettext
from imi_tui.i18n.refusals import sentence
from imi_tui.rules import csv_cells, users_file
from imi_tui.rules.holders import Right
from imi_tui.rules.refusals import FieldError, WrongRows
from imi_tui.rules.text import visible
from imi_tui.rules.users_file import Verdict
from imi_tui.services.directory import authority_meant
from imi_tui.services.users_list import UserQuery, UserRow

FILE = click.Path(path_type=Path, dir_okay=False)
Write = Callable[[bytes], object]


@click.command("export")
@click.argument("file", type=FILE, required=False)
@authority_option
@query_options
@click.option("--replace", is_flag=True, help="Also where there is a FILE already.")
@json_option
def export_users(  # one parameter per option
    file: Path | None, wanted: str, text: str, status: str | None, sort: str, descending: bool, replace: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Write the users with their rights as CSV to FILE, or print them: UTF-8, “;” between cells, a header line.

    A cell that a spreadsheet would run as a formula gets an apostrophe, which an import takes away again.
    """
    query = query_of(text, status, sort, descending)
    with opened() as context, _writing(file, replace) as write:
        rows = _exported(context, authority_meant(context, CLI, wanted), query)
        for piece in _as_json(rows) if as_json else csv_cells.written(_as_cells(rows)):
            write(piece)


@click.command("import")
@click.argument("file", required=False, default="")
@authority_option
@click.option("--template", is_flag=True, help="Print a file to begin with: the header and an invented user.")
@click.option("--dry-run", is_flag=True, help="Only say what would become of each row.")
@click.option("--rejected", type=FILE, help="Write the wrong rows there, each with the reason, to be corrected.")
@click.option("--replace", is_flag=True, help="Also where there is a file of rejected rows already.")
@json_option
def import_users(
    file: str, wanted: str, template: bool, dry_run: bool, rejected: Path | None, replace: bool, as_json: bool
) -> None:
    """Register the users of a CSV file (“-”: of the input), all of them or, where a row is wrong, none.

    Each gets the proposed username, unless the file has another, and a mail with a temporary password. The usernames
    are printed here, to be passed on in person.
    """
    if template:
        for piece in csv_cells.written([users_file.COLUMNS, users_file.EXAMPLE]):
            click.echo(piece, nl=False)
        return
    if not file:
        raise click.UsageError(_("Name the file, or “-” for the input; --template prints one to begin with."))
    if rejected is not None and rejected.exists() and not replace:
        _fail_there(rejected)
    content = _content(file)
    with opened() as context:
        verdicts, users = _verdicts(context, wanted, content, dry_run=dry_run)
    wrong = [verdict for verdict in verdicts if verdict.errors]
    _print(verdicts if dry_run or not wrong else wrong, 0 if dry_run or wrong else len(verdicts), as_json=as_json)
    _say(verdicts, wrong, dry_run=dry_run)
    if wrong:
        if rejected is not None:
            why = {verdict.line: _why(verdict.errors) for verdict in wrong}
            with _writing(rejected, replace) as write:
                for piece in csv_cells.written(users_file.rejected(users, why)):
                    write(piece)
            words = _("The wrong rows are in {path}, the reason in the last column: correct and import them there.")
            click.echo(words.format(path=rejected), err=True)
        sys.exit(1)


def _verdicts(
    context: Context, wanted: str, content: bytes, *, dry_run: bool
) -> tuple[Sequence[Verdict], users_file.UsersFile]:
    from imi_tui.services import users_import

    authority_id = authority_meant(context, CLI, wanted)
    users = users_file.users_in(content)
    if dry_run:
        return users_import.check_import(context, CLI, authority_id, users.rows), users
    try:
        return users_import.import_users(context, CLI, authority_id, users.rows), users
    except WrongRows as wrong:
        return wrong.verdicts, users


def _exported(context: Context, authority_id: int, query: UserQuery) -> Iterator[tuple[UserRow, Sequence[Right]]]:
    from imi_tui.services.users_export import rights_of_users

    for page in pages_of(context, authority_id, query):
        rights = rights_of_users(context, CLI, authority_id, [row.id for row in page])
        yield from ((row, rights[row.id]) for row in page)


def _as_cells(rows: Iterable[tuple[UserRow, Sequence[Right]]]) -> Iterator[list[str]]:
    yield list(users_file.EXPORTED)
    for row, rights in rows:
        last = row.last_login_at.isoformat() if row.last_login_at else ""
        known = {"rights": users_file.rights_cell(rights), "last_login": last}
        told = {**row_data(row), **known}
        yield [visible(str(told[name])) for name in users_file.EXPORTED]


def _as_json(rows: Iterable[tuple[UserRow, Sequence[Right]]]) -> Iterator[bytes]:
    before = "["
    for row, rights in rows:
        told = plain_data({**row_data(row), "rights": [f"{right.module}:{right.right}" for right in rights]})
        yield f"{before}\n{json.dumps(told, ensure_ascii=False)}".encode()
        before = ","
    yield (b"[]\n" if before == "[" else b"\n]\n")


def _content(file: str) -> bytes:
    """What is in the file, as far as it is looked at."""
    if file == "-":
        return sys.stdin.buffer.read(csv_cells.LARGEST + 1)
    try:
        with Path(file).open("rb") as opened_file:
            return opened_file.read(csv_cells.LARGEST + 1)
    except OSError as error:
        start.fail(_("{path} cannot be read: {reason}").format(path=file, reason=error.strerror))


@contextmanager
def _writing(file: Path | None, replace: bool) -> Iterator[Write]:
    """What writes to a file that is whole or not there, or to stdout."""
    if file is None:
        yield lambda piece: click.echo(piece, nl=False)
        return
    try:
        with new_file(file, replace=replace) as written:
            yield written.write
    except FileExistsError:
        _fail_there(file)
    except OSError as error:
        start.fail(_("{path} cannot be written: {reason}").format(path=file, reason=error.strerror))


def _fail_there(path: Path) -> NoReturn:
    start.fail(_("{path} exists already; nothing was done. Choose another name, or add --replace.").format(path=path))


def _print(verdicts: Sequence[Verdict], imported: int, *, as_json: bool) -> None:
    if as_json:
        rows: list[dict[str, Any]] = [
            {
                **{name: getattr(verdict, name) for name in ("line", "name", "email", "username", "user_id")},
                "errors": [{"column": error.field, "message": sentence(error)} for error in verdict.errors],
            }
            for verdict in verdicts
        ]
        print_json({"imported": imported, "rows": rows})
        return
    # Translators: "Line" is the line of a file; "Verdict" what is said of a row of it, "good" that it can be imported.
    head = (_("Line"), _("Name"), _("Username"), _("Verdict"))
    print_table(head, [line for verdict in verdicts for line in _lines(verdict)])


def _lines(verdict: Verdict) -> Iterator[tuple[str, ...]]:
    """A row of the file as lines of a table: one for each error."""
    first = (str(verdict.line), verdict.name or "—", verdict.username or "—")
    yield (*first, _why(verdict.errors[:1]) or _("good"))
    for error in verdict.errors[1:]:
        yield (*[""] * len(first), _why([error]))


def _say(verdicts: Sequence[Verdict], wrong: Sequence[Verdict], *, dry_run: bool) -> None:
    """How it ended, beside the data."""
    if wrong:
        words = ngettext(
            "imi: {n} row of {all} is wrong, so nothing was imported. Correct it, or take it out, then import again.",
            "imi: {n} rows of {all} are wrong, so nothing was imported. Correct them, or take them out, then import"
            " again.",
            len(wrong),
        )
        click.echo(words.format(n=len(wrong), all=len(verdicts)), err=True)
        return
    number = len(verdicts)
    if dry_run:
        words = ngettext(
            "{n} row, and it is good; nothing was written.", "{n} rows, all good; nothing was written.", number
        )
    else:
        words = ngettext(
            "{n} user was imported and is mailed a temporary password. Pass the username on in person or by phone.",
            "{n} users were imported and are mailed temporary passwords. Pass the usernames on in person or by phone.",
            number,
        )
    click.echo(words.format(n=number), err=True)


def _why(errors: Iterable[FieldError]) -> str:
    """What is wrong with a row: the columns, as the file names them, and the sentences."""
    return " ".join(f"{error.field}: {sentence(error)}" for error in errors)
