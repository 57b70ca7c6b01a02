"""The first schema: authorities, users, the outbox and the record.

A frozen copy of the models as they were: it never changes, whatever becomes of the models.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from peewee import (
    SQL,
    BooleanField,
    CharField,
    Check,
    CompositeKey,
    DatabaseProxy,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
)

database = DatabaseProxy()
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class BaseModel(Model):
    class Meta:
        database = database
        legacy_table_names = False


class Line(CharField):
    def bind(self, model: type[Model], name: str, set_attribute: bool = True) -> None:
        super().bind(model, name, set_attribute)
        self.constraints = [Check(f'length("{self.column_name}") <= {self.max_length}')]


class Instant(DateTimeField):
    pass


class Authority(BaseModel):
    country = Line(max_length=2)
    official_name = Line(max_length=300)
    official_language = Line(max_length=2)
    name_key = Line(max_length=600)
    status = Line(max_length=10, default="active")
    address = Line(max_length=300, default="")
    postcode = Line(max_length=20, default="")
    town = Line(max_length=100, default="")
    phone = Line(max_length=40, default="")
    email = Line(max_length=254)
    website = Line(max_length=300, default="")
    access_manager = BooleanField(default=False)
    manager = ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="managed")
    registered_at = Instant()
    confirmed_at = Instant(default=NEVER)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("name_key", "id"), False), (("manager", "name_key", "id"), False))
        constraints = [SQL("CHECK (status IN ('active', 'inactive'))")]


class AuthorityLanguage(BaseModel):
    authority = ForeignKeyField(Authority, on_delete="CASCADE")
    language = Line(max_length=2)

    class Meta:
        primary_key = CompositeKey("authority", "language")


class AuthorityText(BaseModel):
    authority = ForeignKeyField(Authority, on_delete="CASCADE")
    kind = Line(max_length=15)
    language = Line(max_length=2)
    text = Line(max_length=4000)
    stale = BooleanField(default=False)

    class Meta:
        primary_key = CompositeKey("authority", "kind", "language")
        constraints = [SQL("CHECK (kind IN ('informal_name', 'description'))")]


class AuthorityKeyword(BaseModel):
    authority = ForeignKeyField(Authority, on_delete="CASCADE")
    keyword = Line(max_length=60)

    class Meta:
        primary_key = CompositeKey("authority", "keyword")


class AuthorityModule(BaseModel):
    authority = ForeignKeyField(Authority, on_delete="CASCADE")
    module = Line(max_length=40)
    role = Line(max_length=40)
    access = Line(max_length=10, default="given")

    class Meta:
        primary_key = CompositeKey("authority", "module")
        indexes = ((("module", "role", "authority"), False),)
        constraints = [SQL("CHECK (access IN ('given', 'suspended'))")]


class ModuleKeyword(BaseModel):
    authority = ForeignKeyField(Authority, on_delete="CASCADE")
    module = Line(max_length=40)
    keyword = Line(max_length=60)

    class Meta:
        primary_key = CompositeKey("authority", "module", "keyword")
        constraints = [
            SQL(
                "FOREIGN KEY (authority_id, module) REFERENCES authority_module (authority_id, module)"
                " ON DELETE CASCADE"
            )
        ]


class LinkedCoordinator(BaseModel):
    authority = ForeignKeyField(Authority, on_delete="CASCADE")
    module = Line(max_length=40)
    coordinator = ForeignKeyField(Authority, on_delete="RESTRICT", backref="coordinated")

    class Meta:
        primary_key = CompositeKey("authority", "module", "coordinator")
        indexes = ((("coordinator", "module"), False),)
        constraints = [
            SQL(
                "FOREIGN KEY (authority_id, module) REFERENCES authority_module (authority_id, module)"
                " ON DELETE CASCADE"
            ),
            SQL(
                "FOREIGN KEY (coordinator_id, module) REFERENCES authority_module (authority_id, module)"
                " ON DELETE RESTRICT"
            ),
            SQL("CHECK (coordinator_id <> authority_id)"),
        ]


class User(BaseModel):
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
            (("authority", "surname_key", "first_name_key", "id"), False),
            (("authority", "username_key", "id"), False),
            (("authority", "email_key", "id"), False),
            (("authority", "attention_at", "id"), False),
            (("authority", "last_login_at", "id"), False),
            (("authority", "logged_in", "surname_key", "first_name_key", "id"), False),
            (("told_days", "password_temporary", "password_until"), False),
        )


class UserRight(BaseModel):
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
    user = ForeignKeyField(User, on_delete="CASCADE", backref="past_passwords")
    password_hash = Line(max_length=200)
    set_at = Instant()


class LoginDelay(BaseModel):
    bucket = Line(max_length=32, primary_key=True)
    tries = IntegerField()
    last_at = Instant()
    until = Instant()

    class Meta:
        indexes = ((("last_at",), False),)


class RetiredUsername(BaseModel):
    username_key = Line(max_length=32, primary_key=True)
    retired_at = Instant()


class Meta(BaseModel):
    name = Line(max_length=100, primary_key=True)
    value = Line(max_length=1000)


class Mail(BaseModel):
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
    at = Instant()
    verb = Line(max_length=60)
    actor_kind = Line(max_length=10)
    actor_id = IntegerField(null=True)
    authority_id = IntegerField(null=True)
    subject_id = IntegerField(null=True)
    values_digest = Line(max_length=64)
    previous = Line(max_length=64)
    digest = Line(max_length=64)

    class Meta:
        indexes = ((("authority_id", "id"), False), (("subject_id", "id"), False))


class EntryValues(BaseModel):
    entry = ForeignKeyField(Entry, primary_key=True, on_delete="RESTRICT")
    salt = Line(max_length=32)
    values = Line(max_length=100000)

    class Meta:
        table_name = "entry_values"


TABLES = (
    Meta,
    Authority,
    AuthorityLanguage,
    AuthorityText,
    AuthorityKeyword,
    AuthorityModule,
    ModuleKeyword,
    LinkedCoordinator,
    User,
    UserRight,
    PastPassword,
    LoginDelay,
    RetiredUsername,
    Mail,
    Entry,
    EntryValues,
)


def up(migrator: Any, db: Any) -> None:
    database.initialize(db)
    db.create_tables(TABLES, safe=False)
