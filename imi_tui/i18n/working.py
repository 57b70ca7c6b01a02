"""What is said of the worker: by `imi worker --status` and by the doctor."""

from __future__ import annotations

from datetime import datetime

from imi_tui.i18n import N_, _, date_time
from imi_tui.i18n.refusals import SENTENCES
from imi_tui.rules.text import visible
from imi_tui.rules.working import Trouble

TROUBLES: dict[Trouble, str] = {
    Trouble.NEVER_RAN: N_(
        "No worker has run on this database yet: no mail is delivered and nobody is reminded. Start it: systemctl"
        " enable --now imi-worker"
    ),
    Trouble.NOT_RUNNING: N_(
        "No worker has run since {when}: no mail is delivered and nobody is reminded. Start it: systemctl restart"
        " imi-worker"
    ),
    Trouble.FAILING: N_("The worker runs, but cannot do its work. {reason}"),
    Trouble.OVERDUE: N_(
        "Mail has been waiting since {when} and is not delivered. See why: “imi mail list”, “imi doctor”, systemctl"
        " status imi-worker"
    ),
}


def trouble_words(trouble: Trouble, *, seen_at: datetime | None, problem: str, due_since: datetime | None) -> str:
    """What is wrong with the worker's work, and what mends it."""
    since = due_since if trouble is Trouble.OVERDUE else seen_at
    return _(TROUBLES[trouble]).format(when=date_time(since) if since else "—", reason=problem_words(problem))


def problem_words(problem: str) -> str:
    """What kept a round from its work: the sentence of a refusal, without what it names; else that the log says it."""
    known = _(SENTENCES.get(problem, "")) if problem in SENTENCES else ""
    if known and "{" not in known:
        return known
    return _("The reason is “{code}”; the log says more.").format(code=visible(problem))
