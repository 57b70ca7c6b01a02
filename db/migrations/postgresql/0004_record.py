"""The record keyed: values in a public and a personal row per entry, what was appended stays as it is.

In the place of the common migration, whose triggers are SQLite's; no server has had an entry from before. Frozen.
"""

from __future__ import annotations

from typing import Any

from peewee import CharField, Check, CompositeKey, DatabaseProxy, DateTimeField, ForeignKeyField, IntegerField, Model

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


class Entry(BaseModel):
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
    entry = ForeignKeyField(Entry, on_delete="RESTRICT", index=False)
    kind = Line(max_length=10)
    salt = Line(max_length=32)
    values = Line(max_length=100000)

    class Meta:
        table_name = "entry_values"
        primary_key = CompositeKey("entry", "kind")


GUARDS = (
    ("entry_appended", "entry", "INSERT", 'NEW.id <= (SELECT MAX(id) FROM "entry")', "the record is only appended to"),
    ("entry_unchanged", "entry", "UPDATE", "TRUE", "an entry of the record is never changed"),
    ("entry_kept", "entry", "DELETE", "TRUE", "an entry of the record is never deleted"),
    (
        *("entry_values_appended", "entry_values", "INSERT"),
        *('NEW.entry_id < (SELECT MAX(id) FROM "entry")', "values come with their entry"),
    ),
    ("entry_values_unchanged", "entry_values", "UPDATE", "TRUE", "values of the record are never changed"),
    (
        *("entry_values_kept", "entry_values", "DELETE"),
        *("OLD.kind = 'public'", "only personal values of the record are erased"),
    ),
)
"""Of each: its name, table, before what, whether it strikes, what it says."""


def up(migrator: Any, db: Any) -> None:
    database.initialize(db)
    for table in ("entry_values", "entry"):
        db.execute_sql(f'DROP TABLE "{table}"')
    db.create_tables((Entry, EntryValues), safe=False)
    for name, table, when, strikes, says in GUARDS:
        row = "OLD" if when == "DELETE" else "NEW"
        db.execute_sql(
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF {strikes} THEN'
            f" RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END"
            " $guard$"
        )
        db.execute_sql(f'CREATE TRIGGER "{name}" BEFORE {when} ON "{table}" FOR EACH ROW EXECUTE FUNCTION "{name}"()')
    for table in ("entry", "entry_values"):
        db.execute_sql(
            f'CREATE TRIGGER "{table}_whole" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT'
            ' EXECUTE FUNCTION "entry_kept"()'
        )
