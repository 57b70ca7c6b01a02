"""Sessions: who is logged in, from where, until when.

A frozen copy of the model as it was: it never changes, whatever becomes of the models.
"""

from __future__ import annotations

from typing import Any

from peewee import BigIntegerField, CharField, Check, DatabaseProxy, DateTimeField, ForeignKeyField, IntegerField, Model

database = DatabaseProxy()


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


class User(BaseModel):
    """Only what the foreign key needs of it."""

    class Meta:
        table_name = "users"


class UserSession(BaseModel):
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


def up(migrator: Any, db: Any) -> None:
    database.initialize(db)
    db.create_tables((UserSession,), safe=False)
