"""`imi doctor`: what is wrong with a deployment, in plain words, with what mends it (B13). It reads and mends nothing.

Each check is one small function that yields what it found; they stand in `CHECKS`, in the order in which one mends.
"""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click

from db.probe import StoreError
from imi_tui import i18n, start
from imi_tui.cli.common import json_option, print_json
from imi_tui.cli.doctor import files, keeping, machine, mail, ssh
from imi_tui.cli.doctor.place import Check, Place, State, account_of
from imi_tui.i18n import N_, _
from imi_tui.rules.refusals import Refused
from imi_tui.rules.text import visible
from imi_tui.settings import CONFIG, Settings, SettingsError, load

CHECKS: tuple[tuple[str, str, Check], ...] = (
    ("packages", N_("Python and packages"), machine.packages),
    ("program", N_("The program"), machine.program),
    ("settings", N_("Settings"), files.settings),
    ("database", N_("Database"), files.database),
    ("managers", N_("Access managers"), keeping.managers),
    ("rights", N_("Rights of files"), files.rights),
    ("disk", N_("Disk"), files.disk),
    ("key", N_("Record's key"), keeping.key),
    ("backup", N_("Backup"), keeping.backup),
    ("log", N_("Log"), keeping.log),
    ("mail", N_("Mail"), mail.way_out),
    ("addresses", N_("Mail addresses"), mail.addresses),
    ("worker", N_("Worker"), mail.worker),
    ("unit", N_("Service of the worker"), mail.unit),
    ("clock", N_("Clock"), machine.clock),
    ("locale", N_("Locale"), machine.utf8),
    ("zone", N_("Time zone"), machine.zone),
    ("words", N_("Words"), machine.words),
    ("environment", N_("Environment"), machine.environment),
    ("core", N_("Core dumps"), machine.core_dumps),
    ("sshd", N_("SSH server"), ssh.sshd),
    ("home", N_("Shell and home"), ssh.home),
    ("keys", N_("SSH keys"), ssh.keys),
)
"""Name for machines, name for people, the check."""

GLYPHS = {State.OK: "✓", State.HINT: "!", State.WRONG: "✖", State.SKIPPED: "–"}


@dataclass(frozen=True)
class Finding:
    """What one check found: its name, how it stands, and the words."""

    check: str
    state: State
    words: str


@click.command()
@click.option("--account", default="", help="The account the app runs as; else the database's owner.")
@json_option
def doctor(account: str, as_json: bool) -> None:
    """Say what is wrong with this deployment, and what mends it; change nothing.

    The exit code is 1 where anything is wrong.
    """
    found = list(findings(place_of(account)))
    wrong = sum(one.state is State.WRONG for one in found)
    if as_json:
        print_json(found)
    else:
        titles = {name: _(title) for name, title, _check in CHECKS}
        for one in found:
            click.echo(f"{GLYPHS[one.state]} {titles[one.check]}: {visible(one.words)}")
        click.echo(
            i18n.ngettext("{n} thing is wrong.", "{n} things are wrong.", wrong).format(n=wrong)
            if wrong
            else _("Nothing is wrong."),
            err=True,
        )
    sys.exit(1 if wrong else 0)


def findings(place: Place) -> Iterator[Finding]:
    """Run every check; one that fails itself says so and keeps none of the others from being run."""
    for name, _title, check in CHECKS:
        try:
            for state, words in check(place):
                yield Finding(name, state, words)
        except (StoreError, Refused):
            yield Finding(name, State.SKIPPED, _("The database cannot be used, so this could not be looked at."))
        except Exception as error:  # a check must not take the others with it
            words = _("This could not be looked at: {reason}").format(reason=f"{type(error).__name__}: {error}")
            yield Finding(name, State.SKIPPED, words)


def place_of(account: str) -> Place:
    """The deployment of the settings in force, looked at for an account."""
    config = Path(os.environ.get("IMI_CONFIG", CONFIG))
    try:
        settings, problem = load(), ""
    except SettingsError as error:
        settings, problem = Settings(), str(error)
    i18n.use(settings.language or start.language_of(os.environ))
    place = Place(config, settings, problem, account, account_of(account) if account else None)
    if not account:
        known = _owner(place)
        place = replace(place, account_name=known.pw_name, account=known)
    return place


def _owner(place: Place) -> pwd.struct_passwd:
    """Who owns the database, or the record's key where that is on a server; else who asks."""
    number = os.getuid()
    owned = place.settings.record_key_path() if place.on_server else place.database
    if number == 0 and owned is not None and owned.exists():
        number = owned.stat().st_uid
    try:
        return pwd.getpwuid(number)
    except KeyError:
        return pwd.getpwuid(os.getuid())
