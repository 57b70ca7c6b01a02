"""Who may do what, written out by hand: the expectation that `test_permissions` holds every service function against.

To add a function: one line in `WHO` (which table, which number of the requirements). If it has a parameter whose name
no other one has, one line in `MAKERS`, by the parameter's name, or by "module.function.parameter" where this function
needs another value than the rest.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from db.models import Authority, AuthorityModule, Draft, Handover, Mail, TranslationTask, User
from imi_tui.context import Context
from imi_tui.rules.drafts import DraftKind, Typed
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.users_file import Entered
from imi_tui.services import managed, registration, session_rows
from imi_tui.services.account import OwnData
from imi_tui.services.activity import ActivityQuery
from imi_tui.services.authorities import view
from imi_tui.services.deliveries import Claimed
from imi_tui.services.directory_search import DirectoryQuery
from imi_tui.services.founding import NewAuthority
from imi_tui.services.functions import set_commission
from imi_tui.services.heartbeat import Round
from imi_tui.services.managed import ManagedQuery
from imi_tui.services.translations import Wording
from imi_tui.services.translations_list import TaskQuery
from imi_tui.services.user_edit import EditedUser
from imi_tui.services.users import NewUser
from imi_tui.services.users_list import Sort, UserQuery
from tests.record import write as entry
from tests.world import NOW, PASSWORD, World

CLI = system_actor("cli")
NOWHERE = "-"

PLACES = {
    "H": "home, managed by the access manager",
    "O": "managed by the access manager and offered to another one",
    "X": "deactivated, managed by the access manager",
    "F": "managed by another access manager",
    "P": "managed by a deactivated access manager",
    "C": "the Commission's own, managed by nobody",
    "M": "the access manager itself",
    "N": "another access manager itself",
    "Z": "the deactivated access manager itself",
}

ACTORS = {
    "administrator": "H",
    "user": "H",
    "blocked administrator": "H",
    "expired administrator": "H",
    "temporary administrator": "H",
    "deactivated administrator": "X",
    "manager's administrator": "M",
    "manager's user": "M",
    "manager's blocked": "M",
    "manager's temporary": "M",
    "other manager's": "N",
    "deactivated manager's": "Z",
    "Commission's": "C",
    "Commission's user": "C",
    "deleted user": "",
    "system": "",
}
"""The actors and the places that they are of."""


@dataclass(frozen=True)
class Table:
    """Who may where: (actor, place) pairs; `uncalled` are those that the function makes no sense for."""

    may: frozenset[tuple[str, str]]
    uncalled: frozenset[tuple[str, str]] = frozenset()


def _table(drawn: str) -> Table:
    """A drawn table: x may, . may not, ? is not called."""
    head, *lines = [line for line in drawn.splitlines() if line.strip()]
    places = head.split()
    rows = {}
    for line in lines:
        actor, cells = line[:26].strip(), line[26:].split()
        if len(cells) != len(places) or actor not in ACTORS or not set(cells) <= {"x", ".", "?"}:
            raise ValueError(line)
        rows[actor] = dict(zip(places, cells, strict=True))
    if list(rows) != list(ACTORS):
        raise ValueError(f"this table has not every actor in order:{drawn}")

    def those(mark: str) -> frozenset[tuple[str, str]]:
        return frozenset((actor, place) for actor, row in rows.items() for place, cell in row.items() if cell == mark)

    return Table(those("x"), those("?"))


READERS = _table("""
                          -  H  O  X  F  P  C  M  N  Z
administrator             x  x  x  x  x  x  x  x  x  x
user                      x  x  x  x  x  x  x  x  x  x
blocked administrator     .  .  .  .  .  .  .  .  .  .
expired administrator     .  .  .  .  .  .  .  .  .  .
temporary administrator   .  .  .  .  .  .  .  .  .  .
deactivated administrator x  x  x  x  x  x  x  x  x  x
manager's administrator   x  x  x  x  x  x  x  x  x  x
manager's user            x  x  x  x  x  x  x  x  x  x
manager's blocked         .  .  .  .  .  .  .  .  .  .
manager's temporary       .  .  .  .  .  .  .  .  .  .
other manager's           x  x  x  x  x  x  x  x  x  x
deactivated manager's     x  x  x  x  x  x  x  x  x  x
Commission's              x  x  x  x  x  x  x  x  x  x
Commission's user         x  x  x  x  x  x  x  x  x  x
deleted user              .  .  .  .  .  .  .  .  .  .
system                    x  x  x  x  x  x  x  x  x  x
""")
"""Everybody whose password is in order sees every authority, to find the right one (S1.1)."""

SEE_USERS = _table("""
                          H  O  X  F  P  C  M  N  Z
administrator             x  .  .  .  .  .  .  .  .
user                      x  .  .  .  .  .  .  .  .
blocked administrator     .  .  .  .  .  .  .  .  .
expired administrator     .  .  .  .  .  .  .  .  .
temporary administrator   .  .  .  .  .  .  .  .  .
deactivated administrator .  .  x  .  .  .  .  .  .
manager's administrator   x  x  x  .  .  .  x  .  .
manager's user            .  .  .  .  .  .  x  .  .
manager's blocked         .  .  .  .  .  .  .  .  .
manager's temporary       .  .  .  .  .  .  .  .  .
other manager's           .  .  .  x  .  .  .  x  .
deactivated manager's     .  .  .  .  .  .  .  .  x
Commission's              .  .  .  .  .  x  .  .  .
Commission's user         .  .  .  .  .  x  .  .  .
deleted user              .  .  .  .  .  .  .  .  .
system                    x  x  x  x  x  x  x  x  x
""")
"""Colleagues see each other (S1.7), the access manager's administrators those of the authorities it manages (S1.8)."""

SEE_ACTIVITY = _table("""
                          H  O  X  F  P  C  M  N  Z
administrator             x  .  .  .  .  .  .  .  .
user                      .  .  .  .  .  .  .  .  .
blocked administrator     .  .  .  .  .  .  .  .  .
expired administrator     .  .  .  .  .  .  .  .  .
temporary administrator   .  .  .  .  .  .  .  .  .
deactivated administrator .  .  x  .  .  .  .  .  .
manager's administrator   x  x  x  .  .  .  x  .  .
manager's user            .  .  .  .  .  .  .  .  .
manager's blocked         .  .  .  .  .  .  .  .  .
manager's temporary       .  .  .  .  .  .  .  .  .
other manager's           .  .  .  x  .  .  .  x  .
deactivated manager's     .  .  .  .  .  .  .  .  x
Commission's              .  .  .  .  .  x  .  .  .
Commission's user         .  .  .  .  .  .  .  .  .
deleted user              .  .  .  .  .  .  .  .  .
system                    x  x  x  x  x  x  x  x  x
""")
"""Administrators see what was done in the own authority, a deactivated one too, and in those they manage (B8)."""

MANAGE = _table("""
                          H  O  X  F  P  C  M  N  Z
administrator             x  .  .  .  .  .  .  .  .
user                      .  .  .  .  .  .  .  .  .
blocked administrator     .  .  .  .  .  .  .  .  .
expired administrator     .  .  .  .  .  .  .  .  .
temporary administrator   .  .  .  .  .  .  .  .  .
deactivated administrator .  .  .  .  .  .  .  .  .
manager's administrator   x  x  x  .  .  .  x  .  .
manager's user            .  .  .  .  .  .  .  .  .
manager's blocked         .  .  .  .  .  .  .  .  .
manager's temporary       .  .  .  .  .  .  .  .  .
other manager's           .  .  .  x  .  .  .  x  .
deactivated manager's     .  .  .  .  .  .  .  .  .
Commission's              .  .  .  .  .  x  .  .  .
Commission's user         .  .  .  .  .  .  .  .  .
deleted user              .  .  .  .  .  .  .  .  .
system                    x  x  x  x  x  x  x  x  x
""")
"""Administrators manage data and users of their own (S1.5, S1.7), and of the authorities they manage (S1.8)."""

ACCESS = _table("""
                          H  O  X  F  P  C  M  N  Z
administrator             .  .  .  .  .  .  .  .  .
user                      .  .  .  .  .  .  .  .  .
blocked administrator     .  .  .  .  .  .  .  .  .
expired administrator     .  .  .  .  .  .  .  .  .
temporary administrator   .  .  .  .  .  .  .  .  .
deactivated administrator .  .  .  .  .  .  .  .  .
manager's administrator   x  x  x  .  .  .  x  .  .
manager's user            .  .  .  .  .  .  .  .  .
manager's blocked         .  .  .  .  .  .  .  .  .
manager's temporary       .  .  .  .  .  .  .  .  .
other manager's           .  .  .  x  .  .  .  x  .
deactivated manager's     .  .  .  .  .  .  .  .  .
Commission's              .  .  .  .  .  .  .  .  .
Commission's user         .  .  .  .  .  .  .  .  .
deleted user              .  .  .  .  .  .  .  .  .
system                    x  x  x  x  x  x  x  x  x
""")
"""Access is given by the access manager, to its own authority too (S1.9, S2.3)."""

TAKE_OVER = _table("""
                          H  O  X  F  P  C  M  N  Z
administrator             .  .  .  .  .  .  .  .  .
user                      .  .  .  .  .  .  .  .  .
blocked administrator     .  .  .  .  .  .  .  .  .
expired administrator     .  .  .  .  .  .  .  .  .
temporary administrator   .  .  .  .  .  .  .  .  .
deactivated administrator .  .  .  .  .  .  .  .  .
manager's administrator   .  .  .  .  .  .  .  .  .
manager's user            .  .  .  .  .  .  .  .  .
manager's blocked         .  .  .  .  .  .  .  .  .
manager's temporary       .  .  .  .  .  .  .  .  .
other manager's           .  x  .  .  .  .  .  .  .
deactivated manager's     .  .  .  .  .  .  .  .  .
Commission's              .  .  .  .  .  .  .  .  .
Commission's user         .  .  .  .  .  .  .  .  .
deleted user              .  .  .  .  .  .  .  .  .
system                    x  x  x  x  x  x  x  x  x
""")
"""An authority is taken over by the access manager to which it is offered (B2)."""


def _nowhere(*who: str, uncalled: str = "") -> Table:
    """The actors, by name, who may do what is done at no authority in particular."""
    unknown = {*who} - {*ACTORS}
    if unknown:
        raise ValueError(unknown)
    return Table(frozenset((actor, NOWHERE) for actor in who), frozenset({(uncalled, NOWHERE)} if uncalled else ()))


_IN_ORDER = (
    "administrator",
    "user",
    "deactivated administrator",
    "manager's administrator",
    "manager's user",
    "other manager's",
    "deactivated manager's",
    "Commission's",
    "Commission's user",
)

OWN_ACCOUNT = _nowhere(*_IN_ORDER, uncalled="system")
"""Everybody changes their own contact data and working language (S1.7)."""

OWN_PASSWORD = _nowhere(
    *_IN_ORDER,
    "expired administrator",
    "temporary administrator",
    "manager's temporary",
    uncalled="system",
)
"""Everybody chooses a password, even before anything else; of a blocked one only a reset helps (S4.8, S4.10)."""

KEEPERS = _nowhere(*(actor for actor in ACTORS if actor not in {"deleted user", "system"}))
"""What was typed is kept for everybody who is still there, whatever became of the password meanwhile (B6)."""

OWN_DRAFTS = _nowhere(*_IN_ORDER)
"""Drafts are people's own."""

DRAFT_READERS = _nowhere(*_IN_ORDER, uncalled="system")
"""The same; a system actor has none."""

ANYBODY = _nowhere(*ACTORS)
"""Who logs in is nobody yet."""

DESK = _nowhere("manager's administrator", "other manager's", "system")
"""The access manager's desk (B2)."""

TRANSLATORS = _nowhere("Commission's", "system")
"""The Commission's administrators (B3)."""

SERVER = _nowhere("system")
"""The command line and the worker alone (B13); of an authority in particular too."""

SERVER_SOMEWHERE = Table(frozenset(("system", place) for place in PLACES))
"""The same, of an authority in particular."""


DESK_SOMEWHERE = Table(
    frozenset((who, place) for who in ("manager's administrator", "other manager's", "system") for place in PLACES)
)
"""The desk finds only what is managed: of any other authority it says that it is not there (B2)."""

TRANSLATE = Table(frozenset((who, place) for who in ("Commission's", "system") for place in PLACES))
"""The Commission's administrators translate the texts of every authority, and nothing else of it (S2.4, B3)."""

FINDERS = _nowhere(*_IN_ORDER, "system")
"""Everybody whose password is in order finds authorities (B1)."""


WHO: Mapping[str, tuple[Table, str]] = {
    "access.give_module": (ACCESS, "S1.9"),
    "access.withdraw_module": (ACCESS, "S1.9"),
    "access_changes.change_role": (ACCESS, "S2.3"),
    "access_changes.resume_module": (ACCESS, "B2"),
    "access_changes.set_access_coordinator": (ACCESS, "S1.9"),
    "access_changes.suspend_module": (ACCESS, "B2"),
    "access_view.module_access": (ACCESS, "S1.9"),
    "access_view.withdrawal": (ACCESS, "B15"),
    "account.save": (OWN_ACCOUNT, "S1.7"),
    "account.view": (OWN_ACCOUNT, "S1.7"),
    "activity.activity_entry": (SEE_ACTIVITY, "B8"),
    "activity.activity_page": (SEE_ACTIVITY, "B8"),
    "authorities.confirm": (MANAGE, "B5"),
    "authorities.named": (FINDERS, "S1.1"),
    "authorities.review": (MANAGE, "S2.2"),
    "authorities.save": (MANAGE, "S2.2"),
    "authorities.search_coordinators": (READERS, "S2.8"),
    "authorities.view": (READERS, "S1.1"),
    "catalogue.view": (READERS, "S2.6"),
    "deliveries.anything_due": (SERVER, "B13"),
    "deliveries.claim": (SERVER, "B13"),
    "heartbeat.note": (SERVER, "B13"),
    "heartbeat.health": (SERVER, "B13"),
    "deliveries.due_now": (SERVER, "B16"),
    "deliveries.due_since": (SERVER, "B13"),
    "deliveries.give_password": (SERVER, "S4.6"),
    "deliveries.not_sent": (SERVER, "B16"),
    "deliveries.sent": (SERVER, "B16"),
    "deliveries.waiting": (SERVER, "B16"),
    "directory.authority_meant": (SERVER, "B17"),
    "drafts.drop": (OWN_DRAFTS, "B6"),
    "drafts.keep": (KEEPERS, "B6"),
    "drafts.lapse": (SERVER, "B6"),
    "erasures.follow": (SERVER, "B14"),
    "erasures.overdue": (SERVER, "B14"),
    "backup.take": (SERVER, "B13"),
    "backup.verified": (SERVER, "B13"),
    "database_check.check": (SERVER, "B13"),
    "database_status.status": (SERVER, "B13"),
    "restore_before.look_at": (SERVER, "B13"),
    "restored_rows.tidy": (SERVER, "B13"),
    "backup.record_of": (SERVER, "B13"),
    "drafts.mine": (DRAFT_READERS, "B6"),
    "drafts.take": (OWN_DRAFTS, "B6"),
    "founding.found": (SERVER, "S1.9"),
    "functions.set_access_manager": (SERVER_SOMEWHERE, "S1.8"),
    "functions.set_commission": (SERVER_SOMEWHERE, "B3"),
    "handover.accept": (TAKE_OVER, "B2"),
    "handover.decline": (TAKE_OVER, "B2"),
    "handover.managers": (DESK, "B2"),
    "handover.offer": (ACCESS, "B2"),
    "handover.offers": (DESK, "B2"),
    "handover.take_back": (ACCESS, "B2"),
    "managed.desk": (DESK, "B2"),
    "managed.managed_found": (DESK, "B2"),
    "managed.managed_page": (DESK, "B2"),
    "managed.managed_row": (DESK_SOMEWHERE, "B2"),
    "record_check.checkpoint": (SERVER, "B8"),
    "record_check.verify": (SERVER, "B8"),
    "registration.register": (DESK, "S1.9"),
    "translations.finish": (TRANSLATE, "B3"),
    "translations.settle": (TRANSLATE, "B3"),
    "translations.settle_all": (TRANSLATE, "B3"),
    "translations.task": (TRANSLATE, "B3"),
    "translations_list.tasks_counts": (TRANSLATORS, "B3"),
    "translations_list.tasks_found": (TRANSLATORS, "B3"),
    "translations_list.tasks_page": (TRANSLATORS, "B3"),
    "directory_search.detail": (READERS, "B1"),
    "directory_search.found_count": (FINDERS, "B1"),
    "directory_search.search": (FINDERS, "B1"),
    "keyword_advice.keyword_uses": (FINDERS, "B1"),
    "keyword_advice.others_like_mine": (READERS, "S2.6"),
    "twins.likely_twins": (DESK, "B2"),
    "login.choose_password": (OWN_PASSWORD, "S4.8"),
    "login.demands": (OWN_PASSWORD, "S4.8"),
    "login.log_in": (ANYBODY, "S4.9"),
    "login.session": (OWN_PASSWORD, "S4.10"),
    "mails.last": (SEE_USERS, "B16"),
    "mails.mail_row": (SEE_USERS, "B16"),
    "mails.mails_page": (SEE_USERS, "B16"),
    "mails.resend": (MANAGE, "B16"),
    "rights_on.rights_on": (SEE_ACTIVITY, "B19"),
    "reminders.due_now": (SERVER, "B16"),
    "own_file.own_file": (SERVER, "B14"),
    "reminders.queue_due": (SERVER, "S4.7"),
    "retention.erase_due": (SERVER, "B14"),
    "measures.measure": (SERVER, "B13"),
    "measures.noted": (SERVER, "B13"),
    "retention.forget": (SERVER_SOMEWHERE, "B14"),
    "login.unlock": (OWN_PASSWORD, "B22"),
    "sessions.close": (ANYBODY, "B22"),
    "sessions.end": (OWN_ACCOUNT, "B22"),
    "sessions.end_of_user": (MANAGE, "B22"),
    "sessions.mine": (OWN_ACCOUNT, "B22"),
    "sessions.open_in": (MANAGE, "B22"),
    "sessions.state": (ANYBODY, "B22"),
    "sessions.touch": (ANYBODY, "B22"),
    "standing.deactivate": (ACCESS, "B2"),
    "standing.reactivate": (ACCESS, "B2"),
    "throttle.admit": (SERVER, "S4.10"),
    "user_checks.check_person": (MANAGE, "S1.6"),
    "user_checks.email_problem": (MANAGE, "S3.5"),
    "user_checks.propose_username": (MANAGE, "S3.10"),
    "user_checks.username_problem": (MANAGE, "S3.10"),
    "presence.end": (ANYBODY, "B7"),
    "presence.keep": (MANAGE, "B7"),
    "presence.look": (SEE_USERS, "B7"),
    "user_edit.edit": (MANAGE, "S1.7"),
    "user_rights.falls_away": (MANAGE, "B15"),
    "user_rights.rights_offered": (SEE_USERS, "S3.7"),
    "user_view.user_detail": (SEE_USERS, "S4.1"),
    "users.delete": (MANAGE, "S1.7"),
    "users.register": (MANAGE, "S1.6"),
    "users.reset_password": (MANAGE, "S1.7"),
    "users_export.rights_of_users": (SEE_USERS, "B9"),
    "users_import.check_import": (MANAGE, "B9"),
    "users_import.import_users": (MANAGE, "B9"),
    "users_list.user_row": (SEE_USERS, "S4.1"),
    "users_list.users_counts": (SEE_USERS, "S4.1"),
    "users_list.users_found": (SEE_USERS, "S4.1"),
    "users_list.users_page": (SEE_USERS, "S4.1"),
}
"""Every function that takes (ctx, actor, …): who may call it, and which requirement says so."""

NOT_SERVICES = {"door": "the door itself, to which each service says its own `May`"}
"""Modules whose functions are no services, and why."""

ALWAYS_REFUSED = {"founding.found": "there are authorities in the world already"}
"""Functions that nobody can succeed with in this world, and why."""


@dataclass(frozen=True)
class Case:
    """One call: in which world, by whom, at which authority; `victim` is a plain user of it."""

    ctx: Context
    cast: Cast
    actor: str
    place: str

    @property
    def authority_id(self) -> int:
        """The authority that is acted upon; home where it is none in particular."""
        return self.cast.authorities[self.place if self.place != NOWHERE else "H"]

    @property
    def victim(self) -> Any:
        """A plain user of the authority who is not the actor."""
        return User.get(User.authority == self.authority_id, User.username.startswith("victim"))

    @property
    def mail(self) -> Any:
        """A mail to the victim that waits to be sent."""
        return Mail.get(Mail.authority == self.authority_id)


def _claimed(case: Case) -> Claimed:
    return Claimed(
        id=case.mail.id,
        kind=case.mail.kind,
        tries=0,
        authority_id=case.authority_id,
        authority_name="",
        user_id=case.victim.id,
        name="",
        email="",
        language="lv",
        params={},
        message_id="",
    )


def _draft(case: Case) -> Any:
    return replace(view(case.ctx, CLI, case.authority_id).draft(), town="Ogre")


def _drafted(case: Case) -> str:
    """The editing session of a draft of the actor's, where the actor can have any."""
    user_id = case.cast.actors[case.actor].user_id
    if user_id is not None and User.get_or_none(User.id == user_id):
        Draft.create(user=user_id, session="a", kind="account", base="{}", mine="{}", started_at=NOW, saved_at=NOW)
    return "a"


def _edited(row: Any) -> EditedUser:
    return EditedUser(row.version, row.first_name, row.surname, row.language, row.email, "+371 67 111 111", frozenset())


def _session(case: Case, user_id: int | None) -> str:
    """A session of somebody, opened for this call."""
    if User.get_or_none(User.id == user_id) is None:
        return "none"
    return session_rows.begin(case.ctx, user_id or 0, case.ctx.now())


MAKERS: Mapping[str, Callable[[Case], object]] = {
    "activity.activity_page.query": lambda case: ActivityQuery(),
    "again": lambda case: False,
    "at": lambda case: NOW,
    "backup.take.file": lambda case: Path(tempfile.mkdtemp(dir=case.ctx.store.path.parent)) / "backup.db",
    "backup.verified.file": lambda case: case.ctx.store.path,
    "restore_before.look_at.url": lambda case: f"{case.ctx.store.url}.none",
    "restore_before.look_at.staging": lambda case: case.ctx.store.path,
    "restored_rows.tidy.before": lambda case: "",
    "taken": lambda case: "",
    "authority_id": lambda case: case.authority_id,
    "base_version": lambda case: Authority.get_by_id(case.authority_id).version,
    "coordinator_id": lambda case: case.cast.authorities["N"],
    "current": lambda case: PASSWORD,
    "email": lambda case: "new@people.example",
    "by": lambda case: "b",
    "entry_id": lambda case: entry(case.ctx, authority_id=case.authority_id),
    "error": lambda case: "421",
    "first_name": lambda case: "Zane",
    "language": lambda case: "lv",
    "mail": _claimed,
    "heartbeat.note.one": lambda case: Round(5, NOW),
    "mail_id": lambda case: case.mail.id,
    "module": lambda case: "services",
    "access.give_module.module": lambda case: "solvit",
    "access_changes.resume_module.module": lambda case: "firearms",
    "account.save.mine": lambda case: OwnData("own@people.example", "+371 67 222 222", "lv"),
    "authorities.review.mine": _draft,
    "authorities.save.mine": _draft,
    "user_edit.edit.mine": lambda case: _edited(case.victim),
    "founding.found.new": lambda case: NewAuthority("LV", "lv", "Jauna", "jauna@people.example"),
    "login.choose_password.new": lambda case: "Cita-Parole-2027",
    "users.register.new": lambda case: NewUser("Zane", "Jaunā", "lv", "zane@people.example"),
    "rows": lambda case: [
        Entered(2, {"first_name": "Zane", "surname": "Jaunā", "language": "lv", "email": "zane@people.example"})
    ],
    "base_text": lambda case: "",
    "ids": lambda case: [case.authority_id],
    "kind": lambda case: "informal_name",
    "translations.settle.text": lambda case: "Inspectorate",
    "translations.settle.language": lambda case: "en",
    "wordings": lambda case: [Wording("en", "Inspectorate", "")],
    "managed.managed_page.query": lambda case: ManagedQuery(),
    "managed.managed_found.query": lambda case: ManagedQuery(),
    "managed.managed_row.sort": lambda case: managed.Sort.NAME,
    "translations_list.tasks_page.query": lambda case: TaskQuery(),
    "translations_list.tasks_found.query": lambda case: TaskQuery(),
    "directory_search.search.query": lambda case: DirectoryQuery(),
    "directory_search.found_count.query": lambda case: DirectoryQuery(),
    "registration.register.new": lambda case: registration.NewAuthority(
        "LV", "lv", "Jauna dome", "dome@people.example", NewUser("Zane", "Jaunā", "lv", "zane@people.example")
    ),
    "keyword_advice.others_like_mine.mine": lambda case: frozenset(),
    "official_name": lambda case: "Dome",
    "informal_name": lambda case: "",
    "town": lambda case: "",
    "country": lambda case: "LV",
    "on": lambda case: case.place not in {"M", "N", "Z"},
    "password": lambda case: PASSWORD,
    "password_hash": lambda case: "hash",
    "phone": lambda case: "",
    "sessions.end.session_id": lambda case: _session(case, case.cast.actors[case.actor].user_id),
    "sessions.end_of_user.session_id": lambda case: _session(case, case.victim.id),
    "query": lambda case: UserQuery(),
    "role": lambda case: "coordinator",
    "session": _drafted,
    "sort": lambda case: Sort.NAME,
    "surname": lambda case: "Jaunā",
    "text": lambda case: "",
    "typed": lambda case: Typed(DraftKind.ACCOUNT, "new", {}, {"phone": "1"}),
    "token": lambda case: "a form",
    "to_manager_id": lambda case: case.cast.authorities["N"],
    "user_id": lambda case: case.victim.id,
    "username": lambda case: "somebody",
    "login.log_in.username": lambda case: case.victim.username,
    "username_key": lambda case: "somebody",
    "version": lambda case: User.get_by_id(case.cast.actors[case.actor].user_id).version,
    "account.save.version": lambda case: 1,
    "wanted": lambda case: str(case.authority_id),
}
"""A fitting value for each parameter that has no default, by its name."""


@dataclass(frozen=True)
class Cast:
    """The world's authorities by the letter of their place, and the actors by name."""

    authorities: Mapping[str, int]
    actors: Mapping[str, Actor]


def cast(ctx: Context) -> Cast:
    """Fill an empty store with every place and every actor."""
    world = World(ctx)
    places = {
        letter: world.authority(letter, modules=("services", "firearms"), access_manager=letter in "MNZ")
        for letter in PLACES
    }
    managers = {"H": "M", "O": "M", "X": "M", "F": "N", "P": "Z"}
    actors: dict[str, Actor] = {}
    for name, place in ACTORS.items():
        if place:
            actors[name] = Actor(
                world.user(
                    places[place],
                    administrator="user" not in name.split(),
                    blocked="blocked" in name,
                    expired="expired" in name,
                    temporary="temporary" in name,
                )
            )
    with ctx.store.writing():
        for managed, manager in managers.items():
            Authority.update(manager=places[manager]).where(Authority.id == places[managed]).execute()
        for letter in ("X", "Z"):
            Authority.update(status="inactive").where(Authority.id == places[letter]).execute()
        Handover.create(authority=places["O"], to_manager=places["N"], offered_at=NOW)
        for authority in places.values():
            TranslationTask.create(
                authority=authority, kind="informal_name", language="lv", new="Darba inspekcija", asked_at=NOW
            )
        AuthorityModule.update(access="suspended").where(AuthorityModule.module == "firearms").execute()
        AuthorityModule.update(role="access_coordinator").where(
            AuthorityModule.module == "services", AuthorityModule.authority == places["N"]
        ).execute()
    for letter, authority in places.items():
        victim = world.user(authority, "Upe", "Ozola", username=f"victim{letter.lower()}")
        with ctx.store.writing():
            Mail.create(
                kind="welcome", authority=authority, user=victim, next_try_at=NOW - timedelta(days=1), created_at=NOW
            )
    actors["deleted user"] = Actor(999_999)
    actors["system"] = CLI
    set_commission(ctx, CLI, places["C"])
    return Cast(places, actors)
