"""The app killed with -9 at random instants of a scripted editing session, again and again (B6).

What was confirmed is on the disk, nothing is half saved, and what was typed is there but for the last two seconds. The
number of rounds is IMI_TEST_KILLS, 4 where it is not set; what was found is printed at the end (`pytest -s`).
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from db.probe import is_postgresql, sqlite_path
from tests.databases import POSTGRESQL, SQLITE
from tests.e2e.steps import log_in
from tests.e2e.terminal import Terminal, imi
from tests.failover.servers import eventually

ROUNDS = int(os.environ.get("IMI_TEST_KILLS", "4"))
PARTS = 2
"""The rounds are shared among so many tests, which may run beside each other."""

OLDEST = 2.0
"""Seconds of typing that may be lost."""

LONGEST = float(os.environ.get("IMI_TEST_KILLS_SECONDS", "8"))
"""Seconds at most from the log-in to the kill."""

PASSWORD = "Demo-Parole-2026"
LETTERS = "abcdefghijklmnoprstuvz"
SHOWN = (
    re.compile(r"Oficiālais nosaukums +(.*?) *$", re.M),
    re.compile(r"Neoficiālais nosaukums \(lv\) +(.*?) *$", re.M),
)
EDITING, SAVED = "^s ", "Saglabātas 2 izmaiņas"

Names = tuple[str, str]
"""The official and the informal name, which the script always changes together."""


@dataclass
class Found:
    """What the rounds have shown."""

    rounds: int = 0
    saves: int = 0
    in_flight: int = 0
    drafts: int = 0
    required: int = 0
    ages: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        ages = sorted(self.ages) or [0.0]
        return (
            f"\n{self.rounds} kills: {self.saves} confirmed saves, 0 lost, 0 half saved; {self.in_flight} killed in the"
            f" middle of a save; {self.drafts} drafts there, {self.required} of them owed; typing that was lost:"
            f" {ages[len(ages) // 2]:.2f} s in the middle, {ages[-1]:.2f} s at most"
        )


class Session:
    """One life of the app: types, saves, and knows what was shown when."""

    def __init__(self, terminal: Terminal, chance: random.Random, names: Names) -> None:
        self.terminal = terminal
        self.chance = chance
        self.saved = names
        self.wanted: Names | None = None
        self.states: list[Names] = []
        self.shown: list[tuple[float, int]] = []
        self.confirmed = 0

    def steps(self) -> Iterator[str | tuple[str, bool]]:
        """Keys, and what to wait for: a text and whether it is to be there; without end."""
        while True:
            yield "Rediģēt iestādi", True
            self.wanted, self.shown = None, []
            name = "".join(self.chance.choices(LETTERS, k=self.chance.randint(6, 16)))
            official, informal = f"O {name}", f"N {name}"
            self.states = [self.saved, *((official[:at], self.saved[1]) for at in range(len(official) + 1))]
            self.states += [(official, informal[:at]) for at in range(len(informal) + 1)]
            yield "e"
            yield EDITING, True
            yield "\x1b[F\x15"
            yield f"bija: {self.saved[0]}", True
            for letter in official:
                yield letter
            yield official, True
            yield "\t"
            yield "\x1b[F\x15"
            yield f"bija: {self.saved[1]}", True
            for letter in informal:
                yield letter
            yield f"N {name}", True
            for _pause in range(self.chance.choice([0, 0, 10, 40])):
                yield ""
            yield "\x13"
            yield "Pārskatiet pirms saglabāšanas", True
            self.wanted = official, informal
            yield "\r"
            yield SAVED, True
            yield EDITING, False
            self.saved, self.wanted, self.states, self.shown = (official, informal), None, [], []
            self.confirmed += 1

    def run(self, until: float) -> float:
        """Go on until an instant, then kill; when that was."""
        steps = self.steps()
        step = next(steps)
        while time.monotonic() < until:
            self.terminal.read(0.02)
            self._look()
            if isinstance(step, str):
                if step:
                    self.terminal.process.send(step)
                step = next(steps)
            elif (step[0] in self.terminal.text) == step[1]:
                step = next(steps)
        killed = time.monotonic()
        os.kill(self.terminal.process.pid, signal.SIGKILL)
        self.terminal.read(0.02)
        self._look()
        self.terminal.wait_for_end()
        return killed

    def _look(self) -> None:
        """How far the typing is by what stands on the screen."""
        text = self.terminal.text
        if not self.states or EDITING not in text:
            return
        found = [pattern.search(text) for pattern in SHOWN]
        if all(found):
            names = tuple(match.group(1).strip("• ") for match in found if match)
            for place in range(len(self.states) - 1, -1, -1):
                if tuple(one.strip() for one in self.states[place]) == names:
                    if place > (self.shown[-1][1] if self.shown else 0):
                        self.shown.append((time.monotonic(), place))
                    return


@pytest.mark.parametrize(
    ("demo", "part"), [*((SQLITE, part) for part in range(PARTS)), (POSTGRESQL, PARTS)], indirect=["demo"]
)
def test_what_was_confirmed_is_there_and_what_was_typed_too(
    demo: dict[str, str], terminals: list[Terminal], tmp_path: Path, part: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "imi.toml").open("a", encoding="utf-8") as settings:
        settings.write("hash_memory_kib = 64\nhash_time = 1\n")
    seed = int(os.environ.get("IMI_TEST_SEED", "0")) + part
    chance = random.Random(seed)
    found = Found()
    for number in range((ROUNDS + PARTS - 1 - part % PARTS) // PARTS):
        where = f"seed {seed}, round {number}"
        terminal = Terminal(imi(), demo, 100, 30)
        terminals.append(terminal)
        log_in(terminal, "berziann", PASSWORD)
        terminal.wait_for("Rediģēt iestādi")
        before = _names(demo)
        session = Session(terminal, chance, before)
        killed = session.run(time.monotonic() + chance.uniform(0.5, LONGEST))
        _check(demo, session, killed, found, where)
        terminals.remove(terminal)
        found.rounds += 1
    with capsys.disabled():
        print(found)


def _check(demo: dict[str, str], session: Session, killed: float, found: Found, where: str) -> None:
    """All that is promised, after one kill."""
    with _looking(demo) as connection:
        if isinstance(connection, sqlite3.Connection):
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], where
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == [], where
        else:  # a commit that was on its way is done or not once the server has let go of the killed app
            asked = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'imi'"
            eventually(lambda: not connection.execute(asked).fetchall(), "the killed app's connections")
        _check_record(demo, where)
        _check_typed(connection, _names(demo), session, killed, found, where)


def _check_typed(connection: Any, now: Names, session: Session, killed: float, found: Found, where: str) -> None:
    """What was saved is whole, and what was typed is there."""
    assert now in {session.saved, session.wanted}, f"{where}: {now} is neither {session.saved} nor {session.wanted}"
    last = connection.execute(
        'SELECT ev."values" FROM entry e JOIN entry_values ev ON ev.entry_id = e.id'
        " WHERE e.verb LIKE '%authority%edit%' ORDER BY e.id DESC LIMIT 1"
    ).fetchone()
    if last is not None and session.confirmed:
        values = json.loads(last[0])
        assert (values["official_name"][1], values["informal_name"][1]["lv"]) == now, where
    found.saves += session.confirmed
    in_flight = session.wanted is not None and now == session.wanted
    found.in_flight += session.wanted is not None
    rows = connection.execute("SELECT mine FROM draft").fetchall()
    assert len(rows) <= 1, where
    kept = 0
    for (mine,) in rows:
        content = json.loads(mine)
        names = content["official_name"], content["informal_name.lv"]
        if session.states:
            assert names in session.states, f"{where}: the draft {names} was never typed"
            kept = session.states.index(names)
    found.drafts += len(rows)
    if not in_flight and session.shown:
        owed = [place for at, place in session.shown if at <= killed - OLDEST]
        lost = [killed - at for at, place in session.shown if place > kept]
        found.required += bool(owed)
        found.ages.append(lost[0] if lost else 0.0)
        assert not owed or kept >= owed[-1], f"{where}: the draft is {lost[0]:.2f} s old"
    connection.execute("DELETE FROM draft")
    connection.commit()


@contextmanager
def _looking(demo: dict[str, str]) -> Iterator[Any]:
    """A connection to the demo's database with nothing of ours between."""
    url = demo["IMI_DATABASE"]
    if not is_postgresql(url):
        with closing(sqlite3.connect(sqlite_path(url))) as connection:
            yield connection
        return
    from db.postgresql import psycopg

    with psycopg.connect(url) as connection:
        connection.autocommit = True
        yield connection


def _names(demo: dict[str, str]) -> Names:
    """The names as they are saved."""
    with _looking(demo) as connection:
        return _names_in(connection)


def _names_in(connection: Any) -> Names:
    names: Names = connection.execute(
        "SELECT a.official_name, t.text FROM users u JOIN authority a ON a.id = u.authority_id"
        " JOIN authority_text t ON t.authority_id = a.id AND t.kind = 'informal_name' AND t.language = 'lv'"
        " WHERE u.username = 'berziann'"
    ).fetchone()
    return names


def _check_record(demo: dict[str, str], where: str) -> None:
    """The record verifies, as anybody can find out on the command line."""
    environment = {**os.environ, **demo}
    done = subprocess.run([*imi(), "audit", "verify"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{where}: {done.stderr}"
