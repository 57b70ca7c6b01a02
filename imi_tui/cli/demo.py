"""`imi demo`: make the demo database where it is missing, and open it; its mail is delivered meanwhile."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace

import click

from db.demo_cast import CAST, CAST_AUTHORITIES, PASSWORD
from db.probe import StoreError, StoreKind, is_postgresql, shown_url, sqlite_path
from imi_tui import start
from imi_tui.cli.common import print_json
from imi_tui.context import Context
from imi_tui.i18n import _
from imi_tui.i18n.refusals import sentence
from imi_tui.rules.refusals import StoreAway
from imi_tui.settings import Settings, maildir_url

MOST_AUTHORITIES = 20_000
MOST_USERS = 1_000_000


def logins() -> list[dict[str, str]]:
    """The people of the demo one can log in as, and how."""
    return [
        {
            "username": part.username,
            "password": PASSWORD,
            "role": part.login,
            "authority": CAST_AUTHORITIES[part.authority].official_name,
            "language": part.language,
            "name": f"{part.first_name} {part.surname}",
        }
        for part in CAST
        if part.login
    ]


@click.command()
@click.option("--authorities", type=click.IntRange(1, MOST_AUTHORITIES), default=90, show_default=True)
@click.option("--users", "people", type=click.IntRange(1, MOST_USERS), default=600, show_default=True)
@click.option("--database", metavar="URL", default="", help="Where; by default beside the user's own data.")
@click.option("--fresh", is_flag=True, help="Make it anew, dropping what was changed in it.")
@click.option("--no-open", is_flag=True, help="Make it, say where it is, and end.")
@click.option("--logins", "only_logins", is_flag=True, help="Print the demo log-ins as JSON and end.")
def demo(authorities: int, people: int, database: str, fresh: bool, no_open: bool, only_logins: bool) -> None:
    """Try everything on invented authorities and people; nothing leaves this machine."""
    try:
        settings = _settings(database)
        _make(settings, authorities, people, fresh)
    except StoreError as error:
        start.fail(sentence(StoreAway(error.kind.value, path=error.detail)))
    except StoreAway as away:
        start.fail(sentence(away))
    if only_logins:
        print_json(logins())
        return
    click.echo(
        _("The demo is at {url}; its mail is delivered to {mail}").format(
            url=shown_url(settings.database_url()), mail=settings.mail_url()
        ),
        err=True,
    )
    if no_open:
        return
    sys.exit(start.open_app(settings, logins(), beside=_deliver_beside))


def _settings(database: str) -> Settings:
    """The deployment's settings, but for a database of the demo's own and a Maildir beside it."""
    loaded = start.settings()
    if not database and not loaded.database:
        database = loaded.database_url().replace("/imi.db", "/demo.db")
    url = database or loaded.database
    if is_postgresql(url):
        return replace(loaded, database=url)
    path = sqlite_path(url)
    return replace(loaded, database=url, mail=loaded.mail or maildir_url(path.with_name(f"{path.stem}-mail")))


def _make(settings: Settings, authorities: int, people: int, fresh: bool) -> None:
    """Make the database where it is missing, or anew."""
    from db.schema import making
    from imi_tui.context import system_clock
    from imi_tui.services import record_key

    url = settings.database_url()
    state = _state(url)
    if state in {None, StoreKind.OLDER} and not fresh:
        return
    replaceable = {StoreKind.OLDER, StoreKind.NEWER} if fresh else set()
    if state is not None and state not in {StoreKind.MISSING, StoreKind.NO_FOLDER} | replaceable:
        raise StoreError(state, shown_url(url) if is_postgresql(url) else str(sqlite_path(url)))
    try:
        with making(url, instead=fresh) as beside:
            record_key.begin(settings, system_clock())
            _fill(beside, settings, authorities, people)
    except StoreError as error:
        if error.kind is not StoreKind.EXISTS or fresh or _state(url) is not None:
            raise  # else somebody else has made it meanwhile


def _state(url: str) -> StoreKind | None:
    """What is the matter with the database; None where it is of this version."""
    from db.probe import probe

    try:
        probe(url)
    except StoreError as error:
        return error.kind
    return None


def _fill(url: str, settings: Settings, authorities: int, people: int) -> None:
    from db import demo as demo_data
    from db.catalogue import load
    from db.engine import Store
    from imi_tui.context import system_clock
    from imi_tui.rules.accounts import password_until
    from imi_tui.rules.reminders import step_due
    from imi_tui.rules.text import fold, identity
    from imi_tui.services.credentials import lives_of
    from imi_tui.services.hashing import Hasher
    from imi_tui.services.search_index import rebuild

    lives, now = lives_of(settings), system_clock()
    ways = demo_data.Ways(
        fold=fold,
        identity=identity,
        password_until=lambda set_at, temporary: password_until(set_at, temporary, lives),
        password_hash=Hasher(settings.hash_memory_kib, settings.hash_time).hash(PASSWORD),
        told_days=lambda until, temporary: step_due(until, temporary, None, now, settings.reminder_days),
        index=rebuild,
    )
    total = 2 * max(authorities, len(CAST_AUTHORITIES)) + max(people, len(CAST))
    with click.progressbar(length=total, label=_("Making the demo"), file=sys.stderr, hidden=total < 5000) as bar:
        demo_data.make(Store(url), load(), ways, now, authorities=authorities, users=people, progress=bar.update)


def _deliver_beside(context: Context) -> None:
    """Deliver the demo's mail from a thread of its own as long as the app is open."""
    from imi_tui.mail.transports import transport
    from imi_tui.worker import serve

    outgoing = transport(context.settings.mail_url(), context.settings.mail_bounces)
    threading.Thread(target=serve, args=(context, outgoing, threading.Event()), name="mail", daemon=True).start()
