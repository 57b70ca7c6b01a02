"""The two ways to the store: `read` and `write` (and its small sisters `housekeeping` and `own`). There is no other.

A write opens the one write transaction, reads the actor's rights anew inside it, refuses if they no longer hold, lets
the service change what it must, then checks what every commit must keep (S4.3), writes the entry of the record and
the queued mail, and commits all of it together; on any error nothing has happened. Where the answer to a commit was
lost, its entry of the record is looked up before anybody is told (B12).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peewee import JOIN, IntegrityError

from db.models import Authority, Handover, Meta, User, UserRight
from db.prepared import Prepared, Slot, instant, make_all
from db.probe import StoreError, StoreKind
from imi_tui.context import Context
from imi_tui.rules.accounts import AccountFacts, PasswordStatus, status
from imi_tui.rules.holders import Right
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.policy import Actor, Facts, May, Place, allowed
from imi_tui.rules.refusals import Conflict, Gone, NotAllowed, Refused, StoreAway
from imi_tui.rules.verbs import Verb
from imi_tui.services import outbox, record, record_kept, session_rows
from imi_tui.services.commits import Commit, surely
from imi_tui.services.mandatory_rights import mandatory_held

COMMISSION = "commission"
"""The fact that names the Commission's own authority by its id."""


@dataclass
class Change:
    """What a service does inside the write transaction: notes for the record and mails to be sent.

    `verb` may be set to another one where only the transaction shows what happened.
    """

    now: datetime
    facts: Facts
    verb: Verb
    authority_id: int | None
    subject_id: int | None = None
    values: dict[str, tuple[object, object]] = field(default_factory=dict)
    mails: list[tuple[MailKind, int, int | None, dict[str, object]]] = field(default_factory=list)
    more: list[Change] = field(default_factory=list)

    def note(self, name: str, old: object, new: object) -> None:
        """Put a field's old and new value into the record's entry; never a password. Values are JSON's kinds."""
        if name not in self.verb.value.fields:
            raise ValueError(f"{self.verb} does not declare the field {name}")
        self.values[name] = (old, new)

    def also(self, verb: Verb, subject_id: int | None) -> Change:
        """A further entry of the record in the same commit, about somebody else or too much for one: gives it."""
        further = Change(self.now, self.facts, verb, self.authority_id, subject_id)
        self.more.append(further)
        return further

    def mail(self, kind: MailKind, authority_id: int, user_id: int | None = None, **params: object) -> None:
        """Queue a mail to a user or, without one, to the authority; sent only if this change is committed."""
        self.mails.append((kind, authority_id, user_id, params))


@contextmanager
def read(ctx: Context, actor: Actor, may: May, authority_id: int | None) -> Iterator[Facts]:
    """One consistent view of the store, for an actor who may see it.

    Yields the actor's facts. Raises `NotAllowed`, `Gone` where the authority is not there, `StoreAway`.
    """
    with _store_errors(ctx), ctx.store.reading():
        yield _admitted(ctx, actor, may, authority_id)


@contextmanager
def write(
    ctx: Context, actor: Actor, may: May, authority_id: int | None, verb: Verb, subject_id: int | None = None
) -> Iterator[Change]:
    """The write door. Yields the `Change` to write with; on leaving, all of it is committed together.

    Raises `NotAllowed`, `Gone`, `Refused("mandatory_right_unheld")`, `Conflict` where the schema refuses, `StoreAway`.
    """
    commit = Commit()
    with _store_errors(ctx), surely(ctx, commit), ctx.store.writing():
        facts = _admitted(ctx, actor, may, authority_id)
        before = {} if authority_id is None else mandatory_held(ctx.catalogue, authority_id)
        change = Change(ctx.now(), facts, verb, authority_id, subject_id)
        yield change
        _keep_mandatory_rights_held(ctx, authority_id, before)
        done = (change, *change.more)
        outbox.queue_all(ctx.store, change.now, [outbox.Queued(*mail) for one in done for mail in one.mails])
        told = (record.Told(one.now, one.verb, one.authority_id, one.subject_id, one.values) for one in done)
        end = record.append_all(ctx, actor, told)
        commit.asked(end.point)
    record_kept.keep(ctx, end.key, end.point)


@contextmanager
def housekeeping(ctx: Context, actor: Actor) -> Iterator[datetime]:
    """The write door for the house's own bookkeeping, such as the state of a mail: system actors only.

    Yields the present instant. Nothing of it is for the record, which tells what people did and what happened to them;
    what is, goes through `write`. Raises `NotAllowed`, `StoreAway`.
    """
    with _store_errors(ctx), ctx.store.writing():
        _admitted(ctx, actor, May.OPERATE, None)
        yield ctx.now()


@contextmanager
def own(ctx: Context, actor: Actor, may: May) -> Iterator[datetime]:
    """The write door for a user's own bookkeeping, such as what was typed and is not saved: no system actor's.

    Yields the present instant. Nothing of it is for the record, since nothing happened to anybody. Raises `NotAllowed`,
    `Conflict`, `StoreAway`.
    """
    if actor.user_id is None:
        raise NotAllowed("not_allowed")
    with _store_errors(ctx), ctx.store.writing():
        _admitted(ctx, actor, may, None)
        yield ctx.now()


def make_ready() -> None:
    """Put the statements of the services that are imported into SQL now, for their first calls to find them."""
    make_all()


def facts_of(ctx: Context, actor: Actor) -> Facts:
    """What is true of the actor now; call inside a transaction."""
    if actor.system:
        return Facts(system=True)
    row = _WHO.first(user=actor.user_id)
    if row is None:
        return Facts()
    authority_id, authority_status, access_manager, commission, temporary, until, blocked_at = row
    if actor.session and not session_rows.stands(ctx, ctx.now(), actor):
        return Facts(ended=True, authority_id=authority_id)
    facts = AccountFacts(None, None if blocked_at is None else instant(blocked_at), bool(temporary), instant(until))
    password = status(facts, ctx.now()).password
    return Facts(
        authority_id=authority_id,
        active=authority_status == "active",
        access_manager=bool(access_manager),
        commission=commission is not None and int(commission) == authority_id,
        rights=frozenset(Right(*right) for right in HELD.rows(user=actor.user_id)),
        password_in_order=password is PasswordStatus.VALID,
        blocked=password is PasswordStatus.BLOCKED,
    )


_WHO = Prepared(
    lambda: (
        User.select(
            Authority.id,
            Authority.status,
            Authority.access_manager,
            Meta.value,
            User.password_temporary,
            User.password_until,
            User.blocked_at,
        )
        .join(Authority)
        .join(Meta, JOIN.LEFT_OUTER, on=(Meta.name == COMMISSION))
        .where(User.id == Slot("user"))
    )
)
HELD = Prepared(lambda: UserRight.select(UserRight.module, UserRight.right).where(UserRight.user == Slot("user")))
"""The rights of a user."""

_WHERE = Prepared(
    lambda: (
        Authority.select(Authority.manager_id, Handover.to_manager_id)
        .join(Handover, JOIN.LEFT_OUTER, on=(Handover.authority == Authority.id))
        .where(Authority.id == Slot("authority"))
    )
)


def commission_id() -> int | None:
    """The id of the Commission's own authority, which runs the translation desk; inside a transaction."""
    found = Meta.select(Meta.value).where(Meta.name == COMMISSION).scalar()
    return None if found is None else int(found)


def _admitted(ctx: Context, actor: Actor, may: May, authority_id: int | None) -> Facts:
    facts = facts_of(ctx, actor)
    place = None
    if authority_id is not None:
        place = place_of(authority_id)
    if not allowed(may, facts, place):
        raise NotAllowed(why_not(may, facts, place))
    return facts


def place_of(authority_id: int) -> Place:
    """The authority as the policy sees it; inside a transaction. Raises `Gone("authority_gone")`."""
    found = _WHERE.first(authority=authority_id)
    if found is None:
        raise Gone("authority_gone")
    return Place(authority_id, *found)


def why_not(may: May, facts: Facts, place: Place | None) -> str:
    """The code of the refusal of what the policy does not allow."""
    if facts.ended:
        return "session_over"
    if facts.authority_id is None:
        return "account_gone"
    if not facts.active:
        return "authority_inactive"
    if place is None or not allowed(May.SEE_MANAGED, facts, None):
        return "not_allowed"
    return "handover_gone" if may is May.TAKE_OVER else "not_managed" if may in _OF_A_MANAGER else "not_allowed"


_OF_A_MANAGER = {May.SEE_USERS, May.SEE_ACTIVITY, May.EDIT_AUTHORITY, May.MANAGE_USERS, May.MANAGE_ACCESS}
"""What an access manager's administrator may do where it manages; refused, it does not manage there (any more)."""


def _keep_mandatory_rights_held(ctx: Context, authority_id: int | None, before: Mapping[Right, bool]) -> None:
    """Refuse where nobody holds any more what somebody held before; what goes with its module is no loss."""
    if authority_id is None or not any(before.values()):
        return
    for right, held in mandatory_held(ctx.catalogue, authority_id).items():
        if before.get(right) and not held:
            module = ctx.catalogue.module(right.module)
            names = next(one.names for one in module.rights if one.code == right.right)
            raise Refused("mandatory_right_unheld", module=module.shorts, right=names)


@contextmanager
def _store_errors(ctx: Context) -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        if error.kind is StoreKind.AWAY:
            ctx.store.close()  # a dead connection stays dead; whoever asks next connects anew
        raise StoreAway(error.kind.value, path=error.detail) from error
    except IntegrityError as error:
        raise Conflict("store_refused") from error


def first_or_gone(query: Any, code: str) -> Any:
    """The query's first row. Raises `Gone(code)` where there is none."""
    row = query.first()
    if row is None:
        raise Gone(code)
    return row
