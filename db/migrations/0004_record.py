"""The record keyed: values in a public and a personal row per entry, what was appended stays as it is.

Frozen: it never changes, whatever becomes of the models. Entries of before keep their digests and their one row of
values (`whole`); no key is needed here. The first keyed entry authenticates the last of them.
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


ASIDE = (
    'DROP INDEX "entry_authority_id_id"',
    'DROP INDEX "entry_subject_id_id"',
    'ALTER TABLE "entry_values" RENAME TO "entry_values_before"',
    'ALTER TABLE "entry" RENAME TO "entry_before"',
)

TAKEN_OVER = (
    'INSERT INTO "entry" (id, at, verb, actor_kind, actor_id, authority_id, subject_id, algorithm, values_digest,'
    " personal_digest, previous, digest) SELECT id, at, verb, actor_kind, actor_id, authority_id, subject_id, 'sha256',"
    " values_digest, '', previous, digest FROM \"entry_before\" ORDER BY id",
    'INSERT INTO "entry_values" (entry_id, kind, salt, "values")'
    ' SELECT entry_id, \'whole\', salt, "values" FROM "entry_values_before"',
    'DROP TABLE "entry_values_before"',
    'DROP TABLE "entry_before"',
)

TRIGGERS = (
    # REPLACE drops a row without the trigger that guards deleting: so what is there cannot be put in again either.
    'CREATE TRIGGER "entry_appended" BEFORE INSERT ON "entry" WHEN NEW.id <= (SELECT MAX(id) FROM "entry")'
    " BEGIN SELECT RAISE(ABORT, 'the record is only appended to'); END",
    'CREATE TRIGGER "entry_unchanged" BEFORE UPDATE ON "entry"'
    " BEGIN SELECT RAISE(ABORT, 'an entry of the record is never changed'); END",
    'CREATE TRIGGER "entry_kept" BEFORE DELETE ON "entry"'
    " BEGIN SELECT RAISE(ABORT, 'an entry of the record is never deleted'); END",
    'CREATE TRIGGER "entry_values_appended" BEFORE INSERT ON "entry_values" WHEN'
    ' NEW.entry_id < (SELECT MAX(id) FROM "entry") OR EXISTS (SELECT 1 FROM "entry_values"'
    " WHERE entry_id = NEW.entry_id AND kind = NEW.kind)"
    " BEGIN SELECT RAISE(ABORT, 'values come with their entry'); END",
    'CREATE TRIGGER "entry_values_unchanged" BEFORE UPDATE ON "entry_values"'
    " BEGIN SELECT RAISE(ABORT, 'values of the record are never changed'); END",
    'CREATE TRIGGER "entry_values_kept" BEFORE DELETE ON "entry_values" WHEN OLD.kind = \'public\''
    " BEGIN SELECT RAISE(ABORT, 'only personal values of the record are erased'); END",
)


def up(migrator: Any, db: Any) -> None:
    database.initialize(db)
    for statement in ASIDE:
        db.execute_sql(statement)
    db.create_tables((Entry, EntryValues), safe=False)
    for statement in (*TAKEN_OVER, *TRIGGERS):
        db.execute_sql(statement)
