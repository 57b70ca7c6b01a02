"""`imi backup` and `imi restore`: a whole copy while the app is in use, and the way back (B13)."""

from __future__ import annotations

from pathlib import Path

import click

from imi_tui import start
from imi_tui.cli.common import CLI, json_option, opened, print_json, said
from imi_tui.cli.progress import bars
from imi_tui.i18n import _, ngettext
from imi_tui.i18n.record import restored_words

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=FILE)
@json_option
def backup(file: Path, as_json: bool) -> None:
    """Write a verified backup to FILE, which must not exist yet, while the app is in use.

    The key of the record is not in it: keep a copy of that elsewhere than the backups.
    """
    from imi_tui.services.backup import take

    with opened() as context, bars() as told:
        taken = take(context, CLI, file, told)
        key = context.settings.record_key_path()
    if as_json:
        print_json({"path": str(taken.path), "bytes": taken.bytes, "at": taken.at, "entries": taken.entries,
                    "checkpoint": taken.checkpoint, "key": str(key)})  # fmt: skip
        return
    click.echo(
        ngettext(
            "{path}: {megabytes} MB, verified with {n} entry of the record.",
            "{path}: {megabytes} MB, verified with {n} entries of the record.",
            taken.entries,
        ).format(path=taken.path, megabytes=f"{taken.bytes / 1e6:.1f}", n=taken.entries),
        err=True,
    )
    click.echo(
        _(
            "It holds all personal data: keep it as secret as the database. Not in it is the key of the record, {key}:"
            " keep a copy of that apart from the backups, since who has both could write the record anew, and without"
            " the key a backup cannot be put back."
        ).format(key=key),
        err=True,
    )


@click.command()
@click.argument("file", type=FILE)
@click.option("--replace", "instead", is_flag=True, help="Also where there is a database; it is kept beside.")
@click.option("--unsealed", is_flag=True, help="Also a file that “imi backup” did not make, or that was changed.")
@click.option("--end-others", is_flag=True, help="End the programs that have the database open.")
@json_option
def restore(file: Path, instead: bool, unsealed: bool, end_others: bool, as_json: bool) -> None:
    """Put the backup FILE in the place of the database, verified and brought to this version.

    Who was deleted since is deleted in it again, and the record tells of the restore.
    """
    from imi_tui.context import system_clock
    from imi_tui.services.restore import restore as put_back

    settings = start.settings()
    with said(), bars() as told:
        done = put_back(
            settings, CLI, file, system_clock, instead=instead, end_others=end_others, unsealed=unsealed, told=told
        )
    if as_json:
        print_json({"path": done.name, "taken": done.restored.taken, "entries": done.entries,
                    "before": done.restored.before, "common": done.restored.common,
                    "kept": str(done.kept) if done.kept else None, "erased_again": done.again,
                    "upgraded": done.upgraded})  # fmt: skip
        return
    click.echo(restored_words(done.restored), err=True)
    if done.again:
        words = ngettext(
            "{n} deletion or erasure from after the backup was done again.",
            "{n} deletions or erasures from after the backup were done again.",
            done.again,
        )
        click.echo(words.format(n=done.again), err=True)
    if not done.listed:
        click.echo(
            _(
                "The database before could not be read: who was deleted in it after the worker last ran is not known."
                " Delete those people again."
            ),
            err=True,
        )
    click.echo(
        _(
            "Rights, passwords and blocks are those of the backup. Look at what was changed since, then start the"
            " worker; “imi doctor” says what is left to do."
        ),
        err=True,
    )
