"""Access management and the translation desk: access coordinators, hand-overs, texts whose translations must follow.

A frozen copy of the models as they were: it never changes, whatever becomes of the models.
"""

from __future__ import annotations

from typing import Any

from peewee import SQL, CharField, Check, CompositeKey, DatabaseProxy, DateTimeField, ForeignKeyField, Model

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


class AccessCoordinator(BaseModel):
    authority = ForeignKeyField(Authority, on_delete="CASCADE")
    module = Line(max_length=40)
    coordinator = ForeignKeyField(Authority, on_delete="RESTRICT", backref="access_coordinated")

    class Meta:
        primary_key = CompositeKey("authority", "module")
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


class Handover(BaseModel):
    authority = ForeignKeyField(Authority, primary_key=True, on_delete="CASCADE", backref="handovers")
    to_manager = ForeignKeyField(Authority, on_delete="CASCADE", backref="offered")
    offered_by = ForeignKeyField(User, null=True, on_delete="SET NULL", index=False)
    offered_at = Instant()

    class Meta:
        constraints = [SQL("CHECK (to_manager_id <> authority_id)")]


class TranslationTask(BaseModel):
    authority = ForeignKeyField(Authority, on_delete="CASCADE", index=False)
    kind = Line(max_length=15)
    language = Line(max_length=2)
    old = Line(max_length=4000, default="")
    new = Line(max_length=4000)
    asked_by = ForeignKeyField(User, null=True, on_delete="SET NULL", index=False)
    asked_at = Instant()

    class Meta:
        primary_key = CompositeKey("authority", "kind")
        indexes = ((("asked_at", "authority", "kind"), False),)
        constraints = [SQL("CHECK (kind IN ('informal_name', 'description'))")]


def up(migrator: Any, db: Any) -> None:
    database.initialize(db)
    db.create_tables((AccessCoordinator, Handover, TranslationTask), safe=False)
