"""One editing session over the tabs Authority, Classification and Modules (S2.2), apart from the widgets.

The panes show it and tell it what was typed; switching tabs, a change of language or a refused save leave it whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from imi_tui.rules.authority_changes import (
    TEXT_KINDS,
    AuthorityDraft,
    Change,
    SetChange,
    changes,
    name_of,
    tab_of,
    text_of,
    with_text,
)
from imi_tui.rules.drafts import DraftKind, Typed, authority_of, of_authority
from imi_tui.rules.merge import Choice
from imi_tui.rules.refusals import FieldError
from imi_tui.rules.text import visible, visible_lines
from imi_tui.services.authority_view import AuthorityView, Coordinator
from imi_tui.widgets.entry import LONGEST


class EditSession:
    """What one edits: `base` as it was read, `mine` as it is now, the errors of the last try to save.

    `stale` are the names of the fields with translations that are older than their original.
    """

    def __init__(self, view: AuthorityView) -> None:
        self.authority_id = view.id
        self.version = view.version
        self.original_language = view.official_language
        self.base = view.draft()
        self.stale = frozenset(
            f"{kind}.{text.language}"
            for kind, texts in zip(TEXT_KINDS, (view.informal_names, view.descriptions), strict=True)
            for text in texts
            if text.stale
        )
        self.mine = self.base
        self.errors: dict[str, FieldError] = {}
        self.choices: dict[str, Choice] = {}
        """What was decided of fields that somebody else changed, too, by the field's name (B7)."""
        self._coordinators = {
            coordinator.id: coordinator for module in view.modules for coordinator in module.coordinators
        }
        self.text_languages = list(
            dict.fromkeys(
                [view.official_language, *(text.language for text in (*view.informal_names, *view.descriptions))]
            )
        )

    def follow(self, view: AuthorityView) -> None:
        """Go on from the authority as it is after a change of its access: what falls away with a module does here, too.

        Where somebody saved anything else meanwhile the session stays as it is: saving it will merge the two.
        """
        now = view.draft()
        if any(tab_of(change.field) != tab_of("coordinators") for change in changes(self.base, now)):
            return
        made = [change for change in self.changes() if isinstance(change, SetChange) and change.part]
        mine = replace(self.mine, module_keywords=now.module_keywords, coordinators=now.coordinators)
        for change in made:
            sets = getattr(mine, change.field)
            if change.part in sets:
                kept = (sets[change.part] - set(change.gone)) | set(change.come)
                followed: dict[str, Any] = {change.field: {**sets, change.part: kept}}
                mine = replace(mine, **followed)
        self.version, self.base, self.mine = view.version, now, mine
        self._coordinators |= {one.id: one for module in view.modules for one in module.coordinators}
        self.errors.clear()

    def go_on(self, typed: Typed, coordinators: Iterable[Coordinator]) -> None:
        """Go on from a draft, with its own base and version: what others saved since is found when it is saved (B6).

        `coordinators` are those that the draft names, as far as they are there. What is of a module that the authority
        does not have any more falls away with it.
        """
        modules = frozenset(self.base.module_keywords)
        self._coordinators |= {one.id: one for one in coordinators}
        self.version = typed.base_version
        self.base = self._possible(authority_of(typed.base), modules)
        self.mine = self._possible(authority_of(typed.mine), modules)
        for kind in TEXT_KINDS:
            for language in {**getattr(self.base, kind), **getattr(self.mine, kind)}:
                self.add_language(language)

    def _possible(self, draft: AuthorityDraft, modules: frozenset[str]) -> AuthorityDraft:
        known = frozenset(self._coordinators)
        return replace(
            draft,
            module_keywords={code: chosen for code, chosen in draft.module_keywords.items() if code in modules},
            coordinators={code: ids & known for code, ids in draft.coordinators.items() if code in modules},
        )

    def typed(self, session: str) -> Typed:
        """What is kept of this until it is saved."""
        base, mine = of_authority(self.base), of_authority(self.mine)
        return Typed(DraftKind.AUTHORITY, session, base, mine, self.authority_id, base_version=self.version)

    def changes(self) -> list[Change]:
        """What would be saved now."""
        return changes(self.base, self.mine)

    def changed_tabs(self) -> frozenset[int]:
        """The tabs with changes."""
        return frozenset(tab_of(change.field) for change in self.changes())

    def changed(self, name: str) -> bool:
        """Whether the field of this name has a change."""
        return any(name_of(change) == name for change in self.changes())

    def module_changed(self, module: str) -> bool:
        """Whether anything of a module has a change."""
        return any(change.part == module for change in self.changes() if tab_of(change.field) == 3)

    def text(self, name: str) -> str:
        """What stands in a text field now, as it can be shown in an entry."""
        return _shown(name, text_of(self.mine, name))

    def base_text(self, name: str) -> str:
        """What stood there when the session began, as it is shown."""
        return _shown(name, text_of(self.base, name))

    def type(self, name: str, typed: str) -> None:
        """A text field was changed by the user. What is as it was shown at first counts as untouched."""
        value = text_of(self.base, name) if typed == self.base_text(name) else typed
        self.mine = with_text(self.mine, name, value)
        self.errors.pop(name, None)

    def original(self, kind: str) -> str:
        """The name of the field with the text of this kind in the authority's own language."""
        return f"{kind}.{self.original_language}"

    def call_significant(self, kind: str, significant: bool) -> None:
        """The change of the informal name or the description was said to be significant, or not (S2.4)."""
        others = self.mine.significant - {kind}
        self.mine = replace(self.mine, significant=others | {kind} if significant else others)

    def add_language(self, language: str) -> None:
        """Offer the texts in one more language."""
        if language not in self.text_languages:
            self.text_languages.append(language)

    def choose_languages(self, languages: frozenset[str]) -> None:
        """The languages spoken were chosen."""
        self.mine = replace(self.mine, languages=languages)
        self.errors.pop("languages", None)

    def choose_keywords(self, keywords: frozenset[str], module: str = "") -> None:
        """The authority's keywords, or those of a module, were chosen."""
        if module:
            self.mine = replace(self.mine, module_keywords={**self.mine.module_keywords, module: keywords})
            self.errors.pop(f"module_keywords.{module}", None)
        else:
            self.mine = replace(self.mine, keywords=keywords)
            self.errors.pop("keywords", None)

    def coordinators(self, module: str) -> list[Coordinator]:
        """The linked coordinators of a module as they are now, by name."""
        linked = [self.coordinator(one) for one in self.mine.coordinators.get(module, frozenset())]
        return sorted(linked, key=lambda coordinator: (coordinator.name, coordinator.id))

    def coordinator(self, coordinator_id: int) -> Coordinator:
        """A coordinator that was linked at the start, or since; one that is not known any more is named by its id."""
        return self._coordinators.get(coordinator_id) or Coordinator(coordinator_id, f"#{coordinator_id}", "")

    def know(self, view: AuthorityView) -> None:
        """Learn the names of the coordinators that others have linked meanwhile."""
        self._coordinators |= {one.id: one for module in view.modules for one in module.coordinators}

    def link(self, module: str, coordinator: Coordinator) -> None:
        """Link a coordinator in a module (S2.8)."""
        self._coordinators[coordinator.id] = coordinator
        self._set_coordinators(module, self.mine.coordinators.get(module, frozenset()) | {coordinator.id})

    def unlink(self, module: str, coordinator_id: int) -> None:
        """Take a coordinator away again."""
        self._set_coordinators(module, self.mine.coordinators.get(module, frozenset()) - {coordinator_id})

    def refuse(self, errors: Iterable[FieldError]) -> FieldError:
        """Keep the errors of a try to save; returns the first in the order of the tabs."""
        ordered = sorted(errors, key=lambda error: tab_of(error.field))
        self.errors = {error.field: error for error in ordered}
        return ordered[0]

    def _set_coordinators(self, module: str, linked: frozenset[int]) -> None:
        self.mine = replace(self.mine, coordinators={**self.mine.coordinators, module: linked})
        self.errors.pop(f"coordinators.{module}", None)


def _shown(name: str, text: str) -> str:
    return visible_lines(text, LONGEST) if name.startswith("description") else visible(text, LONGEST)
