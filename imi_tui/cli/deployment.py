"""`imi sshd-snippet` and `imi systemd`: what a deployment needs, printed for the files it goes into (B26).

Both are generated from the running installation, so their paths are true. Nothing is written or changed.
"""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import click

from imi_tui import start
from imi_tui.cli.sshd_options import GLOBAL, LOG_INS, MATCHED
from imi_tui.i18n import _
from imi_tui.settings import Settings

_ACCOUNT = re.compile(r"[a-z_][a-z0-9_-]{0,30}")

KEYS = "/etc/ssh/imi-keys/%u"
"""Where the users' public keys stand: outside the account's home, owned by root."""


def _account_checked(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """The name goes into configuration files as it is. Raises `BadParameter`."""
    if not _ACCOUNT.fullmatch(value):
        raise click.BadParameter(_("“{name}” is not the name of an account.").format(name=value))
    return value


account_option = click.option(
    "--account", default="imi", show_default=True, callback=_account_checked, help="The account the app runs as."
)


def command(*arguments: str, config: str = "") -> str:
    """The command line of this installation, for a shell: isolated, with an absolute path."""
    more = ("--config", str(Path(config).absolute())) if config else ()
    return shlex.join([sys.executable, "-I", "-m", "imi_tui", *more, *arguments])


@click.command("sshd-snippet")
@account_option
@click.option("--log-in", type=click.Choice(sorted(LOG_INS)), default="key", show_default=True, help="How one logs in.")
@click.option(
    "--keys", default=KEYS, show_default=True, metavar="PATH", help="The file of the public keys; %u: account."
)
@click.pass_context
def sshd_snippet(context: click.Context, account: str, log_in: str, keys: str) -> None:
    """Print the part of sshd_config that gives an account the app and nothing else."""
    start.settings()  # for the language
    config = context.parent.params["config"] if context.parent else ""
    lines = [
        _("# /etc/ssh/sshd_config.d/imi.conf: over SSH the account gets the program, and nothing else."),
        _("# Afterwards: sshd -t && systemctl reload ssh && imi doctor"),
        *(f"# {name} {value}: " + _(why) for name, value, why in GLOBAL),
        f"Match User {account}",
        f"    ForceCommand exec {command(config=config)}",
    ]
    for name, value, why in MATCHED:
        lines += ["    # " + _(why)] * bool(why) + [f"    {name} {value}"]
    lines += [f"    {name} {value}" for name, value in LOG_INS[log_in]]
    if log_in != "password":
        lines.append(f"    AuthorizedKeysFile {keys}")
    click.echo("\n".join([*lines, "Match all"]))


@click.command()
@account_option
@click.option("--once", is_flag=True, help="The worker as a service that ends, for the timer.")
@click.option("--timer", is_flag=True, help="The timer that starts it every minute.")
@click.pass_context
def systemd(context: click.Context, account: str, once: bool, timer: bool) -> None:
    """Print the systemd unit of the worker; with --once and --timer the two of the other way."""
    if once and timer:
        raise click.UsageError("--once and --timer are two files; print one after the other")
    settings = start.settings()
    if timer:
        click.echo(_TIMER.strip())
        return
    config = context.parent.params["config"] if context.parent else ""
    arguments = ("worker", "--once") if once else ("worker",)
    kind = "Type=oneshot" if once else "Type=notify\nNotifyAccess=main\nRestart=always\nRestartSec=5"
    folders = _folders(settings)
    unit = _SERVICE.format(
        # systemd has its own marks in a command line: a per cent sign and a dollar are doubled.
        command=command(*arguments, config=config).replace("%", "%%").replace("$", "$$"),
        kind=kind,
        account=account,
        folders=" ".join(f'"{folder}"'.replace("%", "%%") for folder in folders),
        home="no" if any(_in_a_home(folder) for folder in [*folders, Path(sys.executable)]) else "yes",
    )
    click.echo(unit.strip() + ("" if once else _INSTALL))


def _folders(settings: Settings) -> list[Path]:
    """The folders that the worker writes into: that of a database in a file, and those of what stands elsewhere."""
    from urllib.parse import unquote

    from db.probe import StoreError, is_postgresql, sqlite_path
    from imi_tui.i18n.refusals import sentence
    from imi_tui.rules.refusals import StoreAway

    url = settings.database_url()
    try:
        folders = [] if is_postgresql(url) else [sqlite_path(url).absolute().parent]
    except StoreError as error:
        start.fail(sentence(StoreAway(error.kind.value, path=error.detail)))
    mail = settings.mail_url()
    more = [Path(unquote(mail.removeprefix("maildir://")))] if mail.startswith("maildir://") else []
    more += [settings.log_path().parent, settings.record_key_path().absolute().parent]
    for folder in more:
        if not any(folder.is_relative_to(one) for one in folders):
            folders.append(folder)
    return folders


def _in_a_home(path: Path) -> bool:
    """Whether a path lies where `ProtectHome=yes` would hide it."""
    return any(path.is_relative_to(home) for home in ("/home", "/root", "/run/user"))


_SERVICE = """
[Unit]
Description=imi worker: delivers mail, reminds of passwords
Wants=network-online.target
After=network-online.target

[Service]
{kind}
User={account}
Group={account}
ExecStart={command}
UMask=0077
LimitCORE=0
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ReadWritePaths={folders}
ProtectHome={home}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProcSubset=pid
RemoveIPC=yes
KeyringMode=private
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
"""

_INSTALL = """

[Install]
WantedBy=multi-user.target"""

_TIMER = """
[Unit]
Description=Starts the imi worker every minute

[Timer]
OnBootSec=1min
OnUnitInactiveSec=1min
AccuracySec=10s
Unit=imi-worker.service

[Install]
WantedBy=timers.target
"""
