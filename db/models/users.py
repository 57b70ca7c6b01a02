"""A user of an authority: the person, the credentials, the rights per module, the passwords of the past."""

from __future__ import annotations

from peewee import SQL, BigIntegerField, BooleanField, CompositeKey, ForeignKeyField, IntegerField

from db.models.authorities import Authority
from db.models.base import NEVER, BaseModel, Instant, Line


class User(BaseModel):
    """A registered user.

    The `_key` columns hold the normal forms that are searched, sorted and compared. `password_hash` is NULL while a
    temporary password waits to be made and mailed. `attention_at` is `NEVER` while the password is blocked, else
    `password_until`: sorted by it, what needs doing stands first. `told_days` is how many days before `password_until`
    the user was last reminded of it (NULL: not yet; 0: was told that it is over, or is blocked, and no more is said).
    `logged_in` says the same as `last_login_at`, for a list sorted by it: whether the user ever was let in. The
    index by name also holds what else a filter looks into.
    """

    authority = ForeignKeyField(Authority, on_delete="RESTRICT", backref="users", index=False)
    first_name = Line(max_length=100)
    surname = Line(max_length=100)
    first_name_key = Line(max_length=200)
    surname_key = Line(max_length=200)
    language = Line(max_length=2)
    email = Line(max_length=254)
    email_key = Line(max_length=254, unique=True)
    phone = Line(max_length=40, default="")
    username = Line(max_length=32)
    username_key = Line(max_length=32, unique=True)
    password_hash = Line(max_length=200, null=True)
    password_temporary = BooleanField(default=True)
    password_until = Instant()
    wrong_tries = IntegerField(default=0)
    blocked_at = Instant(null=True)
    attention_at = Instant()
    told_days = IntegerField(null=True)
    registered_at = Instant()
    last_login_at = Instant(default=NEVER)
    logged_in = BooleanField(default=False)
    version = IntegerField(default=1)

    class Meta:
        table_name = "users"
        indexes = (
            (("id", "authority"), True),
            (("authority", "surname_key", "first_name_key", "id", "username_key", "email_key"), False),
            (("authority", "username_key", "id"), False),
            (("authority", "email_key", "id"), False),
            (("authority", "attention_at", "id"), False),
            (("authority", "last_login_at", "id"), False),
            (("authority", "logged_in", "surname_key", "first_name_key", "id"), False),
            (("told_days", "password_temporary", "password_until"), False),
        )


class UserRight(BaseModel):
    """A right in a module that a user holds; only where the user's authority has the module (S3.7)."""

    user = ForeignKeyField(User, on_delete="CASCADE", backref="rights", index=False)
    authority = ForeignKeyField(Authority, on_delete="RESTRICT", index=False)
    module = Line(max_length=40)
    right = Line(max_length=40)
    granted_at = Instant()

    class Meta:
        primary_key = CompositeKey("user", "module", "right")
        indexes = ((("authority", "module", "right", "user"), False),)
        constraints = [
            SQL("FOREIGN KEY (user_id, authority_id) REFERENCES users (id, authority_id) ON DELETE CASCADE"),
            SQL(
                "FOREIGN KEY (authority_id, module) REFERENCES authority_module (authority_id, module)"
                " ON DELETE RESTRICT"
            ),
        ]


class PastPassword(BaseModel):
    """The hash of a password a user has had; the last five may not come again (S4.8)."""

    user = ForeignKeyField(User, on_delete="CASCADE", backref="past_passwords")
    password_hash = Line(max_length=200)
    set_at = Instant()


class LoginDelay(BaseModel):
    """How many tries to log in there were of late, by name and by origin, and until when no further one is looked at.

    `bucket` is a keyed digest, that of a name so short that what was typed cannot be found out from it.
    """

    bucket = Line(max_length=32, primary_key=True)
    tries = IntegerField()
    last_at = Instant()
    until = Instant()

    class Meta:
        indexes = ((("last_at",), False),)


class UserSession(BaseModel):
    """Somebody's session, from the log-in to its end (B22); `id` is opaque and opens nothing by itself.

    `host`, `pid` and `pid_since` are those of the process, by which one that died is told on the same machine. `why` is
    how it ended, a code.
    """

    id = Line(max_length=32, primary_key=True)
    user = ForeignKeyField(User, on_delete="CASCADE", backref="sessions", index=False)
    origin = Line(max_length=100, default="")
    host = Line(max_length=250, default="")
    pid = IntegerField(default=0)
    pid_since = BigIntegerField(default=0)
    started_at = Instant()
    last_seen_at = Instant()
    ended_at = Instant(null=True)
    why = Line(max_length=20, default="")

    class Meta:
        table_name = "session"
        indexes = ((("user", "ended_at", "started_at"), False),)


class RetiredUsername(BaseModel):
    """A username of somebody who left: not given to anybody else for three years (B14)."""

    username_key = Line(max_length=32, primary_key=True)
    retired_at = Instant()
