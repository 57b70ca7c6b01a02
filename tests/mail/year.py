"""What the test of a whole year needs: a mail server with moods, the people, and a book of the mails that are due.

The book is kept by what the requirements say (S2.4, S2.5, S3.4, S4.6, S4.7 and the rules beside them), not by asking
the application: who is owed which mail, what becomes of it when something else happens first, and what is in hand of
whose password.
"""

from __future__ import annotations

import math
import random
import re
import unicodedata
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import cache
from typing import Any

from imi_tui import i18n
from tests.mail.server import Handler, parsed, text_of

DAY = timedelta(days=1)

SUBJECTS = {
    "welcome": "Your access to IMI",
    "reset": "Your temporary password for IMI",
    "lapsed": "Your temporary password for IMI has lapsed",
    "expired": "Your password for IMI has expired",
    "blocked": "Your password for IMI is blocked",
    "colleague blocked": "A password in your authority is blocked",
    "rights": "Your rights in IMI were changed",
    "module given": "Your authority has access to a module of IMI",
    "module withdrawn": "Your authority no longer has access to a module of IMI",
    "must hold": "You have received a right in IMI",
    "data": "The data of your authority in IMI were changed",
    "translation": "Translations of an informal name need correcting",
}
REMINDER = ("Your password for IMI expires in {n} day", "Your password for IMI expires in {n} days")
WITH_PASSWORD = ("welcome", "reset")
LAST_DAYS = ("reminder", "lapsed", "expired")

PASSWORD = {
    **{"lv": "parol", "en": "password", "de": "passwort", "fr": "mot de passe", "el": "κωδικ", "bg": "парола"},
    **{"es": "contraseña", "pl": "hasło", "fi": "salasana", "hu": "jelsz", "lt": "slaptažod", "sv": "lösenord"},
    **{"ga": "pasfhoca", "mt": "password", "ro": "parol", "pt": "palavra-passe"},
}
"""What a password is called in the languages of the people here."""

LANGUAGES = sorted(PASSWORD)

SCRIPTS = {"el": "GREEK", "bg": "CYRILLIC"}


@dataclass(eq=False)
class Person:
    """Somebody, how they take reminders, and what is known of their password."""

    first_name: str
    surname: str
    language: str
    habit: str = "punctual"
    ignores: int = 0
    user_id: int = 0
    username: str = ""
    email: str = ""
    administrator: bool = False
    rights: frozenset[Any] = frozenset()
    password: str = ""
    until: datetime | None = None
    temporary: bool = True
    blocked: bool = False
    gone: bool = False
    told: int | None = None

    def __repr__(self) -> str:
        return f"{self.first_name} {self.surname}"

    def chose(self, password: str, now: datetime) -> None:
        """A password of one's own lasts six calendar months."""
        self.password, self.temporary, self.told = password, False, None
        self.until = _six_months_after(now)

    def was_reset(self) -> None:
        """Nothing is in hand until the mail comes."""
        self.password, self.temporary, self.told, self.until, self.blocked = "", True, None, None, False

    def received(self, password: str, now: datetime) -> None:
        """A temporary password lasts fourteen days from its mail on."""
        self.password, self.told, self.until = password, None, now + 14 * DAY

    def in_order(self, now: datetime) -> bool:
        """Whether nothing must be chosen before anything else."""
        return self.until is not None and now < self.until and not (self.temporary or self.blocked or self.gone)


def _six_months_after(at: datetime) -> datetime:
    year, month = at.year + (at.month + 5) // 12, (at.month + 5) % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))


@dataclass(eq=False)
class Due:
    """A mail that somebody is to get; `repeat` where the line was cut after it had arrived."""

    kind: str
    to: str
    language: str
    person: Person | None
    repeat: bool = False
    given_up: bool = False


@dataclass
class Book:
    """The mails that are due, and those that came."""

    people: list[Person] = field(default_factory=list)
    open: list[Due] = field(default_factory=list)
    came: list[Due] = field(default_factory=list)

    def owe(self, kind: str, to: Person | tuple[str, str]) -> None:
        """A mail is due, to a person or to an address with its language; what it replaces is not any more."""
        person = to if isinstance(to, Person) else None
        for together in (WITH_PASSWORD, LAST_DAYS):
            if kind in together:
                self.drop(person, together)
        email, language = (person.email, person.language) if person else to  # type: ignore[misc]  # one or the other
        self.open.append(Due(kind, email, language, person))

    def drop(self, person: Person | None, kinds: Iterable[str] | None = None) -> None:
        """What is not due any more: of these kinds, or everything."""
        self.open = [due for due in self.open if due.person is not person or (kinds and due.kind not in kinds)]

    def moved(self, person: Person) -> None:
        """What is due goes where the person is now, in the language of now."""
        for due in self.open:
            if due.person is person:
                due.to, due.language = person.email, person.language

    def owe_reminders(self, now: datetime) -> None:
        """14, 7 and 1 day before the end and at the end, each once; who was not looked at gets the latest only."""
        for person in self.people:
            awaits = any(due.person is person and due.kind in WITH_PASSWORD for due in self.open)
            if person.gone or person.blocked or person.until is None or (person.temporary and awaits):
                continue
            days_before = (0,) if person.temporary else (14, 7, 1, 0)
            come = [days for days in days_before if now >= person.until - days * DAY]
            if come and (person.told is None or come[-1] < person.told):
                person.told = come[-1]
                self.owe("reminder" if come[-1] else "lapsed" if person.temporary else "expired", person)

    def receive(self, message: EmailMessage, now: datetime, *, cut: bool) -> Due:
        """Find what a mail was due for; a mail that is not due is an error, as is one that is not as it should be."""
        (address,) = message["To"].addresses
        kind, days = kind_of(message)
        due = next((one for one in self.open if (one.to, one.kind) == (address.addr_spec, kind)), None)
        assert due is not None, f"nobody owed {address.addr_spec} at {now}: {message['Subject']}"
        self.open.remove(due)
        self.came.append(due)
        _reads_well(message, due)
        if kind == "reminder":
            assert due.person is not None and due.person.until is not None
            assert days == math.ceil((due.person.until - now) / DAY), message["Subject"]
        if cut:
            self.open.append(Due(kind, due.to, due.language, due.person, repeat=True))
        return due

    def usernames(self) -> Iterator[str]:
        """Those of all people who ever had one."""
        return (person.username.casefold() for person in self.people if person.username)


def kind_of(message: EmailMessage) -> tuple[str, int | None]:
    """What a mail is about, by its subject in the language it says it is in, and how many days a reminder counts."""
    subject = message["Subject"]
    for kind, known, days in _subjects(message["Content-Language"]):
        if subject == known:
            return kind, days
    raise AssertionError(f"no such subject in {message['Content-Language']}: {subject}")


@cache
def _subjects(language: str) -> tuple[tuple[str, str, int | None], ...]:
    words = i18n.catalogue(language, "mail")
    known: list[tuple[str, str, int | None]] = [(kind, words.gettext(said), None) for kind, said in SUBJECTS.items()]
    known += [("reminder", words.ngettext(*REMINDER, days).format(n=days), days) for days in range(15)]
    assert len({subject for _kind, subject, _days in known}) == len(known)
    assert language == "en" or not {subject for _kind, subject, _days in known} & set(SUBJECTS.values())
    return tuple(known)


def _reads_well(message: EmailMessage, due: Due) -> None:
    """In the reader's language, its words and its script, from greeting to end."""
    language, text = due.language, text_of(message)
    assert message["Content-Language"] == language
    words = i18n.catalogue(language, "mail")
    assert words.gettext("IMI sent this message by itself. Please do not answer it.") in text
    if due.person is not None:
        assert words.gettext("Good day, {name}!").format(name=repr(due.person)) in text
    if due.kind in (*WITH_PASSWORD, *LAST_DAYS, "blocked"):
        assert PASSWORD[language] in text.casefold()
    letters = Counter(unicodedata.name(letter).split()[0] for letter in text if letter.isalpha())
    assert letters.most_common(1)[0][0] == SCRIPTS.get(language, "LATIN"), text


class Moody(Handler):
    """A mail server that now and then refuses for a while, and of which the story can ask for more."""

    def __init__(self, seed: int) -> None:
        super().__init__(log_in=False)
        self.seed = seed
        self.away = False
        self.without_mailbox: set[str] = set()
        self.cut_next: Counter[str] = Counter()
        self.accepted: list[tuple[bytes, bool]] = []
        self.moods: Counter[str] = Counter()
        self._tries: Counter[str] = Counter()
        self.look_anew()

    def look_anew(self) -> None:
        """Forget whom it refused, or told nothing."""
        self.refused_for_now: set[str] = set()
        self.refused_for_ever: set[str] = set()
        self.went_away = False

    def was_killed(self, *, after: bool) -> None:
        """The worker was killed: nothing else went out, and what had just arrived will be repeated."""
        self.went_away = True
        self.moods["killed after" if after else "killed before"] += 1
        if after:
            raw, _cut = self.accepted[-1]
            self.accepted[-1] = raw, True

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.away:
            self.went_away = True
            return "421 4.3.2 closed"
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.without_mailbox:
            self.refused_for_ever.add(address)
            return "550 5.1.1 no such user"
        mood = self._mood(address)
        if mood.startswith("4") and "data" not in mood:
            self._refuses(address, mood)
            return mood
        session.data_answer = mood
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        (address,) = envelope.rcpt_tos
        if session.data_answer:
            self._refuses(address, session.data_answer)
            return str(session.data_answer)
        cut = self.cut_next[address] > 0
        self.accepted.append((envelope.content, cut))
        if cut:
            self.cut_next[address] -= 1
            self._refuses(address, "cut")
            server.transport.abort()
        return "250 OK"

    def _mood(self, address: str) -> str:
        """Hangs on who is written to how often, so that a year is the same each time."""
        self._tries[address] += 1
        drawn = random.Random(f"{self.seed} {address} {self._tries[address]}").random()
        moods = ((0.06, "450 4.2.0 greylisted"), (0.10, "452 4.3.1 data: disk full"), (0.13, "421 4.3.2 going down"))
        return next((mood for bound, mood in moods if drawn < bound), "")

    def _refuses(self, address: str, mood: str) -> None:
        self.moods[mood[:3]] += 1
        self.refused_for_now.add(address)
        self.went_away |= mood.startswith("421")


def everything_said(raw: bytes) -> str:
    """All that a mail says, headers and text, as it is read."""
    message = parsed(raw)
    headers = " ".join(f"{name}: {value}" for name, value in message.items() if name != "Message-ID")
    return re.sub(r"\s+", " ", f"{headers} {text_of(message)}").casefold()
