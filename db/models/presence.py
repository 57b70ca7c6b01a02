"""Who has an edit form open at this moment (B7): told to colleagues, and never a lock."""

from __future__ import annotations

from peewee import ForeignKeyField

from db.models.authorities import Authority
from db.models.base import BaseModel, Instant, Line
from db.models.users import User


class Presence(BaseModel):
    """A form that a user has open on an authority's data or, with a `subject`, on one of its users.

    `token` names the form. It counts until `lease_until`, which the open form puts off: one that died is forgotten.
    """

    token = Line(max_length=32, primary_key=True)
    user = ForeignKeyField(User, on_delete="CASCADE", index=False)
    authority = ForeignKeyField(Authority, on_delete="CASCADE", index=False)
    subject = ForeignKeyField(User, null=True, on_delete="CASCADE", index=False)
    lease_until = Instant()

    class Meta:
        indexes = ((("authority", "subject"), False), (("lease_until",), False))
