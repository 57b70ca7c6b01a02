"""The Commission's translation desk in a small world: a translator, an authority, and texts that have moved on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from db.models import AuthorityText, Mail, Meta, TranslationTask
from imi_tui.context import Context
from imi_tui.rules.authority_changes import with_text
from imi_tui.rules.policy import Actor
from imi_tui.services import authorities
from imi_tui.services.authorities import Saved
from tests.world import World

NAME, DESCRIPTION = "informal_name", "description"


@dataclass
class Desk:
    """The Commission's translator Clara, and an authority with its administrator Anna and translated texts."""

    ctx: Context
    world: World
    commission: int
    clara: Actor
    authority: int
    anna: Actor

    @classmethod
    def of(cls, ctx: Context, world: World) -> Desk:
        """A desk with nothing to be done."""
        commission = world.authority("European Commission", country="BE", language="en")
        with ctx.store.writing():
            Meta.create(name="commission", value=str(commission))
        clara = Actor(world.user(commission, "Clara", "Esmar", administrator=True, language="en"))
        authority = world.authority(informal="Darba inspekcija")
        desk = cls(ctx, world, commission, clara, authority, world.administrator(authority))
        desk.translate(de="Arbeitsaufsicht", en="Labour Inspectorate")
        desk.translate(DESCRIPTION, lv="Uzrauga darbu.", en="Watches over work.")
        return desk

    def translate(self, kind: str = NAME, **texts: str) -> None:
        """Texts that are there already, by language."""
        with self.ctx.store.writing():
            for language, text in texts.items():
                AuthorityText.create(authority=self.authority, kind=kind, language=language, text=text)

    def save(
        self, texts: Mapping[str, str], significant: str = "", *, authority: int = 0, actor: Actor | None = None
    ) -> Saved:
        """Save texts of the authority (`informal_name.lv` → text), some of them marked as significantly changed."""
        authority, actor = authority or self.authority, actor or self.anna
        seen = authorities.view(self.ctx, actor, authority)
        mine = replace(seen.draft(), significant=frozenset(significant.split()))
        for name, text in texts.items():
            mine = with_text(mine, name, text)
        return authorities.save(self.ctx, actor, authority, seen.version, mine)

    def ask(self, new: str = "Darba drošība", kind: str = NAME) -> None:
        """Anna says that a text means something else now."""
        self.save({f"{kind}.lv": new}, kind)

    def texts(self, kind: str = NAME) -> dict[str, tuple[str, bool]]:
        """The texts by language, and whether they are stale."""
        with self.ctx.store.reading():
            rows = AuthorityText.select().where(AuthorityText.authority == self.authority, AuthorityText.kind == kind)
            return {row.language: (row.text, row.stale) for row in rows}

    def mails(self, kind: str) -> list[Mail]:
        """The mails of a kind, in order."""
        with self.ctx.store.reading():
            return list(Mail.select().where(Mail.kind == kind).order_by(Mail.id))

    def told(self) -> list[int | None]:
        """To whom it went that all is settled; None is the authority itself."""
        return [mail.user_id for mail in self.mails("translation_done")]

    def tasks(self) -> set[str]:
        """The kinds of text that are still to be translated."""
        with self.ctx.store.reading():
            return {row.kind for row in TranslationTask.select()}
