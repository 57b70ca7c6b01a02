"""The names of countries and languages in every language of the Union.

They are CLDR's, taken from Babel once: `python -m imi_tui.i18n.names` writes `names.json` anew. Babel itself reads all
that it knows of a language before it tells one name: 4.5 MiB and 20 ms for each session.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from imi_tui.rules.languages import WORKING_LANGUAGES

FILE = Path(__file__).with_name("names.json")

Names = dict[str, str]


def languages_in(language: str) -> Names:
    """The names of the languages by ISO 639-1 code, in one of the working languages; none in others."""
    return _names(language)["languages"]


def countries_in(language: str) -> Names:
    """The names of the countries by ISO 3166 code, likewise."""
    return _names(language)["countries"]


@cache
def _names(language: str) -> dict[str, Names]:
    import json  # not needed before the log-in is painted

    found: dict[str, dict[str, Names]] = json.loads(FILE.read_bytes())
    return found.get(language, {"languages": {}, "countries": {}})


def main() -> None:
    """Write the file."""
    import json

    from babel import Locale

    from db.catalogue import load

    countries = load().countries
    spoken = sorted({*WORKING_LANGUAGES, *(code for one in countries.values() for code in one.languages)})
    written = {}
    for language in WORKING_LANGUAGES:
        locale = Locale.parse(language)
        written[language] = {
            "languages": {code: locale.languages[code] for code in spoken},
            "countries": {code: locale.territories[code] for code in sorted(countries)},
        }
    FILE.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
