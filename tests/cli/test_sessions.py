"""`imi sessions`: listed and ended from the command line, with the screens' checks and words."""

from __future__ import annotations

import json
from pathlib import Path

from imi_tui.context import Context, make_context
from imi_tui.rules.policy import Actor
from imi_tui.rules.sessions import Over
from imi_tui.services import login, sessions
from imi_tui.settings import load
from tests.cli.conftest import Run


def _log_in() -> tuple[Context, Actor]:
    context = make_context(load())
    entered = login.log_in(context, login.LOGIN, "berziann", "Demo-Parole-2026")
    return context, Actor(entered.user_id, session=entered.id)


def test_sessions_are_listed_and_ended(run: Run, demo: Path) -> None:
    assert json.loads(run("sessions", "list", "--json").stdout) == []
    context, actor = _log_in()
    (row,) = json.loads(run("sessions", "list", "berziann", "--json").stdout)
    assert (row["id"], row["username"]) == (actor.session, "berziann")
    assert actor.session in run("sessions", "list").stdout
    assert run("sessions", "list", "kalnijan").stdout.count("\n") == 1
    ended = run("sessions", "end", "berziann", "--session", actor.session)
    assert (ended.exit_code, ended.stdout, ended.stderr) == (0, "", "1 session was ended.\n")
    assert sessions.state(context, actor).over is Over.BY_ADMINISTRATOR
    context.store.close()


def test_ending_what_is_not_there_is_refused(run: Run, demo: Path) -> None:
    for arguments in (["berziann"], ["berziann", "--session", "none"]):
        done = run("sessions", "end", *arguments)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr == "imi: There is no such session, or it is over already.\n"
    assert run("sessions", "end", "nobody").exit_code == 1
