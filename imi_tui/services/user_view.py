"""One user in full, as the details under the list and the form show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.models import NEVER
from imi_tui.context import Context
from imi_tui.rules.accounts import Status
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import Actor, May
from imi_tui.services import user_rights
from imi_tui.services.door import read
from imi_tui.services.mails import MailRow, last_mail
from imi_tui.services.status import account_status
from imi_tui.services.users import user_of


@dataclass(frozen=True)
class UserDetail:
    """A user in full; `version` is what an edit begins from."""

    id: int
    authority_id: int
    first_name: str
    surname: str
    username: str
    email: str
    phone: str
    language: str
    status: Status
    last_login_at: datetime | None
    registered_at: datetime
    rights: tuple[Right, ...]
    last_mail: MailRow | None
    version: int

    @property
    def name(self) -> str:
        """First name and surname."""
        return f"{self.first_name} {self.surname}"


def user_detail(ctx: Context, actor: Actor, authority_id: int, user_id: int) -> UserDetail:
    """A user with rights (in the catalogue's order) and the last mail. Raises `Gone("user_gone")`, `NotAllowed`."""
    with read(ctx, actor, May.SEE_USERS, authority_id):
        row = user_of(authority_id, user_id)
        return UserDetail(
            id=user_id,
            authority_id=authority_id,
            first_name=row.first_name,
            surname=row.surname,
            username=row.username,
            email=row.email,
            phone=row.phone,
            language=row.language,
            status=account_status(row, ctx.now()),
            last_login_at=None if row.last_login_at == NEVER else row.last_login_at,
            registered_at=row.registered_at,
            rights=tuple(user_rights.in_order(ctx, user_rights.rights_of(user_id))),
            last_mail=last_mail(user_id, authority_id),
            version=row.version,
        )
