"""Search as you type: milliseconds against a single unranked FTS5 prefix query by sqlite3.

In a house of 1,000 authorities and in the largest (20,000), at one to eight letters typed, two words, misspelt ones and
nothing; the first page of 30 and of 100, reasons included. Fails on shape: more with many authorities than with few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from imi_tui.context import Context
from imi_tui.services.directory_search import DirectoryQuery, search
from tests.bench.bench import Bench
from tests.bench.house import authorities, context, somebody
from tests.bench.result import Result, growth, in_turns

ROUNDS = 40
MOST = 5.0
TYPED = {
    **{f"{number} typed": "inspekci"[:number] for number in range(1, 9)},
    "two words": "darba inspek",
    "word and town": "bauamt graz",
    "keyword": "plumber",
    "misspelt": "inspektcija",
    "two misspelt": "labor inspektorate",
    "nothing": "qqqq zzzz",
}
GROWTH = 2.5
"""How much more many authorities may cost than the first thousand, which do not fill a page at each query."""


def measure(bench: Bench) -> Iterator[Result]:
    """Every text, in the largest house."""
    sizes = [50_000, bench.users] if bench.users > 50_000 and not bench.database else [bench.users]
    taken: dict[tuple[int, str], list[float]] = {}
    for users in sizes:
        ctx = context(bench.houses.house(users))
        bench.say(f"searching {authorities(users):,} authorities")
        for name, text in TYPED.items():
            floor, page, short = _measured(bench, ctx, text)
            taken[users, name] = page
            if users != sizes[-1]:
                continue
            base = min(taken[users, "2 typed"]) if "typed" not in name else 0.0
            broken = growth(taken[sizes[0], name], page, GROWTH, GROWTH * base)
            what = f"{name}, {authorities(users):,} authorities"
            yield Result("search", f"{what}, 30 rows", short, floor, most=MOST, of_floor="unranked FTS5 prefix query")
            yield Result(
                "search",
                f"{what}, 100 rows",
                page,
                floor,
                most=MOST,
                of_floor="unranked FTS5 prefix query",
                broken=broken,
            )
        ctx.store.close()


def _measured(bench: Bench, ctx: Context, text: str) -> list[list[float]]:
    """The floor, the first page of 100, of 30."""
    actor, _home = somebody(ctx)
    word = text.split(maxsplit=1)[0]
    sql = "SELECT rowid FROM search_index WHERE search_index MATCH ? LIMIT 100"
    ctx.store.connect()
    raw = ctx.store.database.connection()
    calls: tuple[Callable[[], object], ...] = (
        lambda: raw.execute(sql, (f'"{word}" *',)).fetchall(),
        lambda: search(ctx, actor, DirectoryQuery(text), "lv", limit=100),
        lambda: search(ctx, actor, DirectoryQuery(text), "lv", limit=30),
    )
    return in_turns(bench.rounds(ROUNDS), *calls)
