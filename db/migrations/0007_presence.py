"""Who has an edit form open at this moment.

A frozen copy of the model as it was: it never changes, whatever becomes of the models.
"""

from __future__ import annotations

from typing import Any

from peewee import CharField, Check, DatabaseProxy, DateTimeField, ForeignKeyField, Model

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


class Authority(BaseModel):
    """Only what the foreign keys need of it."""


class User(BaseModel):
    """Only what the foreign keys need of it."""

    class Meta:
        table_name = "users"


class Presence(BaseModel):
    token = Line(max_length=32, primary_key=True)
    user = ForeignKeyField(User, on_delete="CASCADE", index=False)
    authority = ForeignKeyField(Authority, on_delete="CASCADE", index=False)
    subject = ForeignKeyField(User, null=True, on_delete="CASCADE", index=False)
    lease_until = Instant()

    class Meta:
        indexes = ((("authority", "subject"), False), (("lease_until",), False))


def up(migrator: Any, db: Any) -> None:
    database.initialize(db)
    db.create_tables((Presence,), safe=False)
