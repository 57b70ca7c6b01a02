"""`imi metrics`: the house in numbers, in the exposition format of Prometheus, for a node exporter's textfile collector
(B13). No personal data: numbers, and the names of states and machines.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from imi_tui import __version__, start
from imi_tui.cli import backups
from imi_tui.cli.common import CLI, looked_at
from imi_tui.context import Context
from imi_tui.i18n import _
from imi_tui.rules.exposition import Metric, gauge, text_of

if TYPE_CHECKING:
    from imi_tui.services.measures import Noted

READABLE = 0o644
"""The mode of the file: the exporter that reads it is another account, and nothing in it is secret."""


@click.command()
@click.argument("file", metavar="[FILE]", default="-")
def metrics(file: str) -> None:
    """Print numbers for monitoring, or put them into FILE whole: mails due and failed, worker, users, sessions, sizes.

    Where the database cannot be used, imi_up is 0, and the exit code 1.
    """
    try:
        with looked_at() as context:
            text = text_of(_all(context))
    except SystemExit:
        _put(file, text_of([_up(False)]))
        raise
    _put(file, text)


def _put(file: str, text: str) -> None:
    """Print it, or put it into a file that whoever reads it sees whole, before or after."""
    if file == "-":
        click.echo(text, nl=False)
        return
    path = Path(file)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.chmod(READABLE)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        start.fail(_("{path} cannot be written: {reason}").format(path=path, reason=error.strerror))


def _up(up: bool) -> Metric:
    return gauge("imi_up", "1 where the database can be used.", up)


def _all(ctx: Context) -> Iterator[Metric]:
    from imi_tui.services.measures import measure

    found = measure(ctx, CLI)
    health = found.health
    yield _up(True)
    yield Metric("imi_build_info", "The version of the program.", {(__version__,): 1}, ("version",))
    yield gauge("imi_schema_number", "Number of the last migration of the database.", found.schema)
    yield gauge("imi_database_size_bytes", "Room that the database takes.", found.size)
    yield Metric(
        "imi_mails",
        "Mails that were not sent, by state; a failed one is tried again, a given_up one is not.",
        {(state.value,): number for state, number in found.mails.items()},
        ("state",),
    )
    yield gauge("imi_mails_due", "Mails that are due now.", health.due)
    yield gauge("imi_mails_overdue", "Mails that have been due for more than 15 minutes.", found.overdue)
    age = (health.now - health.due_since).total_seconds() if health.due_since else 0
    yield gauge("imi_mails_oldest_due_age_seconds", "How long the mail that is due longest has been due.", age)
    yield gauge(
        "imi_worker_healthy", "1 where a worker runs, does its work, and no mail is overdue.", not health.troubles
    )
    yield Metric(
        "imi_worker_last_seen_timestamp_seconds",
        "When a worker gave its last sign of life, by machine.",
        {(one.machine,): one.seen_at.timestamp() for one in reversed(health.workers)},
        ("machine",),
    )
    yield Metric(
        "imi_worker_done_last_day",
        "What the workers did in the last 24 hours.",
        {(name,): number for name, number in vars(health.day).items()},
        ("what",),
    )
    yield Metric(
        "imi_users",
        "Users by the status of their password.",
        {(status.value,): number for status, number in found.users.items()},
        ("password",),
    )
    yield gauge("imi_users_never_logged_in", "Users who never logged in.", found.new_users)
    yield Metric(
        "imi_authorities",
        "Authorities by status.",
        {(status,): number for status, number in found.authorities.items()},
        ("status",),
    )
    yield gauge("imi_sessions", "Sessions that are open.", found.sessions)
    yield gauge("imi_logins_failed_last_hour", "Log-ins that failed within the last hour.", found.failed_logins)
    yield gauge("imi_record_entries", "Entries of the record of changes.", found.noted.entries)
    yield gauge("imi_drafts", "Drafts of what was typed and not saved.", found.drafts)
    yield _instant("imi_backup_last_timestamp_seconds", "When the newest backup was taken.", _backup(ctx, found.noted))
    checked = found.noted.checked_at
    yield _instant("imi_checked_last_timestamp_seconds", "When the database was last checked whole.", checked)


def _instant(name: str, help_text: str, at: datetime | None) -> Metric:
    """An instant; one that never was is left out."""
    return Metric(name, help_text, {} if at is None else {(): at.timestamp()})


def _backup(ctx: Context, noted: Noted) -> datetime | None:
    """The newest that is known of: one that was taken here, or a file in the folder of the backups."""
    found = [noted.backed_up_at]
    if ctx.settings.backups:
        with suppress(OSError):
            last = backups.newest(ctx.settings)
            found.append(None if last is None else last[1])
    return max((at for at in found if at is not None), default=None)
