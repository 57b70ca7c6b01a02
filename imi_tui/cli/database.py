"""`imi db`: what the database is, bring it to this version, look whether it is in order (B13)."""

from __future__ import annotations

import sys
from datetime import datetime
from functools import partial

import click

from imi_tui import start
from imi_tui.cli.common import CLI, json_option, opened, print_json, print_table, said
from imi_tui.cli.progress import bars
from imi_tui.i18n import _, date_time, pgettext
from imi_tui.i18n.database import fault_words
from imi_tui.i18n.refusals import sentence
from imi_tui.rules.refusals import StoreAway
from imi_tui.services.steps import Step


@click.group()
def db() -> None:
    """The database: what it is, bring it to this version, check it."""


@db.command()
@json_option
def status(as_json: bool) -> None:
    """Say which database it is, of which version and size, when it was last backed up and checked; change nothing."""
    from imi_tui.context import make_context
    from imi_tui.services.database_status import status as look

    settings = start.settings()
    with said():
        _there(settings.database_url())
        context = make_context(settings)
        found = look(context, CLI)
        context.store.close()
    if as_json:
        print_json(found)
        return
    rows = [
        (_("Database"), found.url),
        (_("Engine"), found.engine),
        (_("Program"), found.program),
        (_("Schema"), found.schema),
        (_("Pending"), ", ".join(found.pending) or "—"),
        *([(_("Of a newer program"), ", ".join(found.unknown))] if found.unknown else []),
        # Translators: how much room the database takes
        (pgettext("bytes", "Size"), f"{found.bytes / 1e6:.1f} MB"),
        (_("Open sessions"), str(found.sessions)),
        (_("Last backup"), _when(found.backup)),
        (_("Found in order"), _when(found.checked)),
        *((name, str(number)) for name, number in found.rows.items()),
    ]
    print_table(rows[0], rows[1:])


@db.command()
@click.option("--index", "anew", is_flag=True, help="Make the search index anew in any case.")
def upgrade(anew: bool) -> None:
    """Bring the database to this version, after a copy of it was put beside; complete the search index."""
    from db.probe import StoreError
    from db.schema import mend
    from db.schema import upgrade as migrate
    from imi_tui.context import make_context, system_clock
    from imi_tui.services import search_index

    settings = start.settings()
    url = settings.database_url()
    try:
        with bars() as told:
            copy = migrate(url, system_clock(), partial(told, Step.COPY))
            mend(url)
        with said(), bars() as told:
            context = make_context(settings)
            indexed = search_index.complete(context, partial(told, Step.INDEX), anew=anew)
            context.store.close()
    except StoreError as error:
        start.fail(sentence(StoreAway(error.kind.value, path=error.detail)))
    if copy is not None:
        click.echo(_("The database was upgraded; the old one is {path}.").format(path=copy), err=True)
    if indexed:
        click.echo(_("The search index was made."), err=True)
    if copy is None and not indexed:
        click.echo(_("There is nothing to do: the database is of this version."), err=True)


@db.command()
@json_option
def check(as_json: bool) -> None:
    """Look whether the database is in order, and say what is wrong and what mends it. Exit code 1 where anything is."""
    from imi_tui.services.database_check import check as look

    with opened() as context, bars() as told:
        faults = [(one.code, fault_words(one.code, one.facts)) for one in look(context, CLI, told)]
    if as_json:
        print_json({"ok": not faults, "faults": [{"code": code, "words": words} for code, words in faults]})
    for code_words in [] if as_json else faults:
        click.echo(code_words[1])
    if faults:
        sys.exit(1)
    click.echo(_("The database is in order."), err=True)


@db.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--fresh", is_flag=True, help="Throw away half a copy that is there, and begin anew.")
@json_option
def copy_database(source: str, target: str, fresh: bool, as_json: bool) -> None:
    """Copy a whole deployment from one database URL to another, such as from SQLite to PostgreSQL, and compare them.

    Killed and started again it goes on. The app refuses the target until it is whole.
    """
    from imi_tui.context import system_clock
    from imi_tui.services.database_copy import copy

    settings = start.settings()
    with said(), bars() as told:
        done = copy(settings, CLI, source, target, system_clock, fresh=fresh, told=told)
    if as_json:
        tables = [{"table": one.table, "rows": one.rows, "sha256": one.digest} for one in done.tables]
        print_json({"tables": tables, "entries": done.entries, "key": str(done.key)})
        return
    print_table((_("Table"), _("Rows"), "SHA-256"), [(one.table, str(one.rows), one.digest) for one in done.tables])
    click.echo(
        _(
            "Both are the same, row by row, and the record holds. Name the new one in IMI_DATABASE; its key is {key}."
        ).format(key=done.key),
        err=True,
    )


def _there(url: str) -> None:
    """Any database of ours will do, of whatever version. Raises `StoreAway`."""
    from db.probe import StoreError, StoreKind, probe

    try:
        probe(url)
    except StoreError as error:
        if error.kind not in {StoreKind.OLDER, StoreKind.NEWER}:
            raise StoreAway(error.kind.value, path=error.detail) from error


def _when(told: str) -> str:
    return date_time(datetime.fromisoformat(told)) if told else _("never")
