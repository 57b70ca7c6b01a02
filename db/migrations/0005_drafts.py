"""Drafts: what was typed in a form and is not saved.

A frozen copy of the model as it was: it never changes, whatever becomes of the model.
"""

from __future__ import annotations

from typing import Any

from peewee import CharField, Check, DatabaseProxy, DateTimeField, ForeignKeyField, IntegerField, Model

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


class Draft(BaseModel):
    user = ForeignKeyField(User, on_delete="CASCADE", index=False)
    session = Line(max_length=32)
    kind = Line(max_length=20)
    authority_id = IntegerField(null=True)
    subject = Line(max_length=40, default="")
    base_version = IntegerField(default=0)
    base = Line(max_length=300000)
    mine = Line(max_length=300000)
    origin = Line(max_length=100, default="")
    started_at = Instant()
    saved_at = Instant()

    class Meta:
        indexes = ((("user", "session"), True), (("saved_at",), False))


def up(migrator: Any, db: Any) -> None:
    database.initialize(db)
    db.create_tables((Draft,), safe=False)
