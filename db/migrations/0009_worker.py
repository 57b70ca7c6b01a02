"""The rounds of the worker, by which it is known that one runs.

A frozen copy of the model as it was: it never changes, whatever becomes of the models.
"""

from __future__ import annotations

from typing import Any

from peewee import BigIntegerField, CharField, Check, DatabaseProxy, DateTimeField, IntegerField, Model

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


class WorkerRound(BaseModel):
    host = Line(max_length=250, default="")
    pid = IntegerField(default=0)
    pid_since = BigIntegerField(default=0)
    every = IntegerField(default=0)
    began_at = Instant()
    seen_at = Instant()
    ended_at = Instant(null=True)
    sent = IntegerField(default=0)
    given_up = IntegerField(default=0)
    reminded = IntegerField(default=0)
    lapsed = IntegerField(default=0)
    erased = IntegerField(default=0)
    problem = Line(max_length=60, default="")

    class Meta:
        indexes = ((("seen_at",), False),)


def up(migrator: Any, db: Any) -> None:
    database.initialize(db)
    db.create_tables((WorkerRound,), safe=False)
