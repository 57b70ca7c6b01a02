"""Hundreds of mails through a storm: a server that fails at random, two workers that are killed at random moments.

Nothing may be lost, nobody may be left with a password that opens nothing, and a mail may go out twice only where the
server's OK did not reach the worker or the worker was killed before it could note it. `IMI_TEST_MAILS` says how many
there are (300).
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from db import schema
from db.catalogue import load
from db.models import Entry, Mail, User
from imi_tui.context import Context, system_clock
from imi_tui.rules.accounts import PasswordStatus
from imi_tui.rules.kinds import WITH_TEMPORARY_PASSWORD, MailKind
from imi_tui.rules.languages import WORKING_LANGUAGES
from imi_tui.rules.mailing import MailState
from imi_tui.rules.verbs import Verb
from imi_tui.services import credentials, outbox
from imi_tui.services.hashing import Hasher
from imi_tui.services.status import password_status
from imi_tui.settings import Settings
from tests.e2e.terminal import imi
from tests.mail.server import CUT, Handler, Server, temporary_password
from tests.world import World

SEED = 20261124
MAILS = int(os.environ.get("IMI_TEST_MAILS", "300"))
WORKERS = 2
ROUNDS = 150
"""More than enough for every mail; a storm that lasts longer has lost one."""

STEPS_TO_A_KILL = (1, 300)
"""A worker is killed after so many steps of the server's, chance says how many: at some moment of its own work."""

COMMISSION = "commission@ec.example"

WITHOUT_PASSWORD: dict[MailKind, dict[str, object]] = {
    MailKind.PASSWORD_BLOCKED: {},
    MailKind.USER_BLOCKED: {"person": "Pēteris Ozols"},
    MailKind.RIGHTS_CHANGED: {"come": [["services", "request_handler"]], "gone": [], "by": "Anna Bērziņa"},
    MailKind.MODULE_GIVEN: {"module": "services", "by": "Anna Bērziņa"},
    MailKind.MANDATORY_RIGHT: {"rights": [["services", "request_handler"]]},
    MailKind.AUTHORITY_CHANGED: {"fields": ["phone", "email"], "by": "Anna Bērziņa"},
}


class Storm(Handler):
    """A server that fails at random; counts what it did, and after some steps gives the sign for a kill."""

    CHANCES = {
        "MAIL": (("421 4.3.2 going down", 0.004), ("451 4.3.0 try later", 0.004), (CUT, 0.004)),
        "RCPT": (("450 4.2.0 greylisted", 0.04), ("451 4.3.0 try later", 0.02), ("421 4.3.2 going down", 0.004)),
        "DATA": (("451 4.3.0 try later", 0.01), (CUT, 0.004)),
        "TEXT": ((CUT, 0.01),),
        "END": (("451 4.3.0 try later", 0.02), ("450 4.2.1 try later", 0.01), (CUT, 0.03)),
    }
    HANGS, BRIEFLY = 0.02, (0.02, 0.2)

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance
        self.did: Counter[str] = Counter()
        self.workers: list[subprocess.Popen[str]] = []
        self.steps_left = 0

    async def fault(self, step: str) -> str:
        self._perhaps_kill()
        if self._chance.random() < self.HANGS:
            self.did["hung"] += 1
            await asyncio.sleep(self._chance.uniform(*self.BRIEFLY))
        drawn = self._chance.random()
        for fault, chance in self.CHANCES.get(step, ()):
            if drawn < chance:
                self.did[f"{fault[:3]} at {step}"] += 1
                return fault
            drawn -= chance
        return ""

    def _perhaps_kill(self) -> None:
        self.steps_left -= 1
        if self.steps_left == 0 and self.workers:
            self._chance.choice(self.workers).kill()

    @property
    def lost_answers(self) -> int:
        """How many mails it accepted without being able to say so."""
        return self.did[f"{CUT} at END"]


@dataclass
class Run:
    """The storm's course: how many workers were started, and how many of them killed."""

    started: int = 0
    killed: int = 0


@pytest.fixture
def ctx(tmp_path: Path, cheap_hasher: Hasher) -> Iterator[Context]:
    """As everywhere, but with the real clock, for the workers are real processes."""
    url = f"sqlite:///{tmp_path}/imi.db"
    store = schema.create(url)
    yield Context(store, load(), Settings(database=url), cheap_hasher, system_clock)
    store.close()


@pytest.fixture
def environment(ctx: Context, tmp_path: Path, storm: Server) -> dict[str, str]:
    """What a worker is started with."""
    config = tmp_path / "imi.toml"
    config.write_text(f'hash_memory_kib = 8\nhash_time = 1\ncommission_mail = "{COMMISSION}"\n', encoding="utf-8")
    return {
        "IMI_DATABASE": ctx.settings.database,
        "IMI_MAIL": f"smtp://127.0.0.1:{storm.port}",
        "IMI_CONFIG": str(config),
    }


@pytest.fixture
def storm(start_server: Callable[..., Server]) -> Server:
    return start_server(answers=Storm(random.Random(SEED)))


def queue_them(ctx: Context, world: World) -> None:
    """Mails to people of every language, to the authority and to the Commission; every second with a password."""
    now, lives = ctx.now(), credentials.lives_of(ctx.settings)
    with ctx.store.writing():
        authority = world.authority()
        for number in range(MAILS // 2):
            user = world.user(authority, language=WORKING_LANGUAGES[number % len(WORKING_LANGUAGES)])
            credentials.make_temporary(user, now, lives)
            outbox.queue(now, sorted(WITH_TEMPORARY_PASSWORD)[number % 2], authority, user, {})
            if number % 50 == 0:
                params = {"language": "lv", "old": "Inspekcija", "new": "Darba inspekcija", "languages": ["en"]}
                outbox.queue(now, MailKind.TRANSLATION_WANTED, authority, None, params)
            else:
                kind = list(WITHOUT_PASSWORD)[number % len(WITHOUT_PASSWORD)]
                to = None if kind is MailKind.AUTHORITY_CHANGED else user
                outbox.queue(now, kind, authority, to, WITHOUT_PASSWORD[kind])
    assert Mail.select().count() == MAILS


def let_the_waits_pass(ctx: Context) -> None:
    """The waits between tries are minutes and hours, and so is the lease of a worker that was killed: this stands for
    them. No worker runs meanwhile, so that none is overtaken that is still at work."""
    with ctx.store.writing():
        Mail.update(next_try_at=ctx.now()).where(Mail.state.in_([MailState.FAILED, MailState.SENDING])).execute()


def weather(ctx: Context, storm: Server, environment: dict[str, str]) -> Run:
    """Start two workers, kill one of them at some moment, wait for both, let the waits pass; until all is sent."""
    run, answers, chance = Run(), storm.answers, random.Random(SEED + 1)
    while Mail.select().where(Mail.state != MailState.SENT).exists():
        assert run.started < ROUNDS * WORKERS, "some mail never gets through"
        ctx.store.close()
        workers = [
            subprocess.Popen(
                imi("worker", "--once"),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _number in range(WORKERS)
        ]
        answers.workers, answers.steps_left = workers, chance.randint(*STEPS_TO_A_KILL)
        said = [worker.communicate()[1] for worker in workers]
        codes = [worker.returncode for worker in workers]
        answers.workers = []
        run.started += WORKERS
        run.killed += codes.count(-signal.SIGKILL)
        assert set(codes) <= {0, -signal.SIGKILL}, said
        assert "".join(said) == ""
        let_the_waits_pass(ctx)
    return run


def by_mail(messages: list[EmailMessage]) -> dict[int, list[EmailMessage]]:
    """What was received, by the mail's id. One with a password is another message each time: it is known by whom it is
    for, since everybody is sent one of that sort; every other by its Message-ID."""
    by_message_id = {row.message_id: row.id for row in Mail.select()}
    with_password = {
        row.user.email: row.id
        for row in Mail.select(Mail, User).join(User).where(Mail.kind.in_(list(WITH_TEMPORARY_PASSWORD)))
    }
    found: dict[int, list[EmailMessage]] = {}
    for message in messages:
        (to,) = message["To"].addresses
        mail_id = by_message_id.get(message["Message-ID"]) or with_password[to.addr_spec]
        found.setdefault(mail_id, []).append(message)
    return found


def test_every_mail_comes_through_a_storm(
    ctx: Context, world: World, storm: Server, environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    queue_them(ctx, world)
    run = weather(ctx, storm, environment)
    answers = storm.answers
    assert isinstance(answers, Storm)
    received = by_mail(answers.messages)

    mails = {row.id: row for row in Mail.select()}
    assert set(received) == set(mails), "every mail was accepted at least once"
    secret = {mail_id for mail_id, row in mails.items() if row.kind in WITH_TEMPORARY_PASSWORD}
    for mail_id in secret:
        user = User.get_by_id(mails[mail_id].user_id)
        *earlier, last = map(temporary_password, received[mail_id])
        assert ctx.hasher.verify(user.password_hash, last), "the password received last opens the account"
        assert not any(ctx.hasher.verify(user.password_hash, one) for one in earlier)
        assert password_status(user, ctx.now()) is PasswordStatus.TEMPORARY
    told = Entry.select(Entry.subject_id).where(Entry.verb == Verb.PASSWORD_MAILED.code).tuples()
    assert sorted(user_id for (user_id,) in told) == sorted(mails[mail_id].user_id for mail_id in secret)
    for mail_id in set(mails) - secret:
        assert {message["Message-ID"] for message in received[mail_id]} == {mails[mail_id].message_id}

    repeats = {mail_id: len(copies) - 1 for mail_id, copies in received.items() if len(copies) > 1}
    assert sum(repeats.values()) <= answers.lost_answers + run.killed
    # The storm was one.
    assert run.killed > 0 and answers.lost_answers > 0 and answers.did["hung"] > 0
    assert {row.language for row in User.select()} == set(WORKING_LANGUAGES)
    with_password = sum(repeats[mail_id] for mail_id in repeats if mail_id in secret)
    with capsys.disabled():
        print(
            f"\n{MAILS} mails, {len(answers.received)} accepted, so {sum(repeats.values())} went out twice,"
            f" {with_password} of them with another password: {answers.lost_answers} times the line was cut before the"
            f" OK, {run.killed} of {run.started} workers were killed.\nThe storm: {dict(answers.did)}"
        )
