"""What the commands share: the context, the authority in question, how data and refusals are printed."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

import click

from imi_tui import log, start
from imi_tui.context import Context, make_context
from imi_tui.i18n.refusals import sentences
from imi_tui.rules.policy import system_actor
from imi_tui.rules.refusals import Refused, StoreAway
from imi_tui.rules.text import visible
from imi_tui.settings import SettingsError

CLI = system_actor("cli")
"""Commands act as this named actor, and the record says so."""

F = TypeVar("F", bound=Callable[..., Any])


def json_option(command: F) -> F:
    """`--json`: data for machines."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def authority_option(command: F) -> F:
    """`--authority`: which authority is meant; in a demo the demo administrator's."""
    return click.option("--authority", "wanted", metavar="NAME-OR-ID", default="", help="The authority in question.")(
        command
    )


@contextmanager
def opened() -> Iterator[Context]:
    """The context of the settings' database; a refusal ends the command with its sentence and exit code."""
    settings = start.settings()
    log.begin(settings)
    start.ready(settings.database_url())
    with said():
        context = make_context(settings)
        try:
            yield context
        finally:
            context.store.close()


@contextmanager
def looked_at() -> Iterator[Context]:
    """As `opened`, for whoever only watches: a database of an older version is refused, and nothing is upgraded."""
    from db.probe import StoreError, probe

    settings = start.settings()
    with said():
        try:
            probe(settings.database_url())
        except StoreError as error:
            raise StoreAway(error.kind.value, path=error.detail) from error
        context = make_context(settings)
        try:
            yield context
        finally:
            context.store.close()


@contextmanager
def said() -> Iterator[None]:
    """The one place where the command line says a refusal: its sentence on stderr, the class's exit code."""
    try:
        yield
    except Refused as refused:
        for line in sentences(refused):
            click.echo(f"imi: {line}", err=True)
        sys.exit(refused.exit_code)
    except SettingsError as error:
        start.fail(str(error))


def print_json(value: object) -> None:
    """Print frozen dataclasses, instants and enums as JSON."""
    click.echo(json.dumps(plain_data(value), ensure_ascii=False, indent=2))


def plain_data(value: object) -> Any:
    """The value in JSON's kinds."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain_data(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain_data(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_data(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain_data(item) for item in value)
    return value


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns that line up, without anything a terminal would obey."""
    from rich.cells import cell_len

    shown = [[visible(cell) for cell in row] for row in [head, *rows]]
    widths = [max(cell_len(row[column]) for row in shown) for column in range(len(head))]
    for row in shown:
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())
