"""Checks of the mail: a way out, and a worker that takes it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from db.probe import StoreError
from imi_tui.cli.common import CLI
from imi_tui.cli.doctor.place import SYSTEMD, Place, Said, State, may_write, opened
from imi_tui.i18n import _, date_time
from imi_tui.i18n.mail_failures import mail_failure
from imi_tui.i18n.working import trouble_words
from imi_tui.mail.maildir import MaildirTransport
from imi_tui.mail.smtp import SmtpTransport
from imi_tui.mail.transports import NotSent, transport
from imi_tui.services import heartbeat
from imi_tui.settings import Settings, SettingsError


def way_out(place: Place) -> Iterator[Said]:
    """The mail server can be reached, encrypted as the settings want, and lets us in; a Maildir can be written."""
    try:
        way = transport(place.settings.mail_url(), place.settings.mail_bounces)
    except (SettingsError, StoreError) as error:
        yield State.WRONG, str(error)
        return
    if isinstance(way, SmtpTransport):
        try:
            way.knock()
        except NotSent as error:
            yield State.WRONG, mail_failure(error.reason)
            return
        yield State.OK, _("The mail server {host} lets the worker in.").format(host=way.host)
    elif isinstance(way, MaildirTransport):
        yield from _maildir(place, way.path)


def _maildir(place: Place, path: Path) -> Iterator[Said]:
    there = next(folder for folder in (path, *path.parents) if folder.exists())
    ours = may_write(there, place.account) if place.account and os.geteuid() == 0 else os.access(there, os.W_OK)
    if not ours:
        yield (
            State.WRONG,
            _(
                "The Maildir {path} cannot be written by {account}. Give it to that account, or correct the setting."
            ).format(path=path, account=place.account_name),
        )
    elif place.settings.mail:
        yield State.OK, _("Mail goes into the Maildir {path}.").format(path=path)
    else:
        yield (
            State.HINT,
            _("No mail server is set: mail goes into the Maildir {path}, to nobody. Set mail in {config}.").format(
                path=path, config=place.config
            ),
        )


def addresses(place: Place) -> Iterator[Said]:
    """The addresses of the settings can be written to, and the sender's is not that of nobody."""
    settings, said = place.settings, False
    for name in ("mail_from", "mail_bounces", "commission_mail"):
        given = getattr(settings, name)
        if given and not _is_address(given):
            said = True
            yield (
                State.WRONG,
                _("“{address}” is no e-mail address. Correct {name} in {config}.").format(
                    address=given, name=name, config=place.config
                ),
            )
    if settings.mail_from == Settings().mail_from and settings.mail.startswith("smtp"):
        said = True
        yield (
            State.WRONG,
            _("Mail goes out from {address}, to which nobody can answer. Set mail_from in {config}.").format(
                address=settings.mail_from, config=place.config
            ),
        )
    if not settings.commission_mail and settings.mail:
        said = True
        yield (
            State.HINT,
            _(
                "No address of the European Commission is set, so nobody is told of texts to be translated. Set"
                " commission_mail in {config}."
            ).format(config=place.config),
        )
    if not said:
        yield State.OK, _("Mail goes out from {address}.").format(address=settings.mail_from)


def _is_address(text: str) -> bool:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def worker(place: Place) -> Iterator[Said]:
    """A worker gives signs of life, does its work, and no mail has been due for long."""
    with opened(place) as context:
        health = heartbeat.health(context, CLI)
    for trouble in health.troubles:
        words = trouble_words(trouble, seen_at=health.seen_at, problem=health.problem, due_since=health.due_since)
        yield State.WRONG, words
    if not health.troubles and health.seen_at is not None:
        names = ", ".join(sorted({one.machine or "—" for one in health.workers}))
        yield (
            State.OK,
            _("The worker's last sign of life came {when}, from {machines}; no mail has been waiting for long.").format(
                when=date_time(health.seen_at), machines=names
            ),
        )


def unit(_place: Place) -> Iterator[Said]:
    """The worker is run by systemd."""
    program = shutil.which("systemctl")
    if program is None or not SYSTEMD.exists():
        yield State.SKIPPED, _("This machine is not run by systemd; see to it yourself that “imi worker” runs.")
        return
    told = subprocess.run(  # noqa: S603  # a fixed command
        [program, "is-active", "imi-worker.service", "imi-worker.timer"],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    ).stdout.split()
    if "active" in told:
        yield State.OK, _("systemd runs the worker.")
    else:
        yield (
            State.WRONG,
            _(
                "systemd does not run the worker. Mend: imi systemd > /etc/systemd/system/imi-worker.service &&"
                " systemctl daemon-reload && systemctl enable --now imi-worker"
            ),
        )
