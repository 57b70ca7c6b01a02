"""What is said of how many: the words take the form of the number that is named."""

from __future__ import annotations

import pytest

from imi_tui import i18n
from imi_tui.screens.users.words import counts_words
from imi_tui.services.mails import Undelivered
from imi_tui.services.users_list import MANY, Counts

PAINTED = True


def _counts(number: int) -> Counts:
    return Counts(number, 0, number, 0, 2, Undelivered(0, ()))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1 lietotājs · 1 bloķēta"),
        (2, "2 lietotāji · 2 bloķētas"),
        (MANY, "1000 lietotāji · 1000 bloķētas"),
        (MANY + 1, "vairāk nekā 1 000 lietotāji · vairāk nekā 1 000 bloķētas"),
    ],
)
def test_more_than_a_thousand_is_no_singular(number: int, said: str) -> None:
    i18n.use("lv")
    assert counts_words(_counts(number), None) == said
