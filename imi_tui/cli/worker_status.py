"""`imi worker --status`: whether the worker does its work, for whoever watches over the house and for its machines."""

from __future__ import annotations

import sys
from datetime import timedelta

import click

from imi_tui.cli.common import CLI, looked_at, print_json
from imi_tui.i18n import _, date_time, ngettext
from imi_tui.i18n.working import problem_words, trouble_words
from imi_tui.rules.text import visible
from imi_tui.rules.working import Done
from imi_tui.services import heartbeat
from imi_tui.services.heartbeat import Health, Worker


def status(within: timedelta, as_json: bool) -> None:
    """Print how the worker's work stands; ends with exit code 1 where anything is wrong."""
    with looked_at() as context:
        health = heartbeat.health(context, CLI, within)
    if as_json:
        print_json({"healthy": not health.troubles, **vars(health)})
    else:
        _say(health)
    sys.exit(1 if health.troubles else 0)


def _say(health: Health) -> None:
    for one in health.workers:
        click.echo(_worker(one))
    click.echo(_("In the last 24 hours: {done}").format(done=done_words(health.day)))
    due = ngettext("{n} mail is due", "{n} mails are due", health.due).format(n=health.due)
    if health.due_since is not None:
        due += " · " + _("the first since {when}").format(when=date_time(health.due_since))
    click.echo(due)
    for trouble in health.troubles:
        words = trouble_words(trouble, seen_at=health.seen_at, problem=health.problem, due_since=health.due_since)
        click.echo(f"imi: {words}", err=True)


def _worker(one: Worker) -> str:
    """One worker in a line: where it runs, how often, its last sign of life, and what is the matter with it."""
    parts = [
        _("{machine}, process {pid}").format(machine=visible(one.machine) or "—", pid=one.pid),
        _("every {n} s").format(n=one.every) if one.every else _("once"),
        _("last sign of life {when}").format(when=date_time(one.seen_at)),
    ]
    if one.gone:
        parts.append(_("has ended") if one.ended_at else _("was killed in the middle of a round"))
    elif one.ended_at is None:
        parts.append(_("at work since {when}").format(when=date_time(one.began_at)))
    if one.problem:
        parts.append(problem_words(one.problem))
    return " · ".join(parts)


def done_words(done: Done) -> str:
    """What was done, each with its number."""
    return _(
        "mails sent {sent}, given up {given_up}; people reminded {reminded}, drafts lapsed {lapsed}, people erased"
        " {erased}"
    ).format(**vars(done))
