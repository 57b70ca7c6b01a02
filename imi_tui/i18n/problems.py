"""The words for what can be wrong with an authority that an access manager manages: on the desk and in the commands."""

from __future__ import annotations

from imi_tui.i18n import N_, _

WORDS = {
    "no_administrator": N_("✖ no administrator"),
    "administrators_out": N_("✖ administrator blocked or expired"),
    "right_unheld": N_("! mandatory right without holder"),
    "unconfirmed": N_("◔ not confirmed for 12 months"),
}
"""By the problem's code (`services.managed_problems.Problem`)."""


def problem_words(problem: str) -> str:
    """What is wrong with one authority, sign and words, short enough for a column."""
    return _(WORDS[problem])
