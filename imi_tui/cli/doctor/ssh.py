"""Checks of the way in: sshd's effective configuration for the account, its shell, its home and its keys."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from imi_tui.cli.doctor.place import Place, Said, State, may_write
from imi_tui.cli.sshd_options import GLOBAL, HARMLESS_ENVIRONMENT, MATCHED
from imi_tui.i18n import _

PLAIN_SHELLS = {"/bin/sh", "/bin/dash", "/usr/bin/sh", "/usr/bin/dash"}
"""Shells that run a ForceCommand and read no file before it; bash reads ~/.bashrc."""

_NOT_COMPARED = {"AcceptEnv", "MaxSessions", "ClientAliveInterval", "ClientAliveCountMax"}
"""Options of the table that have a judgement of their own, or none."""


def sshd(place: Place) -> Iterator[Said]:
    """What sshd would do for the account, option by option."""
    program = shutil.which("sshd", path=f"/usr/sbin:{os.environ.get('PATH', '')}")
    if program is None:
        yield State.SKIPPED, _("There is no sshd on this machine.")
        return
    if os.geteuid() != 0:
        yield State.SKIPPED, _("Only root may ask sshd for its configuration: run “imi doctor” as root.")
        return
    told = subprocess.run(  # noqa: S603  # a fixed command; the account's name was checked
        [program, "-T", "-C", f"user={place.account_name},host=localhost,addr=127.0.0.1"],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    if told.returncode != 0:
        reason = (told.stderr.strip().splitlines() or [""])[-1]
        yield State.WRONG, _("sshd does not accept its configuration: {reason}").format(reason=reason)
        return
    yield from judged(effective(told.stdout), place.account_name)


def effective(text: str) -> dict[str, list[str]]:
    """The output of `sshd -T`: each option in lower case → its values, one per line."""
    options: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, _space, value = line.partition(" ")
        options.setdefault(name.lower(), []).append(value)
    return options


def judged(options: dict[str, list[str]], account: str) -> Iterator[Said]:
    """What is wrong with the options that hold for an account."""
    forced = options.get("forcecommand", ["none"])[0]
    if forced == "none":
        yield (
            State.WRONG,
            _(
                "Over SSH the account {account} gets a shell, not the program. Mend: imi sshd-snippet"
                " --account {account} > /etc/ssh/sshd_config.d/imi.conf && systemctl reload ssh"
            ).format(account=account),
        )
        return
    found = list(_faults(options, forced))
    yield from found
    if not found:
        yield State.OK, _("Over SSH the account {account} gets the program and nothing else.").format(account=account)


def _faults(options: dict[str, list[str]], forced: str) -> Iterator[Said]:
    words = shlex.split(forced.removeprefix("exec "))
    if "imi_tui" not in words or "-I" not in words or not words[0].startswith("/"):
        yield (
            State.WRONG,
            _(
                "ForceCommand must call Python by its absolute path with -I: else files beside the program run as code."
                " “imi sshd-snippet” prints the line."
            ),
        )
    for name, wanted, _why in (*GLOBAL, *MATCHED):
        there = " ".join(options.get(name.lower(), [wanted]))
        if name not in _NOT_COMPARED and there.lower() != wanted.lower():
            yield (
                State.WRONG,
                _("sshd has {option} {there}; it must be {wanted}. “imi sshd-snippet” prints the lines.").format(
                    option=name, there=there, wanted=wanted
                ),
            )
    for variable in " ".join(options.get("acceptenv", [])).split():
        if variable not in HARMLESS_ENVIRONMENT and not variable.startswith("LC_"):
            yield (
                State.WRONG,
                _("sshd lets the other side set {variable} (AcceptEnv). Let it accept LANG and LC_* only.").format(
                    variable=variable
                ),
            )
    if options.get("clientaliveinterval", ["0"])[0] in {"0", "0s"}:
        yield (
            State.WRONG,
            _("sshd never notices that a line is dead (ClientAliveInterval 0): sessions stay open. Set it to 30."),
        )


def keys(place: Place) -> Iterator[Said]:
    """The account's public keys are where it cannot change them."""
    if place.account is None:
        yield (
            State.SKIPPED,
            _("There is no account {account}; name it with --account.").format(account=place.account_name),
        )
        return
    home = Path(place.account.pw_dir)
    inside = [path for path in (home / ".ssh" / "authorized_keys", home / ".ssh" / "authorized_keys2") if path.exists()]
    if inside and place.account.pw_uid != 0:
        yield (
            State.HINT,
            _("{path} is in the account's own home. Keep the keys outside, as “imi sshd-snippet” does.").format(
                path=inside[0]
            ),
        )
    else:
        yield State.OK, _("No key stands in the account's own home.")


def home(place: Place) -> Iterator[Said]:
    """The account's shell reads no file, and nothing in its home can be changed by who uses it."""
    account = place.account
    if account is None or account.pw_uid == 0:
        yield (
            State.SKIPPED if account is None else State.WRONG,
            _("There is no account {account}; name it with --account.").format(account=place.account_name)
            if account is None
            else _(
                "The program is to run under an account of its own, never as root. The README says how to make one."
            ),
        )
        return
    said = False
    if account.pw_shell not in PLAIN_SHELLS:
        said = True
        yield (
            State.WRONG,
            _("The account's shell is {shell}; it must be /bin/sh. Mend: usermod --shell /bin/sh {account}").format(
                shell=account.pw_shell or "—", account=place.account_name
            ),
        )
    for path in _runs_before(Path(account.pw_dir)):
        if path.name in {"rc", "environment"}:
            said = True
            yield State.WRONG, _("sshd may read {path} before the program. Remove it.").format(path=path)
        elif path.stat().st_uid != 0 or may_write(path, account):
            said = True
            yield (
                State.WRONG,
                _("The account may change {path}, which can run before the program. Mend: chown root: {path}").format(
                    path=path
                ),
            )
    if not said:
        yield State.OK, _("The account's shell and home run nothing before the program.")


def _runs_before(folder: Path) -> Iterator[Path]:
    """The home itself and what in it is read before or beside a command."""
    if not folder.is_dir():
        return
    yield folder
    try:
        yield from sorted(path for path in folder.iterdir() if path.name.startswith(".") and path.exists())
        if (folder / ".ssh").is_dir():
            yield from (folder / ".ssh" / name for name in ("rc", "environment") if (folder / ".ssh" / name).exists())
    except PermissionError:
        return
