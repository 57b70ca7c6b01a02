"""A year in the life of an authority: everybody gets exactly the mails that are due, in their language, whatever fails.

The clock is moved, the people act, the worker runs every six hours and is down for 3, 10 and 40 days, and a real mail
server refuses now and then. Every mail that comes is held against a book of what is due (`tests.mail.year`).
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from itertools import count
from typing import Any

import pytest

from db.models import Mail, User
from imi_tui.context import Context
from imi_tui.mail.transports import Transport, transport
from imi_tui.rules.accounts import PasswordStatus
from imi_tui.rules.holders import Right
from imi_tui.rules.mailing import MailState
from imi_tui.rules.policy import ADMINISTRATOR, Actor, system_actor
from imi_tui.rules.refusals import NotAllowed
from imi_tui.services import access, authorities, login, mails, user_edit, users
from imi_tui.worker import run_once
from tests.mail.server import Server, parsed, temporary_password
from tests.mail.year import DAY, LAST_DAYS, SUBJECTS, WITH_PASSWORD, Book, Moody, Person, everything_said
from tests.world import NOW, PASSWORD, Clock, World

ON_EVERY_ENGINE = False
"""A year of reminders takes long; the services that send them run on each engine."""

SOMEBODY = system_actor("login")
AUTHORITY = ("pasts@vdi.example", "lv")
COMMISSION = ("names@commission.example", "en")
HANDLER, BASIC = Right("services", "request_handler"), Right("services", "basic_user")


class Killed(BaseException):
    """Stands for kill -9 of the worker, before or after the mail in hand was sent: nothing catches it."""

    def __init__(self, *, after: bool) -> None:
        self.after = after


class Mortal:
    """A transport whose worker is killed over one of the next mails, if the story wants it."""

    def __init__(self, beneath: Transport) -> None:
        self.beneath = beneath
        self.dies: list[str] = []

    def send(self, message: EmailMessage) -> None:
        how = self.dies.pop() if self.dies else ""
        if how == "before":
            raise Killed(after=False)
        self.beneath.send(message)
        if how == "after":
            raise Killed(after=True)


class Year:
    """The people, what they do and when, and the book that is kept of it."""

    def __init__(self, ctx: Context, world: World, clock: Clock, server: Moody, smtp: Transport) -> None:
        self.ctx, self.clock, self.server = ctx, clock, server
        self.book = Book()
        self.down: list[tuple[float, float]] = []
        self.mortal = Mortal(smtp)
        self._agenda: list[tuple[Any, int, Callable[[], object]]] = []
        self._numbers = count()
        desk = world.authority("Ekonomikas ministrija", access_manager=True, email="pasts@em.example")
        self.authority = world.authority(manager=desk, email=AUTHORITY[0])
        self.manager = self._at_work(world, desk, Person("Liene", "Kļaviņa", "lv", administrator=True))
        self.anna = self._at_work(world, self.authority, Person("Anna", "Bērziņa", "lv", administrator=True))
        self.jean = self._at_work(world, self.authority, Person("Jean", "Dupont", "fr", administrator=True))

    def _at_work(self, world: World, authority: int, person: Person) -> Person:
        number = len(self.book.people)
        person.email, person.username = f"{person.language}{number}@work.example", f"atwork{number}"
        person.user_id = world.user(
            authority,
            person.first_name,
            person.surname,
            administrator=True,
            rights=[HANDLER],
            language=person.language,
            email=person.email,
            username=person.username,
        )
        with self.ctx.store.reading():
            until = User.get_by_id(person.user_id).password_until
        person.chose(PASSWORD, until)
        person.until, person.rights = until, frozenset({ADMINISTRATOR, HANDLER})
        self.book.people.append(person)
        return person

    # The agenda

    def at(self, day: float, does: Callable[..., object], *given: Any) -> None:
        """Somebody does something on a day of the year."""
        self._plan(NOW + day * DAY, lambda: does(*given))

    def _in(self, wait: timedelta, does: Callable[[], object]) -> None:
        self._plan(self.clock.at + wait, does)

    def _plan(self, instant: Any, does: Callable[[], object]) -> None:
        heapq.heappush(self._agenda, (instant.replace(microsecond=0), next(self._numbers), does))

    def pass_by(self, days: int) -> None:
        """The year passes, then so much time that what is on its way arrives."""
        for quarter in range(4 * days):
            if not any(first * 4 <= quarter < last * 4 for first, last in self.down):
                self.at(quarter / 4, self.work)
        end = NOW + days * DAY
        while self._agenda and self._agenda[0][0] <= end:
            instant, _number, does = heapq.heappop(self._agenda)
            self.clock.at = max(self.clock.at, instant)
            does()
        for _quarter in range(20):
            if self.book.open:
                self.clock.move(hours=6)
                self.work()

    def work(self) -> None:
        """The worker runs, and what came is held against the book; only what was refused just now may still be due."""
        now = self.clock.at
        self.book.owe_reminders(now)
        self.server.look_anew()
        before = len(self.server.accepted)
        try:
            run_once(self.ctx, self.mortal)
        except Killed as killed:
            self.server.was_killed(after=killed.after)
        latest = {}
        for raw, cut in self.server.accepted[before:]:
            due = self.book.receive(parsed(raw), now, cut=cut)
            if due.person is not None and due.kind in WITH_PASSWORD:
                due.person.received(temporary_password(parsed(raw)), now)
                latest[due.person.user_id] = due.person.password
            if due.person is not None:
                self._reacts(due.person, due.kind)
        for user_id, password in latest.items():
            with self.ctx.store.reading():
                assert self.ctx.hasher.verify(User.get_by_id(user_id).password_hash, password)
        for due in self.book.open:
            due.given_up |= due.to in self.server.refused_for_ever
            assert due.given_up or self.server.went_away or due.to in self.server.refused_for_now, (now, due)

    # What the people do

    def _reacts(self, person: Person, kind: str) -> None:
        until = person.until
        if kind in WITH_PASSWORD and person.ignores:
            person.ignores -= 1
        elif kind in WITH_PASSWORD:
            self._in(DAY, lambda: self.begin(person))
        elif kind == "lapsed":
            self._in(5 * DAY, lambda: self.reset(person))
        elif kind == "expired" and person.habit != "ignores all":
            self._in(25 * DAY if person.habit == "late" else 0.8 * DAY, lambda: self.change(person, until))
        elif kind == "reminder" and person.habit == "punctual":
            self._in(0.8 * DAY, lambda: self.change(person, until))
        elif kind == "reminder" and person.habit == "last day":
            assert until is not None
            self._plan(until - 0.3 * DAY, lambda: self.change(person, until))

    def begin(self, person: Person) -> None:
        """Log in with the temporary password of the latest mail and choose one's own."""
        lapsed = person.until is None or self.clock.at >= person.until
        if person.gone or person.blocked or not person.temporary or not person.password or lapsed:
            return
        session = self._logs_in(person)
        assert session.must_choose is PasswordStatus.TEMPORARY
        self._chooses(person)

    def change(self, person: Person, until: object = None) -> None:
        """Change the password, in time or too late; `until` is what it was when this was planned."""
        if person.gone or person.blocked or person.temporary or (until and person.until != until):
            return
        session = self._logs_in(person)
        assert session.must_choose is (None if person.in_order(self.clock.at) else PasswordStatus.EXPIRED)
        self._chooses(person)

    def _logs_in(self, person: Person) -> login.Session:
        while True:
            try:
                return login.log_in(self.ctx, SOMEBODY, person.username, person.password)
            except NotAllowed as refused:
                assert refused.code == "login_too_soon"
                self.clock.move(seconds=float(str(refused.facts["seconds"])))

    def _chooses(self, person: Person) -> None:
        new = f"Zilonis-{next(self._numbers)}-Kaza"
        login.choose_password(self.ctx, Actor(person.user_id), person.password, new)
        person.chose(new, self.clock.at)
        self.book.drop(person, (*LAST_DAYS, *WITH_PASSWORD))

    def mistype_until_blocked(self, person: Person) -> None:
        """Five wrong passwords, each after the wait that the one before cost."""
        wrong = 0
        while wrong < 5:
            with pytest.raises(NotAllowed) as refused:
                login.log_in(self.ctx, SOMEBODY, person.username, "Wrong-Password-1")
            if refused.value.code == "login_too_soon":
                self.clock.move(seconds=float(str(refused.value.facts["seconds"])))
            else:
                wrong += 1
        person.blocked = True
        self.book.drop(person, (*LAST_DAYS, *WITH_PASSWORD))
        self.book.owe("blocked", person)
        for one in self.administrators():
            if one is not person:
                self.book.owe("colleague blocked", one)

    # What the administrators do

    def administrators(self) -> list[Person]:
        return [one for one in self.book.people if one.administrator and one is not self.manager and not one.gone]

    def _administrator(self, person: Person | None = None) -> Actor:
        """One whose password is in order; whoever finds it expired chooses another first. Else the access manager."""
        there = [one for one in self.administrators() if one is not person and not one.blocked and not one.temporary]
        if not there:
            return self._manager()
        one = next((one for one in there if one.in_order(self.clock.at)), there[0])
        if not one.in_order(self.clock.at):
            self.change(one)
        return Actor(one.user_id)

    def register(self, person: Person, *rights: Right) -> None:
        person.email = f"{person.language}{len(self.book.people)}@people.example"
        new = users.NewUser(person.first_name, person.surname, person.language, person.email, rights=frozenset(rights))
        registered = users.register(self.ctx, self._administrator(), self.authority, new)
        person.user_id, person.username = registered.user_id, registered.username
        person.rights = frozenset(rights)
        self.book.people.append(person)
        self.book.owe("welcome", person)

    def reset(self, person: Person) -> None:
        if person.gone:
            return
        users.reset_password(self.ctx, self._administrator(person), self.authority, person.user_id)
        person.was_reset()
        self.book.drop(person, LAST_DAYS)
        self.book.owe("reset", person)

    def give_rights(self, person: Person, *rights: Right) -> None:
        self._edit(person, rights=frozenset(rights))
        if person.rights != frozenset(rights):
            self.book.owe("rights", person)
        person.rights = frozenset(rights)

    def change_language(self, person: Person, language: str) -> None:
        self._edit(person, language=language)
        person.language = language
        self.book.moved(person)

    def change_address(self, person: Person, email: str) -> None:
        self._edit(person, email=email)
        person.email = email
        self.book.moved(person)

    def _edit(self, person: Person, **changed: object) -> None:
        with self.ctx.store.reading():
            row = User.get_by_id(person.user_id)
        form = user_edit.EditedUser(
            row.version, row.first_name, row.surname, row.language, row.email, row.phone, person.rights
        )
        form = replace(form, **changed)  # type: ignore[arg-type]  # the form's own fields
        user_edit.edit(self.ctx, self._administrator(person), self.authority, person.user_id, form)

    def delete(self, person: Person) -> None:
        users.delete(self.ctx, self._administrator(person), self.authority, person.user_id)
        person.gone = True
        self.book.drop(person)

    def edit_authority(self, **changed: object) -> None:
        actor = self._administrator()
        seen = authorities.view(self.ctx, actor, self.authority)
        draft = replace(seen.draft(), **changed)  # type: ignore[arg-type]  # the draft's own fields
        authorities.save(self.ctx, actor, self.authority, seen.version, draft)
        self._tell_all("data")
        if changed.get("significant"):
            self.book.owe("translation", COMMISSION)

    def resend(self) -> None:
        """Send again what was given up."""
        self.server.without_mailbox.clear()
        actor = self._administrator()
        for mail in mails.mails_page(self.ctx, actor, self.authority, state=MailState.GIVEN_UP):
            mails.resend(self.ctx, actor, self.authority, mail.id)
        for due in self.book.open:
            due.given_up = False

    # What the access manager does

    def give_module(self, module: str) -> None:
        access.give_module(self.ctx, self._manager(), self.authority, module)
        self._tell_all("module given")
        self.book.owe("must hold", self.anna)
        self.anna.rights |= {Right(module, "request_handler")}

    def withdraw_module(self, module: str) -> None:
        access.withdraw_module(self.ctx, self._manager(), self.authority, module)
        self._tell_all("module withdrawn")
        for person in self.book.people:
            person.rights = frozenset(right for right in person.rights if right.module != module)

    def _manager(self) -> Actor:
        if not self.manager.in_order(self.clock.at):
            self.change(self.manager)
        return Actor(self.manager.user_id)

    def _tell_all(self, kind: str) -> None:
        for to in (AUTHORITY, *self.administrators()):
            self.book.owe(kind, to)


@pytest.fixture
def year(ctx: Context, world: World, clock: Clock, server: Server) -> Year:
    moody = Moody(seed=7)
    server.answers = moody
    with_commission = replace(ctx, settings=replace(ctx.settings, commission_mail=COMMISSION[0]))
    return Year(with_commission, world, clock, moody, transport(f"smtp://127.0.0.1:{server.port}"))


def test_over_a_year_everybody_gets_exactly_the_mails_that_are_due(year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imi_tui.services.deliveries.random.random", lambda: 0.5)  # the jitter of the waits
    people = _a_year_of_work(year)
    year.pass_by(365)
    book, server = year.book, year.server
    assert book.open == []
    with year.ctx.store.reading():
        assert {state for (state,) in Mail.select(Mail.state).distinct().tuples()} == {MailState.SENT}
    assert {due.kind for due in book.came} == {*SUBJECTS, "reminder"}
    assert {due.language for due in book.came} == {*(person.language for person in people), "lv", "fr", "en", "ro"}
    assert sum(due.repeat for due in book.came) == server.moods["cut"] == 4
    assert {"421", "450", "452"} <= set(server.moods)
    said = [everything_said(raw) for raw, _cut in server.accepted]
    assert len(said) == len(book.came) > 80
    assert not [username for username in book.usernames() if any(username in mail for mail in said)]
    _each_was_reminded_as_they_lived(book)


def _a_year_of_work(year: Year) -> list[Person]:
    """What happens in the year, beside what the people do because of the mail that they get."""
    year.down = [(40, 43), (174, 184), (285, 325)]
    hans, eleni = Person("Hans", "Müller", "de"), Person("Ελένη", "Παπαδοπούλου", "el", "late")
    ivan, maria = Person("Иван", "Петров", "bg", "last day"), Person("María", "García", "es", ignores=1)
    pawel, mika = Person("Paweł", "Wiśniewski", "pl"), Person("Mika", "Virtanen", "fi", "ignores all")
    zsofia, ruta = Person("Zsófia", "Kovács", "hu"), Person("Rūta", "Kazlauskienė", "lt", "late")
    asa, niamh = Person("Åsa", "Öberg", "sv"), Person("Niamh", "Breathnach", "ga", "last day")
    ion, john = Person("Ion", "Țurcanu", "ro"), Person("John", "Murray", "en", "late")
    george = Person("Ġorġ", "Ċaruana", "mt")
    for number, person in enumerate([hans, eleni, ivan, maria, pawel, mika, zsofia, ruta, asa, ion]):
        year.at(0.1 + number * 0.4, year.register, person, BASIC)
    year.at(4.1, lambda: year.server.without_mailbox.add("ga13@people.example"))
    year.at(4.2, year.register, niamh)
    year.at(8, year.resend)

    year.at(20, year.give_rights, asa, BASIC, HANDLER)
    year.at(20.3, year.give_rights, asa, HANDLER)
    year.at(30, lambda: year.edit_authority(phone="+371 67 000 001"))
    year.at(
        31,
        lambda: year.edit_authority(
            informal_name={"lv": "Darba drošības inspekcija"}, significant=frozenset({"informal_name"})
        ),
    )
    year.at(41, year.give_rights, hans)  # nobody delivers now
    year.at(42, lambda: year.edit_authority(informal_name={"lv": "Darba  drošības inspekcija!"}))

    year.at(55, lambda: year.server.cut_next.update([AUTHORITY[0]]))
    year.at(55.1, lambda: year.edit_authority(town="Jelgava"))
    year.at(60, setattr, year.server, "away", True)
    year.at(60.5, year.reset, zsofia)
    year.at(62, setattr, year.server, "away", False)

    year.at(70, year.mistype_until_blocked, pawel)
    year.at(71.1, year.reset, pawel)
    year.at(71.11, year.reset, pawel)  # one mail is enough
    year.at(80, year.mistype_until_blocked, year.jean)
    year.at(81, year.reset, year.jean)
    year.at(81.3, year.reset, year.jean)  # the first mail was out already: the second password is the good one

    year.at(90, year.give_module, "posting_of_workers")
    year.at(100, year.change_language, ion, "pt")
    year.at(100.1, year.give_rights, ion, BASIC, Right("posting_of_workers", "basic_user"))
    year.at(110, year.withdraw_module, "posting_of_workers")
    year.at(120, lambda: year.server.cut_next.update(["en14@people.example"]))
    year.at(120.1, year.register, john, HANDLER)
    year.at(150.1, year.give_rights, zsofia, HANDLER)
    year.at(150.11, year.delete, zsofia)  # the mail about her rights is not sent any more

    year.at(168, lambda: year.server.cut_next.update([ruta.email]))  # her first reminder
    year.at(195.1, year.reset, mika)  # who has expired
    year.at(195.11, year.reset, mika)
    year.at(230, year.mistype_until_blocked, mika)
    year.at(240, year.reset, mika)
    year.at(284.6, setattr, ion, "ignores", 1)
    year.at(284.6, lambda: year.server.cut_next.update([ion.email]))
    year.at(284.7, year.reset, ion)  # arrives, is to be repeated, and nobody does for forty days
    year.at(290, year.register, george)
    year.at(300, year.give_rights, asa, BASIC)
    year.at(310, lambda: year.edit_authority(website="https://vdi.example"))
    return [hans, eleni, ivan, maria, pawel, mika, zsofia, ruta, asa, niamh, ion, john, george]


def _each_was_reminded_as_they_lived(book: Book) -> None:
    """The story itself went as it was meant to: the book had all of these to compare with."""
    by_name = {
        person.first_name: Counter(due.kind for due in book.came if due.person is person) for person in book.people
    }
    assert by_name["Hans"]["expired"] == 0 < by_name["Hans"]["reminder"]
    assert by_name["Ελένη"]["expired"] >= 1
    assert by_name["María"]["lapsed"] == by_name["María"]["reset"] == 1
    assert by_name["Paweł"]["reset"] == by_name["Paweł"]["blocked"] == 1
    assert by_name["Mika"]["expired"] >= 1 and by_name["Mika"]["reset"] == 2
    assert by_name["Zsófia"]["rights"] == 0
    assert by_name["Ion"]["lapsed"] == 0 and by_name["Ion"]["reset"] == 2
    assert by_name["John"]["welcome"] == 2
