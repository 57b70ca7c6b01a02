"""A house at work while its database goes away: administrators save, somebody logs in, workers mail to a real server.

What was confirmed is counted by whoever did it, and held in the end against the record, the outbox and what arrived.
"""

from __future__ import annotations

import json
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from db import schema
from db.catalogue import load
from db.engine import Store
from db.models import Authority, Entry, EntryValues, Mail
from imi_tui.context import Context
from imi_tui.mail.transports import transport
from imi_tui.outage import Outage
from imi_tui.rules.authority_changes import with_text
from imi_tui.rules.mailing import MailState
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.verbs import Verb
from imi_tui.services import authorities, login, record_check
from imi_tui.services.hashing import Hasher
from imi_tui.settings import Settings
from imi_tui.worker import serve
from tests.failover.servers import eventually
from tests.mail.server import Server
from tests.world import PASSWORD, World

THINK = 0.05
"""Seconds that an administrator thinks between two saves."""

EDITORS = 3

WORKERS = 2

TERMINALS = 2


@dataclass
class Doings:
    """What one of them did: what was confirmed, and when the last was."""

    confirmed: list[str] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    wrong: list[BaseException] = field(default_factory=list)

    def note(self, what: str) -> None:
        """It was confirmed."""
        self.confirmed.append(what)
        self.at.append(time.monotonic())

    def first_after(self, instant: float) -> float:
        """When the first was confirmed after an instant."""
        return next((at for at in self.at if at > instant), math.inf)


class Busy:
    """The house, its people and its workers."""

    def __init__(self, url: str, folder: Path, mail: Server) -> None:
        self.url, self.mail = url, mail
        self.settings = Settings(
            database=url,
            mail=f"smtp://127.0.0.1:{mail.port}",
            record_key=str(folder / "imi.record-key"),
            hash_memory_kib=64,
            hash_time=1,
        )
        self._stop, self._stop_workers = threading.Event(), threading.Event()
        self.editors = [Doings() for _one in range(EDITORS)]
        self.visitor = Doings()
        self._threads: list[threading.Thread] = []
        self._people: list[tuple[int, Actor]] = []
        self._catalogue = load()
        self._store: Store

    def environment(self, folder: Path) -> dict[str, str]:
        """What the app is started with, for the same database."""
        told = {name: getattr(self.settings, name) for name in ("database", "mail", "record_key")}
        told["log"] = str(folder / "imi.log")
        lines = [f"{name} = {json.dumps(value)}\n" for name, value in told.items()]
        (folder / "imi.toml").write_text("".join(lines) + "hash_memory_kib = 64\nhash_time = 1\n", encoding="utf-8")
        return {"IMI_CONFIG": str(folder / "imi.toml"), "IMI_LANGUAGE": "en", "XDG_DATA_HOME": str(folder)}

    def username(self, terminal: int) -> str:
        """Who works at a terminal."""
        return f"n{EDITORS + 1 + terminal}"

    def found(self) -> None:
        """Make the database, with an authority for each administrator, for who logs in, and for each terminal."""
        schema.create(self.url).close()
        self._store = Store(self.url)
        ctx = self.context()
        world = World(ctx)
        for number in range(EDITORS + 1 + TERMINALS):
            name = f"n{number}"
            authority = world.authority(f"Iestāde {name}", email=f"{name}@vdi.example")
            admin = world.user(authority, "Anna", f"Bērziņa {name}", administrator=True, username=name, language="en")
            self._people.append((authority, Actor(admin)))
        ctx.store.close()

    def context(self) -> Context:
        """What a thread acts with; a program has one store, in which each thread has a connection."""
        hasher = Hasher(self.settings.hash_memory_kib, self.settings.hash_time)
        return Context(self._store, self._catalogue, self.settings, hasher)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """All of them at work; on leaving they have finished what they did, and all that was due is mailed."""
        for number, doings in enumerate(self.editors):
            self._begin(self._edit, number, doings)
        self._begin(self._log_in, EDITORS, self.visitor)
        ctx, outgoing = self.context(), transport(self.settings.mail_url())
        workers = [
            threading.Thread(target=serve, args=(ctx, outgoing, self._stop_workers, 0.2)) for _one in range(WORKERS)
        ]
        for worker in workers:
            worker.start()
        try:
            yield
            self._stopped()
            eventually(self._all_sent, "all mails to be sent")
        finally:
            self._stopped()
            self._stop_workers.set()
            for worker in workers:
                worker.join()

    def _stopped(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _begin(self, what: Callable[[Context, int, Doings], None], number: int, doings: Doings) -> None:
        def run() -> None:
            ctx = self.context()
            try:
                what(ctx, number, doings)
            except BaseException as error:  # told where it is looked at
                doings.wrong.append(error)
            finally:
                ctx.store.close()

        self._threads.append(threading.Thread(target=run))
        self._threads[-1].start()

    def _edit(self, ctx: Context, number: int, doings: Doings) -> None:
        """Save one town after the other; each is confirmed before the next one is begun."""
        authority, anna = self._people[number]
        outage = Outage(math.inf)  # a save that was begun is brought to its end
        ctx = replace(ctx, outage=outage)
        while not self._stop.wait(THINK):
            town = f"Pilsēta {number}.{len(doings.confirmed)}"
            seen = outage.patiently(lambda: authorities.view(ctx, anna, authority))
            mine = with_text(seen.draft(), "town", town)
            outage.patiently(lambda: authorities.save(ctx, anna, authority, seen.version, mine))  # noqa: B023  # at once
            doings.note(town)

    def _log_in(self, ctx: Context, number: int, doings: Doings) -> None:
        outage = Outage(math.inf)
        ctx = replace(ctx, outage=outage)
        while not self._stop.wait(THINK):
            session = outage.patiently(
                lambda: login.log_in(ctx, Actor(None), f"n{number}", PASSWORD, end_oldest=True)
            )  # fmt: skip
            doings.note(session.id)

    @property
    def doings(self) -> list[Doings]:
        """Of all of them."""
        return [*self.editors, self.visitor]

    def each_went_on(self, more: int = 3) -> None:
        """Wait until each has something more confirmed."""
        before = [len(one.confirmed) for one in self.doings]

        def all_have() -> bool:
            for one in self.doings:
                assert not one.wrong, one.wrong
            return all(len(one.confirmed) >= was + more for one, was in zip(self.doings, before, strict=True))

        eventually(all_have, "each to have something confirmed")

    def _all_sent(self) -> bool:
        ctx = self.context()
        try:
            with ctx.store.reading():
                return not Mail.select().where(Mail.state != MailState.SENT).exists()
        finally:
            ctx.store.close()

    def check(self) -> str:
        """Hold what was confirmed against what is there; what was found, in a line."""
        ctx = self.context()
        for one in self.doings:
            assert not one.wrong, one.wrong
        with ctx.store.reading():
            for (authority, _anna), doings in zip(self._people, self.editors, strict=False):
                assert _towns(authority) == doings.confirmed
                assert Authority.get_by_id(authority).town == doings.confirmed[-1]
            visitor = self._people[EDITORS][1].user_id
            let_in = Entry.select().where(Entry.verb == Verb.LOGIN.code, Entry.subject_id == visitor).count()
            due = Mail.select().count()
        assert let_in == len(self.visitor.confirmed)
        arrived = Counter(message["Message-ID"] for message in self.mail.answers.messages)
        assert not [one for one, times in arrived.items() if times > 1]
        assert len(arrived) == due
        assert record_check.verify(ctx, system_actor("test")).broken is None
        ctx.store.close()
        saves = sum(len(one.confirmed) for one in self.editors)
        return f"{saves} saves and {let_in} log-ins confirmed, {due} mails: 0 lost, 0 doubled"


def _towns(authority: int) -> list[str]:
    """The towns that were saved, by the record."""
    told = (
        EntryValues.select(EntryValues.values)
        .join(Entry)
        .where(Entry.authority_id == authority, Entry.verb == Verb.AUTHORITY_EDITED.code)
        .order_by(Entry.id)
        .tuples()
    )
    return [json.loads(values)["town"][1] for (values,) in told]
