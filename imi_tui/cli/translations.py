"""`imi translations`: the Commission's translation desk (S2.4, B3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import click

from imi_tui.cli.common import CLI, authority_option, json_option, opened, print_json, print_table
from imi_tui.context import Context
from imi_tui.i18n import _, country_name, date_time, language_name
from imi_tui.i18n.statuses import stale_words
from imi_tui.rules.authority_changes import TEXT_KINDS
from imi_tui.rules.languages import WORKING_LANGUAGES
from imi_tui.rules.text import visible
from imi_tui.services.directory import authority_meant
from imi_tui.services.translations import Settled, Task, finish, settle, task
from imi_tui.services.translations_list import TaskQuery, TaskRow, tasks_page

BITE = 500


def kind_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--kind`: which of the authority's texts is meant."""
    help_words = "The text in question."
    return click.option(
        "--kind", type=click.Choice(TEXT_KINDS), default=TEXT_KINDS[0], show_default=True, help=help_words
    )(command)


@click.group()
def translations() -> None:
    """The Commission's translation desk: texts whose translations must follow a change."""


@translations.command("list")
@click.option("--filter", "text", default="", help="Words that occur in the authority's name, or its country.")
@click.option(
    "--language",
    type=click.Choice(WORKING_LANGUAGES),
    metavar="CODE",
    help="Only those whose translation into it is older than the original, or missing.",
)
@json_option
def list_tasks(text: str, language: str | None, as_json: bool) -> None:
    """List what is to be translated, the oldest first."""
    with opened() as context:
        rows = list(_all(context, TaskQuery(text, language or "")))
    if as_json:
        print_json(rows)
        return
    head = (_("Id"), _("Authority"), _("Country"), _("Text"), _("Original"), _("To correct"), _("Asked"))
    print_table(head, [_words(row) for row in rows])


@translations.command()
@authority_option
@kind_option
@json_option
def show(wanted: str, kind: str, as_json: bool) -> None:
    """Show one text: the old and the new wording, who asked, and every translation."""
    with opened() as context:
        found = task(context, CLI, authority_meant(context, CLI, wanted), kind)
    if as_json:
        print_json(found)
    else:
        print_table((_("Field"), _("Value")), _lines(found))


@translations.command("settle")
@click.argument("language", metavar="LANGUAGE")
@click.option("--text", default=None, help="The right translation; without it the present one is confirmed.")
@click.option("--was", default=None, help="The translation you know: where it is another by now, nothing is saved.")
@authority_option
@kind_option
@json_option
def settle_one(language: str, text: str | None, was: str | None, wanted: str, kind: str, as_json: bool) -> None:
    """Correct, confirm or add the translation into LANGUAGE, by its code; the last one that was older ends the task."""
    with opened() as context:
        authority_id = authority_meant(context, CLI, wanted)
        found = task(context, CLI, authority_id, kind)
        present = next((one.text for one in found.translations if one.language == language), "")
        known = present if was is None else was
        settled = settle(context, CLI, authority_id, kind, language, known if text is None else text, known, found.new)
    _told(found, settled, as_json)


@translations.command("finish")
@authority_option
@kind_option
@json_option
def finish_task(wanted: str, kind: str, as_json: bool) -> None:
    """End the task of a text of which no translation is older than the original."""
    with opened() as context:
        authority_id = authority_meant(context, CLI, wanted)
        found = task(context, CLI, authority_id, kind)
        settled = finish(context, CLI, authority_id, kind, found.new)
    _told(found, settled, as_json)


def _all(context: Context, query: TaskQuery) -> Iterator[TaskRow]:
    page = tasks_page(context, CLI, query, limit=BITE)
    while page:
        yield from page
        page = tasks_page(context, CLI, query, after=page[-1].position, limit=BITE)


def _words(row: TaskRow) -> tuple[str, ...]:
    stale = " ".join(row.stale) or "—"
    text = _kind(row.kind)
    return (str(row.authority_id), row.authority, row.country, text, row.language, stale, date_time(row.asked_at))


def _lines(found: Task) -> list[tuple[str, str]]:
    who = found.asked_by or "—"
    if found.asked_by_authority:
        who += f" ({found.asked_by_authority})"
    lines = [
        (_("Authority"), found.authority),
        (_("Country"), country_name(found.country)),
        (_("Text"), _kind(found.kind)),
        (_("Original"), language_name(found.language)),
        (_("Before"), found.old or "—"),
        (_("Now"), found.new or "—"),
        (_("Asked"), f"{date_time(found.asked_at)} · {who}"),
    ]
    for one in found.translations:
        lines.append((language_name(one.language), one.text + (f"  {stale_words()}" if one.stale else "")))
    return lines


def _kind(kind: str) -> str:
    return _("Description") if kind == "description" else _("Informal name")


def _told(found: Task, settled: Settled, as_json: bool) -> None:
    if as_json:
        print_json(settled)
    elif settled.done:
        words = _("Done: {name}. The authority and its administrators are told by e-mail.")
        click.echo(words.format(name=visible(found.authority)), err=True)
    else:
        words = _("Settled: {language}. Still to be corrected or confirmed: {languages}.")
        left = [language_name(code) for code in found.stale if code not in settled.languages]
        named = ", ".join(language_name(code) for code in settled.languages)
        click.echo(words.format(language=named, languages=", ".join(left) or "—"), err=True)
