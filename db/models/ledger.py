"""What the house writes about itself: the mail to be sent, the record of changes, and a few facts of the deployment."""

from __future__ import annotations

from peewee import SQL, CompositeKey, ForeignKeyField, IntegerField

from db.models.authorities import Authority
from db.models.base import BaseModel, Instant, Line
from db.models.users import User


class Meta(BaseModel):
    """A fact of this database by name: the digest of each migration that was run, the salt of the demo, …"""

    name = Line(max_length=100, primary_key=True)
    value = Line(max_length=1000)

    @classmethod
    def put(cls, name: str, value: str) -> None:
        """Note a fact, in the place of what was noted before; inside a write transaction."""
        cls.delete().where(cls.name == name).execute()
        cls.insert(name=name, value=value).execute()


class Mail(BaseModel):
    """The outbox: a mail queued in the transaction of the change that it tells of.

    Addressed to a user, or, where `user` is NULL, to the authority (some kinds to the Commission). `params` is JSON for
    the mail's words and never holds a secret: a temporary password is made at the moment of sending. `failed` is tried
    again at `next_try_at`; `given_up` is not.
    """

    kind = Line(max_length=40)
    authority = ForeignKeyField(Authority, on_delete="CASCADE", index=False)
    user = ForeignKeyField(User, null=True, on_delete="CASCADE", backref="mails")
    params = Line(max_length=20000, default="{}")
    state = Line(max_length=10, default="queued")
    tries = IntegerField(default=0)
    next_try_at = Instant()
    error = Line(max_length=300, default="")
    message_id = Line(max_length=200, default="")
    created_at = Instant()
    sent_at = Instant(null=True)

    class Meta:
        indexes = (
            (("state", "next_try_at", "id"), False),
            (("authority", "state", "id"), False),
            (("authority", "user", "id"), False),
        )
        constraints = [SQL("CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'given_up'))")]


class Entry(BaseModel):
    """One entry of the record: who did what to whom, and when; chained by `digest` over the entry before.

    Ids, not foreign keys: the record outlives whom it tells of. They have no gaps. What `algorithm` and the digests
    are, `imi_tui.rules.chain` says. Triggers keep whatever was appended from being changed or deleted.
    """

    at = Instant()
    verb = Line(max_length=60)
    actor_kind = Line(max_length=10)
    actor_id = IntegerField(null=True)
    authority_id = IntegerField(null=True)
    subject_id = IntegerField(null=True)
    algorithm = Line(max_length=20)
    values_digest = Line(max_length=64)
    personal_digest = Line(max_length=64)
    previous = Line(max_length=64)
    digest = Line(max_length=64)

    class Meta:
        indexes = (
            (("authority_id", "id"), False),
            (("subject_id", "id"), False),
            (("actor_id", "id"), False),
        )


class EntryValues(BaseModel):
    """The values of an entry as JSON, each row with the salt of its digest; a personal row can be erased."""

    entry = ForeignKeyField(Entry, on_delete="RESTRICT", index=False)
    kind = Line(max_length=10)
    salt = Line(max_length=32)
    values = Line(max_length=100000)

    class Meta:
        table_name = "entry_values"
        primary_key = CompositeKey("entry", "kind")
