"""The commands: the same services as the screens, with the same checks and words, without the screens.

stdout is data only; what went wrong is one line on stderr. Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
"""

from __future__ import annotations

import os
import sys

import click

from imi_tui import __version__, start
from imi_tui.cli.access import access
from imi_tui.cli.audit import audit
from imi_tui.cli.authority import authority
from imi_tui.cli.backup import backup, restore
from imi_tui.cli.database import db
from imi_tui.cli.demo import demo
from imi_tui.cli.deployment import sshd_snippet, systemd
from imi_tui.cli.directory import directory
from imi_tui.cli.doctor import doctor
from imi_tui.cli.init import init
from imi_tui.cli.mail import mail
from imi_tui.cli.metrics import metrics
from imi_tui.cli.sessions import sessions
from imi_tui.cli.translations import translations
from imi_tui.cli.users import users
from imi_tui.cli.worker import worker


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", metavar="FILE", default="", help="The settings file, in place of IMI_CONFIG.")
@click.version_option(__version__, prog_name="imi")
@click.pass_context
def imi(context: click.Context, config: str) -> None:
    """Keep your authority's entry in IMI true: contact data, keywords, modules, users and their rights.

    Without a command the app opens on the database of IMI_DATABASE.
    """
    if config:
        os.environ["IMI_CONFIG"] = config
    if context.invoked_subcommand is None:
        sys.exit(start.open_app())


for command in (
    demo,
    init,
    worker,
    users,
    authority,
    directory,
    access,
    translations,
    mail,
    sessions,
    audit,
    backup,
    restore,
    db,
    doctor,
    metrics,
    sshd_snippet,
    systemd,
):
    imi.add_command(command)
