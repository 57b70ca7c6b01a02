"""Who answers for whose access: the access coordinator per module, and the hand-over to another access manager."""

from __future__ import annotations

from peewee import SQL, CompositeKey, ForeignKeyField

from db.models.authorities import Authority
from db.models.base import BaseModel, Instant, Line
from db.models.users import User


class AccessCoordinator(BaseModel):
    """The one authority that answers for another one's access to a module (S1.9); both have the module."""

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
    """An authority that its access manager offers to another one, until that one accepts or declines (B2)."""

    authority = ForeignKeyField(Authority, primary_key=True, on_delete="CASCADE", backref="handovers")
    to_manager = ForeignKeyField(Authority, on_delete="CASCADE", backref="offered")
    offered_by = ForeignKeyField(User, null=True, on_delete="SET NULL", index=False)
    offered_at = Instant()

    class Meta:
        constraints = [SQL("CHECK (to_manager_id <> authority_id)")]
