"""`imi audit`: read and verify the record of what was done (B8), and who held which right on a day (B19)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from imi_tui.cli.common import CLI, authority_option, json_option, opened, print_json, print_table
from imi_tui.context import Context
from imi_tui.i18n import _, date_time, language, ngettext
from imi_tui.i18n.activity import authority_words, changes, what_words, who_words
from imi_tui.i18n.record import breach_words, restored_words
from imi_tui.rules.activity import Kind
from imi_tui.services import record_check
from imi_tui.services import rights_on as rights_service
from imi_tui.services.activity import ActivityEntry, ActivityQuery, ActivityRow, activity_entry, activity_page
from imi_tui.services.directory import authority_meant

BITE = 500
"""Entries that are read at once."""

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def audit() -> None:
    """The record of who did what and when: list it, verify it, who held which right."""


@audit.command("list")
@authority_option
@click.option("--user", type=int, metavar="ID", help="Only about this user; deleted ones keep their number.")
@click.option("--by", type=int, metavar="ID", help="Only what this user did.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="Only what is about this.")
@click.option("--since", type=DAY, metavar="DATE", help="From this day on (2026-11-24).")
@click.option("--until", type=DAY, metavar="DATE", help="Up to and with this day.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="The newest so many.")
@json_option
def list_entries(
    wanted: str, user: int | None, by: int | None, kind: str | None, since: datetime | None, until: datetime | None,
    limit: int, as_json: bool,
) -> None:  # fmt: skip
    """List the entries, the newest first; of every authority, or of one. --json gives old and new values too."""
    query = ActivityQuery(
        kind=Kind(kind) if kind else None,
        since=since.astimezone() if since else None,
        until=(until + timedelta(days=1)).astimezone() if until else None,
        subject_id=user,
        actor_id=by,
    )
    with opened() as context:
        authority_id = authority_meant(context, CLI, wanted) if wanted else None
        rows = _rows(context, authority_id, query, limit)
        if as_json:
            print_json([_data(activity_entry(context, CLI, authority_id, row.id, language())) for row in rows])
            return
        head = (_("Id"), _("When"), _("Who"), _("What"), _("Authority"))
        print_table(head, [_words(row) for row in rows])


@audit.command()
@click.option("--checkpoint", "given", metavar="LINE|FILE", default="", help="What “imi audit checkpoint” printed.")
@json_option
def verify(given: str, as_json: bool) -> None:
    """Verify every entry and its values; names the first one that is broken. Exit code 1 where one is."""
    with opened() as context, click.progressbar(length=0, label=_("Verifying the record"), file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        verdict = record_check.verify(context, CLI, checkpoint=_line(given), progress=progress)
    if as_json:
        print_json(verdict)
    elif verdict.broken is None:
        words = ngettext(
            "{n} entry verified: the record holds.", "{n} entries verified: the record holds.", verdict.entries
        )
        click.echo(words.format(n=verdict.entries), err=True)
        click.echo(verdict.checkpoint, nl=bool(verdict.checkpoint))
    for restored in verdict.restores:
        click.echo(restored_words(restored), err=True)
    if not verdict.kept and verdict.entries and not given:
        told = _("There is no checkpoint beside the key to compare with: a cut end would not be seen.")
        click.echo(told, err=True)
    if verdict.broken is not None:
        click.echo(f"imi: {breach_words(verdict.broken.how, verdict.broken.entry_id)}", err=True)
        sys.exit(1)
    if verdict.elsewhere is not None:
        told = _(
            "The checkpoint that was given is from before the restore: what it vouches for is in the database that was"
            " put aside. Verify it there, with IMI_DATABASE naming that file and the setting record_key the key."
        )
        click.echo(f"imi: {told}", err=True)
        sys.exit(1)


@audit.command()
def checkpoint() -> None:
    """Print the record's present end as a line, to be kept where nobody of this machine can write."""
    with opened() as context:
        line = record_check.checkpoint(context, CLI)
    click.echo(line, nl=bool(line))


@audit.command("rights-on")
@click.argument("day", type=DAY, metavar="DATE")
@authority_option
@json_option
def rights_on(day: datetime, wanted: str, as_json: bool) -> None:
    """Who held which right of an authority at the end of a day, by the record."""
    with opened() as context:
        end = (day + timedelta(days=1)).astimezone() - timedelta(seconds=1)
        held = rights_service.rights_on(context, CLI, authority_meant(context, CLI, wanted), end)
        if as_json:
            print_json(held)
            return
        rows = []
        for one in held:
            for right in one.rights:
                code, _colon, name = right.partition(":")
                rows.append((str(one.user_id), one.name or "—", *_right(context, code, name)))
        print_table((_("Id"), _("Name"), _("Module"), _("Right")), rows)


def _rows(context: Context, authority_id: int | None, query: ActivityQuery, limit: int) -> Iterator[ActivityRow]:
    after = None
    while limit > 0:
        page = activity_page(context, CLI, authority_id, query, language(), after=after, limit=min(limit, BITE))
        yield from page
        if len(page) < min(limit, BITE):
            return
        after, limit = page[-1].position, limit - len(page)


def _line(given: str) -> str:
    """The line itself, or the last one of the file that is named."""
    if not given or given.startswith("imi-record"):
        return given
    try:
        lines = Path(given).read_text(encoding="utf-8", errors="replace").split("\n")
    except (OSError, ValueError):
        return given
    return next((line for line in reversed(lines) if line.strip()), given)


def _words(row: ActivityRow) -> tuple[str, ...]:
    return (
        str(row.id),
        date_time(row.at),
        who_words(row.verb, row.actor_kind, row.actor_id, row.subject_id, row.names),
        what_words(row.verb, row.code, row.subject_id, row.authority_id, row.module, row.names),
        authority_words(row.authority_id, row.names),
    )


def _data(entry: ActivityEntry) -> dict[str, Any]:
    row = entry.row
    _id, _when, who, what, authority = _words(row)
    told = [{"field": one.label, "old": one.old, "new": one.new} for one in changes(entry.values, row.names)]
    return {
        "id": row.id,
        "at": row.at,
        "verb": row.code,
        "actor_kind": row.actor_kind,
        "actor_id": row.actor_id,
        "subject_id": row.subject_id,
        "authority_id": row.authority_id,
        "who": who,
        "what": what,
        "authority": authority,
        "values": entry.values,
        "changes": told,
        "erased": entry.erased,
    }


def _right(context: Context, module: str, right: str) -> tuple[str, str]:
    found = context.catalogue.modules.get(module)
    if found is None:
        return module, right
    names = {one.code: one.name(language()) for one in found.rights}
    return found.short(language()), names.get(right, right)
