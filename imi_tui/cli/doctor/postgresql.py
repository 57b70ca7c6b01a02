"""Checks of a database on a PostgreSQL server: reached, ours, private on its way, under a role that may little."""

from __future__ import annotations

from collections.abc import Iterator

from db.probe import StoreError, StoreKind, probe, shown_url
from db.server import Server, server_of
from imi_tui.cli.doctor.place import Place, Said, State
from imi_tui.i18n import _
from imi_tui.i18n.refusals import sentence
from imi_tui.rules.refusals import StoreAway

OLDEST = 13
"""The oldest version that does what is asked of it."""


def database(place: Place) -> Iterator[Said]:
    """The server can be reached and has a database of ours, of this version; what it is and who we are there."""
    url = place.settings.database_url()
    try:
        probe(url)
        server = server_of(url)
    except StoreError as error:
        # An older one is upgraded at the next start: nothing is wrong with it.
        state = State.HINT if error.kind is StoreKind.OLDER else State.WRONG
        yield state, sentence(StoreAway(error.kind.value, path=error.detail))
        return
    found = [*_version(server), *_way(server), *_role(server), *_encoding(server), *_time_out(server)]
    yield from found
    if not any(state is State.WRONG for state, _words in found):
        yield (
            State.OK,
            _("The database {path} is ours, of this version, on PostgreSQL {version}.").format(
                path=shown_url(url), version=server.version
            ),
        )


def _version(server: Server) -> Iterator[Said]:
    if server.version < OLDEST:
        yield (
            State.WRONG,
            _("The server is PostgreSQL {version}; the program needs {oldest} or later. Upgrade the server.").format(
                version=server.version, oldest=OLDEST
            ),
        )


def _way(server: Server) -> Iterator[Said]:
    """What goes over a network is encrypted, and goes to that server and no other."""
    if server.local:
        return
    if not server.encrypted:
        yield (
            State.WRONG,
            _(
                "What goes to the database server {host} is not encrypted: names, addresses and hashes can be read on"
                " the way. Mend: let the server use TLS, and put sslmode=verify-full into the database's URL."
            ).format(host=server.host),
        )
    elif server.sslmode not in {"verify-full", "verify-ca"}:
        yield (
            State.HINT,
            _(
                "The connection to {host} is encrypted, but nobody checks that it leads to that server. Put"
                " sslmode=verify-full and sslrootcert=… into the database's URL."
            ).format(host=server.host),
        )


def _role(server: Server) -> Iterator[Said]:
    if server.superuser:
        yield (
            State.WRONG,
            _(
                "The program's role {role} may do everything on the server, even change the record. Mend: a role of its"
                " own that owns the database and nothing else; the README says how."
            ).format(role=server.role),
        )


def _encoding(server: Server) -> Iterator[Said]:
    if server.encoding != "UTF8":
        yield (
            State.WRONG,
            _(
                "The database's encoding is {encoding}, which does not hold every letter. Mend: make one with the"
                " encoding UTF8 and move there with “imi db copy”."
            ).format(encoding=server.encoding),
        )


def _time_out(server: Server) -> Iterator[Said]:
    """A time-out would end what takes long, such as an upgrade or a backup, in the middle."""
    if server.time_out:
        yield (
            State.HINT,
            _(
                "The role {role} has a statement_timeout: a long export or a wait for the standby would be cut short."
                " Mend: ALTER ROLE {role} SET statement_timeout = 0"
            ).format(role=server.role),
        )
